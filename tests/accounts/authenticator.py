"""An authenticator app, and signing in with what it shows."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.test import Client

from accounts.models import Membership
from tests import make


def code(secret: str, *, steps: int = 0) -> str:
    """What the app shows; `steps`: that many half minutes later."""
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30 + steps))


def give_app(member: Membership) -> str:
    """An app for somebody, as if they had set it up; its secret."""
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(member.user, secret)
    return secret


def give_codes(member: Membership) -> list[str]:
    """Recovery codes for somebody."""
    return RecoveryCodes.activate(member.user).get_unused_codes()


def sign_in(client: Client, login: str, code: str, path: str = "/accounts/login/") -> str:
    """By password and this code; where it leads."""
    first = client.post(path, {"login": login, "password": make.PASSWORD})
    assert first.url.startswith("/accounts/2fa/authenticate/"), first.url
    return str(getattr(client.post("/accounts/2fa/authenticate/", {"code": code}), "url", ""))


def stored(member: Membership, kind: str) -> str:
    """What lies in the database of somebody's second factor."""
    return str(Authenticator.objects.get(user=member.user, type=kind).data)


@contextmanager
def later(seconds: float) -> Iterator[None]:
    """Time has passed."""
    now = time.time
    with patch("time.time", lambda: now() + seconds):
        yield

"""Limits on signing in: 429 with the time to wait, in words, and what was written is still there."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client

from tests import make
from tests.accounts.authenticator import give_app
from tests.cast import Cast

pytestmark = pytest.mark.usefixtures("empty_cache")


def test_guessing_a_password_is_stopped(cast: Cast, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "3/5m/key"}
    form = {"login": "ben", "password": "wrong"}
    replies = [Client().post("/accounts/login/", form) for _ in range(4)]
    assert [reply.status_code for reply in replies] == [200, 200, 200, 429]
    assert replies[-1].headers["Retry-After"] == "300"
    page = replies[-1].content.decode()
    assert "Too many attempts. Wait five minutes" in page
    assert 'value="ben"' in page
    right = Client().post("/accounts/login/", {**form, "password": make.PASSWORD})
    assert right.status_code == 429, "the right one helps nobody who guesses"
    assert Client().post("/accounts/login/", {"login": "ana", "password": make.PASSWORD}).url == "/acme/"


def test_guessing_a_code_is_stopped(cast: Cast, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "3/5m/key"}
    give_app(cast.ben)
    browser = Client()
    browser.post("/accounts/login/", {"login": "ben", "password": make.PASSWORD})
    replies = [browser.post("/accounts/2fa/authenticate/", {"code": "000000"}) for _ in range(4)]
    assert [reply.status_code for reply in replies] == [200, 200, 200, 429]


@pytest.mark.parametrize(
    ("action", "path", "form"),
    [
        ("login", "/accounts/login/", {"login": "ben", "password": "wrong"}),
        ("login", "/acme/sign-in", {"login": "ben", "password": "wrong"}),
        ("reset_password", "/accounts/password/reset/", {"email": "ben@acme.example"}),
        ("signup", "/accounts/signup/", {"email": "eve@acme.example"}),
    ],
)
def test_from_one_address_it_is_a_page_in_words(
    cast: Cast, settings: Any, action: str, path: str, form: Any
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {action: "2/m/ip"}
    settings.SIGN_UP = "open"
    replies = [Client().post(path, form) for _ in range(3)]
    assert 429 not in [reply.status_code for reply in replies[:2]]
    assert replies[2].status_code == 429
    assert replies[2].headers["Retry-After"] == "60"
    assert "Wait a minute" in replies[2].content.decode()
    elsewhere = Client(REMOTE_ADDR="198.51.100.9").post(path, form)
    assert elsewhere.status_code != 429


def test_letters_with_codes_are_sent_three_times_a_minute(cast: Cast, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {}
    cast.ben.user.email = "ben@acme.example"
    cast.ben.user.save()
    form = {"email": "ben@acme.example"}
    replies = [Client().post("/accounts/login/code/", form) for _ in range(4)]
    assert [reply.status_code for reply in replies] == [302, 302, 302, 429]
    assert replies[-1].headers["Retry-After"] == "300"
    assert len(mail.outbox) == 3


def test_behind_a_proxy_each_has_an_address_of_their_own(cast: Cast, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    form = {"login": "ben", "password": make.PASSWORD}
    statuses = [
        Client(headers={"X-Forwarded-For": f"made-up, 198.51.100.{last}"}).post("/accounts/login/", form).status_code
        for last in (1, 1, 2)
    ]  # fmt: skip
    assert statuses == [302, 429, 302]

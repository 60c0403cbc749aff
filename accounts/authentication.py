"""Who asks: people by a password, programs by a key or a token."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from uuid import UUID

import jwt
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts import directory
from accounts.directory import Found
from accounts.models import ApiKey, Membership, User
from core.errors import Invalid
from core.origin import asked_by
from core.tenancy import acting_for, enter

TOKEN_LIFETIME = timedelta(hours=24)
USE_NOTED_EVERY = timedelta(minutes=1)


class SignInBackend(ModelBackend):
    """A password with an e-mail, organization/username, or a username that only one account has."""

    def authenticate(  # type: ignore[override]
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        email: str | None = None,
        organization: str | None = None,
    ) -> User | None:
        """The person; `signing_in_as` is set if the name says which membership. `Invalid` if it fits two."""
        login = username or email
        if not login or not password:
            return None
        if organization is None and (operator := _operator(login)) and operator.check_password(password):
            return operator
        found = _only(directory.called(login, organization), login)
        if found is None:
            User().set_password(password)  # as slow as comparing: the clock shall not tell who exists
            return None
        if not found.user.check_password(password):
            return None
        found.user.signing_in_as = found.membership
        return found.user


def _operator(username: str) -> User | None:
    return User.objects.filter(username=username, is_superuser=True, is_active=True).first()


def _only(found: list[Found], login: str) -> Found | None:
    if len(found) > 1:
        raise Invalid(
            gettext(
                "Two accounts are called %(login)s. "
                "Write your organization before it, like acme/%(login)s, or your e-mail."
            )
            % {"login": login}
        )
    return found[0] if found else None


def display(user: User) -> str:
    """What allauth's pages and messages call somebody."""
    if user.email or user.is_superuser:
        return str(user)
    memberships = directory.memberships_of(user)
    return memberships[0].username if memberships else gettext("you")


def digest_of(key: str) -> str:
    """What is kept of an API key. Keys are random and long, so one round of SHA-256 is enough."""
    return sha256(key.encode()).hexdigest()


class ApiKeyAuthentication(BaseAuthentication):
    """The header X-Argilla-Api-Key. A bad key is no error yet: there may be a good token."""

    def authenticate(self, request: Request) -> tuple[Membership, ApiKey] | None:
        """The membership, which is `request.user` in the API, and the key."""
        if not (key := request.headers.get("X-Argilla-Api-Key")):
            return None
        digest, now = digest_of(key), timezone.now()
        found = directory.enter_with_key(digest, now)
        if found is None:
            return None
        _note_use(found, now)
        asked_by(found.membership, "key")
        return found.membership, found

    def authenticate_header(self, request: Request) -> str:
        """Makes DRF answer 401 rather than 403."""
        return "Bearer"


def _note_use(key: ApiKey, now: datetime) -> None:
    """Move `last_used_at`, at most once a minute, and never wait for another request that is doing so."""
    if key.last_used_at is None or key.last_used_at < now - USE_NOTED_EVERY:
        free = ApiKey.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=key.pk)
        stale = Q(last_used_at=None) | Q(last_used_at__lt=now - USE_NOTED_EVERY)
        ApiKey.objects.filter(stale, pk__in=free.values("pk")).update(last_used_at=now)


class BearerAuthentication(BaseAuthentication):
    """The header Authorization: Bearer, with a token from POST /token."""

    def authenticate(self, request: Request) -> tuple[Membership, str] | None:
        """The membership and the token; a token that does not hold is an error."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        member = member_with(token.strip())
        if member is None:
            raise AuthenticationFailed("The token is not valid, or not any more. Ask for a new one.")
        enter(member.organization_id)
        asked_by(member, "token")
        return member, token

    def authenticate_header(self, request: Request) -> str:
        """Makes DRF answer 401 rather than 403."""
        return "Bearer"


def token_for(member: Membership, *, by_password: bool = False) -> str:
    """A token to call the API as this member for 24 hours, unless they leave or change their password.

    One that a password was given for ends, too, when the organization wants more than a password.
    """
    with acting_for(member.organization_id):  # who asks for a token has not entered yet
        role = member.wire_role()
    claims = {
        "by_password": by_password,
        "identity": str(member.pk),
        "name": member.first_name,
        "username": member.username,
        "role": str(role),
        "exp": timezone.now() + TOKEN_LIFETIME,
        "stamp": _stamp(member),
    }
    return jwt.encode(claims, _signing_key(), algorithm="HS256")


def member_with(token: str) -> Membership | None:
    """Whose token this is, if it is one of ours, still holds, and its member is still there."""
    try:
        claims = jwt.decode(
            token, _signing_key(), algorithms=["HS256"], options={"require": ["exp", "identity", "stamp"]}
        )
        member = directory.membership(UUID(str(claims["identity"])))
    except (jwt.InvalidTokenError, ValueError):
        return None
    if member is None or not compare_digest(str(claims["stamp"]), _stamp(member)):
        return None
    return None if claims.get("by_password") and wants_more_than_a_password(member) else member


def wants_more_than_a_password(member: Membership) -> bool:
    """Whether the organization is entered through its provider, or by two factors: programs then use keys."""
    return member.organization.must_use_sso or member.organization.must_use_second_factor


def _stamp(member: Membership) -> str:
    """Changes with the password, as sessions do."""
    assert member.user is not None
    return member.user.get_session_auth_hash()[:16]


def _signing_key() -> bytes:
    salt, secret = "accounts.authentication.token", settings.SECRET_KEY
    return salted_hmac(salt, "", secret=secret, algorithm="sha256").digest()

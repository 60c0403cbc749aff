"""What an OpenID Connect provider answers, and asking it."""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

import httpx
from pydantic import BaseModel, StringConstraints, TypeAdapter, ValidationError

from core.addresses import UnreachableError, refuse_plain, refuse_private
from core.errors import Invalid
from core.outgoing import Line
from core.text import Storable, Text

SECONDS = 10  # for one call of the provider
MOST_READ = 1 << 20  # bytes of its answer
B = TypeVar("B", bound=BaseModel)
_OBJECT = TypeAdapter(dict[str, Any])


class Refused(Exception):
    """The provider does not say who it is, or not so that it can be believed."""


class Person(BaseModel):
    """Whom the provider knows. `sub` never changes and is nobody else's; all else is what they call themselves."""

    iss: str
    sub: Annotated[str, StringConstraints(min_length=1, max_length=255), Storable]
    preferred_username: Text | None = None
    email: Annotated[str, StringConstraints(max_length=254), Storable] | None = None
    email_verified: bool | None = None
    given_name: Text | None = None
    family_name: Text | None = None
    groups: list[str] = []

    @property
    def proven_email(self) -> str | None:
        """The e-mail, if the provider has seen that it is theirs."""
        return (self.email or "").strip().lower() or None if self.email_verified else None


class Metadata(BaseModel):
    """What a provider says about itself (OpenID Connect Discovery 1.0)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    token_endpoint_auth_methods_supported: list[str] = ["client_secret_basic"]


class Tokens(BaseModel):
    id_token: str
    access_token: str


def ask(name: str, method: str, url: str, **sent: Any) -> dict[str, Any]:
    """An object of JSON from the provider of this name. `Refused` if it gives none.

    The operator chose it, so it may be in a private network; it has so much time, may say so much, and sends us
    nowhere else.
    """
    until, body = time.monotonic() + SECONDS, b""
    own = {"Accept-Encoding": "identity", **sent.pop("headers", {})}
    try:
        with (
            httpx.Client(timeout=SECONDS, follow_redirects=False, trust_env=False) as client,
            client.stream(method, url, headers=own, **sent) as answer,
        ):
            for piece in answer.iter_raw():  # as it comes: nothing may unfold to more than that
                body += piece
                if len(body) > MOST_READ or time.monotonic() > until:
                    raise Refused(f"{name} says too much, or takes too long.")
    except (httpx.HTTPError, httpx.InvalidURL):
        raise Refused(f"{name} does not answer. Try again later.") from None
    return _read_object(name, answer.status_code, body)


def ask_outside(name: str, method: str, url: str, **sent: Any) -> dict[str, Any]:
    """The same of a provider that an owner chose, who may not lead us into our own network (core/outgoing.py)."""
    status, text = call_outside(
        name, method, url, headers=sent.get("headers", {}), form=sent.get("data"), basic=sent.get("auth")
    )
    return _read_object(name, status, text.encode())


def call_outside(
    name: str,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    basic: tuple[str, str] | None = None,
) -> tuple[int, str]:
    """The status and the text of what such an address answers. `Refused` says why it does not."""
    own = {"Accept-Encoding": "identity", "User-Agent": "Assay", **(headers or {})}
    if form is not None:
        own["Content-Type"] = "application/x-www-form-urlencoded"
    if basic is not None:
        own["Authorization"] = f"Basic {b64encode(':'.join(basic).encode()).decode()}"
    try:
        refuse_private(url)
        refuse_plain(url)
        with Line() as line:
            answer = line.call(
                method,
                url,
                urlencode(form or {}).encode() if form else b"",
                own,
                seconds=SECONDS,
                most=MOST_READ,
            )
    except (Invalid, UnreachableError, ValidationError) as error:
        why = "This is no address." if isinstance(error, ValidationError) else str(error)
        raise Refused(f"{name} does not answer at {url[:200]}: {why}") from None
    if len(answer.text.encode()) >= MOST_READ:
        raise Refused(f"{name} says too much.")
    return answer.status, answer.text


def _read_object(name: str, status: int, body: bytes) -> dict[str, Any]:
    if status != 200:
        raise Refused(f"{name} refused this sign-in ({status}). Begin anew.")
    try:
        return _OBJECT.validate_json(body)
    except ValidationError:
        raise Refused(f"{name} answered something that is not OpenID Connect.") from None


def read(name: str, shape: type[B], data: Any) -> B:
    """What it answered, as this shape, or `Refused`."""
    try:
        return shape.model_validate(data)
    except ValidationError:
        raise Refused(f"{name} answered something that is not OpenID Connect.") from None

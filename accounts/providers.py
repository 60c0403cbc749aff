"""Signing in through somebody else: an OpenID Connect provider, which the operator names (docs/operating.md).

The code that a browser brings is redeemed by the server itself, with the client's secret and the PKCE verifier. Who it
is stands in the ID token: its signature is checked by the provider's published keys, since the nonce in it ties the
answer to the browser that asked; the userinfo endpoint alone would not. That endpoint is asked for names only, where
the token has none.

The state of a sign-in lies in a cookie, signed and good for 90 seconds; nonce and verifier are derived from it by our
secret, so they never leave the server before they must.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlencode

import jwt
from django.conf import settings
from django.core.cache import cache

from accounts.provider_answers import Metadata, Person, Refused, Tokens, ask, read
from accounts.sign_in_state import LASTS, LEEWAY, SignInState
from core.errors import NotFound

__all__ = ["LASTS", "Provider", "provider_named", "providers"]

METADATA_KEPT = 600  # seconds
SIGNED_BY = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
# What we say to the provider and nobody else may.
OURS = {
    "client_id", "client_secret", "code_challenge", "code_challenge_method", "nonce", "redirect_uri", "registration",
    "request", "request_uri", "response_mode", "response_type", "scope", "state",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Provider(SignInState):
    """An OpenID Connect provider, and what it knows us as."""

    issuer: str
    client_id: str
    client_secret: str
    scopes: str
    redirect_uri: str
    groups_claim: str = ""
    ask: Callable[..., dict[str, Any]] = ask

    def address(self, cookie: str, more: Mapping[str, str]) -> str:
        """Where the browser is sent to sign in; `more`: what else the provider is told (`login_hint`, `prompt`)."""
        state = self._signer.unsign(cookie)
        challenge = urlsafe_b64encode(sha256(self._derived("verifier", state).encode()).digest())
        asked = {name: value for name, value in more.items() if name not in OURS} | {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": self.scopes,
            "state": state,
            "nonce": self._derived("nonce", state),
            "code_challenge": challenge.rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        endpoint = self._metadata().authorization_endpoint
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    def person(self, code: str, state: str) -> Person:
        """Who it is. `Refused` if the provider does not take the code, or says what cannot be believed."""
        metadata = self._metadata()
        tokens = self._redeem(code, self._derived("verifier", state), metadata)
        claims = self._claims(tokens.id_token, metadata)
        if claims.get("nonce") != self._derived("nonce", state):
            raise Refused(f"{self.name} answered another sign-in than this one. Begin anew.")
        wanted = {"email", "preferred_username", *([self.groups_claim] if self.groups_claim else [])}
        if metadata.userinfo_endpoint and not wanted <= claims.keys():
            header = {"Authorization": f"Bearer {tokens.access_token}"}
            more = self.ask(self.name, "GET", metadata.userinfo_endpoint, headers=header)
            if more.get("sub") != claims["sub"]:
                raise Refused(f"{self.name} told about somebody else.")
            if "email" in claims:
                more.pop("email_verified", None)  # which is about the other one
            claims = {**more, **claims}
        return read(self.name, Person, {**claims, "groups": _listed(claims.get(self.groups_claim))})

    def check(self) -> Metadata:
        """What it says about itself, asked now. `Refused` says what is wrong."""
        cache.delete(self._place)
        metadata = self._metadata()
        jwt.PyJWKSet.from_dict(self.ask(self.name, "GET", metadata.jwks_uri))
        return metadata

    def _redeem(self, code: str, verifier: str, metadata: Metadata) -> Tokens:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": verifier,
        }
        basic = None
        if self.client_secret and "client_secret_basic" in metadata.token_endpoint_auth_methods_supported:
            basic = (quote(self.client_id, safe=""), quote(self.client_secret, safe=""))
        else:
            form["client_id"] = self.client_id
            if self.client_secret:
                form["client_secret"] = self.client_secret
        return read(
            self.name, Tokens, self.ask(self.name, "POST", metadata.token_endpoint, data=form, auth=basic)
        )

    def _claims(self, token: str, metadata: Metadata) -> dict[str, Any]:
        try:
            keys = jwt.PyJWKSet.from_dict(self.ask(self.name, "GET", metadata.jwks_uri))
            kid = jwt.get_unverified_header(token).get("kid")
            key = next(one for one in keys.keys if kid is None or one.key_id == kid)
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=SIGNED_BY,
                audience=self.client_id,
                issuer=self.issuer,
                leeway=LEEWAY,
                options={"require": ["exp", "iat", "aud", "iss", "sub"]},
            )
        except (
            jwt.PyJWTError,
            StopIteration,
            AttributeError,
            TypeError,
            ValueError,
        ):  # keys of no known form, too
            raise Refused(f"{self.name} signed its answer in a way that cannot be believed.") from None
        if claims.get("azp", self.client_id) != self.client_id:
            raise Refused(f"{self.name} answered somebody else than us.")
        return claims

    def _metadata(self) -> Metadata:
        """What the provider says about itself, remembered for some minutes."""
        place = self._place
        if (known := cache.get(place)) is None:
            known = self.ask(self.name, "GET", f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            if read(self.name, Metadata, known).issuer != self.issuer:
                raise Refused(f"{self.name} calls itself something else than {self.issuer}.")
            cache.set(place, known, METADATA_KEPT)
        return read(self.name, Metadata, known)

    @property
    def _place(self) -> str:
        return f"provider:{self.key}:{sha256(self.issuer.encode()).hexdigest()}"


def _listed(groups: Any) -> list[str]:
    """Groups as providers write them: a list, or one."""
    given = groups if isinstance(groups, list) else [groups]
    return [str(group) for group in given if isinstance(group, str | int)]


def providers() -> list[Provider]:
    """Those that the operator set up: one, or none."""
    given = settings.OAUTH
    if not given["issuer"]:
        return []
    own = f"{settings.SITE_URL.rstrip('/')}/api/v1/oauth2/providers/{given['name']}/access-token"
    named = ("name", "issuer", "client_id", "client_secret", "scopes")
    return [Provider(**{key: given[key] for key in named}, redirect_uri=given["redirect_uri"] or own)]


def provider_named(name: str) -> Provider:
    """The one of this name, or `NotFound`."""
    found = next((one for one in providers() if one.name == name), None)
    if found is None:
        raise NotFound(f"There is no provider named {name}.")
    return found

"""The state of a sign-in that goes through somebody else: in a cookie, signed, good for a while and for one use."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from secrets import token_urlsafe

from django.core.cache import cache
from django.core.signing import BadSignature, TimestampSigner
from django.utils.crypto import salted_hmac

from core.errors import Invalid

LASTS = 90  # seconds from leaving for the provider to coming back
LEEWAY = 30  # seconds by which clocks may differ


@dataclass(frozen=True, kw_only=True)
class SignInState:
    """Begins sign-ins through a provider, and knows those that come back."""

    name: str
    key: str = ""  # in the place of the name, where that is not one of its own
    lasts: int = LASTS

    @property
    def cookie(self) -> str:
        """The name of the cookie that holds the state of a sign-in."""
        return f"{self.key or self.name}_oauth2_state"

    def begin(self) -> str:
        """The state of a new sign-in, signed: the cookie's value."""
        return self._signer.sign(token_urlsafe(32))

    def take(self, state: str, cookie: str) -> None:
        """Use up the state with which a browser comes back. `Invalid` if it is not its own, too old or used."""
        try:
            own = self._signer.unsign(cookie, max_age=self.lasts)
        except BadSignature:
            own = ""
        if not own or not compare_digest(own.encode(), state.encode()):
            raise Invalid("This sign-in was not begun in this browser, or took too long. Begin anew.")
        if not cache.add(f"sign-in:{sha256(own.encode()).hexdigest()}", 1, timeout=self.lasts + LEEWAY):
            raise Invalid("This sign-in has been used already. Begin anew.")

    def _derived(self, what: str, state: str) -> str:
        return salted_hmac(f"accounts.providers.{what}", state, algorithm="sha256").hexdigest()

    @property
    def _signer(self) -> TimestampSigner:
        return TimestampSigner(salt=f"accounts.providers.{self.key or self.name}")

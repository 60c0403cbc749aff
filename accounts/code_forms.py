"""The forms that take a code of an authenticator app, or one of the recovery codes."""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from django.core.cache import cache

HOLDS = (
    120  # seconds: longer than a code does, which is good for the half minutes before and after its own, too
)


class _Once:
    """A code is good once, for as long as it is good at all: allauth itself remembers it for half a minute."""

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        user, kind = self.user, self.authenticator.type  # type: ignore[attr-defined]
        digits = "".join(filter(str.isdigit, code))
        if kind == Authenticator.Type.TOTP and not cache.add(f"totp:{user.pk}:{digits}", 1, timeout=HOLDS):
            raise get_adapter().validation_error("incorrect_code")
        return code


class CodeForm(_Once, AuthenticateForm):  # type: ignore[misc]
    """While signing in."""


class CodeOnceMoreForm(_Once, ReauthenticateForm):  # type: ignore[misc]
    """Before something about signing in changes."""

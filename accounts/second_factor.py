"""Second factors, our way: secrets are sealed, and people and we are called as everywhere."""

from typing import Any, ClassVar

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.authentication import display
from accounts.models import User
from core.errors import Invalid
from core.sealed import seal, unseal

SEALED = "gAAAA"  # how everything sealed begins, and no secret does
FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """What allauth asks of a project about second factors."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This is not right, or was used already. Take the next code, or try again."),
    }

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """As it was given; secrets of before they were sealed are as they are."""
        if not encrypted_text.startswith(SEALED):
            return encrypted_text
        try:
            return unseal(encrypted_text)
        except Invalid:
            raise Invalid(
                gettext(
                    "The secret key of this installation has changed, so second factors cannot be checked. "
                    "Whoever runs it can remove yours."
                )
            ) from None

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": "Assay"}

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("Passkey %(number)s") % {"number": number}

    def _get_user_identifier(self, user: User) -> str:
        return display(user)


def has_second_factor(user: User) -> bool:
    """Whether an app or a passkey is set up: allauth then asks for it at each sign-in."""
    return bool(Authenticator.objects.filter(user_id=user.pk, type__in=FACTORS).exists())

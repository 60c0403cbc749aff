"""The form of a new passkey."""

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _


class NewPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """Its name, and whether it is enough by itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = forms.CharField(
            label=_("Name"),
            max_length=100,
            required=False,
            widget=forms.TextInput({"dir": "auto"}),
            help_text=_("Such as the device that it is on. Others do not see it."),
        )
        self.fields["passwordless"] = forms.BooleanField(
            label=_("Enough by itself: sign in without a password"),
            required=False,
            initial=True,
            help_text=_(
                "The device then asks for a finger, a face or its PIN. Old security keys cannot do it."
            ),
        )

"""What people write on our pages, read and checked for shape; decisions are the actions'."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm
from django import forms

from core.errors import Invalid


class SignInForm(LoginForm):  # type: ignore[misc]
    """E-mail or username, and password; on an organization's own page its usernames are enough."""

    def __init__(self, *args: Any, organization: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organization = organization
        self.fields["login"] = forms.CharField(
            label="E-mail or username",
            max_length=300,
            widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True, "dir": "auto"}),
        )
        self.order_fields(["login", "password"])

    def user_credentials(self) -> dict[str, Any]:
        """For SignInBackend."""
        credentials = {"username": self.cleaned_data["login"], "password": self.cleaned_data["password"]}
        return credentials | ({"organization": self.organization} if self.organization else {})

    def clean(self) -> dict[str, Any]:
        """Say which one when several people have the name."""
        try:
            super().clean()
        except Invalid as error:
            self.add_error("login", str(error))
        return dict(self.cleaned_data)

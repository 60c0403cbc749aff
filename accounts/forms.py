"""What people write on our pages, read and checked for shape; decisions are the actions'."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from allauth.account.forms import LoginForm, SignupForm
from django import forms
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.access import KeyScope
from accounts.models import Membership
from core.errors import DomainError, Invalid


def explain(form: forms.Form, error: DomainError) -> None:
    """Put each sentence of a refusal beside its field, or the whole above the form."""
    sentences = error.errors if isinstance(error, Invalid) else {}
    for name, sentence in sentences.items():
        form.add_error(name if name in form.fields else None, sentence)
    if not sentences:
        form.add_error(None, str(error))


class Names(forms.Select):
    """People or things to choose from, each name in its own direction."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """As Django makes it, and with its direction."""
        option = super().create_option(*args, **kwargs)
        option["attrs"]["dir"] = "auto"
        return option


class SignInForm(LoginForm):  # type: ignore[misc]
    """E-mail or username, and password; on an organization's own page its usernames are enough."""

    def __init__(self, *args: Any, organization: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organization = organization
        self.fields["login"] = forms.CharField(
            label=_("E-mail or username"),
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


class SignUpForm(SignupForm):  # type: ignore[misc]
    """An account; an organization is founded or joined afterwards. Not where SIGN_UP=closed."""

    field_order = ("email", "password1")


class FoundingForm(forms.Form):
    """A new organization."""

    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        help_text=_("Your team or company."),
        widget=forms.TextInput({"dir": "auto"}),
    )
    slug = forms.CharField(
        label=_("Address"),
        max_length=60,
        required=False,
        help_text=_("It begins the address of all its pages. Left empty, it is made from the name."),
        widget=forms.TextInput({"dir": "ltr", "autocapitalize": "none", "spellcheck": "false"}),
    )
    first_name = forms.CharField(
        label=_("Your name"), max_length=200, widget=forms.TextInput({"autocomplete": "name", "dir": "auto"})
    )


class NameForm(forms.Form):
    """How somebody is called."""

    first_name = forms.CharField(label=_("First name"), max_length=200)
    last_name = forms.CharField(label=_("Last name"), max_length=200, required=False, empty_value=None)


class KeyForm(forms.Form):
    """A new API key. `of`: whose, and so which workspaces can be chosen."""

    DAYS = ((30, _("after 30 days")), (90, _("after 90 days")), (365, _("after a year")), (0, _("never")))

    name = forms.CharField(label=_("What it is for"), max_length=200)
    scope = forms.ChoiceField(
        label=_("It may"), choices=KeyScope.choices, initial=KeyScope.MANAGE, widget=forms.RadioSelect
    )
    days = forms.TypedChoiceField(label=_("It ends"), choices=DAYS, coerce=int, initial=365)
    workspaces = forms.MultipleChoiceField(
        label=_("Only in these workspaces"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: wherever its member may do something, now and later."),
    )

    def __init__(self, *args: Any, of: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        workspaces = self.fields["workspaces"]
        assert isinstance(workspaces, forms.MultipleChoiceField)
        workspaces.choices = workspaces_of(of)

    def given(self) -> dict[str, Any]:
        """As `issue_api_key` takes it."""
        given = self.cleaned_data
        return {
            "name": given["name"],
            "scope": given["scope"],
            "workspaces": [UUID(pk) for pk in given["workspaces"]] or None,
            "expires_at": end_of(given["days"]),
        }


def end_of(days: int) -> datetime | None:
    """The end of a key, or None for one without."""
    return timezone.now() + timedelta(days=days) if days else None


def workspaces_of(member: Membership) -> list[tuple[str, str]]:
    """Those that a key of this member can be for, each name in its own direction."""
    places = member.organization.workspaces if member.is_owner else member.workspaces
    return [
        (str(pk), format_html('<span dir="auto">{}</span>', name))
        for pk, name in places.order_by("name").values_list("pk", "name")
    ]

"""What is written about people in the admin."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib.auth.password_validation import validate_password

from accounts.access import Role
from accounts.admin.reach import who
from accounts.admin.refusals import ActionForm
from workspaces.forms import Skills, roles_for, workspace_roles_for, workspaces_for
from workspaces.places_field import PlacesField


class PersonForm(ActionForm):
    """Names, a role and skills; managers give only their own role's lesser ones."""

    skills = Skills()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by = who(self.request)
        if by is not None and "role" in self.fields:
            cast(forms.ChoiceField, self.fields["role"]).choices = roles_for(by)
        if not self.instance.is_service:
            self.fields.pop("may_answer", None)


class NewPersonForm(PersonForm):
    """A new member. Managers must say where, else they could not see them again."""

    skills = None  # type: ignore[assignment]  # what they know is written once they are there
    role = forms.ChoiceField(choices=[*reversed(Role.choices)])
    email = forms.EmailField(
        label="E-mail", required=False, help_text="With it they can reset a forgotten password themselves."
    )
    password = forms.CharField(
        max_length=100, required=False, strip=False, help_text="Left empty, one is made and shown once."
    )
    is_service = forms.BooleanField(
        label="Service account",
        required=False,
        help_text="A program: nobody signs in as it, and it acts by keys that owners make.",
    )
    workspaces = PlacesField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by = who(self.request)
        places = cast(PlacesField, self.fields["workspaces"])
        if by is None or not by.is_owner:
            del self.fields["is_service"]
        if by is None:
            del self.fields["workspaces"]
        else:
            places.offer(workspaces_for(by), workspace_roles_for(by))
            places.required = not by.is_owner

    def clean_password(self) -> str:
        """Long enough, and none of those that everybody guesses."""
        password: str = self.cleaned_data["password"]
        if password:
            validate_password(password)
        return password

"""What owners and managers write on the pages about people and workspaces."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.access import Role, Verb, WorkspaceRole
from accounts.actions.teams import MOST_AT_ONCE
from accounts.models import Membership
from workspaces.models import Workspace
from workspaces.places_field import PlacesField

SEPARATORS = re.compile(r"[,\r\n]+")
COLUMN = re.compile(r"\s*(?:\t|\s\|\s)\s*")


def roles_for(by: Membership) -> list[tuple[str, str]]:
    """The roles that somebody may give: owners all, managers only Labeler."""
    may_give = [*reversed(Role)] if by.is_owner else [Role.ANNOTATOR]
    return [(role.value, str(role.label)) for role in may_give]


def workspace_roles_for(by: Membership) -> list[tuple[str, str]]:
    """What somebody may let others be in a workspace that they manage: only owners make managers."""
    return [
        (role.value, str(role.label))
        for role in reversed(WorkspaceRole)
        if role != WorkspaceRole.MANAGER or by.is_owner
    ]


def workspaces_for(by: Membership) -> QuerySet[Workspace]:
    """The workspaces into which somebody may let people."""
    return Workspace.objects.allowing(Verb.MANAGE, by)


class WorkForm(forms.Form):
    """Where new people work, and as what. Managers must say where, else they could not see them again."""

    role = forms.ChoiceField(label=_("Role"))
    workspaces = PlacesField()

    def __init__(self, *args: Any, by: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        role, places = self.fields["role"], self.fields["workspaces"]
        assert isinstance(role, forms.ChoiceField)
        assert isinstance(places, PlacesField)
        role.choices = roles_for(by)
        places.offer(workspaces_for(by), workspace_roles_for(by))
        places.required = not by.is_owner


class NewMemberForm(WorkForm):
    """One new person."""

    username = forms.CharField(
        label=_("Username"), max_length=200, help_text=_("Used to sign in. Nobody else here has it.")
    )
    first_name = forms.CharField(label=_("First name"), max_length=200, required=False)
    last_name = forms.CharField(label=_("Last name"), max_length=200, required=False, empty_value=None)
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_("With it they can reset a forgotten password themselves."),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=100,
        required=False,
        strip=False,
        help_text=_("Left empty, one is made and shown once."),
    )
    field_order = ("username", "first_name", "last_name", "email", "password", "role", "workspaces")

    def clean_password(self) -> str:
        """Long enough, and none of those that everybody guesses."""
        password: str = self.cleaned_data["password"]
        if password:
            validate_password(password)
        return password


class MayAnswerForm(forms.Form):
    """Whether a program may answer."""

    may_answer = forms.BooleanField(
        label=_("It may get records and answer them, as labelers do"), required=False
    )


class NewServiceForm(MayAnswerForm):
    """A program, and where it works as what."""

    username = forms.CharField(label=_("Username"), max_length=200, help_text=_("Nobody else here has it."))
    first_name = forms.CharField(label=_("What it is"), max_length=200, required=False)
    workspaces = PlacesField()
    field_order = ("username", "first_name", "workspaces", "may_answer")

    def __init__(self, *args: Any, by: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = self.fields["workspaces"]
        assert isinstance(places, PlacesField)
        places.offer(workspaces_for(by), workspace_roles_for(by))


class Skills(forms.CharField):
    """What somebody knows, each on a line of its own or with commas between."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Skills"),
            required=False,
            help_text=_(
                "One a line, such as a language or a subject. Where a dataset says so, a record goes to those who have "
                "what it needs."
            ),
            widget=forms.Textarea({"rows": 3, "dir": "auto"}),
        )

    def to_python(self, value: Any) -> Any:
        """The words that say something."""
        return [word.strip() for word in SEPARATORS.split(str(value or "")) if word.strip()]

    def prepare_value(self, value: Any) -> Any:
        """What was typed stays as it is; a list becomes lines."""
        return "\n".join(value) if isinstance(value, list) else value


class NewMembersForm(WorkForm):
    """Many at once: a list of usernames, or a word and how many. `skills`: those that stand beside a username."""

    skills: Mapping[str, list[str]] = {}

    usernames = forms.CharField(
        label=_("Usernames"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One on each line; after “ | ” or a tab, what they know: “mina | swahili, law”."),
    )
    word = forms.CharField(
        label=_("Or numbered from a word"), max_length=190, required=False, initial="labeler"
    )
    number = forms.IntegerField(label=_("How many"), min_value=1, max_value=MOST_AT_ONCE, required=False)
    field_order = ("usernames", "word", "number", "role", "workspaces")

    def clean_usernames(self) -> list[str]:
        """What stands first on the lines that say something."""
        lines = (line.strip() for line in self.cleaned_data["usernames"].splitlines())
        pairs = [COLUMN.split(line, 1) for line in lines if line]
        self.skills = {name: words[0].split(",") for name, *words in pairs if words}
        return [name for name, *_ in pairs]

    def clean(self) -> dict[str, Any]:
        """Either way, not both and not none."""
        given = super().clean() or {}
        listed, numbered = bool(given.get("usernames")), bool(given.get("number"))
        if not self.errors and listed == numbered:
            self.add_error("usernames", _("Write the usernames here, or a word and a number below."))
        if numbered and not given.get("word"):
            self.add_error("word", _("Write the word that comes before the numbers."))
        return given


class MemberForm(forms.Form):
    """What may change about somebody."""

    username = forms.CharField(label=_("Username"), max_length=200)
    first_name = forms.CharField(label=_("First name"), max_length=200, required=False)
    last_name = forms.CharField(label=_("Last name"), max_length=200, required=False, empty_value=None)
    role = forms.ChoiceField(
        label=_("Role"),
        help_text=_(
            "What they become in a workspace that they are let into. If it changes between Manager and Labeler, "
            "what they are in workspaces follows where it is one of the two."
        ),
    )
    skills = Skills()

    def __init__(self, *args: Any, by: Membership, member: Membership, **kwargs: Any) -> None:
        names = ("username", "first_name", "last_name", "role", "skills")
        kwargs["initial"] = {name: getattr(member, name) for name in names}
        super().__init__(*args, **kwargs)
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)
        role.choices = roles_for(by)

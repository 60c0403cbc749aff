"""What people write to ask others in, and to come in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.access import Role
from accounts.models import Membership
from core.errors import DomainError
from core.http import Request
from workspaces.actions.invitations import LASTS, MOST_USES
from workspaces.forms import WorkForm, roles_for, workspaces_for
from workspaces.invitation_lines import Line, read_lines
from workspaces.models import Invitation

DAYS = (1, 3, 7, 14, 30, 90, 365)
LARGEST_FILE = 2**20


def _days() -> list[tuple[int, str]]:
    return [(days, ngettext("%(number)s day", "%(number)s days", days) % {"number": days}) for days in DAYS]


def how_long() -> forms.TypedChoiceField:
    """How many days an invitation lasts."""
    return forms.TypedChoiceField(
        label=_("It lasts"),
        coerce=int,
        required=False,
        empty_value=LASTS,  # type: ignore[arg-type]  # of the type that `coerce` gives
        initial=LASTS,
        choices=_days,
    )


class InvitationForm(WorkForm):
    """Somebody to ask by e-mail."""

    email = forms.EmailField(label=_("E-mail"))
    days = how_long()
    field_order = ("email", "role", "workspaces", "days")


class LinkForm(WorkForm):
    """A link to share."""

    name = forms.CharField(
        label=_("What it is for"), max_length=200, required=False, widget=forms.TextInput({"dir": "auto"})
    )
    most_uses = forms.IntegerField(
        label=_("How many people may join by it"), min_value=1, max_value=MOST_USES, initial=10
    )
    domain = forms.CharField(
        label=_("Only with an e-mail at"),
        max_length=253,
        required=False,
        widget=forms.TextInput({"dir": "auto", "placeholder": "example.org"}),
        help_text=_(
            "They write theirs, and get a letter with a link of their own. Left empty, anybody may join."
        ),
    )
    days = how_long()
    field_order = ("name", "role", "workspaces", "most_uses", "domain", "days")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)
        role.choices = [choice for choice in roles_for(self.by) if choice[0] != Role.OWNER]


class ManyForm(WorkForm):
    """Many people to ask: lines that are written or come in a file. What a line leaves out is said once for all."""

    lines = forms.CharField(
        label=_("Addresses"),
        required=False,
        strip=False,
        widget=forms.Textarea({"rows": 8, "dir": "auto", "spellcheck": "false"}),
        help_text=_(
            "One on each line, or a table with the columns email, name, role and workspaces. Several workspaces have "
            "“|” between them, and one may say the role there: “support:reviewer | reviews”."
        ),
    )
    file = forms.FileField(label=_("Or a CSV file with these columns"), required=False)
    days = how_long()
    field_order = ("lines", "file", "role", "workspaces", "days")
    read: list[Line]

    def __init__(self, *args: Any, by: Membership, **kwargs: Any) -> None:
        super().__init__(*args, by=by, **kwargs)
        self.read = []
        self.fields["role"].help_text = _("For lines that name none.")
        self.fields["workspaces"].help_text = _("For lines that name none.")
        self.fields["workspaces"].required = False  # lines may name theirs

    def clean(self) -> dict[str, Any]:
        """The lines, each with what is wrong with it."""
        given = super().clean() or {}
        text = given.get("lines", "")
        if file := given.get("file"):
            text = self._text(file)
        if self.errors:
            return given
        if not text.strip():
            self.add_error("lines", _("Write the addresses here, or choose a file."))
            return given
        try:
            self.read = read_lines(text, given["role"], given["workspaces"], self.by, workspaces_for(self.by))
        except DomainError as error:
            self.add_error("lines", str(error))
        return {**given, "lines": text}

    def _text(self, file: Any) -> str:
        if file.size > LARGEST_FILE:
            self.add_error("file", _("The file is larger than a megabyte. Send it in parts."))
            return ""
        content: bytes = file.read()
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError:
            return content.decode("cp1252", errors="replace")


class JoinForm(forms.Form):
    """How somebody wants to be called who accepts an invitation with the account that they have."""

    username = forms.CharField(
        label=_("Username"), max_length=200, help_text=_("Your name in lists here. Nobody else here has it.")
    )
    first_name = forms.CharField(label=_("First name"), max_length=200)
    last_name = forms.CharField(label=_("Last name"), max_length=200, required=False, empty_value=None)


class JoinAnewForm(JoinForm):
    """The same, with a new account."""

    password = forms.CharField(
        label=_("Password"),
        max_length=100,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_password(self) -> str:
        """Long enough, and none of those that everybody guesses."""
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password


class AskForm(forms.Form):
    """One's e-mail, for a link that is for those of a domain."""

    email = forms.EmailField(label=_("Your e-mail"))


def join_form(request: Request, invitation: Invitation, *, is_known: bool) -> forms.Form:
    """What somebody writes to join: with the account that they have, with a new one, or for a letter."""
    if is_known:
        form: type[forms.Form] = JoinForm
    else:
        form = AskForm if invitation.domain else JoinAnewForm
    first, __, last = invitation.name.partition(" ") if invitation.email else ("", "", "")
    names = {"username": invitation.email.partition("@")[0], "first_name": first, "last_name": last or None}
    return form(request.POST or None, initial=names)

"""What owners and managers write about a workspace: its name, who is in it as what, and its groups."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.access import Verb, WorkspaceRole
from accounts.forms import Names
from accounts.models import Membership
from workspaces.actions.groups import people_in, people_of
from workspaces.forms import workspace_roles_for
from workspaces.models import Group, Workspace


class WorkspaceForm(forms.Form):
    """The name of a workspace."""

    name = forms.CharField(
        label=_("Name"), max_length=200, help_text=_("Letters without accents, digits, - and _.")
    )


class PlaceForm(forms.Form):
    """Somebody to let into a workspace."""

    member: forms.ModelChoiceField[Membership] = forms.ModelChoiceField(
        label=_("Who"), queryset=None, empty_label=None, widget=Names
    )
    role = forms.ChoiceField(label=_("Role here"), initial=WorkspaceRole.LABELER)

    def __init__(self, *args: Any, by: Membership, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        member, role = self.fields["member"], self.fields["role"]
        assert isinstance(member, forms.ModelChoiceField)
        assert isinstance(role, forms.ChoiceField)
        role.choices = workspace_roles_for(by)
        people = Membership.objects.allowing(Verb.VIEW, by).filter(left_at=None)
        member.queryset = people.exclude(pk__in=workspace.workspace_memberships.values("membership"))


class PlaceRoleForm(forms.Form):
    """What somebody is in a workspace."""

    role = forms.ChoiceField(label=_("Role here"))

    def __init__(self, *args: Any, by: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)
        role.choices = workspace_roles_for(by)


class _People(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """People to tick, each with the username."""

    def label_from_instance(self, obj: Membership) -> str:
        return format_html('<bdi>{}</bdi> <bdi class="dim">{}</bdi>', obj.display_name, obj.username)


class GroupForm(forms.Form):
    """A group of people: its name, and who is in it."""

    name = forms.CharField(label=_("Name"), max_length=200, widget=forms.TextInput({"dir": "auto"}))
    members = _People(label=_("Who"), queryset=None, required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, data: Any, *, workspace: Workspace, group: Group | None = None) -> None:
        initial = {"name": group.name, "members": people_of([group])[group.pk]} if group else {}
        super().__init__(data, initial=initial)
        members = self.fields["members"]
        assert isinstance(members, forms.ModelMultipleChoiceField)
        members.queryset = people_in(workspace)

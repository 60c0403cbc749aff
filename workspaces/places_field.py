"""Where people work, and as what: workspaces to tick, each with the role there beside it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from workspaces.models import Workspace


class PlacesWidget(forms.Widget):
    """Posts `name` for each workspace that is ticked, and `name.<id>` with the role there."""

    use_fieldset = True
    roles: list[tuple[str, str]] = []
    workspaces: Iterable[Workspace] = ()

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, str]:
        """Id of a workspace -> what was chosen beside it."""
        chosen = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
        return {pk: data.get(f"{name}.{pk}", "") for pk in chosen}

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Nothing ticked is an answer."""
        return False

    def id_for_label(self, id_: str | None) -> str:
        """It is many boxes: none is the one."""
        return ""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """All workspaces, the ticked ones as they were sent."""
        value = value or {}
        rows = [(one, str(one.pk) in value, value.get(str(one.pk), "")) for one in self.workspaces]
        context = {"name": name, "rows": rows, "roles": self.roles, "prefix": (attrs or {}).get("id", name)}
        return render_to_string("workspaces/places_widget.html", context)


class PlacesField(forms.Field):
    """Cleans to {workspace: role}; None as a role is what the role in the organization says."""

    widget = PlacesWidget
    default_error_messages = {
        "required": _("Choose where they will work."),
        "invalid": _("One of these workspaces is not yours to choose. Choose again."),
        "role": _("Choose one of the roles that are offered."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("Workspaces"), required=False, **kwargs)
        self.queryset: QuerySet[Workspace] = Workspace.objects.none()
        self.roles: list[tuple[str, str]] = []

    def offer(self, workspaces: QuerySet[Workspace], roles: list[tuple[str, str]]) -> None:
        """Let these be chosen, with these roles."""
        self.queryset, self.roles = workspaces, roles
        widget = cast(PlacesWidget, self.widget)
        widget.workspaces, widget.roles = workspaces, roles

    def clean(self, value: Any) -> dict[Workspace, str | None]:
        """As above."""
        value = value or {}
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")
        try:
            found = {str(one.pk): one for one in self.queryset.filter(pk__in=[UUID(pk) for pk in value])}
        except ValueError:
            found = {}
        if value.keys() - found.keys():
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        if set(filter(None, value.values())) - {role for role, _label in self.roles}:
            raise ValidationError(self.error_messages["role"], code="role")
        return {found[pk]: role or None for pk, role in value.items()}

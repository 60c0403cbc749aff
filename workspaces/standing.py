"""What somebody may do and why, in sentences: for themselves, and for those who look after them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.access import GRANTS, TABLE, Role, WorkspaceRole
from accounts.models import Membership
from workspaces.models import WorkspaceMembership

WHY = {
    "by": _("%(name)s is a %(role)s in %(workspace)s because %(by)s set it on %(day)s."),
    "on": _("%(name)s is a %(role)s in %(workspace)s since %(day)s."),
    "before": _("%(name)s is a %(role)s in %(workspace)s: from before each workspace had roles of its own."),
}
WHY_ONESELF = {
    "by": _("You are a %(role)s in %(workspace)s because %(by)s set it on %(day)s."),
    "on": _("You are a %(role)s in %(workspace)s since %(day)s."),
    "before": _("You are a %(role)s in %(workspace)s: from before each workspace had roles of its own."),
}


def reasons(member: Membership, places: Iterable[WorkspaceMembership], *, by: Membership) -> list[str]:
    """One sentence for each of these places; for owners one for all."""
    words = WHY_ONESELF if member.pk == by.pk else WHY
    if member.is_owner:
        owner = {"name": member.display_name, "organization": member.organization.name}
        if words is WHY:
            return [gettext("%(name)s is an owner of %(organization)s: of every workspace in it.") % owner]
        return [gettext("You are an owner of %(organization)s: of every workspace in it.") % owner]
    return [str(words[_how(place)]) % _said(place, member, by) for place in places]


def _how(place: WorkspaceMembership) -> str:
    if place.role_set_at is None:
        return "before"
    return "on" if place.role_set_by is None else "by"


def _said(place: WorkspaceMembership, member: Membership, by: Membership) -> dict[str, str]:
    setter = place.role_set_by
    return {
        "name": member.display_name,
        "role": str(WorkspaceRole(place.role).label),
        "workspace": place.workspace.name,
        "by": "" if setter is None else setter.display_name,
        "day": date_format(place.role_set_at, "Y-m-d") if place.role_set_at else "",
    }


def matrix(member: Membership) -> dict[str, Any]:
    """The table of who may what: `columns` (role, whether they are it), `rows` (words, those with a yes or a no)."""
    roles = (Role.OWNER, *WorkspaceRole)
    held = {Role.OWNER} if member.is_owner else set(member.roles_by_workspace().values())
    columns = [(role.label, role in held) for role in roles]
    return {
        "columns": columns,
        "rows": [
            (
                line.words,
                [(*column, line.verb in GRANTS[role]) for role, column in zip(roles, columns, strict=True)],
            )
            for line in TABLE
        ],
    }

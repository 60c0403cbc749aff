"""Details of the audit log as people read them. What is kept are words for machines: these are their translations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.access import KeyScope, Role, WorkspaceRole

# The beginning of the detail `part` -> how one of these is named in a sentence.
PARTS = {
    "field": _("the field %(name)s"),
    "question": _("the question %(name)s"),
    "metadata property": _("the property %(name)s"),
    "vector settings": _("the vectors %(name)s"),
}
NAMES = {
    "audit_log_kept_for_days": _("days that entries are kept"),
    "changed": _("changed"),
    "clone": _("clone"),
    "deletes_answers": _("answers deleted"),
    "events": _("events"),
    "fields": _("fields"),
    "file": _("file"),
    "files": _("files"),
    "format": _("format"),
    "host": _("host"),
    "in_workspaces": _("in workspaces"),
    "is_on": _("on"),
    "job": _("job"),
    "kind": _("kind"),
    "link": _("link"),
    "may_answer": _("may answer"),
    "name": _("name"),
    "part": _("part"),
    "people": _("people"),
    "protocol": _("protocol"),
    "records": _("records"),
    "replaces": _("replaces answers"),
    "role": _("role"),
    "scope": _("scope"),
    "skills": _("skills"),
    "snapshot": _("snapshot"),
    "through": _("through"),
    "version": _("version"),
    "workspace": _("workspace"),
}
VALUES: dict[str, Mapping[str, Any]] = {
    "role": {one.value: one.label for one in (*WorkspaceRole, *Role)},
    "scope": {one.value: one.label for one in KeyScope},
}


def told(details: Mapping[str, Any]) -> dict[str, Any]:
    """What a sentence names of them."""
    return {**details, "part": part(details["part"])} if "part" in details else dict(details)


def part(kept: str) -> str:
    """A part of a dataset, which is kept as what it is and what it is called: `question quality`."""
    for beginning, words in PARTS.items():
        if kept.startswith(f"{beginning} "):
            return str(words) % {"name": kept.removeprefix(f"{beginning} ")}
    return kept


def line(name: str, value: Any) -> tuple[str, str]:
    """What a detail is called, and what it is, or what it was and became."""
    return str(NAMES.get(name, name.replace("_", " "))), _shown(name, value)


def _shown(name: str, value: Any) -> str:
    if isinstance(value, dict):
        return f"{_shown(name, value.get('was'))} → {_shown(name, value.get('is'))}"
    if isinstance(value, list):
        return ", ".join(_shown(name, one) for one in value) or "–"
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if name == "part":
        return part(value)
    return "–" if value in (None, "") else str(VALUES.get(name, {}).get(str(value), value))

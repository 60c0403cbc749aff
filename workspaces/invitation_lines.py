"""Many people to ask, as lines of text: who, as what, where, and what is wrong with it."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import StringIO

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext, ngettext

from accounts.access import BECOMES, Role, WorkspaceRole
from accounts.models import Membership
from core.errors import Invalid
from core.text import bare, problem
from workspaces.models import Workspace

MOST = 500
COLUMNS = ("email", "name", "role", "workspaces")
# A word in the column `role` -> the role in the organization, and in each workspace of the line.
ROLES = {
    "owner": (Role.OWNER, None),
    "manager": (Role.ADMIN, WorkspaceRole.MANAGER),
    "admin": (Role.ADMIN, WorkspaceRole.MANAGER),
    "labeler": (Role.ANNOTATOR, WorkspaceRole.LABELER),
    "annotator": (Role.ANNOTATOR, WorkspaceRole.LABELER),
    "reviewer": (Role.ANNOTATOR, WorkspaceRole.REVIEWER),
    "viewer": (Role.ANNOTATOR, WorkspaceRole.VIEWER),
}


@dataclass
class Line:
    """One person to ask, and where the line stands. `wrong`: sentences; none if it can be sent."""

    number: int
    email: str
    name: str = ""
    role: str = Role.ANNOTATOR
    places: dict[Workspace, str | None] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    @property
    def role_label(self) -> str:
        """In words."""
        return str(Role(self.role).label)


def read_lines(
    text: str,
    role: str,
    places: Mapping[Workspace, str | None],
    by: Membership,
    offered: Iterable[Workspace],
) -> list[Line]:
    """The lines that say something. `role`, `places`: for those that do not say; `offered`: where `by` lets people in.

    `Invalid` if there are none or too many, or a column is not known.
    """
    rows = _rows(text)
    if not rows:
        raise Invalid(gettext("There is no address in it."))
    if len(rows) > MOST:
        most = ngettext("Ask %(most)s person at once at most.", "Ask %(most)s people at once at most.", MOST)
        raise Invalid(most % {"most": MOST})
    there = {one.name.lower(): one for one in offered}
    lines = [_line(number, row, role, places, by, there) for number, row in rows]
    _find_twice(lines)
    _find_members(lines, by)
    return lines


def _rows(text: str) -> list[tuple[int, dict[str, str]]]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    between = max(",;\t", key=first.count)
    reader = csv.reader(StringIO(text), delimiter=between)
    try:
        rows = [
            (reader.line_num, [cell.strip() for cell in row]) for row in reader if any(map(str.strip, row))
        ]
    except csv.Error as error:
        raise Invalid(gettext("This is no table that we can read: %(why)s.") % {"why": error}) from None
    if rows and "email" in (head := [cell.lower().replace("-", "") for cell in rows[0][1]]):
        if unknown := [cell for cell in head if cell and cell not in COLUMNS]:
            known = {"unknown": ", ".join(unknown[:5]), "columns": ", ".join(COLUMNS)}
            raise Invalid(
                gettext("There is no column %(unknown)s. Those that there are: %(columns)s.") % known
            )
        return [(number, dict(zip(head, row, strict=False))) for number, row in rows[1:]]
    return [pair for number, row in rows for pair in _without_head(number, row)]


def _without_head(number: int, row: list[str]) -> Iterable[tuple[int, dict[str, str]]]:
    """The columns in their order; or nothing but addresses, as they are copied from a letter."""
    cells = [cell for cell in row if cell]
    if len(cells) > 1 and all("@" in cell for cell in cells):
        return [(number, _addressed(cell)) for cell in cells]
    return [(number, {**dict(zip(COLUMNS[1:], row[1:], strict=False)), **_addressed(row[0], row[1:])})]


def _addressed(cell: str, others: list[str] | None = None) -> dict[str, str]:
    """`Eve Miller <eve@example.org>` is a name and an address."""
    before, opened, rest = cell.partition("<")
    if opened and rest.endswith(">") and not any(others or []):
        return {"email": rest[:-1].strip(), "name": before.strip(' "')}
    return {"email": cell}


def _line(
    number: int,
    row: dict[str, str],
    role: str,
    places: Mapping[Workspace, str | None],
    by: Membership,
    there: Mapping[str, Workspace],
) -> Line:
    line = Line(number, row.get("email", "").lower(), row.get("name", ""), role, dict(places))
    try:
        validate_email(line.email)
    except ValidationError:
        line.wrong.append(gettext("“%(text)s” is no e-mail address.") % {"text": line.email[:100]})
    if len(line.name) > 200 or problem(line.name):
        line.wrong.append(problem(line.name) or gettext("The name is longer than 200 characters."))
    there_role: str | None = None
    if word := row.get("role", ""):
        known = _known(word)
        if known is None:
            names = ", ".join(str(one.label) for one in (Role.OWNER, *WorkspaceRole))
            line.wrong.append(
                gettext("There is no role “%(word)s”. Write one of %(names)s.")
                % {"word": word, "names": names}
            )
        else:
            line.role, there_role = known
            line.places = dict.fromkeys(line.places, there_role)
    if words := row.get("workspaces", ""):
        line.places = _places(words, there_role, there, line)
    _find_too_much(line, by)
    return line


def _known(word: str) -> tuple[Role, WorkspaceRole | None] | None:
    """What a role means, by its word here or in the reader's language."""
    said = {bare(str(one.label)): ROLES[one.value] for one in (Role.OWNER, *WorkspaceRole)}
    return ROLES.get(bare(word)) or said.get(bare(word))


def _places(
    words: str, role: str | None, there: Mapping[str, Workspace], line: Line
) -> dict[Workspace, str | None]:
    found: dict[Workspace, str | None] = {}
    for word in filter(None, map(str.strip, words.replace(";", "|").split("|"))):
        name, said, own = (part.strip().lower() for part in word.partition(":"))
        _, own_role = _known(own) or (None, None)
        if name not in there:
            line.wrong.append(gettext("There is no workspace “%(name)s” that you manage.") % {"name": name})
        elif said and own_role is None:
            line.wrong.append(gettext("There is no role “%(word)s” in a workspace.") % {"word": own})
        else:
            found[there[name]] = own_role or role
    return found


def _find_too_much(line: Line, by: Membership) -> None:
    """What managers may not give, as on the page for one (workspaces/forms.py)."""
    if by.is_owner:
        return
    becomes = {place or BECOMES[Role(line.role)] for place in line.places.values()}
    if line.role != Role.ANNOTATOR or WorkspaceRole.MANAGER in becomes:
        line.wrong.append(gettext("Only owners make owners and managers."))
    if not line.places:
        line.wrong.append(gettext("Say in which workspaces: else you could not see them."))


def _find_twice(lines: list[Line]) -> None:
    seen: dict[str, int] = {}
    for line in lines:
        if line.email in seen:
            line.wrong.append(
                gettext("This address stands in line %(number)s already.") % {"number": seen[line.email]}
            )
        seen.setdefault(line.email, line.number)


def _find_members(lines: list[Line], by: Membership) -> None:
    asked = [line.email for line in lines]
    here = Membership.objects.filter(organization=by.organization_id, user__email__in=asked)
    members = {str(email).lower() for email in here.values_list("user__email", flat=True)}
    for line in lines:
        if line.email in members:
            line.wrong.append(gettext("They are a member already."))

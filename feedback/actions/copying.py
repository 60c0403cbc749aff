"""Copying another server into an organization: people, workspaces, then one dataset after the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from accounts.access import Role
from accounts.models import Membership, Organization
from core.errors import DomainError, Invalid
from core.tenancy import acting_for
from feedback.actions.copying_diary import Diary, reason_of
from feedback.actions.copying_people import People, copy_people, copy_workspace
from feedback.actions.copying_records import Copy, Records
from feedback.actions.copying_settings import copy_settings
from feedback.sources import wire
from feedback.sources.argilla import Argilla
from workspaces.models import Workspace

N = TypeVar("N", wire.Workspace, wire.Dataset)


@dataclass
class Copied:
    """What was copied, or is here from an earlier run."""

    people: list[Membership] = field(default_factory=list)
    datasets: list[Copy] = field(default_factory=list)


def copy_server(
    source: Argilla,
    organization: Organization,
    *,
    workspaces: Sequence[str] = (),
    datasets: Sequence[str] = (),
    keep_keys: bool = False,
    diary: Diary,
    copied: Copied,
) -> None:
    """All users, and those workspaces and datasets that are named; without names all of them.

    `copied` is filled as things come, for whoever interrupts this. Running it again goes on where it stopped.
    """
    if source.me().role != Role.OWNER:
        raise Invalid(
            "This is not the API key of an owner: only owners see all users, workspaces and answers."
        )
    places = _chosen(source.workspaces(), workspaces, "workspace")
    inside = {place.id: place.name for place in places}
    sets = _chosen([one for one in source.datasets() if one.workspace_id in inside], datasets, "dataset")
    if datasets:
        used = {one.workspace_id for one in sets}
        places = [place for place in places if place.id in used]
    with acting_for(organization.pk):
        people = copy_people(organization, source.users(), keep_keys=keep_keys, diary=diary)
        copied.people = list(people.values())
        rooms: dict[UUID, Workspace] = {}
        for place in places:
            rooms[place.id] = copy_workspace(organization, place, source.members(place), people, diary)
        for one in sets:
            copy = Copy(f"{inside[one.workspace_id]}/{one.name}")
            copied.datasets.append(copy)
            _dataset(source, rooms[one.workspace_id], one, people, copy, diary)


def _dataset(
    source: Argilla,
    room: Workspace,
    given: wire.Dataset,
    people: People,
    copy: Copy,
    diary: Diary,
) -> None:
    """Its settings, or the reason why they cannot be had here; then, if it is published, its records."""
    parts = source.parts(given)
    try:
        copy.dataset = copy_settings(room, given, parts)
    except DomainError as error:
        copy.written["problems"] += 1
        diary.problem(f"{copy.name}: the whole dataset", reason_of(error))
        return
    if copy.dataset.is_published:
        Records(copy, copy.dataset, parts, people, diary).bring(source, given.id)


def _chosen(found: Iterable[N], names: Sequence[str], noun: str) -> list[N]:
    """Those with these names; without names, all. `Invalid` for a name that nothing has."""
    found = list(found)
    known = {one.name for one in found}
    if missing := [name for name in names if name not in known]:
        have = ", ".join(sorted(known)) or "none"
        raise Invalid(f"There is no {noun} {missing[0]!r} on that server. It has: {have}.")
    return [one for one in found if not names or one.name in names]

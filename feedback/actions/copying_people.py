"""Copying who there is and where: users and workspaces of another server, with their roles and members."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypedDict
from uuid import UUID

from django.db import models, transaction

from accounts.actions import add_member, change_member, issue_api_key
from accounts.models import Membership, Organization
from core.errors import Conflict, DomainError
from feedback.actions.copying_diary import Diary, here, reason_of
from feedback.sources import wire
from workspaces.actions import add_to_workspace, create_workspace
from workspaces.models import Workspace

LONGEST = 200  # characters of a name
KEY_NAME = "From Argilla"

People = Mapping[UUID, Membership]  # id there -> member here


class _Names(TypedDict):
    first_name: str
    last_name: str | None


@transaction.atomic
def copy_people(
    organization: Organization, users: Iterable[wire.User], *, keep_keys: bool = False, diary: Diary
) -> People:
    """A member for each user, without a password, for passwords cannot be read. Known ones follow changes there."""
    people: dict[UUID, Membership] = {}
    for user in users:
        try:
            with transaction.atomic():
                people[user.id] = member = _person(organization, user, diary)
            if keep_keys and user.api_key and member.left_at is None:
                _keep_key(member, user.api_key, diary)
        except DomainError as error:
            diary.problem(f"user {user.username}", reason_of(error))
    return people


@transaction.atomic
def copy_workspace(
    organization: Organization,
    given: wire.Workspace,
    members: Sequence[wire.User],
    people: People,
    diary: Diary,
) -> Workspace:
    """The workspace with these members. One that has the name here already is joined; nobody is taken out."""
    workspace = _workspace(organization, given, diary)
    for user in members:
        member = people.get(user.id)
        if member is not None and member.left_at is None:
            with suppress(Conflict):  # a member already
                add_to_workspace(workspace, member)
    return workspace


def stamp(row: models.Model, given: wire.Row, **more: Any) -> None:
    """Give a row the dates it has there: which of the two is newer is told by them."""
    type(row)._default_manager.filter(pk=row.pk).update(
        inserted_at=given.inserted_at, updated_at=given.updated_at, **more
    )
    row.refresh_from_db(fields=["inserted_at", "updated_at", *more])


def _person(organization: Organization, user: wire.User, diary: Diary) -> Membership:
    known = Membership.objects.filter(organization=organization, pk=here(organization.pk, user.id)).first()
    names: _Names = {
        "first_name": (user.first_name or "")[:LONGEST],
        "last_name": (user.last_name or "")[:LONGEST] or None,
    }
    if known is not None:
        if known.left_at is None and user.updated_at > known.updated_at:
            change_member(known, username=user.username, role=user.role, **names)
            stamp(known, user)
        return known
    if namesake := Membership.objects.filter(organization=organization, username=user.username).first():
        diary.note(
            f"{user.username} was here already as {namesake.get_role_display().lower()}: what {user.username} "
            "answered there belongs to that account, which keeps its role and password."
        )
        return namesake
    member = add_member(
        organization,
        username=user.username,
        password=None,
        role=user.role,
        id=here(organization.pk, user.id),
        **names,
    )
    stamp(member, user)
    return member


def _keep_key(member: Membership, key: str, diary: Diary) -> None:
    if member.api_keys.filter(name=KEY_NAME).exists():
        return
    try:
        issue_api_key(member, name=KEY_NAME, key=key)
    except Conflict:
        diary.note(f"The API key of {member.username} is in use here already and was left alone.")


def _workspace(organization: Organization, given: wire.Workspace, diary: Diary) -> Workspace:
    pk = here(organization.pk, given.id)
    workspaces = Workspace.objects.filter(organization=organization)
    if known := workspaces.filter(pk=pk).first():
        return known
    if namesake := workspaces.filter(name=given.name).first():
        diary.note(f"The workspace {given.name} was here already: members and datasets are added to it.")
        return namesake
    name = _allowed_name(given.name, pk)
    if name != given.name and workspaces.filter(name=name).exists():
        name = f"{name[: LONGEST - 9]}-{pk.hex[:8]}"
    if name != given.name:
        diary.note(
            f"The workspace {given.name!r} is called {name!r} here: names have letters without accents, digits, "
            "- and _ only, since the argilla client refuses to read others."
        )
    made = create_workspace(organization, name, id=pk)
    stamp(made, given)
    return made


def _allowed_name(name: str, pk: UUID) -> str:
    """The name without what is refused here: accents are dropped, the rest becomes dashes."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    allowed = re.sub(r"[^a-zA-Z0-9_-]+", "-", plain).strip("-")[:LONGEST]
    return name if allowed == name else allowed or f"workspace-{pk.hex[:8]}"

"""Acts on groups of people, and who they are."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext

from accounts.access import Role, Verb, granting
from accounts.audit import note
from accounts.models import Membership
from core.errors import Conflict, Invalid
from core.text import problem
from workspaces.models import Group, GroupMembership, Workspace


@transaction.atomic
def create_group(workspace: Workspace, *, name: str, members: Collection[Membership] = ()) -> Group:
    """People who are meant together. `Conflict` if the workspace has a group of this name."""
    name = _checked(name)
    try:
        with transaction.atomic():
            group = Group.objects.create(
                organization_id=workspace.organization_id, workspace=workspace, name=name
            )
    except IntegrityError:
        raise _clash(name) from None
    _set(group, members)
    note("group.created", group, workspace=workspace.name, people=len(members))
    return group


@transaction.atomic
def change_group(
    group: Group, *, name: str | None = None, members: Collection[Membership] | None = None
) -> Group:
    """Another name, or other people in place of those who are in it."""
    if name is not None and (name := _checked(name)) != group.name:
        try:
            with transaction.atomic():
                Group.objects.filter(pk=group.pk).update(name=name, updated_at=Now())
        except IntegrityError:
            raise _clash(name) from None
    if members is not None:
        _set(group, members)
        Group.objects.filter(pk=group.pk).update(updated_at=Now())
    group.refresh_from_db()
    people: dict[str, Any] = (
        {} if members is None else {"people": sorted(one.display_name for one in members)}
    )
    note("group.changed", group, workspace=group.workspace.name, **people)
    return group


@transaction.atomic
def delete_group(group: Group) -> None:
    """Forget that these people are meant together; they stay in the workspace."""
    note("group.deleted", group, workspace=group.workspace.name)
    group.delete()


def people_in(workspace: Workspace) -> QuerySet[Membership]:
    """Who can be in its groups: those of its members who may answer, and the owners."""
    people = Membership.objects.working_in(workspace.pk).filter(organization=workspace.organization_id)
    return people.order_by("username")


def people_of(groups: Iterable[Group]) -> dict[UUID, list[UUID]]:
    """Group -> the memberships that are in it now: without those who may not answer in the workspace any more."""
    found: dict[UUID, list[UUID]] = {group.pk: [] for group in groups}
    there = GroupMembership.objects.filter(
        group__in=found, membership__left_at=None, membership__may_answer=True
    )
    rows = there.filter(
        Q(membership__role=Role.OWNER)
        | Q(
            membership__workspace_memberships__workspace=F("group__workspace"),
            membership__workspace_memberships__role__in=granting(Verb.ANNOTATE),
        )
    )
    for group, member in rows.order_by("membership__username").values_list("group", "membership").distinct():
        found[group].append(member)
    return found


def _set(group: Group, members: Collection[Membership]) -> None:
    wanted = {one.pk for one in members}
    here = set(people_in(group.workspace).filter(pk__in=wanted).values_list("pk", flat=True))
    if strangers := [one.display_name for one in members if one.pk not in here]:
        sentence = gettext("%(names)s cannot be in this group: let them into the workspace first.") % {
            "names": ", ".join(strangers[:5])
        }
        raise Invalid(sentence, {"members": sentence})
    places = GroupMembership.objects.filter(group=group)
    places.exclude(membership__in=wanted).delete()
    GroupMembership.objects.bulk_create(
        [
            GroupMembership(organization_id=group.organization_id, group=group, membership_id=pk)
            for pk in sorted(wanted)
        ],
        ignore_conflicts=True,
    )


def _checked(name: str) -> str:
    name = name.strip()
    wrong = (
        problem(name) if 1 <= len(name) <= 200 else gettext("A group needs a name of 1 to 200 characters.")
    )
    if wrong:
        raise Invalid(wrong, {"name": wrong})
    return name


def _clash(name: str) -> Conflict:
    return Conflict(gettext("This workspace has a group called %(name)s already.") % {"name": name})

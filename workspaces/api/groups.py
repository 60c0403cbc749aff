"""JSON about groups of people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints
from rest_framework.request import Request
from rest_framework.response import Response as Reply
from typing_extensions import TypedDict

from accounts.access import MANAGERS, Verb
from accounts.models import Membership
from core.api import ApiView, body, path_id
from core.changes import Changes
from core.errors import Invalid
from core.operations import Items, Time, operation
from core.text import Storable
from workspaces.actions import change_group, create_group, delete_group, people_of
from workspaces.api.workspaces import fetch_workspace
from workspaces.models import Group

Name = Annotated[str, StringConstraints(min_length=1, max_length=200), Storable]
People = Annotated[list[UUID], Field(max_length=1000)]


class GroupCreate(BaseModel):
    """The body of POST /workspaces/{id}/groups."""

    name: Name
    user_ids: People = []


class GroupUpdate(Changes):
    """The body of PATCH /workspaces/{id}/groups/{id}. `user_ids`: all who are in it then."""

    never_null = frozenset({"name", "user_ids"})

    name: Name | None = None
    user_ids: People | None = None


class GroupJson(TypedDict):
    """People of a workspace who are meant together."""

    id: UUID
    workspace_id: UUID
    name: str
    user_ids: list[UUID]
    inserted_at: Time
    updated_at: Time


def groups_json(groups: Sequence[Group]) -> list[GroupJson]:
    """Groups with the people who are in them now."""
    people = people_of(groups)
    return [
        {
            "id": group.pk,
            "workspace_id": group.workspace_id,
            "name": group.name,
            "user_ids": people[group.pk],
            "inserted_at": group.inserted_at,
            "updated_at": group.updated_at,
        }
        for group in groups
    ]


class Groups(ApiView):
    """The groups of a workspace."""

    @operation("list_groups", MANAGERS, gives={200: Items[GroupJson]})
    def get(self, request: Request, workspace_id: str) -> Reply:
        """List the groups of a workspace."""
        pk = path_id(workspace_id, "workspace_id")
        workspace = fetch_workspace(pk, Verb.INSPECT, by=self.by)
        return Reply({"items": groups_json(list(workspace.groups.all()))})

    @operation("create_group", MANAGERS, body=GroupCreate, gives={201: GroupJson}, refuses={409})
    def post(self, request: Request, workspace_id: str) -> Reply:
        """Make a group of people who are members of the workspace, or owners."""
        pk = path_id(workspace_id, "workspace_id")
        new = body(request, GroupCreate)
        workspace = fetch_workspace(pk, Verb.MANAGE, by=self.by)
        group = create_group(workspace, name=new.name, members=_members(new.user_ids, self.by))
        return Reply(groups_json([group])[0], status=201)


class GroupDetail(ApiView):
    """One group."""

    def fetch(self, workspace_id: str, group_id: str, verb: Verb = Verb.MANAGE) -> Group:
        workspace, pk = path_id(workspace_id, "workspace_id"), path_id(group_id, "group_id")
        return Group.objects.fetch(verb, self.by, workspace=workspace, pk=pk)

    @operation("get_group", MANAGERS, gives={200: GroupJson})
    def get(self, request: Request, workspace_id: str, group_id: str) -> Reply:
        """Show one group."""
        return Reply(groups_json([self.fetch(workspace_id, group_id, Verb.INSPECT)])[0])

    @operation("change_group", MANAGERS, body=GroupUpdate, gives={200: GroupJson}, refuses={409})
    def patch(self, request: Request, workspace_id: str, group_id: str) -> Reply:
        """Change the name of a group, or who is in it."""
        path_id(workspace_id, "workspace_id"), path_id(group_id, "group_id")
        sent = body(request, GroupUpdate)
        group = self.fetch(workspace_id, group_id)
        members = None if sent.user_ids is None else _members(sent.user_ids, self.by)
        return Reply(groups_json([change_group(group, name=sent.name, members=members)])[0])

    @operation("delete_group", MANAGERS, gives={200: GroupJson})
    def delete(self, request: Request, workspace_id: str, group_id: str) -> Reply:
        """Delete a group; its people stay. The answer shows it as it was."""
        group = self.fetch(workspace_id, group_id)
        shown = groups_json([group])[0]
        delete_group(group)
        return Reply(shown)


def _members(ids: Sequence[UUID], by: Membership) -> list[Membership]:
    found = {one.pk: one for one in Membership.objects.allowing(Verb.VIEW, by).filter(pk__in=ids)}
    if unknown := [str(pk) for pk in ids if pk not in found]:
        raise Invalid(f"There are no users with these ids: {', '.join(unknown[:5])}.")
    return list(found.values())

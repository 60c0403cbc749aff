"""JSON about workspaces and who belongs to them."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, StringConstraints
from rest_framework.request import Request
from rest_framework.response import Response as Reply

from accounts.access import Verb, demand
from accounts.api import user_json
from accounts.models import Membership
from core.api import ApiView, body, path_id
from core.errors import Forbidden, Invalid, NotFound
from workspaces.actions import (
    NAME,
    add_to_workspace,
    create_workspace,
    delete_workspace,
    remove_from_workspace,
)
from workspaces.models import Workspace, WorkspaceMembership


class WorkspaceCreate(BaseModel):
    """The body of POST /workspaces."""

    id: UUID | None = None
    name: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=NAME)]


class WorkspaceUserCreate(BaseModel):
    """The body of POST /workspaces/{id}/users."""

    user_id: UUID


def workspace_json(workspace: Workspace) -> dict[str, Any]:
    """A workspace as the contract shows it."""
    return {
        "id": workspace.pk,
        "name": workspace.name,
        "inserted_at": workspace.inserted_at,
        "updated_at": workspace.updated_at,
    }


def fetch_workspace(pk: UUID, verb: Verb, *, by: Membership) -> Workspace:
    """The workspace, to do this in it. Owners alone learn whether there is one: others are refused either way."""
    try:
        return Workspace.objects.fetch(verb, by, pk=pk)
    except NotFound:
        if by.is_owner:
            raise
        raise Forbidden("Operation not allowed") from None


class MyWorkspaces(ApiView):
    """Those that whoever calls belongs to; for owners all."""

    def get(self, request: Request) -> Reply:
        return Reply({"items": _all(Workspace.objects.allowing(Verb.VIEW, self.by))})


class UserWorkspaces(ApiView):
    """Those that somebody else belongs to."""

    def get(self, request: Request, user_id: str) -> Reply:
        pk = path_id(user_id, "user_id")
        demand(Verb.OWN, self.by)
        member = Membership.objects.fetch(Verb.OWN, self.by, pk=pk, left_at=None)
        return Reply({"items": _all(Workspace.objects.allowing(Verb.VIEW, member))})


class Workspaces(ApiView):
    """All workspaces."""

    def post(self, request: Request) -> Reply:
        new = body(request, WorkspaceCreate)
        demand(Verb.OWN, self.by)
        workspace = create_workspace(self.by.organization, new.name, id=new.id)
        return Reply(workspace_json(workspace), status=201)


class WorkspaceDetail(ApiView):
    """One workspace."""

    def get(self, request: Request, workspace_id: str) -> Reply:
        pk = path_id(workspace_id, "workspace_id")
        return Reply(workspace_json(fetch_workspace(pk, Verb.VIEW, by=self.by)))

    def delete(self, request: Request, workspace_id: str) -> Reply:
        pk = path_id(workspace_id, "workspace_id")
        workspace = fetch_workspace(pk, Verb.OWN, by=self.by)
        shown = workspace_json(workspace)
        delete_workspace(workspace)
        return Reply(shown)


class WorkspaceUsers(ApiView):
    """The members of a workspace."""

    def get(self, request: Request, workspace_id: str) -> Reply:
        pk = path_id(workspace_id, "workspace_id")
        workspace = fetch_workspace(pk, Verb.MANAGE, by=self.by)
        places = workspace.workspace_memberships.select_related("membership")
        return Reply({"items": [user_json(place.membership) for place in places]})

    def post(self, request: Request, workspace_id: str) -> Reply:
        pk = path_id(workspace_id, "workspace_id")
        new = body(request, WorkspaceUserCreate)
        workspace = fetch_workspace(pk, Verb.OWN, by=self.by)
        try:
            member = Membership.objects.fetch(Verb.OWN, self.by, pk=new.user_id, left_at=None)
        except NotFound:  # 422 here: the address is right and the body is not
            raise Invalid(f"There is no user with the id {new.user_id}.") from None
        add_to_workspace(workspace, member)
        return Reply(user_json(member), status=201)


class WorkspaceUserDetail(ApiView):
    """A member of a workspace."""

    def delete(self, request: Request, workspace_id: str, user_id: str) -> Reply:
        workspace = path_id(workspace_id, "workspace_id")
        member = path_id(user_id, "user_id")
        place = WorkspaceMembership.objects.fetch(
            Verb.MANAGE, self.by, workspace=workspace, membership=member
        )
        shown = user_json(place.membership)
        remove_from_workspace(place)
        return Reply(shown)


def _all(workspaces: Any) -> list[dict[str, Any]]:
    return [workspace_json(workspace) for workspace in workspaces]

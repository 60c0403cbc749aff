"""JSON about workspaces and who belongs to them."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, StringConstraints
from rest_framework.request import Request
from rest_framework.response import Response as Reply
from typing_extensions import TypedDict

from accounts.access import MANAGERS, MEMBERS, OWNERS, SIGNED_IN, Verb, demand
from accounts.api import UserJson, user_json
from accounts.models import Membership
from core.api import ApiView, body, path_id
from core.errors import Forbidden, Invalid, NotFound
from core.operations import Items, Time, operation
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


class WorkspaceJson(TypedDict):
    """A place for datasets and for those who work on them."""

    id: UUID
    name: str
    inserted_at: Time
    updated_at: Time


def workspace_json(workspace: Workspace) -> WorkspaceJson:
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

    @operation("list_my_workspaces", SIGNED_IN, gives={200: Items[WorkspaceJson]})
    def get(self, request: Request) -> Reply:
        """List the workspaces that I belong to; for owners all of them."""
        return Reply({"items": _all(Workspace.objects.allowing(Verb.VIEW, self.by))})


class UserWorkspaces(ApiView):
    """Those that somebody else belongs to."""

    @operation("list_workspaces_of_user", OWNERS, gives={200: Items[WorkspaceJson]})
    def get(self, request: Request, user_id: str) -> Reply:
        """List the workspaces that somebody belongs to."""
        pk = path_id(user_id, "user_id")
        demand(Verb.OWN, self.by)
        member = Membership.objects.fetch(Verb.OWN, self.by, pk=pk, left_at=None)
        return Reply({"items": _all(Workspace.objects.allowing(Verb.VIEW, member))})


class Workspaces(ApiView):
    """All workspaces."""

    @operation("create_workspace", OWNERS, body=WorkspaceCreate, gives={201: WorkspaceJson}, refuses={409})
    def post(self, request: Request) -> Reply:
        """Create a workspace."""
        new = body(request, WorkspaceCreate)
        demand(Verb.OWN, self.by)
        workspace = create_workspace(self.by.organization, new.name, id=new.id)
        return Reply(workspace_json(workspace), status=201)


class WorkspaceDetail(ApiView):
    """One workspace."""

    @operation("get_workspace", MEMBERS, gives={200: WorkspaceJson}, refuses={403})
    def get(self, request: Request, workspace_id: str) -> Reply:
        """Show one workspace."""
        pk = path_id(workspace_id, "workspace_id")
        return Reply(workspace_json(fetch_workspace(pk, Verb.VIEW, by=self.by)))

    @operation("delete_workspace", OWNERS, gives={200: WorkspaceJson}, refuses={409})
    def delete(self, request: Request, workspace_id: str) -> Reply:
        """Delete a workspace without datasets; the answer shows it as it was."""
        pk = path_id(workspace_id, "workspace_id")
        workspace = fetch_workspace(pk, Verb.OWN, by=self.by)
        shown = workspace_json(workspace)
        delete_workspace(workspace)
        return Reply(shown)


class WorkspaceUsers(ApiView):
    """The members of a workspace."""

    @operation("list_users_of_workspace", MANAGERS, gives={200: Items[UserJson]})
    def get(self, request: Request, workspace_id: str) -> Reply:
        """List the members of a workspace."""
        pk = path_id(workspace_id, "workspace_id")
        workspace = fetch_workspace(pk, Verb.MANAGE, by=self.by)
        places = workspace.workspace_memberships.select_related("membership")
        return Reply({"items": [user_json(place.membership) for place in places]})

    @operation(
        "add_user_to_workspace", OWNERS, body=WorkspaceUserCreate, gives={201: UserJson}, refuses={409}
    )
    def post(self, request: Request, workspace_id: str) -> Reply:
        """Add somebody to a workspace."""
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

    @operation("remove_user_from_workspace", MANAGERS, gives={200: UserJson})
    def delete(self, request: Request, workspace_id: str, user_id: str) -> Reply:
        """Take somebody out of a workspace."""
        workspace = path_id(workspace_id, "workspace_id")
        member = path_id(user_id, "user_id")
        place = WorkspaceMembership.objects.fetch(
            Verb.MANAGE, self.by, workspace=workspace, membership=member
        )
        shown = user_json(place.membership)
        remove_from_workspace(place)
        return Reply(shown)


def _all(workspaces: Any) -> list[WorkspaceJson]:
    return [workspace_json(workspace) for workspace in workspaces]

"""JSON about workspaces and who belongs to them."""

from typing import Annotated, Any, Literal, cast
from uuid import UUID

from pydantic import BaseModel, StringConstraints
from rest_framework.request import Request
from rest_framework.response import Response as Reply
from typing_extensions import TypedDict

from accounts.access import (
    MANAGERS,
    MEMBERS,
    OWNERS,
    SIGNED_IN,
    Verb,
    WorkspaceRole,
    demand,
    is_everywhere,
)
from accounts.api import UserJson, user_json
from accounts.models import Membership
from core.api import ApiView, body, path_id
from core.errors import Forbidden, Invalid, NotFound
from core.operations import Items, Time, operation
from workspaces.actions import (
    NAME,
    add_to_workspace,
    change_role_in_workspace,
    create_workspace,
    delete_workspace,
    remove_from_workspace,
)
from workspaces.models import Workspace, WorkspaceMembership


class WorkspaceCreate(BaseModel):
    """The body of POST /workspaces."""

    id: UUID | None = None
    name: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=NAME)]


RoleThere = Literal["manager", "reviewer", "labeler", "viewer"]


class WorkspaceUserCreate(BaseModel):
    """The body of POST /workspaces/{id}/users. Without `role` it is what the user's own role says."""

    user_id: UUID
    role: RoleThere | None = None


class WorkspaceUserUpdate(BaseModel):
    """The body of PATCH /workspaces/{id}/users/{id}."""

    role: RoleThere


class WorkspaceJson(TypedDict):
    """A place for datasets and for those who work on them."""

    id: UUID
    name: str
    inserted_at: Time
    updated_at: Time


class WorkspaceUserJson(UserJson):
    """A member of a workspace, and what they are there."""

    workspace_role: RoleThere


def workspace_user_json(place: WorkspaceMembership) -> WorkspaceUserJson:
    """A member of a workspace: a user as the contract shows one, with the role there beside it."""
    return {**user_json(place.membership), "workspace_role": cast(RoleThere, place.role)}


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
        if is_everywhere(by):
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
        demand(Verb.OVERSEE, self.by)
        member = Membership.objects.fetch(Verb.OVERSEE, self.by, pk=pk, left_at=None)
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
        """Put a workspace without datasets into the trash; the answer shows it as it was."""
        pk = path_id(workspace_id, "workspace_id")
        workspace = fetch_workspace(pk, Verb.OWN, by=self.by)
        shown = workspace_json(workspace)
        delete_workspace(workspace, by=self.by)
        return Reply(shown)


class WorkspaceUsers(ApiView):
    """The members of a workspace."""

    @operation("list_users_of_workspace", MANAGERS, gives={200: Items[WorkspaceUserJson]})
    def get(self, request: Request, workspace_id: str) -> Reply:
        """List the members of a workspace."""
        pk = path_id(workspace_id, "workspace_id")
        workspace = fetch_workspace(pk, Verb.INSPECT, by=self.by)
        places = workspace.workspace_memberships.select_related("membership")
        found = places.prefetch_related("membership__workspace_memberships")
        return Reply({"items": [workspace_user_json(place) for place in found]})

    @operation(
        "add_user_to_workspace",
        OWNERS,
        body=WorkspaceUserCreate,
        gives={201: WorkspaceUserJson},
        refuses={409},
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
        place = add_to_workspace(workspace, member, role=new.role, by=self.by)
        return Reply(workspace_user_json(place), status=201)


class WorkspaceUserDetail(ApiView):
    """A member of a workspace."""

    @operation("change_user_in_workspace", MANAGERS, body=WorkspaceUserUpdate, gives={200: WorkspaceUserJson})
    def patch(self, request: Request, workspace_id: str, user_id: str) -> Reply:
        """Let somebody be something else in a workspace. Only owners make managers, and unmake them."""
        path_id(workspace_id, "workspace_id"), path_id(user_id, "user_id")
        role = body(request, WorkspaceUserUpdate).role
        place = self._fetch(workspace_id, user_id)
        if WorkspaceRole.MANAGER in {place.role, role}:
            place = self._fetch(workspace_id, user_id, Verb.OWN)
        return Reply(workspace_user_json(change_role_in_workspace(place, role, by=self.by)))

    @operation("remove_user_from_workspace", MANAGERS, gives={200: WorkspaceUserJson})
    def delete(self, request: Request, workspace_id: str, user_id: str) -> Reply:
        """Take somebody out of a workspace."""
        place = self._fetch(workspace_id, user_id)
        shown = workspace_user_json(place)
        remove_from_workspace(place)
        return Reply(shown)

    def _fetch(self, workspace_id: str, user_id: str, verb: Verb = Verb.MANAGE) -> WorkspaceMembership:
        workspace, member = path_id(workspace_id, "workspace_id"), path_id(user_id, "user_id")
        return WorkspaceMembership.objects.fetch(verb, self.by, workspace=workspace, membership=member)


def _all(workspaces: Any) -> list[WorkspaceJson]:
    return [workspace_json(workspace) for workspace in workspaces]

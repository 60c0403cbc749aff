"""JSON about service accounts, and about API keys."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal, cast
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field
from rest_framework.request import Request
from rest_framework.response import Response as Reply
from typing_extensions import TypedDict

from accounts.access import OWNERS, SIGNED_IN, Verb, demand
from accounts.actions import issue_api_key, revoke_api_key
from accounts.api import Name, UserJson, Username, user_json
from accounts.models import ApiKey, Membership
from core.api import ApiView, body, path_id
from core.errors import Invalid
from core.operations import Items, Time, operation
from workspaces.actions import add_service
from workspaces.api.workspaces import RoleThere
from workspaces.models import Workspace

ScopeName = Literal["read", "write", "manage"]


def zoned(at: datetime) -> datetime:
    """UTC, if it names no zone."""
    return at if at.tzinfo else at.replace(tzinfo=UTC)


class PlaceBody(BaseModel):
    """A workspace, and what somebody is there."""

    workspace_id: UUID
    role: RoleThere = "labeler"


class ServiceCreate(BaseModel):
    """The body of POST /service-accounts."""

    username: Username
    first_name: Name | None = None
    may_answer: bool = False
    workspaces: list[PlaceBody] = []


class KeyCreate(BaseModel):
    """The body of POST /service-accounts/{id}/keys. `workspace_ids`: null for all that the account is in."""

    name: Name
    scope: ScopeName
    workspace_ids: list[UUID] | None = None
    expires_at: Annotated[datetime, AfterValidator(zoned)] | None = Field(
        None, description="UTC, if it names no zone."
    )


class PlaceJson(TypedDict):
    """A workspace, and what somebody is there."""

    workspace_id: UUID
    role: RoleThere


class ServiceJson(UserJson):
    """A program as a member: nobody signs in as it. `may_answer`: whether it may get records and answer them."""

    may_answer: bool
    workspaces: list[PlaceJson]


class KeyJson(TypedDict):
    """An API key: what it may at most, and where (null: wherever its member may). The key itself is not kept."""

    id: UUID
    name: str
    prefix: str
    scope: ScopeName
    workspace_ids: list[UUID] | None
    inserted_at: Time
    last_used_at: Time | None
    expires_at: Time | None


class NewKeyJson(KeyJson):
    """A new key, which is shown this once."""

    api_key: str


def service_json(service: Membership) -> ServiceJson:
    """One service account."""
    places = cast("dict[UUID, RoleThere]", service.roles_by_workspace())
    return {
        **user_json(service),
        "may_answer": service.may_answer,
        "workspaces": [{"workspace_id": pk, "role": role} for pk, role in places.items()],
    }


def key_json(key: ApiKey) -> KeyJson:
    """One key."""
    return {
        "id": key.pk,
        "name": key.name,
        "prefix": key.prefix,
        "scope": cast(ScopeName, key.scope),
        "workspace_ids": key.workspace_ids,
        "inserted_at": key.inserted_at,
        "last_used_at": key.last_used_at,
        "expires_at": key.expires_at,
    }


class ServiceAccounts(ApiView):
    """The service accounts of the organization. They are removed as users are."""

    @operation("list_service_accounts", OWNERS, gives={200: Items[ServiceJson]})
    def get(self, request: Request) -> Reply:
        """List the service accounts, the oldest first."""
        demand(Verb.OVERSEE, self.by)
        found = Membership.objects.allowing(Verb.OVERSEE, self.by).filter(is_service=True, left_at=None)
        services = found.prefetch_related("workspace_memberships")
        return Reply({"items": [service_json(one) for one in services]})

    @operation("add_service_account", OWNERS, body=ServiceCreate, gives={201: ServiceJson}, refuses={409})
    def post(self, request: Request) -> Reply:
        """Add a program that acts by keys of its own."""
        new = body(request, ServiceCreate)
        demand(Verb.OWN, self.by)
        service = add_service(
            self.by.organization,
            username=new.username,
            first_name=new.first_name or "",
            may_answer=new.may_answer,
            workspaces=self._places(new.workspaces),
            by=self.by,
        )
        return Reply(service_json(service), status=201)

    def _places(self, wanted: list[PlaceBody]) -> dict[Workspace, str | None]:
        found = Workspace.objects.allowing(Verb.OWN, self.by).in_bulk([one.workspace_id for one in wanted])
        if unknown := [str(one.workspace_id) for one in wanted if one.workspace_id not in found]:
            raise Invalid(f"There are no workspaces with these ids: {', '.join(unknown[:5])}.")
        return {found[one.workspace_id]: one.role for one in wanted}


class ServiceAccountKeys(ApiView):
    """The keys of one service account."""

    @operation("list_keys_of_service_account", OWNERS, gives={200: Items[KeyJson]})
    def get(self, request: Request, service_id: str) -> Reply:
        """List the keys that were not ended, the oldest first."""
        service = self._fetch(service_id, Verb.OVERSEE)
        found = ApiKey.objects.allowing(Verb.OVERSEE, self.by).filter(membership=service, revoked_at=None)
        return Reply({"items": [key_json(one) for one in found]})

    @operation("make_key_of_service_account", OWNERS, body=KeyCreate, gives={201: NewKeyJson})
    def post(self, request: Request, service_id: str) -> Reply:
        """Make a key, which is in this one answer. It never may more than its account."""
        path_id(service_id, "service_id")
        new = body(request, KeyCreate)
        issued = issue_api_key(
            self._fetch(service_id, Verb.OWN),
            name=new.name,
            scope=new.scope,
            workspaces=new.workspace_ids,
            expires_at=new.expires_at,
        )
        return Reply({**key_json(issued.api_key), "api_key": issued.key}, status=201)

    def _fetch(self, service_id: str, verb: Verb) -> Membership:
        pk = path_id(service_id, "service_id")
        demand(verb, self.by)
        return Membership.objects.fetch(verb, self.by, pk=pk, is_service=True, left_at=None)


class MyKeys(ApiView):
    """The keys of whoever calls."""

    @operation("list_my_keys", SIGNED_IN, gives={200: Items[KeyJson]})
    def get(self, request: Request) -> Reply:
        """List my own keys that were not ended, the oldest first."""
        found = ApiKey.objects.allowing(Verb.VIEW, self.by).filter(membership=self.by, revoked_at=None)
        return Reply({"items": [key_json(one) for one in found]})


class KeyDetail(ApiView):
    """One key, of whomever it is."""

    @operation("end_key", OWNERS, gives={204: None})
    def delete(self, request: Request, key_id: str) -> Reply:
        """End a key at once and for ever."""
        pk = path_id(key_id, "key_id")
        demand(Verb.OWN, self.by)
        revoke_api_key(ApiKey.objects.fetch(Verb.OWN, self.by, pk=pk))
        return Reply(status=204)

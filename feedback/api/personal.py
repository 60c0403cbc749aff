"""JSON about somebody's own data: copies, and erasure."""

from __future__ import annotations

from typing import Annotated, Any, Literal, cast
from uuid import UUID

from pydantic import BaseModel, Field
from rest_framework.request import Request
from rest_framework.response import Response as Reply
from typing_extensions import TypedDict

from accounts.access import OWNERS, SIGNED_IN, Verb, demand
from accounts.models import Membership
from core.api import ApiView, body, path_id
from core.downloads import one_file
from core.operations import File, Items, Time, Who, operation
from core.text import Storable
from feedback.actions.personal import ask_for_copy, erase_person, open_copy
from feedback.models import PersonalRequest

CONCERNED = Who("Whom it concerns; owners, once that person cannot come in any more.", frozenset({404}))
StateName = Literal["waiting", "running", "finished", "failed"]


class ErasureOrder(BaseModel):
    """The body of POST /users/{id}/erasure: the username, to be sure, and what becomes of the answers."""

    username: Annotated[str, Field(max_length=200), Storable]
    answers: Literal["keep", "delete"]


class PersonalRequestJson(TypedDict):
    """What was asked about somebody's data. `counts`: what there was, once it is done."""

    id: UUID
    user_id: UUID
    kind: Literal["export", "erasure"]
    state: StateName
    counts: dict[str, int]
    detail: str
    inserted_at: Time
    ended_at: Time | None
    expires_at: Time | None
    has_file: bool


def request_json(one: PersonalRequest) -> PersonalRequestJson:
    """One of them."""
    return {
        "id": one.pk,
        "user_id": one.membership_id,
        "kind": cast(Any, one.kind),
        "state": cast(StateName, one.state),
        "counts": one.counts,
        "detail": one.detail,
        "inserted_at": one.inserted_at,
        "ended_at": one.ended_at,
        "expires_at": one.expires_at,
        "has_file": bool(one.file),
    }


class MyData(ApiView):
    """What is kept of whoever calls."""

    @operation("list_my_data_requests", SIGNED_IN, gives={200: Items[PersonalRequestJson]})
    def get(self, request: Request) -> Reply:
        """List what was asked about my data, the newest first."""
        found = PersonalRequest.objects.allowing(Verb.VIEW, self.by).filter(membership=self.by)
        return Reply({"items": [request_json(one) for one in found[:50]]})

    @operation("copy_my_data", SIGNED_IN, gives={202: PersonalRequestJson}, refuses={409})
    def post(self, request: Request) -> Reply:
        """Ask for a copy of everything that is kept of me."""
        return Reply(request_json(ask_for_copy(self.by, by=self.by)), status=202)


class MyDataFile(ApiView):
    """A copy."""

    @operation("get_my_data", CONCERNED, gives={200: File("application/zip")})
    def get(self, request: Request, request_id: str) -> Any:
        """Download the copy, as long as it is there."""
        pk = path_id(request_id, "request_id")
        found = PersonalRequest.objects.fetch(Verb.VIEW, self.by, pk=pk)
        name, file = open_copy(found, by=self.by)
        return one_file(file, name, file.size)


class _OfUser(ApiView):
    def fetch(self, user_id: str, verb: Verb) -> Membership:
        pk = path_id(user_id, "user_id")
        demand(verb, self.by)
        return Membership.objects.fetch(verb, self.by, pk=pk)


class UserData(_OfUser):
    """What is kept of one of the people, also of somebody who left."""

    @operation("list_data_requests", OWNERS, gives={200: Items[PersonalRequestJson]})
    def get(self, request: Request, user_id: str) -> Reply:
        """List what was asked about somebody's data, the newest first."""
        member = self.fetch(user_id, Verb.OVERSEE)
        found = PersonalRequest.objects.allowing(Verb.VIEW, self.by).filter(membership=member)
        return Reply({"items": [request_json(one) for one in found[:50]]})

    @operation("copy_data_of_user", OWNERS, gives={202: PersonalRequestJson}, refuses={409})
    def post(self, request: Request, user_id: str) -> Reply:
        """Ask for a copy for somebody, who downloads it."""
        return Reply(request_json(ask_for_copy(self.fetch(user_id, Verb.OWN), by=self.by)), status=202)


class UserErasure(_OfUser):
    """Nothing of somebody but a pseudonym."""

    @operation("erase_user", OWNERS, body=ErasureOrder, gives={202: PersonalRequestJson}, refuses={409})
    def post(self, request: Request, user_id: str) -> Reply:
        """Erase somebody for good. They are out at once; what takes longer is done by and by."""
        path_id(user_id, "user_id")
        order = body(request, ErasureOrder)
        member = self.fetch(user_id, Verb.OWN)
        made = erase_person(
            member, typed=order.username, deletes_answers=order.answers == "delete", by=self.by
        )
        return Reply(request_json(made), status=202)

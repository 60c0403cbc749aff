"""JSON about the people of a dataset: who has which record, who did how much, who is paused."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import Field
from rest_framework.request import Request
from rest_framework.response import Response as Reply
from typing_extensions import TypedDict

from accounts.access import MANAGERS, REVIEWERS, Verb
from core.api import ApiView, body, path_id, query
from core.changes import Changes
from core.operations import Listing, Time, operation
from core.text import Text
from feedback.actions.labelers import pause_labeler, resume_labeler, take_back_lease
from feedback.api.datasets import fetch_dataset
from feedback.api.jobs import Page
from feedback.models import Lease
from feedback.reports.labelers import MOST_WAITING, Labeler, labeler, labelers, shown

Order = Literal["last", "name", "now", "waiting", "done", "today", "week", "slow", "quick", "paused"]


class LabelersQuery(Page):
    """The query of GET /datasets/{id}/labelers. `q`: parts of their names; `order`: who comes first."""

    q: Text = ""
    order: Order = "last"
    limit: int = Field(50, ge=1, le=500)


class LabelerUpdate(Changes):
    """The body of PATCH /datasets/{id}/labelers/{user_id}."""

    never_null = frozenset({"is_paused"})

    is_paused: bool | None = None


class HeldJson(TypedDict):
    """A record that somebody has now."""

    id: UUID
    record_id: UUID
    leased_at: Time
    expires_at: Time


class LabelerJson(TypedDict):
    """One person in one dataset.

    `given`, `answered`: records given to them by name; `waiting`: of those, now, counted up to 10,000. `today` and
    `week` (with today) are submitted answers by days of UTC; `active_ms` is all active time in milliseconds.
    """

    user_id: UUID
    username: str
    first_name: str
    last_name: str | None
    skills: list[str]
    is_paused: bool
    paused_at: Time | None
    leases: list[HeldJson]
    given: int
    answered: int
    waiting: int
    submitted: int
    discarded: int
    drafts: int
    today: int
    week: int
    active_ms: int
    mean_active_ms: int | None
    last_at: Time | None


def labeler_json(one: Labeler) -> LabelerJson:
    """Somebody's figures."""
    return {
        "user_id": one.member.pk,
        "username": one.member.username,
        "first_name": one.member.first_name,
        "last_name": one.member.last_name,
        "skills": one.member.skills,
        "is_paused": one.paused_at is not None,
        "paused_at": one.paused_at,
        "leases": [
            {
                "id": lease.pk,
                "record_id": lease.record_id,
                "leased_at": lease.leased_at,
                "expires_at": lease.expires_at,
            }
            for lease in one.leases
        ],
        "given": one.given,
        "answered": one.answered,
        "waiting": min(one.waiting, MOST_WAITING),
        "submitted": one.submitted,
        "discarded": one.discarded,
        "drafts": one.drafts,
        "today": one.today,
        "week": one.week,
        "active_ms": one.active_ms,
        "mean_active_ms": one.each_ms,
        "last_at": one.last_at,
    }


class DatasetLabelers(ApiView):
    """Everybody who works on a dataset, or may."""

    @operation("list_labelers", REVIEWERS, query=LabelersQuery, gives={200: Listing[LabelerJson]})
    def get(self, request: Request, dataset_id: str) -> Reply:
        """List the people of a dataset: what each has now, and how they get on.

        Members of its workspace are there before they begin, and whoever was there once stays.
        """
        path_id(dataset_id, "dataset_id")
        page = query(request, LabelersQuery)
        dataset = fetch_dataset(self, Verb.REVIEW, dataset_id)
        rows = labelers(dataset, sought=page.q, order=page.order)
        found = shown(dataset, rows[page.offset : page.offset + page.limit])
        return Reply({"items": [labeler_json(one) for one in found], "total": rows.count()})


class DatasetLabeler(ApiView):
    """One of them."""

    @operation("change_labeler", MANAGERS, body=LabelerUpdate, gives={200: LabelerJson})
    def patch(self, request: Request, dataset_id: str, user_id: str) -> Reply:
        """Pause somebody in this dataset, or resume them.

        Who is paused is handed nothing more; what they hold they may finish.
        """
        path_id(dataset_id, "dataset_id")
        person = path_id(user_id, "user_id")
        is_paused = body(request, LabelerUpdate).is_paused
        dataset = fetch_dataset(self, Verb.MANAGE, dataset_id)
        member = labeler(dataset, person).member
        if is_paused is not None:
            (pause_labeler if is_paused else resume_labeler)(dataset, member)
        return Reply(labeler_json(labeler(dataset, person)))


class HeldLease(ApiView):
    """A record that somebody has now."""

    @operation("take_back_lease", MANAGERS, gives={204: None})
    def delete(self, request: Request, lease_id: str) -> Reply:
        """Take a record back from whoever has it. What they submit all the same is kept."""
        take_back_lease(Lease.objects.fetch(Verb.MANAGE, self.by, pk=path_id(lease_id, "lease_id")))
        return Reply(status=204)

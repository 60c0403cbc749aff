"""JSON about what was given to whoever calls by name."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field
from rest_framework.request import Request
from rest_framework.response import Response as Reply
from typing_extensions import TypedDict

from accounts.access import SIGNED_IN, Verb
from core.api import ApiView, query
from core.operations import Listing, Time, operation
from feedback.api.jobs import Page
from feedback.models import Share
from feedback.reports.assignments import MOST, Part, parts


class MyAssignmentsPage(Page):
    """The query of GET /me/assignments. `dataset_id`: those of one dataset."""

    dataset_id: UUID | None = Field(None)


class MyAssignmentJson(TypedDict):
    """My part of an assignment. `waiting`: records that nobody else is handed meanwhile, counted up to 10,000."""

    id: UUID
    dataset_id: UUID
    dataset_name: str
    note: str
    due_at: Time | None
    given: int
    answered: int
    waiting: int
    inserted_at: Time


def my_assignment_json(one: Part) -> MyAssignmentJson:
    """One of them."""
    assignment, share = one.share.assignment, one.share
    return {
        "id": assignment.pk,
        "dataset_id": share.dataset_id,
        "dataset_name": share.dataset.name,
        "note": assignment.note,
        "due_at": assignment.due_at,
        "given": share.given,
        "answered": share.answered,
        "waiting": one.waiting.number,
        "inserted_at": assignment.inserted_at,
    }


class MyAssignments(ApiView):
    """What was given to whoever calls."""

    @operation(
        "list_my_assignments", SIGNED_IN, query=MyAssignmentsPage, gives={200: Listing[MyAssignmentJson]}
    )
    def get(self, request: Request) -> Reply:
        """List what was given to me by name, the newest first, and how far I am with it.

        `POST /me/datasets/{id}/next` hands these records out before others.
        """
        page = query(request, MyAssignmentsPage)
        mine = Share.objects.allowing(Verb.VIEW, self.by).filter(membership=self.by, given__gt=0)
        if page.dataset_id:
            mine = mine.filter(dataset=page.dataset_id)
        newest = mine.select_related("assignment", "dataset").order_by("-assignment__inserted_at", "-pk")
        shown = parts(list(newest[page.offset : page.offset + page.limit]), MOST)
        return Reply({"items": [my_assignment_json(one) for one in shown], "total": mine.count()})

"""JSON about what to do next: one record at a time, under a lease."""

from typing import Literal, NotRequired
from uuid import UUID

from pydantic import BaseModel, Field
from rest_framework.request import Request
from rest_framework.response import Response as Reply
from typing_extensions import TypedDict

from accounts.access import HOLDERS, LABELERS, Verb
from core.api import ApiView, body, path_id
from core.operations import Time, operation
from feedback.actions.nothing import Nothing
from feedback.actions.queue import HandedOut, heartbeat, lease_several
from feedback.actions.responses import skip_record
from feedback.api.datasets import fetch_dataset
from feedback.api.include import Include
from feedback.api.record_json import RecordJson, View
from feedback.models import Dataset, Lease
from feedback.reports.records import in_hand

WORK = Include(responses=True, suggestions=True)


ReasonName = Literal[
    "draft", "empty", "paused", "paused_for_you", "closed", "held", "enough", "enough_today",
    "answered", "skills", "assigned", "leased", "stopped", "done",
]  # fmt: skip


MOST_AT_ONCE = 100


class NextBody(BaseModel):
    """The body of POST /me/datasets/{id}/next.

    `another`: one beside those that I hold. `count`: so many at once, in `items`.
    """

    another: bool = False
    count: int | None = Field(None, ge=1, le=MOST_AT_ONCE)


class UntilJson(TypedDict):
    """Until when a place is held, unless there is another heartbeat."""

    expires_at: Time


class LeaseJson(UntilJson):
    """A place that I hold."""

    id: UUID


class HandedOutJson(TypedDict):
    """A record and my place at it."""

    record: RecordJson
    lease: LeaseJson


class NextJson(TypedDict):
    """The next record and my place at it; or none, and why: a word for programs and a sentence for people.

    `due_at`: when the dataset is to be done; null if nobody said. `items`: all of them, of whom `record` is the first,
    if I asked for a `count`.
    """

    record: RecordJson | None
    lease: LeaseJson | None
    due_at: Time | None
    items: NotRequired[list[HandedOutJson]]
    reason: NotRequired[ReasonName]
    detail: NotRequired[str]


class NextRecord(ApiView):
    """The next record for whoever calls, or why there is none now."""

    @operation("next_record", LABELERS, body=NextBody, gives={200: NextJson})
    def post(self, request: Request, dataset_id: str) -> Reply:
        """Hand me the next record: the one that I hold, my draft, or a new one.

        With `another` one beside those that I hold, as many as the dataset lets one person hold. With `count` so many
        at once, for programs: those that I hold, my drafts, and new ones, as many of them as the dataset lets one
        person hold (`most_held` of its rules). There may be fewer, and `reason` says nothing unless there is none.

        If there is none, `reason` says why. The dataset is not published (`draft`), has no records (`empty`),
        is `paused`, is `paused_for_you`, or its due date is past (`closed`). I hold as many as I may (`held`), or
        have given as many answers as one person may, here (`enough`) or today (`enough_today`). What is left I
        have `answered`, needs `skills` that I do not have, was given to others by name (`assigned`), is in work by
        others (`leased`), or was `stopped` for a manager to look at. Or everything is `done`.
        """
        path_id(dataset_id, "dataset_id")
        asked = body(request, NextBody)
        dataset = fetch_dataset(self, Verb.ANNOTATE, dataset_id)
        found = lease_several(dataset, asked.count or 1, by=self.by, another=asked.another)
        due_at = dataset.rules.due_at
        several: dict[str, list[HandedOutJson]] = {} if asked.count is None else {"items": []}
        if isinstance(found, Nothing):
            why = {"reason": found.reason, "detail": found.detail}
            return Reply({"record": None, "lease": None, "due_at": due_at, **several, **why})
        items = self._items(dataset, found)
        if asked.count is not None:
            several["items"] = items
        return Reply({**items[0], "due_at": due_at, **several})

    def _items(self, dataset: Dataset, found: list[HandedOut]) -> list[HandedOutJson]:
        rows = in_hand(
            [one.lease.record_id for one in found], new=[one.lease.record_id for one in found if one.is_new]
        )
        leases = {one.lease.record_id: one.lease for one in found}
        return [
            {
                "record": record,
                "lease": {"id": leases[record["id"]].pk, "expires_at": leases[record["id"]].expires_at},
            }
            for record in View(dataset, self.by, WORK, mine=True).records(rows)
        ]


class LeaseDetail(ApiView):
    """A place that whoever calls holds."""

    @operation("release_lease", HOLDERS, gives={204: None})
    def delete(self, request: Request, lease_id: str) -> Reply:
        """Give a place back: the record comes again when there is nothing else."""
        lease = _fetch(self, lease_id)
        skip_record(lease.record, by=lease.membership)
        return Reply(status=204)


class LeaseHeartbeat(ApiView):
    """A sign that somebody is still at it."""

    @operation("hold_lease", HOLDERS, gives={200: UntilJson})
    def post(self, request: Request, lease_id: str) -> Reply:
        """Hold a place for ten more minutes. What is submitted after it was lost is kept all the same."""
        return Reply({"expires_at": heartbeat(_fetch(self, lease_id))})


def _fetch(view: ApiView, lease_id: str) -> Lease:
    pk = path_id(lease_id, "lease_id")
    return Lease.objects.fetch(Verb.ANNOTATE, view.by, pk=pk, membership=view.by)

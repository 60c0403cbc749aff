"""JSON about what to do next: one record at a time, under a lease."""

from typing import Literal, NotRequired
from uuid import UUID

from pydantic import BaseModel
from rest_framework.request import Request
from rest_framework.response import Response as Reply
from typing_extensions import TypedDict

from accounts.access import HOLDERS, LABELERS, Verb
from core.api import ApiView, body, path_id
from core.operations import Time, operation
from feedback.actions.nothing import Nothing
from feedback.actions.queue import heartbeat, lease_next
from feedback.actions.responses import skip_record
from feedback.api.datasets import fetch_dataset
from feedback.api.include import Include
from feedback.api.record_json import RecordJson, View
from feedback.models import Lease

WORK = Include(responses=True, suggestions=True)


ReasonName = Literal[
    "draft", "empty", "paused", "paused_for_you", "closed", "held", "enough", "enough_today",
    "answered", "skills", "assigned", "leased", "stopped", "done",
]  # fmt: skip


class NextBody(BaseModel):
    """The body of POST /me/datasets/{id}/next. `another`: one beside those that I hold."""

    another: bool = False


class UntilJson(TypedDict):
    """Until when a place is held, unless there is another heartbeat."""

    expires_at: Time


class LeaseJson(UntilJson):
    """A place that I hold."""

    id: UUID


class NextJson(TypedDict):
    """The next record and my place at it; or none, and why: a word for programs and a sentence for people.

    `due_at`: when the dataset is to be done; null if nobody said.
    """

    record: RecordJson | None
    lease: LeaseJson | None
    due_at: Time | None
    reason: NotRequired[ReasonName]
    detail: NotRequired[str]


class NextRecord(ApiView):
    """The next record for whoever calls, or why there is none now."""

    @operation("next_record", LABELERS, body=NextBody, gives={200: NextJson})
    def post(self, request: Request, dataset_id: str) -> Reply:
        """Hand me the next record: the one that I hold, my draft, or a new one.

        With `another` one beside those that I hold, as many as the dataset lets one person hold.

        If there is none, `reason` says why. The dataset is not published (`draft`), has no records (`empty`),
        is `paused`, is `paused_for_you`, or its due date is past (`closed`). I hold as many as I may (`held`), or
        have given as many answers as one person may, here (`enough`) or today (`enough_today`). What is left I
        have `answered`, needs `skills` that I do not have, was given to others by name (`assigned`), is in work by
        others (`leased`), or was `stopped` for a manager to look at. Or everything is `done`.
        """
        path_id(dataset_id, "dataset_id")
        asked = body(request, NextBody)
        dataset = fetch_dataset(self, Verb.ANNOTATE, dataset_id)
        found = lease_next(dataset, by=self.by, another=asked.another)
        due_at = dataset.rules.due_at
        if isinstance(found, Nothing):
            why = {"reason": found.reason, "detail": found.detail}
            return Reply({"record": None, "lease": None, "due_at": due_at, **why})
        rows = dataset.records.filter(pk=found.record_id)
        record = View(dataset, self.by, WORK, mine=True).records(rows)[0]
        lease = {"id": found.pk, "expires_at": found.expires_at}
        return Reply({"record": record, "lease": lease, "due_at": due_at})


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

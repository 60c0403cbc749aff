"""JSON about what to do next: one record at a time, under a lease."""

from rest_framework.request import Request
from rest_framework.response import Response as Reply

from accounts.access import Verb
from core.api import ApiView, path_id
from feedback.actions.queue import Nothing, heartbeat, lease_next, skip_record
from feedback.api.datasets import fetch_dataset
from feedback.api.include import Include
from feedback.api.record_json import View
from feedback.models import Lease

WORK = Include(responses=True, suggestions=True)


class NextRecord(ApiView):
    """The next record for whoever calls, or why there is none now."""

    def post(self, request: Request, dataset_id: str) -> Reply:
        dataset = fetch_dataset(self, Verb.ANNOTATE, dataset_id)
        found = lease_next(dataset, by=self.by)
        if isinstance(found, Nothing):
            return Reply({"record": None, "lease": None, "reason": found.reason, "detail": found.detail})
        rows = dataset.records.filter(pk=found.record_id)
        record = View(dataset, self.by, WORK, mine=True).records(rows)[0]
        return Reply({"record": record, "lease": {"id": found.pk, "expires_at": found.expires_at}})


class LeaseDetail(ApiView):
    """A place that whoever calls holds."""

    def delete(self, request: Request, lease_id: str) -> Reply:
        """Give it back: the record comes again when there is nothing else."""
        lease = _fetch(self, lease_id)
        skip_record(lease.record, by=lease.membership)
        return Reply(status=204)


class LeaseHeartbeat(ApiView):
    """A sign that somebody is still at it."""

    def post(self, request: Request, lease_id: str) -> Reply:
        return Reply({"expires_at": heartbeat(_fetch(self, lease_id))})


def _fetch(view: ApiView, lease_id: str) -> Lease:
    pk = path_id(lease_id, "lease_id")
    return Lease.objects.fetch(Verb.ANNOTATE, view.by, pk=pk, membership=view.by)

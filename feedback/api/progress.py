"""JSON about how far a dataset is (contract section 8)."""

from collections.abc import Mapping

from rest_framework.request import Request
from rest_framework.response import Response as Reply

from accounts.access import Verb
from core.api import ApiView
from feedback.api.datasets import fetch_dataset
from feedback.models.responses import Status
from feedback.reports.progress import by_person, mine, people, progress


class DatasetProgress(ApiView):
    """Records by status, and who ever answered."""

    def get(self, request: Request, dataset_id: str) -> Reply:
        dataset = fetch_dataset(self, Verb.VIEW, dataset_id)
        found = progress(dataset)
        users = [{"username": member.username} for member in people(dataset)]
        numbers = {"total": found.total, "completed": found.completed, "pending": found.pending}
        return Reply({**numbers, "users": users})


class DatasetUsersProgress(ApiView):
    """Each person's responses, by their status and that of the record."""

    def get(self, request: Request, dataset_id: str) -> Reply:
        dataset = fetch_dataset(self, Verb.VIEW, dataset_id)
        users = [
            {
                "username": member.username,
                "completed": _by_status(counts, completed=True),
                "pending": _by_status(counts, completed=False),
            }
            for member, counts in by_person(dataset).items()
        ]
        return Reply({"users": users})


class MyMetrics(ApiView):
    """The numbers of whoever calls."""

    def get(self, request: Request, dataset_id: str) -> Reply:
        own = mine(fetch_dataset(self, Verb.VIEW, dataset_id), self.by)
        return Reply(
            {
                "responses": {
                    "total": own.total,
                    "submitted": own.submitted,
                    "discarded": own.discarded,
                    "draft": own.draft,
                    "pending": own.pending,
                }
            }
        )


def _by_status(counts: Mapping[tuple[bool, str], int], *, completed: bool) -> dict[str, int]:
    return {str(status): counts.get((completed, status), 0) for status in Status}

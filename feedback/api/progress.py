"""JSON about how far a dataset is (contract section 8)."""

from collections.abc import Mapping
from typing import cast

from rest_framework.request import Request
from rest_framework.response import Response as Reply
from typing_extensions import TypedDict

from accounts.access import LABELERS, MEMBERS, Verb, may
from core.api import ApiView
from core.operations import operation
from feedback.api.datasets import fetch_dataset
from feedback.models.responses import Status
from feedback.reports.progress import by_person, mine, people, progress


class PersonJson(TypedDict):
    """Somebody who answered."""

    username: str


class ProgressJson(TypedDict):
    """Numbers of records, and who ever answered."""

    total: int
    completed: int
    pending: int
    users: list[PersonJson]


class ByStatusJson(TypedDict):
    """Numbers of responses."""

    draft: int
    submitted: int
    discarded: int


class PersonProgressJson(TypedDict):
    """One person's responses to completed records, and to pending ones."""

    username: str
    completed: ByStatusJson
    pending: ByStatusJson


class UsersProgressJson(TypedDict):
    """Each person's responses."""

    users: list[PersonProgressJson]


class OwnJson(ByStatusJson):
    """My responses; `pending`: records that still wait for me."""

    total: int
    pending: int


class MetricsJson(TypedDict):
    """My numbers."""

    responses: OwnJson


class DatasetProgress(ApiView):
    """Records by status, and who ever answered."""

    @operation("get_progress", MEMBERS, gives={200: ProgressJson})
    def get(self, request: Request, dataset_id: str) -> Reply:
        """Count the records, and name those who answered; to viewers nobody is named."""
        dataset = fetch_dataset(self, Verb.VIEW, dataset_id)
        found = progress(dataset)
        meets = may(Verb.MEET, self.by, dataset.workspace_id)
        users = [{"username": member.username} for member in people(dataset)] if meets else []
        numbers = {"total": found.total, "completed": found.completed, "pending": found.pending}
        return Reply({**numbers, "users": users})


class DatasetUsersProgress(ApiView):
    """Each person's responses, by their status and that of the record."""

    @operation("get_progress_of_users", LABELERS, gives={200: UsersProgressJson})
    def get(self, request: Request, dataset_id: str) -> Reply:
        """Count each person's responses."""
        dataset = fetch_dataset(self, Verb.MEET, dataset_id)
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

    @operation("get_my_metrics", MEMBERS, gives={200: MetricsJson})
    def get(self, request: Request, dataset_id: str) -> Reply:
        """Count my own responses, and what is still to do."""
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


def _by_status(counts: Mapping[tuple[bool, str], int], *, completed: bool) -> ByStatusJson:
    numbers = {str(status): counts.get((completed, status), 0) for status in Status}
    return cast(ByStatusJson, numbers)

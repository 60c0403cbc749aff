"""JSON about how a dataset hands out its records."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, cast
from uuid import UUID

from pydantic import BaseModel, Field
from rest_framework.request import Request
from rest_framework.response import Response as Reply
from typing_extensions import TypedDict

from accounts.access import MANAGERS, REVIEWERS, Verb
from core.api import ApiView, body, path_id
from core.changes import Changes
from core.operations import Time, operation
from feedback.actions.priority import MOST_MORE, prioritize
from feedback.actions.rule_checks import MOST_MATCHED
from feedback.actions.rules import FIELDS, update_rules
from feedback.api.datasets import fetch_dataset
from feedback.models import Dataset
from feedback.models.rules import BOUNDS
from feedback.reports.queue_state import put_in_order_by

OrderName = Literal["oldest", "random", "metadata", "score"]
StartedName = Literal["", "first", "last"]
AgainName = Literal["later", "others", "counted"]
Name = Annotated[str, Field(max_length=200)]


def _number(name: str) -> Any:
    least, most = BOUNDS[name]
    return Field(None, ge=least, le=most)


class QueueUpdate(Changes):
    """The body of PATCH /datasets/{id}/queue."""

    never_null = frozenset(FIELDS) - {"most_records", "most_percent", "most_per_day", "due_at"}

    order: OrderName | None = None
    order_by: Name | None = Field(
        None, description="For `metadata` the name of a property, for `score` that of a question."
    )
    is_descending: bool | None = Field(
        None, description="Greatest first. What has no value is last either way."
    )
    started: StartedName | None = Field(
        None, description="Whether records that have some of their answers come before or after the others."
    )
    overlap_percent: int | None = _number("overlap_percent")
    overlap_answers: int | None = _number("overlap_answers")
    overlap_property: Name | None = Field(
        None, description="A property of terms: the share is of those records that have one of these values."
    )
    overlap_values: Annotated[list[str], Field(max_length=250)] | None = None
    opinion_question: Name | None = Field(
        None, description="Where answers to it are further apart than the distance, one more is asked for."
    )
    opinion_distance: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    opinion_most: int | None = _number("opinion_most")
    match_properties: Annotated[list[Name], Field(max_length=MOST_MATCHED)] | None = Field(
        None, description="Properties of terms: a record goes to those whose skills have all its values."
    )
    opens_unassigned: bool | None = Field(
        None, description="Whether records that were given to nobody by name are open to all."
    )
    most_held: int | None = _number("most_held")
    most_records: int | None = _number("most_records")
    most_percent: int | None = _number("most_percent")
    most_per_day: int | None = _number("most_per_day")
    on_skip: AgainName | None = None
    on_discard: AgainName | None = None
    stops_bad_prompts: bool | None = None
    is_paused: bool | None = None
    pause_note: Annotated[str, Field(max_length=300)] | None = None
    due_at: datetime | None = Field(None, description="UTC, if it names no zone.")
    closes_when_due: bool | None = None


class RecordsUpdate(BaseModel):
    """The body of PATCH /datasets/{id}/queue/records."""

    records: Annotated[list[UUID], Field(min_length=1, max_length=500)]
    priority: int | None = Field(None, ge=0, le=9, description="9 is handed out first; 5 is usual.")
    more_answers: int | None = Field(
        None, ge=0, le=MOST_MORE, description="0 takes back what was asked for beyond the rules."
    )


class RecordsJson(TypedDict):
    """How many records were changed."""

    updated: int


class QueueJson(TypedDict):
    """How a dataset hands out its records. How many answers each gets at least: the dataset's `distribution`.

    `overlap_percent` of the records get `overlap_answers`, if a property is named of those alone that have one of its
    values. `most_…`: what one person may hold at once, answer here, answer of all, answer in a day (UTC); null: no
    limit. `on_skip`, `on_discard`: the record comes back `later`, goes to `others`, or is `counted` as an answer.
    `job_id`: the job that puts the queue in order, while it is at it.
    """

    order: OrderName
    order_by: str
    is_descending: bool
    started: StartedName
    overlap_percent: int
    overlap_answers: int
    overlap_property: str
    overlap_values: list[str]
    opinion_question: str
    opinion_distance: float
    opinion_most: int
    match_properties: list[str]
    opens_unassigned: bool
    most_held: int
    most_records: int | None
    most_percent: int | None
    most_per_day: int | None
    on_skip: AgainName
    on_discard: AgainName
    stops_bad_prompts: bool
    is_paused: bool
    pause_note: str
    due_at: Time | None
    closes_when_due: bool
    job_id: UUID | None


def queue_json(dataset: Dataset) -> QueueJson:
    """The rules of a dataset."""
    job = put_in_order_by(dataset)
    rules = {name: getattr(dataset.rules, name) for name in FIELDS}
    return cast(QueueJson, {**rules, "job_id": job.pk if job else None})


class DatasetQueue(ApiView):
    """The rules of a dataset."""

    @operation("get_queue", REVIEWERS, gives={200: QueueJson})
    def get(self, request: Request, dataset_id: str) -> Reply:
        """Show how a dataset hands out its records."""
        return Reply(queue_json(fetch_dataset(self, Verb.REVIEW, dataset_id)))

    @operation("change_queue", MANAGERS, body=QueueUpdate, gives={200: QueueJson})
    def patch(self, request: Request, dataset_id: str) -> Reply:
        """Change how a dataset hands out its records; also to pause it and to resume it.

        Records follow at once; of a large dataset in a job, `job_id`, while people go on answering.
        """
        path_id(dataset_id, "dataset_id")
        changes = body(request, QueueUpdate).given()
        due_at = changes.get("due_at")
        if due_at is not None and due_at.tzinfo is None:
            changes["due_at"] = due_at.replace(tzinfo=UTC)
        dataset = fetch_dataset(self, Verb.MANAGE, dataset_id)
        update_rules(dataset, by=self.by, **changes)
        return Reply(queue_json(dataset))


class QueueRecords(ApiView):
    """Records whose turn, or whose number of answers, is not what the rules say."""

    @operation("prioritize_records", MANAGERS, body=RecordsUpdate, gives={200: RecordsJson})
    def patch(self, request: Request, dataset_id: str) -> Reply:
        """Let records come first or last, or ask for more answers to them. All of them, or none if one is unknown."""
        path_id(dataset_id, "dataset_id")
        sent = body(request, RecordsUpdate)
        dataset = fetch_dataset(self, Verb.MANAGE, dataset_id)
        number = prioritize(dataset, sent.records, priority=sent.priority, more_answers=sent.more_answers)
        return Reply({"updated": number})

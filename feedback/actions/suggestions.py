"""Suggestions: what somebody, mostly a model, proposes as an answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as changed
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from core.errors import Invalid
from core.jsonb import dumps
from core.models import new_id
from core.prepared import IsAny
from feedback.actions import record_rows, targets
from feedback.actions.refusal import about
from feedback.models import Dataset, Record, Suggestion
from feedback.shape import DatasetShape, QuestionShape


@dataclass
class Given:
    """A suggestion as it was sent, to the question of this id."""

    question_id: UUID
    value: Any
    score: Any = None
    agent: str | None = None
    type: str | None = None
    inserted_at: datetime | None = None  # None: now
    updated_at: datetime | None = None


@transaction.atomic
def suggest(record: Record, given: Given) -> Suggestion:
    """Put a suggestion to a question of the record, in the place of the one that it had."""
    write(record.dataset, [(record.pk, given)])
    targets.reckon_scores(record.dataset, [record.pk])
    return Suggestion.objects.get(record=record, question=given.question_id)


@transaction.atomic
def replace(record: Record, given: Sequence[Given]) -> None:
    """Make these the record's suggestions; all others go."""
    refuse_twice(given)
    kept = [one.question_id for one in given]
    Suggestion.objects.filter(record=record).exclude(question__in=kept).delete()
    write(record.dataset, [(record.pk, one) for one in given])
    targets.reckon_scores(record.dataset, [record.pk])


@transaction.atomic
def delete_suggestions(record: Record, ids: Iterable[UUID]) -> None:
    """Delete these suggestions of the record; unknown ids are passed over."""
    Suggestion.objects.filter(record=record, pk__in=list(ids)).delete()
    targets.reckon_scores(record.dataset, [record.pk])


def seen(record: Record) -> dict[str, Any]:
    """What is suggested now, for a response to keep: question -> {"value", "agent"}. One query."""
    names = {UUID(question.id): name for name, question in record.dataset.shape.questions.items()}
    return {
        names[one.question_id]: {"value": one.value, "agent": one.agent}
        for one in record.suggestions.all()
        if one.question_id in names
    }


def seen_of(records: Sequence[Record]) -> dict[UUID, dict[str, Any]]:
    """The same for many records of one dataset, by their ids."""
    found: dict[UUID, dict[str, Any]] = {record.pk: {} for record in records}
    shape = records[0].dataset.shape
    names = {UUID(question.id): name for name, question in shape.questions.items()}
    for one in Suggestion.objects.filter(IsAny("record_id", found)):
        if one.question_id in names:
            found[one.record_id][names[one.question_id]] = {"value": one.value, "agent": one.agent}
    return found


def write(
    dataset: Dataset, given: Sequence[tuple[UUID, Given]], fields: Mapping[UUID, Any] | None = None
) -> None:
    """Write many at once, after checking each by its question's kind. The last one for a question holds.

    `fields`: those of records that were written a moment ago, by id; the others are read.
    """
    if not given:
        return
    questions = {UUID(shape.id): shape for shape in dataset.shape.questions.values()}
    fields = record_rows.fields_of((pk for pk, _ in given), fields or {})
    checked = []
    for pk, one in given:
        with about(pk):
            checked.append((pk, check(dataset.shape, fields[pk], questions.get(one.question_id), one)))
    write_clean(dataset, checked)


def refuse_twice(given: Sequence[Given]) -> None:
    """Raise `Invalid` if two of one record's suggestions are for the same question."""
    if len({one.question_id for one in given}) < len(given):
        raise Invalid("Two suggestions are for the same question. Give one for each question.")


def write_clean(dataset: Dataset, given: Sequence[tuple[UUID, Given]]) -> None:
    """The same for suggestions in stored form, which were checked against the fields they came with."""
    if not given:
        return
    rows = {(pk, str(one.question_id)): _row(pk, one) for pk, one in given}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            insert into feedback_suggestion as s
                (id, organization_id, record_id, question_id, value, score, agent, type, inserted_at, updated_at)
            select id, %s, record_id, question_id, value, score, agent, type,
                    coalesce(inserted_at, now()), coalesce(updated_at, now())
                from jsonb_to_recordset(%s::jsonb) as x(id uuid, record_id uuid, question_id uuid, value jsonb,
                    score jsonb, agent text, type text, inserted_at timestamptz, updated_at timestamptz)
            on conflict (record_id, question_id) do update set value = excluded.value, score = excluded.score,
                agent = excluded.agent, type = excluded.type, updated_at = excluded.updated_at
            """,
            [dataset.organization_id, dumps(list(rows.values()))],
        )


def check(shape: DatasetShape, fields: Any, question: QuestionShape | None, given: Given) -> Given:
    """The suggestion in stored form, or `Invalid`. `fields`: those of its record, as stored."""
    if question is None:
        raise Invalid(f"The dataset has no question with the id {given.question_id}.")
    try:
        value = question.kind.clean(given.value, shape.item(fields), final=False)
        return changed(given, value=value, score=question.scores(given.value, value, given.score))
    except Invalid as error:
        raise Invalid(f"The suggestion for {question.name!r} is not valid: {error}") from None


def _row(pk: UUID, given: Given) -> dict[str, Any]:
    return {
        "id": str(new_id()),
        "record_id": str(pk),
        "question_id": str(given.question_id),
        "value": given.value,
        "score": given.score,
        "agent": given.agent,
        "type": given.type,
        "inserted_at": given.inserted_at,
        "updated_at": given.updated_at,
    }

"""Records and what was said about them, each as one document that PostgreSQL writes: quicker than value by value.

A document is an array of JSON. Times are texts of ISO 8601, ids are texts.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import orjson
from django.db import connection
from django.db.models import QuerySet

from feedback.models import Dataset, Response

RECORDS = """
    select record.position, json_build_array(record.id, record.external_id, queue.completed, record.fields,
        coalesce(record.metadata, '{{}}'), record.inserted_at, greatest(record.updated_at, queue.turned_at))::text
    from feedback_record record left join feedback_queueitem queue on queue.record_id = record.id
    where record.dataset_id = %s and record.position {which}
    order by record.position limit %s
"""
ANSWERS = """
    select record_id::text, json_agg(json_build_array(id, membership_id, status, "values", presentation, active_ms,
        guidelines_version, is_extra, reason, inserted_at, updated_at) order by inserted_at, id)::text
    from ({answers}) as answer where record_id = any(%s::uuid[]) group by record_id
"""
SUGGESTIONS = """
    select record_id::text, json_agg(json_build_array(question.name, value, agent, score, suggestion.type)
        order by suggestion.inserted_at, suggestion.id)::text
    from feedback_suggestion suggestion join feedback_question question on question.id = question_id
    where record_id = any(%s::uuid[]) group by record_id
"""
COLUMNS = (
    *(
        "id",
        "record_id",
        "membership_id",
        "status",
        "values",
        "presentation",
        "active_ms",
        "guidelines_version",
    ),
    *("is_extra", "reason", "inserted_at", "updated_at"),
)
# Digits as 0, all else as a dot: a number that long is read slowly, for the quick reader would make a fraction of it.
LOOKS = bytes(ord("0") if chr(code).isdigit() and code < 128 else ord(".") for code in range(256))
LONG = b"0" * 18


def after(dataset: Dataset, position: int, limit: int) -> list[tuple[int, list[Any]]]:
    """The next records, in their order: the position of each and its document."""
    return _read(RECORDS.format(which="> %s"), [dataset.pk, position, limit])


def at(dataset: Dataset, positions: Sequence[int]) -> list[tuple[int, list[Any]]]:
    """The records at these positions, in their order."""
    return _read(RECORDS.format(which="= any(%s)"), [dataset.pk, list(positions), len(positions)])


def answers(records: Sequence[str], meant: QuerySet[Response]) -> dict[str, list[list[Any]]]:
    """Record -> documents of those of its answers that are meant, the oldest first."""
    sql, params = meant.order_by().values(*COLUMNS).query.sql_with_params()
    return dict(_read(ANSWERS.format(answers=sql), [*params, list(records)]))


def suggestions(records: Sequence[str]) -> dict[str, list[list[Any]]]:
    """Record -> name of the question, value, agent, score and type of each suggestion."""
    return dict(_read(SUGGESTIONS, [list(records)]))


def _read(sql: str, params: Sequence[Any]) -> list[tuple[Any, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [(key, _parsed(document)) for key, document in cursor.fetchall()]


def _parsed(text: str) -> Any:
    raw = text.encode()
    return json.loads(text) if LONG in raw.translate(LOOKS) else orjson.loads(raw)

"""Records and what was said about them, each as one document that PostgreSQL writes: quicker than value by value.

A document is an array of JSON, with arrays of answers and suggestions at its end, or null. Times are texts of ISO 8601,
ids are texts. It is parsed only when its turn comes (`parsed`): a chunk of them as texts is small, as values large.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
from django.db import connection
from django.db.models import QuerySet
from psycopg.types.json import set_json_loads

from feedback.models import Dataset, Response

RECORDS = """
    select record.position, json_build_array(record.id, record.external_id, queue.completed, record.fields,
        coalesce(record.metadata, '{{}}'), record.inserted_at, greatest(record.updated_at, queue.turned_at),
        (select json_agg(json_build_array(id, membership_id, status, "values", presentation, active_ms,
            guidelines_version, is_extra, reason, inserted_at, updated_at, note, is_counted) order by inserted_at, id)
            from ({answers}) as answer where record_id = record.id),
        (select json_agg(json_build_array(question.name, value, agent, score, suggestion.type)
            order by suggestion.inserted_at, suggestion.id)
            from feedback_suggestion suggestion join feedback_question question on question.id = question_id
            where record_id = record.id))
    from (
        select *, sum(pg_column_size(fields)) over (order by position) - pg_column_size(fields) as before
        from (select * from feedback_record where dataset_id = %s and position {which} order by position limit %s) piece
    ) record left join feedback_queueitem queue on queue.record_id = record.id
    where before < %s order by record.position
"""
COLUMNS = (
    *("id", "record_id", "membership_id", "status", "values", "presentation", "active_ms"),
    *("guidelines_version", "is_extra", "reason", "inserted_at", "updated_at", "note", "is_counted"),
)
PIECE = 4 << 20  # bytes of fields, as they are stored, that are read at a time; one record may have more
# Digits as 0, all else as a dot: a number that long is read slowly, for the quick reader would make a fraction of it.
LOOKS = bytes(ord("0") if chr(code).isdigit() and code < 128 else ord(".") for code in range(256))
LONG = b"0" * 18


def after(
    dataset: Dataset, position: int, limit: int, answers: QuerySet[Response]
) -> list[tuple[int, bytes]]:
    """The next records, in their order: the position of each and its document, with those of the answers meant."""
    return _read(dataset, "> %s", position, limit, answers)


def at(dataset: Dataset, positions: Sequence[int], answers: QuerySet[Response]) -> list[tuple[int, bytes]]:
    """The first of the records at these positions, in their order."""
    return _read(dataset, "= any(%s)", list(positions), len(positions), answers)


def parsed(document: bytes) -> list[Any]:
    """What is in it, each number exactly."""
    is_exact = LONG not in document.translate(LOOKS)
    found: list[Any] = orjson.loads(document) if is_exact else json.loads(document)
    return found


def moment(text: str) -> str:
    """A moment as PostgreSQL has it in JSON, as exports have it (feedback/exports/base.py)."""
    if text[26:] == "+00:00":  # so it is but for one in ten, which ends in a zero
        return text[:26] + "Z"
    return datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _as_it_is(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def _read(
    dataset: Dataset, which: str, value: Any, limit: int, answers: QuerySet[Response]
) -> list[tuple[int, bytes]]:
    meant, params = answers.order_by().values(*COLUMNS).query.sql_with_params()
    with connection.cursor() as cursor:
        set_json_loads(_as_it_is, cursor.cursor)
        cursor.execute(RECORDS.format(answers=meant, which=which), [*params, dataset.pk, value, limit, PIECE])
        found: list[tuple[int, bytes]] = cursor.fetchall()
        return found

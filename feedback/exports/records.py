"""Everything: one row a record, with all that was said about it, as it is stored."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from json import dumps
from typing import Any, Literal

import pyarrow as pa
from django.utils.translation import gettext_noop
from pydantic import Field

from feedback.exports import base
from feedback.exports.base import Answer, ExportRecord, Row, Suggestion, Tally
from feedback.exports.prompts import Prompts
from feedback.exports.turns import group
from feedback.shape import DatasetShape

FREE = ("fields", "metadata", "suggestions", "responses")  # columns whose values may differ from row to row


class Options(base.Options):
    """For whom the file is."""

    columns: Literal["nested", "text"] = Field(
        "nested",
        title=gettext_noop("Columns"),
        description=gettext_noop(
            "Nested JSON suits scripts. JSON as text is for readers that want one type a column, "
            "such as Hugging Face datasets on files above 10 MB."
        ),
        json_schema_extra={
            "words": {"nested": gettext_noop("Nested JSON"), "text": gettext_noop("JSON as text")}
        },
    )


class Records(base.Kind[Options]):
    """All records with all responses, drafts and discarded ones too. Nothing is left out or rewritten."""

    name = "records"
    label = gettext_noop("Records")
    order = 10
    description = gettext_noop(
        "Every record with all fields, metadata, suggestions and responses. For analysis and backup."
    )
    schema = Options

    def rows(
        self, records: Iterable[ExportRecord], options: Options, shape: DatasetShape, tally: Tally
    ) -> Iterator[Row]:
        prompts, aside = Prompts(shape, ()), Tally()
        for record in records:
            tally.counts["records_read"] += 1
            for answer in record.answers:
                tally.counts[f"responses_{answer.status}"] += 1
            row = _row(record, shape)
            asked = prompts.of(record, aside)
            yield Row(
                _as_text(row) if options.columns == "text" else row,
                group(asked) if asked else record.id,
                record.id,
                tuple(one["id"] for one in row["responses"]),
            )

    def columns(self, options: Options, shape: DatasetShape) -> pa.Schema:
        names = ("id", "external_id", "status", *FREE, "inserted_at", "updated_at")
        return pa.schema([(name, pa.string()) for name in names])


def _row(record: ExportRecord, shape: DatasetShape) -> dict[str, Any]:
    answers = sorted(record.answers, key=lambda one: (one.inserted_at, one.person))
    given = {name: _suggestion(one) for name, one in record.suggestions.items()}
    return {
        "id": record.id,
        "external_id": record.external_id,
        "status": record.status,
        "fields": dict.fromkeys(shape.fields) | dict(record.fields),
        "metadata": dict(record.metadata),
        "suggestions": dict.fromkeys(shape.questions) | given,
        "responses": [_response(one, shape) for one in answers],
        "inserted_at": _moment(record.inserted_at),
        "updated_at": _moment(record.updated_at),
    }


def _suggestion(one: Suggestion) -> dict[str, Any]:
    return {"value": one.value, "agent": one.agent, "score": one.score, "type": one.type}


def _response(one: Answer, shape: DatasetShape) -> dict[str, Any]:
    return {
        "id": one.id,
        "annotator": one.person,
        "status": one.status,
        "values": dict.fromkeys(shape.questions) | dict(one.values),
        "presentation": dict(one.presentation),
        "active_ms": one.active_ms,
        "guideline_version": one.guideline_version,
        "is_extra": one.is_extra,
        "reason": one.reason,
        "inserted_at": _moment(one.inserted_at),
        "updated_at": _moment(one.updated_at),
    }


def _moment(when: datetime) -> str:
    """UTC to the microsecond: always the same form, and one that no reader takes for a date and rounds."""
    return when.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _as_text(row: dict[str, Any]) -> dict[str, Any]:
    """Every column a text, in every row. A record without an external id has an empty one."""
    free = {name: dumps(row[name], ensure_ascii=False, allow_nan=False) for name in FREE}
    return row | {"external_id": row["external_id"] or ""} | free

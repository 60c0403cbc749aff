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
FREE_OF_ONE = (
    "fields",
    "metadata",
    "suggestions",
    "values",
    "presentation",
)  # the same, of a row for each response
OF_ONE = (
    *("id", "external_id", "status", "fields", "metadata", "suggestions", "inserted_at", "updated_at"),
    *(
        "response_id",
        "annotator",
        "response_status",
        "values",
        "presentation",
        "active_ms",
        "guideline_version",
    ),
    *("is_extra", "reason", "answered_at"),
)


class Options(base.Options):
    """What a row is, and for whom the file is."""

    rows: Literal["record", "response"] = Field(
        "record",
        title=gettext_noop("One row for each"),
        description=gettext_noop("With a row for each response, records without any are left out."),
        json_schema_extra={"words": {"record": gettext_noop("Record"), "response": gettext_noop("Response")}},
    )
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
    file_types = ("jsonl", "json", "csv", "parquet")

    def rows(
        self, records: Iterable[ExportRecord], options: Options, shape: DatasetShape, tally: Tally
    ) -> Iterator[Row]:
        prompts, aside = Prompts(shape, ()), Tally()
        for record in records:
            tally.counts["records_read"] += 1
            for answer in record.answers:
                tally.counts[f"responses_{answer.status}"] += 1
            whole = _row(record, shape)
            asked = prompts.of(record, aside)
            by = group(asked) if asked else record.id
            if options.rows == "record":
                ids = tuple(one["id"] for one in whole["responses"])
                yield Row(_as_text(whole, FREE) if options.columns == "text" else whole, by, record.id, ids)
                continue
            tally.left_out["records_without_an_answer"] += not whole["responses"]
            for one in whole["responses"]:
                row = _of_one(whole, one)
                data = _as_text(row, FREE_OF_ONE) if options.columns == "text" else row
                yield Row(data, by, record.id, (one["id"],))

    def columns(self, options: Options, shape: DatasetShape) -> pa.Schema:
        if options.rows == "record":
            names = ("id", "external_id", "status", *FREE, "inserted_at", "updated_at")
            return pa.schema([(name, pa.string()) for name in names])
        types = {"active_ms": pa.int64(), "guideline_version": pa.int64(), "is_extra": pa.bool_()}
        return pa.schema([(name, types.get(name, pa.string())) for name in OF_ONE])


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
    here = when if when.tzinfo is UTC else when.astimezone(UTC)
    return here.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def _of_one(record: dict[str, Any], response: dict[str, Any]) -> dict[str, Any]:
    """A row of one response, with its record in front; what both are called says whose it is."""
    renamed = {"id": "response_id", "status": "response_status", "inserted_at": "answered_at"}
    said = {renamed.get(name, name): value for name, value in response.items() if name != "updated_at"}
    both = {name: value for name, value in record.items() if name != "responses"} | said
    return {name: both[name] for name in OF_ONE}


def _as_text(row: dict[str, Any], free_columns: tuple[str, ...]) -> dict[str, Any]:
    """All that is free as a text, in every row. A record without an external id has an empty one."""
    free = {name: dumps(row[name], ensure_ascii=False, allow_nan=False) for name in free_columns}
    return row | {"external_id": row["external_id"] or ""} | free

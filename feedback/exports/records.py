"""Everything: one row a record, with all that was said about it, as it is stored."""

from collections.abc import Iterable, Iterator
from functools import partial
from json import dumps
from operator import attrgetter
from typing import Any, Literal

import pyarrow as pa
from django.utils.translation import gettext_noop
from pydantic import Field

from feedback.exports import base
from feedback.exports.base import Answer, ExportRecord, Row, Tally
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
COUNTED = {status: f"responses_{status}" for status in ("submitted", "draft", "discarded")}
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
    *("is_extra", "is_counted", "reason", "note", "answered_at"),
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
        prompts = Prompts(shape, ())
        fields, questions = dict.fromkeys(shape.fields), dict.fromkeys(shape.questions)
        for record in records:
            tally.counts["records_read"] += 1
            for answer in record.answers:
                tally.counts[COUNTED[answer.status]] += 1
            whole = _row(record, fields, questions)
            by = partial(_prompt, record, prompts)
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
        types = {"active_ms": pa.int64(), "guideline_version": pa.int64()}
        types |= dict.fromkeys(("is_extra", "is_counted"), pa.bool_())
        return pa.schema([(name, types.get(name, pa.string())) for name in OF_ONE])


def _prompt(record: ExportRecord, prompts: Prompts) -> str:
    """What all rows of the record's prompt have in common."""
    asked = prompts.of(record, Tally())
    return group(asked) if asked else record.id


def _row(record: ExportRecord, fields: dict[str, None], questions: dict[str, None]) -> dict[str, Any]:
    """`fields`, `questions`: all that there are, for a record may lack some."""
    answers = sorted(record.answers, key=attrgetter("inserted_at", "person"))
    return {
        "id": record.id,
        "external_id": record.external_id,
        "status": record.status,
        "fields": fields | record.fields,
        "metadata": record.metadata,
        "suggestions": questions | {name: one._asdict() for name, one in record.suggestions.items()},
        "responses": [_response(one, questions) for one in answers],
        "inserted_at": record.inserted_at,
        "updated_at": record.updated_at,
    }


def _response(one: Answer, questions: dict[str, None]) -> dict[str, Any]:
    return {
        "id": one.id,
        "annotator": one.person,
        "status": one.status,
        "values": questions | one.values,
        "presentation": one.presentation,
        "active_ms": one.active_ms,
        "guideline_version": one.guideline_version,
        "is_extra": one.is_extra,
        "is_counted": one.is_counted,
        "reason": one.reason,
        "note": one.note,
        "inserted_at": one.inserted_at,
        "updated_at": one.updated_at,
    }


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

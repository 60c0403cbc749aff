"""Records as the contract has them on the Hub (section 10): one row a record, one column a part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from core.errors import Invalid
from feedback.exports import ExportRecord
from feedback.shape import DatasetShape

MOMENTS = ("inserted_at", "updated_at")
METADATA, VECTOR, SUGGESTION, RESPONSES = "metadata.", "vector.", ".suggestion", ".responses"
MOST_FURTHER = 500  # names of metadata that nobody described


class Columns:
    """The columns of a dataset, in their order; further metadata stands at the end as it turns up."""

    def __init__(self, shape: DatasetShape, vectors: Iterable[str] = ()) -> None:
        self.shape = shape
        self.vectors = list(vectors)
        self.further: dict[str, None] = {}

    @property
    def names(self) -> list[str]:
        """Each once; a question named like a field has columns of its own anyway."""
        asked = (self._of_question(name) for name in self.shape.questions)
        return [
            *("id", "status", *MOMENTS, "_server_id"),
            *self.shape.fields,
            *(column for columns in asked for column in columns),
            *(METADATA + name for name in (*self.shape.metadata, *self.further)),
            *(VECTOR + name for name in self.vectors),
        ]

    def row(self, record: ExportRecord, vectors: Mapping[str, Any]) -> dict[str, Any]:
        """Column -> value; a column that is not there holds nothing. Persons are told by their ids."""
        row: dict[str, Any] = {
            "id": record.external_id,
            "status": record.status,
            "inserted_at": datetime.fromisoformat(record.inserted_at).isoformat(),
            "updated_at": datetime.fromisoformat(record.updated_at).isoformat(),
            "_server_id": record.id,
        }
        for name, field in self.shape.fields.items():
            if name in record.fields:
                row[name] = field.kind.wire(record.fields[name])
        for name in self.shape.questions:
            row |= self._said(name, record)
        for name, value in record.metadata.items():
            if value is not None:
                row[METADATA + name] = self._metadata(name, value)
        return row | {VECTOR + name: vectors[name] for name in self.vectors if name in vectors}

    def _of_question(self, name: str) -> Sequence[str]:
        answers, given = name + RESPONSES, name + SUGGESTION
        return (answers, f"{answers}.users", f"{answers}.status", given, f"{given}.agent", f"{given}.score")

    def _said(self, name: str, record: ExportRecord) -> dict[str, Any]:
        """All answers of one question, each with who gave it and whether it is final; and the suggestion."""
        kind = self.shape.questions[name].kind
        given = sorted(record.answers, key=lambda one: (one.inserted_at, one.person))
        answers = [one for one in given if name in one.values]
        said: dict[str, Any] = {}
        responses, users, status, suggestion, agent, score = self._of_question(name)
        if answers:
            said[responses] = [kind.wire(one.values[name]) for one in answers]
            said[users] = [one.person for one in answers]
            said[status] = [one.status for one in answers]
        if one := record.suggestions.get(name):
            said |= {suggestion: kind.suggested(one.value), agent: one.agent, score: one.score}
        return said

    def _metadata(self, name: str, value: Any) -> Any:
        if name in self.shape.metadata:
            return self.shape.metadata[name].kind.column(value)
        self.further[name] = None
        if len(self.further) > MOST_FURTHER:
            raise Invalid(
                f"The records have more than {MOST_FURTHER} names of metadata that the dataset does not describe, "
                "too many for a table. Describe those that matter, or export a file instead."
            )
        return value

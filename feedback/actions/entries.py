"""Records as they are sent to be written, and what became of them. Writing: records.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from feedback.actions import answers, suggestions
from feedback.models import Dataset, Record


class _Absent(Enum):
    """One of a kind in every process: entries are read in another one than writes them."""

    ABSENT = "absent"


ABSENT: Any = _Absent.ABSENT  # a key that was not sent: what is stored stays


@dataclass(slots=True)
class Entry:
    """One record to write, as it was sent. What is ABSENT stays as it is stored.

    Fields and metadata that were checked as they were read from a file may be packed (core/jsonb.py).
    """

    id: UUID | None = None
    external_id: str | None = None
    fields: Any = ABSENT
    metadata: Any = ABSENT
    suggestions: Sequence[suggestions.Given] = ()
    responses: Sequence[answers.Given] = ()
    vectors: Mapping[str, Sequence[float]] = field(default_factory=dict)
    inserted_at: datetime | None = None  # when it came and changed elsewhere; None: now
    updated_at: datetime | None = None

    @property
    def touches_record(self) -> bool:
        """Whether it says anything about fields or metadata."""
        return self.fields is not ABSENT or self.metadata is not ABSENT

    def then(self, later: Entry) -> Entry:
        """What the record becomes if `later` comes in the same call: it replaces what it mentions."""
        fields = self.fields if later.fields is ABSENT else later.fields
        return replace(
            self, fields=fields, metadata=self.metadata if later.metadata is ABSENT else later.metadata
        )


@dataclass
class Written:
    """What became of the entries: the ids of their records in the order sent, and what is new among them."""

    ids: list[UUID] = field(default_factory=list)
    updated: set[UUID] = field(default_factory=set)  # those whose fields or metadata really changed
    new: dict[UUID, Entry] = field(default_factory=dict)  # in the order sent
    moment: datetime | None = None  # when the new ones came
    answered: set[UUID] = field(default_factory=set)  # those that came with responses
    embedded: set[UUID] = field(default_factory=set)  # those that came with vectors
    turned: dict[UUID, bool] = field(default_factory=dict)  # completed now, or no longer; if anybody listens


def fresh(dataset: Dataset, written: Written) -> dict[UUID, Record]:
    """The new records as reading them again would give them; that would cost a quarter of the whole call."""
    found = {}
    dates = {"inserted_at": written.moment, "updated_at": written.moment}
    for pk, entry in written.new.items():
        row = new_row(pk, entry) | dates | {"id": pk}
        record = Record(**row, dataset=dataset, organization_id=dataset.organization_id)
        if pk not in written.answered:
            record.is_completed, record.changed_at, record.responses_read = False, record.updated_at, []
        if pk not in written.embedded:
            record.vectors_read = []
        found[pk] = record
    return found


def new_row(pk: UUID, entry: Entry) -> dict[str, Any]:
    """As `record_rows.insert` takes it."""
    metadata = None if entry.metadata is ABSENT else entry.metadata
    return {"id": str(pk), "external_id": entry.external_id, "fields": entry.fields, "metadata": metadata}


def changed_row(pk: UUID, entry: Entry) -> dict[str, Any]:
    """As `record_rows.update` takes it."""
    return {
        "id": str(pk),
        "fields": None if entry.fields is ABSENT else entry.fields,
        "metadata": None if entry.metadata is ABSENT else entry.metadata,
        "keeps_metadata": entry.metadata is ABSENT,
    }

"""Registering interactions: what an application asked of a model, with the response, becomes a record each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Literal

from django.db import transaction
from pydantic import BaseModel, Field

from core.errors import Invalid
from core.schema import parse
from core.tenancy import acting_for
from core.text import Json
from feedback import imports
from feedback.actions.entries import Entry
from feedback.actions.records import import_records
from feedback.imports.convert import Incoming
from feedback.imports.jsonl import JsonLines
from feedback.interactions import Places
from feedback.models import Dataset

CHUNK = 500  # lines in a transaction
HEAVY = 8 << 20  # bytes in a transaction

Result = Literal["created", "updated", "unchanged"]


class Pair(BaseModel):
    """A request to a model, as it was sent, and the response, as it came. Further `metadata` is the application's."""

    request: dict[str, Json]
    response: dict[str, Json]
    latency_ms: float | None = Field(None, ge=0, allow_inf_nan=False)
    metadata: dict[str, Json] | None = None


@dataclass(frozen=True)
class Registered:
    """What became of a pair: its record, and whether that is new."""

    record_id: str
    external_id: str
    result: Result


@dataclass(frozen=True)
class Refused:
    """A line that could not come in: where in it, and why."""

    column: str
    reason: str


@transaction.atomic
def register_interactions(dataset: Dataset, pairs: Sequence[Pair]) -> list[Registered]:
    """All of them or none. The id of a response is the record's external id: registered again, it is the same."""
    places = places_of(dataset)
    found = []
    for number, pair in enumerate(pairs):
        try:
            found.append(_placed(pair, places))
        except Invalid as error:
            at = "" if len(pairs) == 1 else f"Interaction at position {number} is not valid: "
            raise Invalid(f"{at}{error}", error.errors) from None
    return _write(dataset, found)


def register_lines(
    dataset: Dataset, places: Places, file: BinaryIO
) -> Iterator[tuple[int, Registered | Refused]]:
    """Each line that is not blank, by its number, with what became of it; a bad one stops none of the others.

    Some hundred lines at a time are written, in transactions of their own, so memory stays the same.
    """
    rows: list[imports.Row | imports.BadRow] = []
    size = 0
    for row in JsonLines().rows(file):
        rows.append(row)
        size += len(row.raw)
        if len(rows) >= CHUNK or size >= HEAVY:
            yield from _take(dataset, places, rows)
            rows, size = [], 0
    yield from _take(dataset, places, rows)


def places_of(dataset: Dataset) -> Places:
    """Where interactions go in this dataset; `Invalid` if it is a draft or does not suit."""
    if not dataset.is_published:
        raise Invalid("The dataset is a draft. Publish it before registering interactions.")
    return Places.of(dataset.shape)


def _take(
    dataset: Dataset, places: Places, rows: Sequence[imports.Row | imports.BadRow]
) -> list[tuple[int, Registered | Refused]]:
    read = [(row.line, _read(row, places)) for row in rows]
    good = [one for _, one in read if isinstance(one, Incoming)]
    with acting_for(dataset.organization_id), transaction.atomic():
        written = iter(_write(dataset, good))
    return [(line, one if isinstance(one, Refused) else next(written)) for line, one in read]


def _read(row: imports.Row | imports.BadRow, places: Places) -> Incoming | Refused:
    if isinstance(row, imports.BadRow):
        return Refused(row.column, row.reason)
    try:
        return _placed(parse(Pair, row.data, sentence="This is no interaction."), places)
    except Invalid as error:
        return Refused(*next(iter(error.errors.items()), ("", str(error))))


def _placed(pair: Pair, places: Places) -> Incoming:
    further: Mapping[str, Any] = pair.metadata or {}
    return places.place(pair.request, pair.response, **{"latency_ms": pair.latency_ms, **further})


def _write(dataset: Dataset, found: Sequence[Incoming]) -> list[Registered]:
    if not found:
        return []
    written = import_records(
        dataset,
        [Entry(external_id=one.external_id, fields=one.fields, metadata=one.metadata) for one in found],
    )
    return [
        Registered(
            str(pk),
            one.external_id or "",
            "created" if pk in written.new else "updated" if pk in written.updated else "unchanged",
        )
        for pk, one in zip(written.ids, found, strict=True)
    ]

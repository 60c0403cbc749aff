"""What an export would be like: its first rows and about how large it gets, from a few records."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import transaction

from feedback import exports
from feedback.actions.export_reading import Reader
from feedback.exports import ExportRecord, Tally
from feedback.exports.files.formats import TYPES
from feedback.exports.files.lines import Lines, Spoilt
from feedback.exports.plan import Plan
from feedback.models import Dataset

SHOWN = 5  # rows
FIRST = 50  # records from the beginning, and …
SPREAD = 20  # … places over all of them, where …
EACH = 10  # … so many are read
COUNTED = 100_000  # records that filters let pass that are counted
PACKED = 0.35  # of the bytes of JSON that Parquet takes, about


@dataclass(frozen=True)
class Look:
    """`rows`: the first, as they would be written; `records`, `estimated_rows`, `bytes`: about how many in all.

    `is_more`: there are more records than were counted; `left_out`, `faults`: of the `looked_at` records of the sample.
    """

    columns: Sequence[str]
    rows: Sequence[dict[str, Any]]
    records: int
    is_more: bool
    estimated_rows: int
    bytes: int
    looked_at: int
    left_out: dict[str, int]
    faults: Sequence[str]


@transaction.atomic
def look_ahead(dataset: Dataset, plan: Plan) -> Look:
    """Make the rows of a few records. `Invalid` for what cannot be meant; keeping apart from a file is left aside."""
    reader = Reader(dataset, plan.filters, plan.weights)
    places, records, is_more = _places(reader)
    tally, faults, lines = Tally(), [], _lines(dataset, plan)
    sample = list(_records(reader, places, tally))
    rows: list[dict[str, Any]] = []
    made = size = 0
    kind = exports.kinds[plan.format]()
    options = kind.options(plan.options, dataset.shape)
    for row in kind.rows(sample, options, dataset.shape, tally):
        reason = kind.check(row.data, options)
        try:
            line = b"" if reason else lines.encode(row.data)
        except Spoilt as spoilt:
            reason = str(spoilt)
        if reason:
            faults.append(reason)
            continue
        made, size = made + 1, size + len(line) + 1
        if len(rows) < SHOWN:
            rows.append(row.data)
    share = records / len(sample) if sample else 0.0
    packed = PACKED if TYPES[plan.file_type].ending == "parquet" else 1.0
    return Look(
        columns=lines.names,
        rows=rows,
        records=records,
        is_more=is_more,
        estimated_rows=round(made * share),
        bytes=round(size * share * packed),
        looked_at=len(sample),
        left_out={name: number for name, number in sorted(tally.left_out.items()) if number},
        faults=list(dict.fromkeys(faults))[:SHOWN],
    )


def _lines(dataset: Dataset, plan: Plan) -> Lines:
    kind = exports.kinds[plan.format]()
    columns = kind.columns(kind.options(plan.options, dataset.shape), dataset.shape)
    return Lines(columns, as_table=TYPES[plan.file_type].is_table)


def _places(reader: Reader) -> tuple[array[int], int, bool]:
    """Positions of a sample, how many records the filters let pass, and whether there are more than were counted."""
    if reader.narrows:
        found = reader.rows().order_by("position").values_list("position", flat=True)[: COUNTED + 1]
        passing = array("q", found)
        step = max(1, len(passing) // (SPREAD * EACH))
        return (
            _unique([*passing[:FIRST], *passing[::step]]),
            min(len(passing), COUNTED),
            len(passing) > COUNTED,
        )
    count, rows = reader.dataset.count, reader.dataset.records.order_by("position")
    starts = [place * count.next_position // SPREAD for place in range(1, SPREAD)]
    some = [rows[:FIRST], *(rows.filter(position__gte=start)[:EACH] for start in starts)]
    places = [place for part in some for place in part.values_list("position", flat=True)]
    return _unique(places), count.records, False


def _unique(places: Sequence[int]) -> array[int]:
    return array("q", sorted(set(places)))


def _records(reader: Reader, places: array[int], tally: Tally) -> Iterator[ExportRecord]:
    return islice(reader.records(places, tally), FIRST + SPREAD * EACH * 2)

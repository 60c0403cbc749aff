"""One split of a data set on the Hub: its rows, one after another, from any of them on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from core.errors import Invalid
from feedback.hub import layout, tables
from feedback.hub.repository import CONVERTED, Repository, card_of
from feedback.imports import features
from feedback.imports.cells import as_json

MOST_COUNTED = 20  # files; opening thousands to count their rows would take longer than it is worth


@dataclass(frozen=True)
class Place:
    """Where reading goes on: the number of a file, `at` and `line` in it (tables.Cells), and of all rows so far."""

    file: int = 0
    at: int = 0
    line: int = 0
    rows: int = 0


@dataclass(frozen=True)
class SplitRow:
    """A row. `number`: from 0, in the whole split; `bad`: the column and why it cannot come in, if so."""

    number: int
    values: dict[str, Any]
    size: int
    after: Place
    bad: tuple[str, str] | None = None
    raw: bytes | None = None


@dataclass(frozen=True)
class Split:
    """What is to be read, at a commit that stays the same however often somebody asks for it."""

    name: str
    revision: str
    files: list[str]
    features: dict[str, Any] = field(default_factory=dict)
    total: int | None = None

    def rows(
        self,
        repository: Repository,
        columns: Sequence[str] | None = None,
        after: Place | None = None,
        *,
        but: Collection[str] = (),
    ) -> Iterator[SplitRow]:
        """The rows after that place, with these columns of them (None: all, `but` those)."""
        place = after or Place()
        number = place.rows
        with repository.reading():
            for file in range(place.file, len(self.files)):
                path, at, line = self.files[file], place.at, place.line
                place = Place()
                with repository.open(path, self.revision) as opened:
                    wanted = tables.Wanted(columns, but)
                    for cells in tables.reader_of(path)(opened, path, wanted, at, line):
                        end = Place(file, cells.at, cells.line, number + 1)
                        yield self._row(number, cells, end)
                        number += 1

    def _row(self, number: int, cells: tables.Cells, after: Place) -> SplitRow:
        if cells.bad:
            bad = cells.bad
            return SplitRow(number, {}, cells.size, after, (bad.column, bad.reason), bad.raw)
        values, wrong = {}, None
        for name, value in cells.values.items():
            try:
                values[name] = as_json(value, cells.features.get(name) or self.features.get(name))
            except Invalid as error:
                wrong = wrong or (name, str(error))
        return SplitRow(number, values, cells.size, after, wrong)

    def first(self, repository: Repository, several: int) -> list[dict[str, Any]]:
        """The first rows that can be read."""
        return [row.values for row in islice(self.rows(repository), several) if not row.bad]


def find(repository: Repository, subset: str, split: str) -> Split:
    """The split as it stands now on the Hub. `Invalid` if it is not there or cannot be read.

    Where the authors' own files are of other kinds, the Parquet files that the Hub makes of them serve.
    """
    with repository.reading():
        main = str(repository.revision())
        paths = repository.paths(main)
        card = card_of(repository.readme(main)) if "README.md" in paths else {}
        said = layout.described(card, paths)
        layouts = [said or layout.named(paths)]
        revision = main
        try:
            _, files = layout.choose(layouts, subset, split, layout.SURE)
        except Invalid:
            if converted := repository.revision(CONVERTED):
                layouts.insert(0, layout.converted(repository.paths(converted)))
            number, files = layout.choose(layouts, subset, split)
            revision = converted if converted and number == 0 else main
        found = Split(repository.name, revision, files, features.of_card(card, subset))
        total = features.rows_of(card, subset, split) if revision == main else None
        return replace(found, total=total if total is not None else _count(repository, found))


def _count(repository: Repository, split: Split) -> int | None:
    """How many rows there are, if the files say so and are not too many to ask."""
    if len(split.files) > MOST_COUNTED:
        return None
    rows = 0
    for path in split.files:
        with repository.open(path, split.revision) as file:
            found = tables.count(path, file) if path.lower().endswith(".parquet") else None
        if found is None:
            return None
        rows += found
    return rows

"""Records that say nearly the same as one that somebody is about to add."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts.models import Membership
from feedback.models import Dataset, Record
from feedback.reports.listing import beginning
from feedback.search.near import near
from feedback.search.scope import Scope
from feedback.search.words import words

ALIKE = 0.7  # of the words of both
SHOWN = 3
MOST_READ = 20_000  # characters of a text that are compared


@dataclass(frozen=True)
class Alike:
    """A record, how it begins, and how much of the words of both are in both, in percent."""

    id: UUID
    text: str
    percent: int


def alike(dataset: Dataset, fields: Mapping[str, Any], *, by: Membership) -> list[Alike]:
    """The records that are most like these fields, in each of those that people write; the nearest first."""
    mine = _words(dataset, fields)
    ids = near(frozenset().union(*mine.values()), Scope(dataset, by))
    records = Record.objects.filter(pk__in=ids, dataset=dataset)
    shares = [(_share(mine, _words(dataset, one.fields)), one) for one in records]
    nearest = sorted(
        (pair for pair in shares if pair[0] >= ALIKE), key=lambda pair: (-pair[0], pair[1].position)
    )
    return [Alike(one.pk, beginning(one, dataset)[0], int(100 * share)) for share, one in nearest[:SHOWN]]


def _words(dataset: Dataset, fields: Mapping[str, Any]) -> dict[str, set[str]]:
    """The words of each field that people can write: answers of models are none of them."""
    kinds = {name: field.kind for name, field in dataset.shape.fields.items() if field.kind.is_written}
    found = {
        name: set(words(kinds[name].plain(fields[name])[:MOST_READ])) for name in kinds if name in fields
    }
    return {name: some for name, some in found.items() if some}


def _share(mine: Mapping[str, set[str]], theirs: Mapping[str, set[str]]) -> float:
    """The least of all fields: the same system message says nothing of the prompts after it."""
    empty: set[str] = set()
    pairs = [(mine.get(name, empty), theirs.get(name, empty)) for name in mine.keys() | theirs.keys()]
    return min((len(one & other) / len(one | other) for one, other in pairs), default=0.0)

"""Columns that hold lists or objects, taken apart into columns of their own, and put together again."""

from collections.abc import Iterable, Mapping
from typing import Any

from feedback.imports.mapping import Mapping as ColumnMapping

APART = "apart"  # in the place of a target: take the column apart
TOGETHER = "together:"  # … put the column that is named together again
MOST = 50  # parts of a column


def rearranged(chosen: Mapping[str, str], rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The mapping that somebody chose, done with what it says about taking apart and putting together."""
    found = {
        column: target
        for column, target in chosen.items()
        if target != APART and not target.startswith(TOGETHER)
    }
    for target in chosen.values():
        if target.startswith(TOGETHER):
            whole = target.removeprefix(TOGETHER)
            found = {name: one for name, one in found.items() if not name.startswith(f"{whole}.")}
    for column, target in chosen.items():
        if target == APART:
            found |= {f"{column}.{part}": "skip" for part in parts(column, chosen, rows)}
    return found


def is_rearranging(targets: Iterable[object]) -> bool:
    """Whether any of them takes a column apart, or puts one together."""
    return any(target == APART or str(target).startswith(TOGETHER) for target in targets)


def parts(column: str, chosen: Mapping[str, str], rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """The keys or numbers inside a column, in the order in which they first appear."""
    reading = ColumnMapping({name: one for name, one in chosen.items() if one != APART and ":" not in one})
    found: dict[str, None] = {}
    for row in rows:
        for name, value in reading.spread(row):
            if name == column and isinstance(value, dict | list):
                keys = value if isinstance(value, dict) else map(str, range(len(value)))
                found |= dict.fromkeys(keys)
        if len(found) >= MOST:
            break
    return list(found)[:MOST]


def is_nested(value: Any) -> bool:
    """Whether it can be taken apart."""
    return isinstance(value, dict | list) and bool(value)

"""How the cells of a CSV file are parted and quoted, found out from its beginning."""

import csv
import io
from typing import Any

LOOKED_AT = 1 << 16  # characters that the dialect is found out from
MOST_ROWS = 100  # that the dialect is found out from
ESCAPED: dict[str, Any] = {"escapechar": "\\", "doublequote": False}


def dialect_of(beginning: str, between: str) -> dict[str, Any]:
    """How the cells are parted and quoted, as the csv module takes it."""
    delimiter = best(beginning, between)[0]
    plain, escaped = ({"delimiter": delimiter}, {"delimiter": delimiter, **ESCAPED})
    if '\\"' in beginning and _fit(beginning, escaped) > _fit(beginning, plain):
        return escaped
    return plain


def best(text: str, between: str) -> tuple[str, float]:
    """The sign that parts the first rows into the same number of cells, the most cells; and how many rows agree."""
    found = [(*_fit(text, {"delimiter": sign}), sign) for sign in between]
    agreeing, cells, sign = max(found, key=lambda one: (one[0] * (one[1] > 1), one[1]))
    return (sign, agreeing) if cells > 1 and agreeing else (between[0], 0)


def _fit(text: str, dialect: dict[str, Any]) -> tuple[float, int]:
    """The share of rows with as many cells as the first, in tenths, and how many it has."""
    counts: list[int] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, **dialect)
    while len(counts) < MOST_ROWS:
        try:
            row = next(reader, None)
        except csv.Error:
            row = [""]
        if row is None:
            break
        counts += [len(row)] if row else []
    if len(counts) > 1 and len(text) >= LOOKED_AT // 4:
        counts.pop()  # perhaps cut off
    if not counts or counts[0] < 2:
        return 0, 1
    return round(10 * sum(number == counts[0] for number in counts) / len(counts)), counts[0]

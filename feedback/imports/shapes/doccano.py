"""doccano's exports: a text with the labels that stand for it, or for pieces of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_noop

from feedback.imports import turns
from feedback.imports.shapes import base
from feedback.imports.shapes.base import Look, Row

NAMES = ("label", "labels", "entities")
OTHERS = ("relations", "Comments", "comments")


class Doccano(base.Kind):
    """`text` and `label`: [start, end, label] for pieces, words for the whole; or `entities` with offsets."""

    name = "doccano"
    label = gettext_noop("a doccano export")
    order = 45

    def recognizes(self, sample: Sequence[Row]) -> float:
        told = [
            row for row in sample if isinstance(row.get("text"), str) and any(name in row for name in NAMES)
        ]
        if not any(_spans(row) for row in told):
            words = [
                row for row in told if isinstance(row.get("label"), list) and all(map(_is_word, row["label"]))
            ]
            return len(words) / len(sample) * (1 if all("id" in row for row in sample) else base.LIKELY)
        return base.share(sample, lambda row: row in told)

    def turned(self, data: Row) -> dict[str, Any]:
        own: dict[str, Any] = {"text": data["text"]}
        spans = _spans(data)
        if spans is not None:
            own["marks"] = spans
        elif isinstance(data.get("label"), list):
            own["label"] = [str(one) for one in data["label"]]
        return turns.beside(data, {"text"} | (set(NAMES) if spans is not None else own.keys()), own)

    def look(self, sample: Sequence[Row]) -> Look:
        return Look(roles={"marks": "spans:text", "label": "class"})


def _spans(row: Row) -> list[dict[str, Any]] | None:
    """The pieces that are marked; None if the row has none of the kind."""
    found = next((row[name] for name in NAMES if isinstance(row.get(name), list)), None)
    if found is None or not all(_is_span(one) for one in found):
        return None
    return [_span(one) for one in found]


def _is_word(value: Any) -> bool:
    return isinstance(value, str)


def _is_span(one: Any) -> bool:
    if isinstance(one, Mapping):
        return {"label", "start_offset", "end_offset"} <= one.keys()
    return isinstance(one, list) and len(one) == 3 and all(type(part) is int for part in one[:2])


def _span(one: Any) -> dict[str, Any]:
    if isinstance(one, Mapping):
        return {"label": one["label"], "start": one["start_offset"], "end": one["end_offset"]}
    return {"label": one[2], "start": one[0], "end": one[1]}

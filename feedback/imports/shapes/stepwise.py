"""Stepwise supervision, as TRL had it: a prompt, the steps of its solution, and whether each is right."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_noop

from feedback.imports import turns
from feedback.imports.shapes import base
from feedback.imports.shapes.base import Row
from feedback.shape import DatasetShape

RIGHT, WRONG = 1, 0


class Stepwise(base.Kind):
    """`prompt`, `completions` and `labels`, as many of both."""

    name = "stepwise"
    label = gettext_noop("stepwise supervision (steps with labels)")
    order = 35

    def recognizes(self, sample: Sequence[Row]) -> float:
        return base.share(sample, _is_one)

    def turned(self, data: Row) -> dict[str, Any]:
        steps = [
            {"id": str(number), "text": text, "correct": right}
            for number, (text, right) in enumerate(zip(data["completions"], data["labels"], strict=True), 1)
        ]
        ratings = {one["id"]: RIGHT if one["correct"] else WRONG for one in steps}
        own = {"prompt": data["prompt"], "answers": steps, "ratings": {"version": 1, "ratings": ratings}}
        return turns.beside(data, {"prompt", "completions", "labels"}, own)

    def places(self, columns: Sequence[str], shape: DatasetShape) -> dict[str, str]:
        return base.ratings_of(columns, shape)


def _is_one(row: Row) -> bool:
    steps, labels = row.get("completions"), row.get("labels")
    return (
        isinstance(steps, list)
        and isinstance(labels, list)
        and 0 < len(steps) == len(labels)
        and all(isinstance(one, str) for one in steps)
        and all(isinstance(one, bool) for one in labels)
    )

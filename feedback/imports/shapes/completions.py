"""Lists of completions with ratings, as UltraFeedback has them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_noop

from feedback.imports import turns
from feedback.imports.shapes import base
from feedback.imports.shapes.base import Row
from feedback.shape import DatasetShape

SCORES = ("overall_score", "fine-grained_score", "score", "rating")
TOLD = ("annotations", "overall_score", "fine-grained_score", "critique", "model")


class Completions(base.Kind):
    """`instruction` and `completions`, each with a model, a response, and what was thought of it."""

    name = "completions"
    label = gettext_noop("lists of completions with ratings (UltraFeedback)")
    order = 28

    def recognizes(self, sample: Sequence[Row]) -> float:
        return base.share(sample, _is_one)

    def turned(self, data: Row) -> dict[str, Any]:
        found = data["completions"]
        answers = [
            {"id": str(number), "text": one["response"], **{k: v for k, v in one.items() if k != "response"}}
            for number, one in enumerate(found, 1)
        ]
        own: dict[str, Any] = {"prompt": data["instruction"], "answers": answers}
        scores = {one["id"]: score for one in answers if (score := _score(one)) is not None}
        if len(scores) == len(answers) > 1:
            own["ranking"] = turns.by_score(scores)
        return turns.beside(data, {"instruction", "completions"}, own)

    def places(self, columns: Sequence[str], shape: DatasetShape) -> dict[str, str]:
        return base.ranking_of(columns, shape)


def _is_one(row: Row) -> bool:
    found = row.get("completions")
    return (
        isinstance(row.get("instruction"), str)
        and isinstance(found, list)
        and bool(found)
        and all(
            isinstance(one, Mapping) and isinstance(one.get("response"), str) and one.keys() & set(TOLD)
            for one in found
        )
    )


def _score(answer: Mapping[str, Any]) -> float | None:
    """The overall one, else the mean of the ratings by aspect."""
    for name in SCORES:
        if (score := _number(answer.get(name))) is not None:
            return score
    aspects = answer.get("annotations")
    if not isinstance(aspects, Mapping):
        return None
    ratings = [_number(one.get("Rating")) for one in aspects.values() if isinstance(one, Mapping)]
    known = [one for one in ratings if one is not None]
    return sum(known) / len(known) if known else None


def _number(value: Any) -> float | None:
    try:
        return None if value is None or isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return None

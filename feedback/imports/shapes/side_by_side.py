"""Answers that stand side by side, in a column each: response_a and response_b, output_1 to output_4."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_noop

from feedback.imports import turns
from feedback.imports.shapes import base
from feedback.imports.shapes.base import Row

ANSWER = re.compile(
    r"^(?:model_?)?(?:answer|response|completion|output|candidate|reply|generation|text)_?([a-h]|\d{1,2})$",
    re.IGNORECASE,
)
MODEL = re.compile(r"^model(?:_name)?_?([a-h]|\d{1,2})$", re.IGNORECASE)


class SideBySide(base.Kind):
    """Two columns or more that are called the same but for a letter or a number."""

    name = "side_by_side"
    label = gettext_noop("answers side by side")
    order = 32

    def recognizes(self, sample: Sequence[Row]) -> float:
        return base.share(sample, lambda row: len(_answers(row)) > 1)

    def turned(self, data: Row) -> dict[str, Any]:
        found = _answers(data)
        models = {m[1].lower(): value for key, value in data.items() if (m := MODEL.match(key))}
        answers = [_answer(sign, data[key], models.get(sign)) for sign, key in found.items()]
        if len(answers) < 2:
            raise ValueError("There are no answers to compare.")
        named = {key for key in data if (m := MODEL.match(key)) and m[1].lower() in found}
        return turns.beside(data, {*found.values(), *named}, {"answers": answers})


def _answers(row: Row) -> dict[str, str]:
    """Letter or number -> column, of those that hold an answer."""
    return {
        m[1].lower(): key
        for key, value in row.items()
        if (m := ANSWER.match(key)) and (_is_text(value) or turns.is_messages(value))
    }


def _is_text(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, Mapping) and isinstance(value.get("text"), str))


def _answer(sign: str, value: Any, model: Any) -> dict[str, Any]:
    named = {"model": model} if isinstance(model, str) else {}
    if isinstance(value, Mapping) and "role" not in value:
        return {**value, "id": sign, **named}
    return turns.answer(sign, value, **named)

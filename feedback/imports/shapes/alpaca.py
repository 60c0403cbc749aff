"""Alpaca: an instruction, maybe with an input, and the output."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_noop

from feedback.imports import turns
from feedback.imports.shapes import base
from feedback.imports.shapes.base import Row

ASKED = ("instruction", "input", "history")


class Alpaca(base.Kind):
    """`instruction`, `input`, `output`; and with LLaMA-Factory `system` and `history`."""

    name = "alpaca"
    label = gettext_noop("Alpaca (instruction, input, output)")
    order = 50

    def recognizes(self, sample: Sequence[Row]) -> float:
        return base.share(
            sample,
            lambda row: (
                isinstance(row.get("instruction"), str)
                and isinstance(row.get("output"), str)
                and isinstance(row.get("input", ""), str | None)
            ),
        )

    def turned(self, data: Row) -> dict[str, Any]:
        own = question(data) | {"response": data["output"]}
        return turns.beside(data, {*ASKED, "output", "system"}, own)


def question(data: Row) -> dict[str, Any]:
    """What is asked: the instruction with its input, joined as trainers join them, after what was said before."""
    asked = "\n".join(filter(None, (data["instruction"], data.get("input"))))
    system = {"system": data["system"]} if data.get("system") else {}
    if history := data.get("history"):
        return {"messages": [*_before(history), _user(asked)]} | system
    return {"prompt": asked} | system


def _before(history: Any) -> list[dict[str, Any]]:
    return [
        one
        for question, reply in history
        for one in (_user(question), {"role": "assistant", "content": reply})
    ]


def _user(text: str) -> dict[str, Any]:
    return {"role": "user", "content": text}

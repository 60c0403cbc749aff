"""ShareGPT: conversations of {"from", "value"}; with LLaMA-Factory a system message, and two answers or a mark."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_noop

from feedback.imports import turns
from feedback.imports.shapes import base
from feedback.imports.shapes.base import Row
from feedback.shape import DatasetShape

NAMES = ("conversations", "conversation")


class ShareGpt(base.Kind):
    """`conversations`, whose speakers are human, gpt, system …"""

    name = "sharegpt"
    label = gettext_noop("ShareGPT conversations")
    order = 25

    def recognizes(self, sample: Sequence[Row]) -> float:
        return base.share(sample, lambda row: _said(row) is not None)

    def turned(self, data: Row) -> dict[str, Any]:
        name = NAMES[0] if NAMES[0] in data else NAMES[1]
        said = turns.messages(data[name])
        if data.get("system"):
            said = [{"role": "system", "content": data["system"]}, *said]
        own: dict[str, Any] = {"messages": said}
        if turns.is_message(data.get("chosen")) and turns.is_message(data.get("rejected")):
            own |= {
                "answers": [turns.answer(one, data[one]) for one in ("chosen", "rejected")],
                "ranking": turns.ranking(["chosen"], ["rejected"]),
            }
        used = {name, "system"} | ({"chosen", "rejected"} if "answers" in own else set())
        return turns.beside(data, used, own)

    def places(self, columns: Sequence[str], shape: DatasetShape) -> dict[str, str]:
        return base.ranking_of(columns, shape)


def _said(row: Row) -> Any:
    """The conversation of a row; None if it has none of the kind."""
    for name in NAMES:
        said = row.get(name)
        if turns.is_messages(said) and "from" in said[0]:  # type: ignore[index]
            return said
    return None

"""Preference pairs of TRL, LLaMA-Factory and others: an answer that was chosen, and one that was rejected."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_noop

from feedback.imports import turns
from feedback.imports.shapes import alpaca, base
from feedback.imports.shapes.base import Row
from feedback.imports.turns import Messages
from feedback.shape import DatasetShape

PROMPTS = ("prompt", "question", "query", "input", "messages", "conversations")
USED = {"chosen", "rejected", "system", *PROMPTS, *alpaca.ASKED}


class Preference(base.Kind):
    """`chosen` and `rejected`, as texts, messages or conversations, with the prompt beside or within them."""

    name = "preference"
    label = gettext_noop("preference pairs (chosen and rejected)")
    order = 30

    def recognizes(self, sample: Sequence[Row]) -> float:
        return base.share(sample, lambda row: all(_is_said(row.get(name)) for name in ("chosen", "rejected")))

    def turned(self, data: Row) -> dict[str, Any]:
        asked, chosen, rejected = _apart(data)
        own = {
            **_asked(data, asked),
            "answers": [turns.answer("chosen", chosen), turns.answer("rejected", rejected)],
            "ranking": turns.ranking(["chosen"], ["rejected"]),
        }
        return turns.beside(data, USED, own)

    def places(self, columns: Sequence[str], shape: DatasetShape) -> dict[str, str]:
        return base.ranking_of(columns, shape)


def _is_said(value: Any) -> bool:
    return isinstance(value, str) or turns.is_messages(value) or turns.is_message(value)


def _apart(data: Row) -> tuple[Messages, Any, Any]:
    """The conversation that is answered, empty if it is none, and both answers."""
    chosen, rejected = data["chosen"], data["rejected"]
    given: Messages = next((data[name] for name in PROMPTS if turns.is_messages(data.get(name))), [])
    if isinstance(chosen, list) and isinstance(rejected, list):
        same, chosen, rejected = turns.apart(turns.messages(chosen), turns.messages(rejected))
        return same or turns.messages(given), chosen, rejected
    return turns.messages(given), chosen, rejected


def _asked(data: Row, messages: Messages) -> dict[str, Any]:
    """What both answer, with whatever else says what was asked."""
    said = {one["content"] for one in messages}
    if isinstance(data.get("instruction"), str):
        return alpaca.question(data)
    texts = {
        name: data[name] for name in PROMPTS if isinstance(data.get(name), str) and data[name] not in said
    }
    system = data.get("system")
    if not messages:
        return texts | ({"system": system} if system else {})
    if isinstance(system, str) and system:
        messages = [{"role": "system", "content": system}, *messages]
    return texts | {"messages": messages}

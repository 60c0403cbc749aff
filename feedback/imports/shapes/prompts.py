"""Prompts alone, as TRL's reinforcement learning takes them. Those that are plain texts need no turning."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_noop

from feedback.imports import turns
from feedback.imports.shapes import base
from feedback.imports.shapes.base import Row

OTHERS = {"messages", "completion", "completions", "chosen", "rejected", "response", "responses", "answers"}


class Prompts(base.Kind):
    """`prompt`, as messages, and nothing that answers it."""

    name = "prompts"
    label = gettext_noop("conversations to be answered (prompt)")
    order = 90

    def recognizes(self, sample: Sequence[Row]) -> float:
        return base.share(sample, _is_one)

    def turned(self, data: Row) -> dict[str, Any]:
        return turns.beside(data, {"prompt"}, {"messages": turns.messages(data["prompt"])})


def _is_one(row: Row) -> bool:
    return turns.is_messages(row.get("prompt")) and not row.keys() & OTHERS

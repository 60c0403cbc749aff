"""Chats as OpenAI's fine-tuning, and TRL's language modeling, have them."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_noop

from feedback.imports import turns
from feedback.imports.shapes import base
from feedback.imports.shapes.base import Row

OTHERS = {
    "request",
    "response",
    "responses",
    "answers",
    "candidates",
    "completions",
}  # then it is more than a chat


class OpenAiChat(base.Kind):
    """`messages`, maybe with calls of tools, parts, and weights."""

    name = "openai_chat"
    label = gettext_noop("chats (messages)")
    order = 60

    def recognizes(self, sample: Sequence[Row]) -> float:
        return base.share(
            sample,
            lambda row: turns.is_messages(row.get("messages")) and not row.keys() & OTHERS,
        )

    def turned(self, data: Row) -> dict[str, Any]:
        return {**data, "messages": turns.messages(data["messages"])}

"""Prompts with a completion, as TRL trains on them: alone, or with a mark for good and bad."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_noop

from feedback.imports import turns
from feedback.imports.shapes import base
from feedback.imports.shapes.base import Row


class PromptCompletion(base.Kind):
    """`prompt` and `completion`, as texts or messages; `label`, true or false, if it is unpaired preference."""

    name = "prompt_completion"
    label = gettext_noop("prompts with completions")
    order = 40

    def recognizes(self, sample: Sequence[Row]) -> float:
        return base.share(
            sample,
            lambda row: all(
                isinstance(row.get(name), str) or turns.is_messages(row.get(name))
                for name in ("prompt", "completion")
            ),
        )

    def turned(self, data: Row) -> dict[str, Any]:
        asked, said = data["prompt"], turns.answer("", data["completion"])
        own: dict[str, Any] = {"prompt": asked}
        if isinstance(asked, list):
            own = {"messages": turns.messages(asked)}
        own["response"] = (
            said["text"] if "text" in said else "\n\n".join(one["content"] for one in said["messages"])
        )
        if isinstance(data.get("label"), bool):
            own["label"] = "good" if data["label"] else "bad"
        return turns.beside(data, {"prompt", "completion"} | (own.keys() & {"label"}), own)

    def look(self, sample: Sequence[Row]) -> base.Look:
        marked = any("label" in row for row in sample)
        return base.Look(roles={"label": "class"} if marked else {}, labels={"label": ("good", "bad")})

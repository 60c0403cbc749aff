"""Preferences as OpenAI's fine-tuning has them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_noop

from feedback.imports import turns
from feedback.imports.shapes import base
from feedback.imports.shapes.base import Row
from feedback.shape import DatasetShape

BOTH = ("preferred_output", "non_preferred_output")


class OpenAiPreference(base.Kind):
    """`input` with messages, `preferred_output` and `non_preferred_output`."""

    name = "openai_preference"
    label = gettext_noop("OpenAI preference pairs")
    order = 15

    def recognizes(self, sample: Sequence[Row]) -> float:
        return base.share(
            sample,
            lambda row: (
                isinstance(row.get("input"), Mapping) and all(turns.is_messages(row.get(one)) for one in BOTH)
            ),
        )

    def turned(self, data: Row) -> dict[str, Any]:
        own = {
            "messages": turns.messages(data["input"]["messages"]),
            "answers": [
                turns.answer(name, data[key]) for name, key in zip(("chosen", "rejected"), BOTH, strict=True)
            ],
            "ranking": turns.ranking(["chosen"], ["rejected"]),
        }
        if tools := data["input"].get("tools"):
            own["tools"] = tools
        return turns.beside(data, {"input", *BOTH}, own)

    def places(self, columns: Sequence[str], shape: DatasetShape) -> dict[str, str]:
        return base.ranking_of(columns, shape)

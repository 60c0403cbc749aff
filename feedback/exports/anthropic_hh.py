"""Pairs of whole transcripts, as Anthropic published its helpful and harmless data."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
from django.utils.translation import gettext, gettext_noop

from feedback.exports import rules
from feedback.exports.comparing import Compared, PairOptions
from feedback.exports.families import OfPairs
from feedback.exports.turns import Messages
from feedback.shape import DatasetShape

MARKERS = {"user": "\n\nHuman:", "assistant": "\n\nAssistant:"}


class Options(PairOptions):
    """How judgments become pairs."""


class AnthropicHh(OfPairs[Options]):
    """One row a pair. It knows no system message, no tools, no margin; a text with its markers in it cannot be said."""

    name = "anthropic_hh"
    label = gettext_noop("Anthropic HH")
    order = 80
    description = gettext_noop("Two transcripts of Human and Assistant that differ in the last answer.")
    schema = Options
    unsaid = "pairs_that_no_transcript_can_say"

    def data(self, one: Compared, options: Options) -> dict[str, Any] | None:
        chosen, rejected = _transcript(one.asked + one.chosen), _transcript(one.asked + one.rejected)
        return None if chosen is None or rejected is None else {"chosen": chosen, "rejected": rejected}

    def columns(self, options: Options, shape: DatasetShape) -> pa.Schema:
        return pa.schema([("chosen", pa.string()), ("rejected", pa.string())])

    def check(self, data: Mapping[str, Any], options: Options) -> str | None:
        chosen, rejected = data["chosen"], data["rejected"]
        two = [text.rpartition(MARKERS["assistant"]) for text in (chosen, rejected)]
        alike = two[0][0] == two[1][0] and all(
            text.startswith(MARKERS["user"]) for text in (chosen, rejected)
        )
        return rules.first(
            rules.plain(data),
            rules.only(data, "chosen", "rejected"),
            None if alike else gettext("The two transcripts do not differ in the last answer alone."),
            rules.filled(*(last for _, _, last in two)),
            rules.differ(chosen, rejected),
        )


def _transcript(said: Messages) -> str | None:
    """The conversation in one text; None if it has other speakers, or one twice in a row, or holds a marker."""
    if rules.in_turn([one["role"] for one in said], {"user"}, {"assistant"}) or _is_marked(said):
        return None
    return "".join(f"{MARKERS[one['role']]} {one['content']}" for one in said)


def _is_marked(said: Sequence[Mapping[str, str]]) -> bool:
    return any(marker in one["content"] for one in said for marker in MARKERS.values())

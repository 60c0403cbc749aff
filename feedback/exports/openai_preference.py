"""Preference pairs as OpenAI takes them for DPO: a conversation, the answer to prefer, the one not to."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
from django.utils.translation import gettext, gettext_noop

from feedback.exports import rules
from feedback.exports.calls import tools
from feedback.exports.comparing import Compared, PairOptions
from feedback.exports.families import OfPairs
from feedback.exports.turns import MESSAGES
from feedback.shape import DatasetShape


class Options(PairOptions):
    """How judgments become pairs."""


class OpenAiPreference(OfPairs[Options]):
    """One row a pair. It knows no margin and no tie; an answer is one message."""

    name = "openai_preference"
    label = gettext_noop("OpenAI preference")
    order = 52
    description = gettext_noop(
        "Pairs for direct preference optimization by OpenAI, Azure, Together or Fireworks. They want 10 rows at least; "
        "OpenAI takes files of up to 512 MB."
    )
    schema = Options
    file_types = ("jsonl",)
    least_rows = 10
    most_bytes = 512_000_000  # of a file that OpenAI takes
    unsaid = "pairs_of_answers_with_several_turns"

    def data(self, one: Compared, options: Options) -> dict[str, Any] | None:
        if len(one.chosen) != 1 or len(one.rejected) != 1:
            return None
        asked = {"messages": one.asked, "tools": tools(one.source), "parallel_tool_calls": True}
        return {"input": asked, "preferred_output": one.chosen, "non_preferred_output": one.rejected}

    def columns(self, options: Options, shape: DatasetShape) -> pa.Schema:
        outputs = [("preferred_output", MESSAGES), ("non_preferred_output", MESSAGES)]
        return pa.schema([("input", pa.string()), *outputs])  # tools are free JSON

    def check(self, data: Mapping[str, Any], options: Options) -> str | None:
        preferred, other = data["preferred_output"], data["non_preferred_output"]
        one_each = len(preferred) == len(other) == 1
        return rules.first(
            rules.plain(data),
            rules.only(data),
            self.prompt_rule(data["input"]["messages"]),
            self.answer_rule(preferred),
            self.answer_rule(other),
            None if one_each else gettext("An output must be one message."),
            rules.differ(preferred, other),
        )

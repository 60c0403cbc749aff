"""Preference pairs for DPO with Axolotl."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
from django.utils.translation import gettext_noop

from feedback.exports import axolotl, rules
from feedback.exports.comparing import Compared, PairOptions
from feedback.exports.families import OfPairs
from feedback.exports.turns import MESSAGES
from feedback.shape import DatasetShape


class Options(PairOptions):
    """How judgments become pairs."""


class AxolotlDpo(OfPairs[Options]):
    """One row a pair; each answer is one message."""

    name = "axolotl_dpo"
    label = gettext_noop("Axolotl DPO")
    order = 72
    description = gettext_noop(
        "Pairs as chat_template.default reads them, with the lines of the configuration."
    )
    schema = Options
    file_types = axolotl.FILE_TYPES
    unsaid = "pairs_of_answers_with_several_turns"

    def data(self, one: Compared, options: Options) -> dict[str, Any] | None:
        if len(one.chosen) != 1 or len(one.rejected) != 1:
            return None
        return {"messages": one.asked, "chosen": one.chosen[0], "rejected": one.rejected[0]}

    def columns(self, options: Options, shape: DatasetShape) -> pa.Schema:
        turn = MESSAGES.value_type
        return pa.schema([("messages", MESSAGES), ("chosen", turn), ("rejected", turn)])

    def check(self, data: Mapping[str, Any], options: Options) -> str | None:
        chosen, rejected = data["chosen"], data["rejected"]
        return rules.first(
            rules.plain(data),
            rules.only(data, "messages", "chosen", "rejected"),
            self.prompt_rule(data["messages"]),
            rules.answer([chosen]),
            rules.answer([rejected]),
            rules.differ(chosen, rejected),
        )

    def companions(self, options: Options, written: Mapping[str, Sequence[str]]) -> dict[str, str]:
        fields = ["field_messages: messages", "field_chosen: chosen", "field_rejected: rejected"]
        return axolotl.config(written, ["type: chat_template.default", *fields], "rl: dpo")

"""Preference pairs for LLaMA-Factory, which calls them ranking."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
from django.utils.translation import gettext_noop

from feedback.exports import llama_factory, rules
from feedback.exports.comparing import Compared, PairOptions
from feedback.exports.families import OfPairs
from feedback.shape import DatasetShape


class Options(llama_factory.FormOptions, PairOptions):
    """How judgments become pairs, and in which form they stand."""


class LlamaFactoryPreference(OfPairs[Options]):
    """One row a pair; each answer is one message."""

    name = "llama_factory_preference"
    label = gettext_noop("LLaMA-Factory preference")
    order = 64
    description = gettext_noop("Pairs for DPO, reward models and others, with the dataset_info.json.")
    schema = Options
    file_types = llama_factory.FILE_TYPES
    unsaid = "pairs_whose_speakers_do_not_take_turns"

    def data(self, one: Compared, options: Options) -> dict[str, Any] | None:
        if len(one.chosen) != 1 or len(one.rejected) != 1:
            return None
        if options.form == "alpaca":
            asked = llama_factory.instruction(one.asked, options)
            two = {"chosen": one.chosen[0]["content"], "rejected": one.rejected[0]["content"]}
            return None if asked is None else asked | two
        said = llama_factory.conversation(one.asked)
        if llama_factory.takes_turns(said, even=False):
            return None
        answers = llama_factory.conversation([*one.chosen, *one.rejected])
        return {"conversations": said, "chosen": answers[0], "rejected": answers[1]}

    def columns(self, options: Options, shape: DatasetShape) -> pa.Schema:
        if options.form == "sharegpt":
            turn = llama_factory.TURN
            return pa.schema([("conversations", llama_factory.TURNS), ("chosen", turn), ("rejected", turn)])
        answers = [("chosen", pa.string()), ("rejected", pa.string())]
        return pa.schema([*llama_factory.prompt_columns(options), *answers])

    def check(self, data: Mapping[str, Any], options: Options) -> str | None:
        chosen, rejected = data["chosen"], data["rejected"]
        if options.form == "sharegpt":
            rule = rules.first(
                rules.only(data, "conversations", "chosen", "rejected"),
                llama_factory.takes_turns(data["conversations"], even=False),
                rules.filled(chosen["value"], rejected["value"]),
            )
        else:
            rule = rules.first(
                rules.only(data, "chosen", "rejected"),
                llama_factory.filled_prompt(data),
                rules.filled(chosen, rejected),
            )
        return rules.first(rules.plain(data), rule, rules.differ(chosen, rejected))

    def companions(self, options: Options, written: Mapping[str, Sequence[str]]) -> dict[str, str]:
        two = {"chosen": "chosen", "rejected": "rejected"}
        if options.form == "alpaca":
            columns = llama_factory.prompt_entry(options) | two
            return llama_factory.dataset_info(written, {"ranking": True, "columns": columns})
        columns = {"messages": "conversations"} | two
        return llama_factory.dataset_info(
            written, {"formatting": "sharegpt", "ranking": True, "columns": columns}
        )

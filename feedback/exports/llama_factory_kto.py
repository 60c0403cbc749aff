"""Answers that are good or bad, for KTO in LLaMA-Factory."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
from django.utils.translation import gettext_noop

from feedback.exports import llama_factory, rules
from feedback.exports.families import OfVerdicts
from feedback.exports.verdicts import Verdict, VerdictOptions
from feedback.shape import DatasetShape


class Options(llama_factory.FormOptions, VerdictOptions):
    """Which answers are good, and in which form they stand."""


class LlamaFactoryKto(OfVerdicts[Options]):
    """One row an answer; `kto_tag` is true for a good one."""

    name = "llama_factory_kto"
    label = gettext_noop("LLaMA-Factory KTO")
    order = 66
    description = gettext_noop("Single answers, each good or bad, with the dataset_info.json.")
    schema = Options
    file_types = llama_factory.FILE_TYPES

    def data(self, one: Verdict, options: Options) -> dict[str, Any] | None:
        if options.form == "alpaca":
            asked = llama_factory.instruction(one.asked, options)
            if asked is None or len(one.answer) != 1:
                return None
            return asked | {"output": one.answer[0]["content"], "kto_tag": one.is_good}
        said = llama_factory.conversation(one.asked + one.answer)
        if llama_factory.takes_turns(said, even=True):
            return None
        return {"conversations": said, "kto_tag": one.is_good}

    def columns(self, options: Options, shape: DatasetShape) -> pa.Schema:
        tag = ("kto_tag", pa.bool_())
        if options.form == "sharegpt":
            return pa.schema([("conversations", llama_factory.TURNS), tag])
        return pa.schema([*llama_factory.prompt_columns(options), ("output", pa.string()), tag])

    def check(self, data: Mapping[str, Any], options: Options) -> str | None:
        if options.form == "sharegpt":
            rule = llama_factory.takes_turns(data["conversations"], even=True)
        else:
            rule = rules.first(llama_factory.filled_prompt(data), rules.filled(data["output"]))
        own = rules.only(data, "conversations")
        return rules.first(rules.plain(data), own, rule, rules.flag(data["kto_tag"]))

    def companions(self, options: Options, written: Mapping[str, Sequence[str]]) -> dict[str, str]:
        tag = {"kto_tag": "kto_tag"}
        if options.form == "alpaca":
            columns = llama_factory.prompt_entry(options) | {"response": "output"} | tag
            return llama_factory.dataset_info(written, {"columns": columns})
        columns = {"messages": "conversations"} | tag
        return llama_factory.dataset_info(written, {"formatting": "sharegpt", "columns": columns})

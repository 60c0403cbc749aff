"""Alpaca: an instruction and its answer, with what was said before."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
from django.utils.translation import gettext_noop

from feedback.exports import llama_factory, rules
from feedback.exports.demonstrations import Demonstration, DemonstrationOptions
from feedback.exports.families import OfDemonstrations
from feedback.shape import DatasetShape


class Options(llama_factory.HistoryOptions, DemonstrationOptions):
    """Which answers, and whether with what was said before."""


class Alpaca(OfDemonstrations[Options]):
    """One row an answer. Answers in the history are learned, too."""

    name = "alpaca"
    label = gettext_noop("Alpaca")
    order = 60
    description = gettext_noop(
        "Instruction and output, for fine-tuning. With the dataset_info.json of LLaMA-Factory; Axolotl reads it, too."
    )
    schema = Options
    file_types = llama_factory.FILE_TYPES

    def data(self, one: Demonstration, options: Options) -> dict[str, Any] | None:
        asked = llama_factory.instruction(one.asked, options)
        return None if asked is None or len(one.answer) != 1 else asked | {"output": one.answer[0]["content"]}

    def columns(self, options: Options, shape: DatasetShape) -> pa.Schema:
        return pa.schema([*llama_factory.prompt_columns(options), ("output", pa.string())])

    def check(self, data: Mapping[str, Any], options: Options) -> str | None:
        texts = rules.first(llama_factory.filled_prompt(data), rules.filled(data["output"]))
        return rules.first(rules.plain(data), rules.only(data), texts)

    def companions(self, options: Options, written: Mapping[str, Sequence[str]]) -> dict[str, str]:
        columns = llama_factory.prompt_entry(options) | {"response": "output"}
        return llama_factory.dataset_info(written, {"columns": columns})

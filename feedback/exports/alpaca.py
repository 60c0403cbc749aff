"""Alpaca: an instruction and its answer, with what was said before."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
from django.utils.translation import gettext_noop

from feedback.exports import llama_factory, rules
from feedback.exports.demonstrations import Demonstration, DemonstrationOptions
from feedback.exports.families import OfDemonstrations
from feedback.shape import DatasetShape


class Options(DemonstrationOptions):
    """Which answers."""


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
        asked = llama_factory.instruction(one.asked)
        if asked is None or len(one.answer) != 1:
            return None
        return {
            "instruction": asked["instruction"],
            "input": asked["input"],
            "output": one.answer[0]["content"],
            "system": asked["system"],
            "history": asked["history"],
        }

    def columns(self, options: Options, shape: DatasetShape) -> pa.Schema:
        texts = [(name, pa.string()) for name in ("instruction", "input", "output", "system")]
        return pa.schema([*texts, ("history", llama_factory.HISTORY)])

    def check(self, data: Mapping[str, Any], options: Options) -> str | None:
        before = [text for two in data["history"] for text in two]
        return rules.first(
            rules.plain(data), rules.only(data), rules.filled(data["instruction"], data["output"], *before)
        )

    def companions(self, options: Options, written: Mapping[str, Sequence[str]]) -> dict[str, str]:
        columns = llama_factory.PROMPT | {"response": "output"} | llama_factory.BEFORE
        return llama_factory.dataset_info(written, {"columns": columns})

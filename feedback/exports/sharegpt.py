"""ShareGPT: conversations of human and gpt."""

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


class ShareGpt(OfDemonstrations[Options]):
    """One row a conversation that ends with the answer."""

    name = "sharegpt"
    label = gettext_noop("ShareGPT")
    order = 62
    description = gettext_noop(
        "Conversations of human and gpt, for fine-tuning. With the dataset_info.json of LLaMA-Factory."
    )
    schema = Options
    file_types = llama_factory.FILE_TYPES

    def data(self, one: Demonstration, options: Options) -> dict[str, Any] | None:
        said = llama_factory.conversation(one.asked + one.answer)
        return None if llama_factory.takes_turns(said, even=True) else {"conversations": said}

    def columns(self, options: Options, shape: DatasetShape) -> pa.Schema:
        return pa.schema([("conversations", llama_factory.TURNS)])

    def check(self, data: Mapping[str, Any], options: Options) -> str | None:
        return rules.first(
            rules.plain(data),
            rules.only(data, "conversations"),
            llama_factory.takes_turns(data["conversations"], even=True),
        )

    def companions(self, options: Options, written: Mapping[str, Sequence[str]]) -> dict[str, str]:
        entry = {"formatting": "sharegpt", "columns": {"messages": "conversations"}}
        return llama_factory.dataset_info(written, entry)

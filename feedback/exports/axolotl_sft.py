"""Conversations for fine-tuning with Axolotl."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
from django.utils.translation import gettext_noop

from feedback.exports import axolotl, rules
from feedback.exports.demonstrations import Demonstration, DemonstrationOptions
from feedback.exports.families import OfDemonstrations
from feedback.exports.turns import MESSAGES
from feedback.shape import DatasetShape


class Options(DemonstrationOptions):
    """Which answers."""


class AxolotlSft(OfDemonstrations[Options]):
    """One row a conversation that ends with the assistant."""

    name = "axolotl_sft"
    label = gettext_noop("Axolotl fine-tuning")
    order = 70
    description = gettext_noop(
        "Conversations as chat_template reads them, with the lines of the configuration."
    )
    schema = Options
    file_types = axolotl.FILE_TYPES

    def data(self, one: Demonstration, options: Options) -> dict[str, Any] | None:
        return {"messages": one.asked + one.answer}

    def columns(self, options: Options, shape: DatasetShape) -> pa.Schema:
        return pa.schema([("messages", MESSAGES)])

    def check(self, data: Mapping[str, Any], options: Options) -> str | None:
        return rules.first(rules.plain(data), rules.only(data, "messages"), rules.whole(data["messages"]))

    def companions(self, options: Options, written: Mapping[str, Sequence[str]]) -> dict[str, str]:
        learned = ["roles_to_train: [assistant]", "train_on_eos: turn"]
        return axolotl.config(written, ["type: chat_template", "field_messages: messages", *learned])

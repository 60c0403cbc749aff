"""Preference pairs for reward models with Axolotl."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
from django.utils.translation import gettext_noop

from feedback.exports import axolotl, rules
from feedback.exports.comparing import Compared, PairOptions
from feedback.exports.families import OfPairs
from feedback.exports.turns import single
from feedback.shape import DatasetShape

TEXTS = ("system", "input", "chosen", "rejected")


class Options(PairOptions):
    """How judgments become pairs."""


class AxolotlReward(OfPairs[Options]):
    """One row a pair of answers to a single question."""

    name = "axolotl_reward"
    label = gettext_noop("Axolotl reward model")
    order = 76
    description = gettext_noop(
        "Pairs as bradley_terry.chat_template reads them, with the lines of the configuration. Single questions only."
    )
    schema = Options
    file_types = axolotl.FILE_TYPES

    def data(self, one: Compared, options: Options) -> dict[str, Any] | None:
        chosen, rejected = single(one.asked, one.chosen), single(one.asked, one.rejected)
        if chosen is None or rejected is None:
            return None
        return dict(zip(TEXTS, (*chosen, rejected[2]), strict=True))

    def columns(self, options: Options, shape: DatasetShape) -> pa.Schema:
        return pa.schema([(name, pa.string()) for name in TEXTS])

    def check(self, data: Mapping[str, Any], options: Options) -> str | None:
        return rules.first(
            rules.plain(data),
            rules.only(data, "chosen", "rejected"),
            rules.filled(data["input"], data["chosen"], data["rejected"]),
            rules.differ(data["chosen"], data["rejected"]),
        )

    def companions(self, options: Options, written: Mapping[str, Sequence[str]]) -> dict[str, str]:
        before = ("reward_model: true", "model_type: AutoModelForSequenceClassification", "num_labels: 1")
        return axolotl.config(written, ["type: bradley_terry.chat_template"], *before)

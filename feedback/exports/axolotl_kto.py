"""Answers that are good or bad, for KTO with Axolotl."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
from django.utils.translation import gettext_noop

from feedback.exports import axolotl, rules
from feedback.exports.families import OfVerdicts
from feedback.exports.turns import single
from feedback.exports.verdicts import Verdict, VerdictOptions
from feedback.shape import DatasetShape


class Options(VerdictOptions):
    """Which answers are good."""


class AxolotlKto(OfVerdicts[Options]):
    """One row an answer to a single question; `label` is true for a good one."""

    name = "axolotl_kto"
    label = gettext_noop("Axolotl KTO")
    order = 74
    description = gettext_noop("Single answers, each good or bad, with the lines of the configuration.")
    schema = Options
    file_types = axolotl.FILE_TYPES

    def data(self, one: Verdict, options: Options) -> dict[str, Any] | None:
        texts = single(one.asked, one.answer)
        if texts is None:
            return None
        system, prompt, completion = texts
        return {"system": system, "prompt": prompt, "completion": completion, "label": one.is_good}

    def columns(self, options: Options, shape: DatasetShape) -> pa.Schema:
        texts = [(name, pa.string()) for name in ("system", "prompt", "completion")]
        return pa.schema([*texts, ("label", pa.bool_())])

    def check(self, data: Mapping[str, Any], options: Options) -> str | None:
        return rules.first(
            rules.plain(data),
            rules.only(data, "prompt", "completion"),
            rules.filled(data["prompt"], data["completion"]),
            rules.flag(data["label"]),
        )

    def companions(self, options: Options, written: Mapping[str, Sequence[str]]) -> dict[str, str]:
        # user_defined.default reads these columns too, but cannot write a completion that is not called chosen.
        return axolotl.config(
            written,
            ["type: chatml.ultra  # for Llama 3: llama3.ultra"],
            "rl: kto",
            "remove_unused_columns: false",
        )

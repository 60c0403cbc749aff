"""Unpaired preference: answers one by one, each good or bad."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
from django.utils.translation import gettext_noop

from feedback.exports import rules
from feedback.exports.families import OfVerdicts
from feedback.exports.prompts import FormOptions
from feedback.exports.turns import ABOUT, column, shaped
from feedback.exports.verdicts import Verdict, VerdictOptions
from feedback.shape import DatasetShape


class Options(FormOptions, VerdictOptions):
    """Which answers are good, and in which form they stand."""


class UnpairedPreference(OfVerdicts[Options]):
    """One row an answer; `label` is true for a good one."""

    name = "unpaired_preference"
    label = gettext_noop("Unpaired preference")
    order = 35
    description = gettext_noop(
        "Single answers, each good or bad, from ratings, labels such as thumbs, or the ends of rankings. For KTO."
    )
    schema = Options

    def data(self, one: Verdict, options: Options) -> dict[str, Any] | None:
        ready = shaped(one.asked, [one.answer], options.form)
        if ready is None:
            return None
        prompt, (completion,) = ready
        about = {"group": one.group, "record_id": one.source.id}
        return {"prompt": prompt, "completion": completion, "label": one.is_good, **about}

    def columns(self, options: Options, shape: DatasetShape) -> pa.Schema:
        text = column(options.form)
        return pa.schema([("prompt", text), ("completion", text), ("label", pa.bool_()), *ABOUT[:2]])

    def check(self, data: Mapping[str, Any], options: Options) -> str | None:
        return rules.first(
            rules.plain(data),
            rules.only(data, "prompt", "completion"),
            rules.prompt(data["prompt"]),
            rules.answer(data["completion"]),
            rules.flag(data["label"]),
        )

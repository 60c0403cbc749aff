"""Prompt and completion: answers that are good enough to be learned, with what they answer."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
from django.utils.translation import gettext_noop

from feedback.exports import rules
from feedback.exports.demonstrations import Demonstration, DemonstrationOptions
from feedback.exports.families import OfDemonstrations
from feedback.exports.prompts import FormOptions
from feedback.exports.turns import ABOUT, column, shaped
from feedback.shape import DatasetShape


class Options(FormOptions, DemonstrationOptions):
    """Which answers, and in which form."""


class PromptCompletion(OfDemonstrations[Options]):
    """One row an answer."""

    name = "prompt_completion"
    label = gettext_noop("Prompt and completion")
    order = 20
    description = gettext_noop(
        "Answers that people wrote, corrected or found best. For supervised fine-tuning on the answers alone."
    )
    schema = Options

    def data(self, one: Demonstration, options: Options) -> dict[str, Any] | None:
        ready = shaped(one.asked, [one.answer], options.form)
        if ready is None:
            return None
        prompt, (completion,) = ready
        return {"prompt": prompt, "completion": completion, **one.about}

    def columns(self, options: Options, shape: DatasetShape) -> pa.Schema:
        text = column(options.form)
        return pa.schema([("prompt", text), ("completion", text), *ABOUT])

    def check(self, data: Mapping[str, Any], options: Options) -> str | None:
        return rules.first(
            rules.plain(data),
            rules.only(data, "prompt", "completion"),
            rules.prompt(data["prompt"]),
            rules.answer(data["completion"]),
        )

"""Language modeling: whole conversations, or whole texts, to be learned from beginning to end."""

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


class LanguageModeling(OfDemonstrations[Options]):
    """One row an answer, behind what it answers: `messages`, or `text`."""

    name = "language_modeling"
    label = gettext_noop("Language modeling")
    order = 22
    description = gettext_noop(
        "Whole conversations or texts, question and answer in one. For fine-tuning on every word of them."
    )
    schema = Options

    def data(self, one: Demonstration, options: Options) -> dict[str, Any] | None:
        if options.form == "conversational":
            return {"messages": one.asked + one.answer, **one.about}
        ready = shaped(one.asked, [one.answer], options.form)
        if ready is None:
            return None
        prompt, (answer,) = ready
        return {"text": prompt + answer, **one.about}

    def columns(self, options: Options, shape: DatasetShape) -> pa.Schema:
        return pa.schema([(_name(options), column(options.form)), *ABOUT])

    def check(self, data: Mapping[str, Any], options: Options) -> str | None:
        name = _name(options)
        return rules.first(rules.plain(data), rules.only(data, name), rules.whole(data[name]))


def _name(options: Options) -> str:
    return "messages" if options.form == "conversational" else "text"

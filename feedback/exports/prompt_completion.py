"""Prompt and completion: answers that are good enough to be learned, with what they answer."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyarrow as pa
from django.utils.translation import gettext_noop

from feedback.exports import base, demonstrations, rules
from feedback.exports.base import ExportRecord, Row, Tally
from feedback.exports.demonstrations import DemonstrationOptions
from feedback.exports.prompts import FormOptions
from feedback.exports.turns import ABOUT, column, shaped
from feedback.shape import DatasetShape


class Options(FormOptions, DemonstrationOptions):
    """Which answers, and in which form."""


class PromptCompletion(base.Kind[Options]):
    """One row an answer."""

    name = "prompt_completion"
    label = gettext_noop("Prompt and completion")
    order = 20
    description = gettext_noop(
        "Answers that people wrote, corrected or found best. For supervised fine-tuning on the answers alone."
    )
    schema = Options
    needs = ("question",)

    def offers(self, shape: DatasetShape) -> dict[str, list[str]]:
        return demonstrations.offered(shape)

    def rows(
        self, records: Iterable[ExportRecord], options: Options, shape: DatasetShape, tally: Tally
    ) -> Iterator[Row]:
        for one in demonstrations.demonstrations(records, options, shape, tally):
            ready = shaped(one.asked, [one.answer], options.form)
            if ready is None:
                tally.left_out["texts_after_a_conversation"] += 1
            else:
                prompt, (completion,) = ready
                yield one.row({"prompt": prompt, "completion": completion, **one.about})

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

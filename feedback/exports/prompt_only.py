"""Prompt only: what was asked, each prompt once. For training by reward functions, and for generating answers."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyarrow as pa
from django.utils.translation import gettext_noop
from pydantic import Field

from feedback.exports import base, rules
from feedback.exports.base import ExportRecord, Row, Tally
from feedback.exports.own import ownable
from feedback.exports.prompts import FormOptions, PromptOptions, Prompts, promptable
from feedback.exports.seen import Seen
from feedback.exports.turns import ABOUT, Messages, column, group, is_long, shaped
from feedback.shape import DatasetShape


class Options(FormOptions, PromptOptions):
    """What rides along."""

    reference: str | None = Field(
        None,
        title=gettext_noop("Reference"),
        description=gettext_noop(
            "A text that goes along in a column of its own, for reward functions to compare with."
        ),
    )


class PromptOnly(base.Kind[Options]):
    """One row a prompt; two that differ only in case and spacing are one."""

    name = "prompt_only"
    label = gettext_noop("Prompts alone")
    order = 25
    description = gettext_noop(
        "Each prompt once, without answers; of conversations the turns before the answer. For GRPO and RLOO."
    )
    schema = Options

    def offers(self, shape: DatasetShape) -> dict[str, list[str]]:
        texts = [name for name in ownable(shape) if shape.fields[name].kind.holds_text]
        return {"prompt": promptable(shape), "reference": texts}

    def suits(self, shape: DatasetShape) -> bool:
        return bool(promptable(shape))

    def rows(
        self, records: Iterable[ExportRecord], options: Options, shape: DatasetShape, tally: Tally
    ) -> Iterator[Row]:
        prompts = Prompts(shape, options.prompt, without=options.reference)
        seen = Seen()
        for record in records:
            tally.counts["records_read"] += 1
            asked = prompts.before_the_answer(record, tally)
            if asked is None:
                continue
            ready = shaped(asked, [], options.form)
            if ready is None:
                tally.left_out["prompts_that_are_conversations"] += 1
                continue
            prompt = group(asked)
            if not seen.add(int(prompt, 16)):
                tally.left_out["prompts_said_before"] += 1
                continue
            tally.counts["rows_above_1024_tokens"] += is_long(asked)
            yield Row(_data(ready[0], prompt, record, options), prompt, record.id)

    def columns(self, options: Options, shape: DatasetShape) -> pa.Schema:
        reference = [("reference", pa.string())] if options.reference else []
        return pa.schema([("prompt", column(options.form)), *reference, *ABOUT[:2]])

    def check(self, data: Mapping[str, Any], options: Options) -> str | None:
        return rules.first(rules.plain(data), rules.only(data, "prompt"), rules.prompt(data["prompt"]))


def _data(prompt: str | Messages, group: str, record: ExportRecord, options: Options) -> dict[str, Any]:
    reference = {"reference": str(record.fields.get(options.reference) or "")} if options.reference else {}
    return {"prompt": prompt, **reference, "group": group, "record_id": record.id}

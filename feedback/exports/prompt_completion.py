"""Prompt and completion: what people wrote when they were asked. For supervised fine-tuning."""

from collections.abc import Iterable, Iterator

import pyarrow as pa
from django.utils.translation import gettext_noop
from pydantic import Field

from feedback.exports import base
from feedback.exports.base import Answer, ExportRecord, Row, Tally
from feedback.exports.prompts import PromptOptions, Prompts, promptable
from feedback.exports.turns import Messages, column, group, is_long, shaped, written
from feedback.shape import DatasetShape


class Options(PromptOptions):
    """Which texts are good enough."""

    question: str | None = Field(
        None, title=gettext_noop("Answer"), description=gettext_noop("The question that asks for the answer.")
    )
    min_length: int = Field(
        1,
        ge=1,
        title=gettext_noop("Least length"),
        description=gettext_noop("In characters. Shorter texts are left out."),
    )
    bar_question: str | None = Field(
        None,
        title=gettext_noop("Rating to pass"),
        description=gettext_noop(
            "Only texts whose writer also gave at least the rating below to this question."
        ),
    )
    bar: float = Field(
        0.0,
        allow_inf_nan=False,
        title=gettext_noop("Least rating"),
        description=gettext_noop("Counts only if a rating is chosen above."),
    )


class PromptCompletion(base.Kind[Options]):
    """One row a written answer."""

    name = "prompt_completion"
    label = gettext_noop("Prompt and completion")
    order = 20
    description = gettext_noop("Answers that people wrote. For supervised fine-tuning.")
    schema = Options
    needs = ("question",)

    def offers(self, shape: DatasetShape) -> dict[str, list[str]]:
        return {
            "question": _meaning(shape, "text"),
            "prompt": promptable(shape),
            "bar_question": _meaning(shape, "score"),
        }

    def rows(
        self, records: Iterable[ExportRecord], options: Options, shape: DatasetShape, tally: Tally
    ) -> Iterator[Row]:
        made = _Texts(options, shape, tally)
        for record in records:
            tally.counts["records_read"] += 1
            yield from made.rows(record)

    def columns(self, options: Options, shape: DatasetShape) -> pa.Schema:
        text = column(options.form)
        about = [(name, pa.string()) for name in ("group", "record_id", "annotator")]
        return pa.schema([("prompt", text), ("completion", text), *about])


class _Texts:
    """Makes the rows of one record after the other, and counts what it leaves out."""

    def __init__(self, options: Options, shape: DatasetShape, tally: Tally) -> None:
        self.options, self.shape, self.tally = options, shape, tally
        self.question = shape.questions[options.question or ""]
        self.prompts = Prompts(shape, options.prompt, self.question.kind.goes_on_with)

    def rows(self, record: ExportRecord) -> Iterator[Row]:
        texts = list(self._written(record))
        self.tally.counts["texts_read"] += len(texts)
        self.tally.left_out["records_without_text"] += not texts
        good = [(answer, text) for answer, text in texts if self._is_good(answer, text)]
        asked = self.prompts.of(record, self.tally) if good else None
        if asked is not None:
            for answer, text in good:
                yield from self._row(record, asked, answer, text)

    def _written(self, record: ExportRecord) -> Iterator[tuple[Answer, str]]:
        for answer in record.submitted(extra=self.options.extra):
            value = answer.values.get(self.question.name)
            text = None if value is None else self.question.kind.text(value)
            if text is not None:
                yield answer, text

    def _is_good(self, answer: Answer, text: str) -> bool:
        if not text.strip():
            self.tally.left_out["empty_texts"] += 1
        elif len(text) < self.options.min_length:
            self.tally.left_out["texts_that_are_too_short"] += 1
        elif not self._passes(answer):
            self.tally.left_out["texts_below_the_rating"] += 1
        else:
            return True
        return False

    def _passes(self, answer: Answer) -> bool:
        bar = self.options.bar_question
        if bar is None:
            return True
        value = answer.values.get(bar)
        score = None if value is None else self.shape.questions[bar].kind.score(value)
        return score is not None and score >= self.options.bar

    def _row(self, record: ExportRecord, asked: Messages, by: Answer, text: str) -> Iterator[Row]:
        answer = written(text)
        ready = shaped(asked, [answer], self.options.form)
        if ready is None:
            self.tally.left_out["texts_after_a_conversation"] += 1
            return
        self.tally.counts["rows_above_1024_tokens"] += is_long(asked, answer)
        prompt, (completion,) = ready
        about = {"group": group(asked), "record_id": record.id, "annotator": by.person}
        data = {"prompt": prompt, "completion": completion} | about
        yield Row(data, about["group"], record.id, (by.id,))


def _meaning(shape: DatasetShape, meaning: str) -> list[str]:
    """The questions whose answers have this meaning, required ones first: others are often remarks."""
    found = [one for one in shape.questions.values() if meaning in one.kind.means()]
    return [one.name for one in sorted(found, key=lambda one: not one.required)]

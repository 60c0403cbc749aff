"""Stepwise supervision: a question, the steps of its solution, and which of them are right."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

import pyarrow as pa
from django.utils.translation import gettext, gettext_noop
from pydantic import Field

from feedback.exports import base, rules
from feedback.exports.base import Answer, ExportRecord, Row, Tally
from feedback.exports.judged import judged
from feedback.exports.opinions import Opinion, joined
from feedback.exports.pairs import TOLERANCE
from feedback.exports.prompts import PromptOptions, Prompts, promptable
from feedback.exports.turns import group, is_long, shaped, written
from feedback.questions.meaning import Meaning
from feedback.shape import DatasetShape

Steps = list[tuple[int, int, str]]  # beginning, end and text


class Options(PromptOptions):
    """What a step is, and when it is right."""

    question: str | None = Field(
        None,
        title=gettext_noop("Question"),
        description=gettext_noop(
            "Spans that mark what is wrong in the text of a solution; or a rating of each answer, where each is a step."
        ),
    )
    steps: Literal["lines", "paragraphs"] = Field(
        "lines",
        title=gettext_noop("Steps"),
        description=gettext_noop("Spans only: what makes a step of the solution."),
        json_schema_extra={
            "means": ["spans"],
            "words": {"lines": gettext_noop("Lines"), "paragraphs": gettext_noop("Paragraphs")},
        },
    )
    right: list[str] = Field(
        [],
        title=gettext_noop("Harmless marks"),
        description=gettext_noop("Spans only: labels that do not make a step wrong. All others do."),
    )
    high: float | None = Field(
        None,
        allow_inf_nan=False,
        title=gettext_noop("Right from"),
        description=gettext_noop("Ratings only. Blank: the upper half of the scale."),
        json_schema_extra={"means": ["scores"]},
    )
    policy: Literal["per_labeler", "majority"] = Field(
        "majority",
        title=gettext_noop("Several labelers"),
        description=gettext_noop(
            "One row, each step as most of them find it (none if votes are split); or a row of each labeler."
        ),
        json_schema_extra={
            "words": {
                "per_labeler": gettext_noop("Each labeler's row"),
                "majority": gettext_noop("Majority"),
            }
        },
    )


class StepwiseSupervision(base.Kind[Options]):
    """One row a solution: as many `labels` as `completions`, true for a right step."""

    name = "stepwise_supervision"
    label = gettext_noop("Stepwise supervision")
    order = 40
    description = gettext_noop(
        "Solutions step by step, each step right or wrong. For process reward models of Axolotl and TRL up to 1.13."
    )
    schema = Options
    needs = ("question",)

    def offers(self, shape: DatasetShape) -> dict[str, list[str]]:
        marking = [one for one in shape.questions.values() if one.kind.marks in shape.fields]
        rating = [
            one
            for one in shape.questions.values()
            if "scores" in one.kind.means() and one.kind.judges & shape.fields.keys()
        ]
        labels = [label for one in marking for label in one.kind.texts]
        return {
            "question": [one.name for one in (*marking, *rating)],
            "prompt": promptable(shape),
            "right": list(dict.fromkeys(labels)),
        }

    def rows(
        self, records: Iterable[ExportRecord], options: Options, shape: DatasetShape, tally: Tally
    ) -> Iterator[Row]:
        made = _Solutions(options, shape, tally)
        for record in records:
            tally.counts["records_read"] += 1
            yield from made.of(record)

    def columns(self, options: Options, shape: DatasetShape) -> pa.Schema:
        lists = [("completions", pa.list_(pa.string())), ("labels", pa.list_(pa.bool_()))]
        by = [("annotator", pa.string())] if options.policy == "per_labeler" else []
        about = [("group", pa.string()), ("record_id", pa.string()), *by]
        return pa.schema([("prompt", pa.string()), *lists, *about])

    def check(self, data: Mapping[str, Any], options: Options) -> str | None:
        steps, labels = data["completions"], data["labels"]
        return rules.first(
            rules.plain(data),
            rules.only(data, "prompt", "completions"),
            rules.filled(data["prompt"], *steps),
            *(rules.flag(one) for one in labels),
            None if steps and len(steps) == len(labels) else gettext("Steps and labels are not as many."),
        )


class _Solutions:
    """Makes the rows of one record after the other, and counts what it leaves out."""

    def __init__(self, options: Options, shape: DatasetShape, tally: Tally) -> None:
        self.options, self.shape, self.tally = options, shape, tally
        self.question = shape.questions[options.question or ""]
        self.kind: Meaning = self.question.kind
        self.prompts = Prompts(shape, options.prompt, without=self.kind.marks)
        least, most = self.kind.scale or (0.0, 1.0)
        self.high = ((least + most) / 2 if options.high is None else options.high) - TOLERANCE

    def of(self, record: ExportRecord) -> Iterator[Row]:
        said = [one for one in record.submitted(extra=self.options.extra) if self.question.name in one.values]
        self.tally.counts["judgments_read"] += len(said)
        self.tally.left_out["records_without_judgment"] += not said
        asked = self.prompts.of(record, self.tally) if said else None
        if asked is None:
            return
        ready = shaped(asked, [], "standard")
        if ready is None:
            self.tally.left_out["texts_after_a_conversation"] += 1
            return
        steps, opinions = self._marked(record, said) if self.kind.marks else self._rated(record, said)
        prompt = group(asked)
        joint = self.options.policy == "majority"
        for some in [said] if joint else [[one] for one in said]:
            labels = [
                joined([(each[one.id], one.weight) for one in some if one.id in each]) for each in opinions
            ]
            if not steps or None in labels:
                self.tally.left_out["solutions_with_split_votes" if steps else "records_without_text"] += 1
                continue
            self.tally.counts["rows_above_1024_tokens"] += is_long(asked, *(written(one) for one in steps))
            data = {"prompt": ready[0], "completions": steps, "labels": labels}
            by = {} if joint else {"annotator": some[0].person}
            about = {"group": prompt, "record_id": record.id} | by
            yield Row(data | about, prompt, record.id, tuple(one.id for one in some))

    def _marked(
        self, record: ExportRecord, said: Sequence[Answer]
    ) -> tuple[list[str], list[dict[str, Opinion]]]:
        """The steps of the marked text; of each, who finds it right: it has no mark that makes it wrong."""
        text = record.fields.get(self.kind.marks or "")
        steps = _split(text, self.options.steps) if isinstance(text, str) else []
        opinions: list[dict[str, Opinion]] = [{} for _ in steps]
        for one in said:
            marks = [
                mark
                for mark in self.kind.spans(one.values[self.question.name]) or ()
                if mark["label"] not in self.options.right
            ]
            for (start, end, _), each in zip(steps, opinions, strict=True):
                each[one.id] = not any(mark["start"] < end and start < mark["end"] for mark in marks)
        return [step for _, _, step in steps], opinions

    def _rated(
        self, record: ExportRecord, said: Sequence[Answer]
    ) -> tuple[list[str], list[dict[str, Opinion]]]:
        """The answers as steps, in their order; of each, who rated it high enough."""
        answers = judged(record, self.question, self.shape, [], self.tally)
        whole = self.shape.candidates(record.fields)
        if len(answers) < sum(len(some) for name, some in whole.items() if name in self.kind.judges):
            return [], []  # a step is empty, or somebody else's
        opinions: list[dict[str, Opinion]] = []
        for key in answers:
            scores = {one.id: self.kind.scores(one.values[self.question.name]).get(key) for one in said}
            opinions.append({who: score >= self.high for who, score in scores.items() if score is not None})
        return [answer[-1]["content"] for answer in answers.values()], opinions


def _split(text: str, steps: str) -> Steps:
    """The pieces between line breaks, or between blank lines, that hold something; as they stand in the text."""
    border = r"\n" if steps == "lines" else r"\n[^\S\n]*\n\s*"
    found, start = [], 0
    for end, following in [*((one.start(), one.end()) for one in re.finditer(border, text)), (len(text), 0)]:
        if text[start:end].strip():
            found.append((start, end, text[start:end]))
        start = following
    return found

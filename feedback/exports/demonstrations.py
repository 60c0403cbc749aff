"""What every format for fine-tuning shares: which answers are good enough to be learned."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop
from pydantic import Field

from feedback.exports.base import Answer, ExportRecord, Row, Tally
from feedback.exports.corrections import writable
from feedback.exports.judged import rankable
from feedback.exports.judging import Judged, Judging
from feedback.exports.opinions import mean
from feedback.exports.own import ownable
from feedback.exports.pairs import TOLERANCE, decided, duels, tiered
from feedback.exports.prompts import Prompts, promptable
from feedback.exports.turns import Messages, group, is_long, written
from feedback.exports.verdicts import VerdictOptions, judging_whole, labels, verdicts
from feedback.questions.meaning import Meaning
from feedback.shape import DatasetShape


class DemonstrationOptions(VerdictOptions):
    """Which texts are good enough."""

    question: str | None = Field(
        None,
        title=gettext_noop("Answer"),
        description=gettext_noop(
            "A text that people wrote; a ranking, or rating of each answer, whose best is taken; or a rating or label "
            "of the one answer that a record holds, which is taken if it is good."
        ),
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
            "Only texts whose writer also gave at least the rating below to this question, and best answers with at "
            "least this mean: the best of four bad ones is bad."
        ),
    )
    bar: float = Field(
        0.0,
        allow_inf_nan=False,
        title=gettext_noop("Least rating"),
        description=gettext_noop("Counts only if a rating is chosen above."),
    )


@dataclass(frozen=True, slots=True)
class Demonstration:
    """A prompt with an answer to be learned. `person`: who wrote it; nobody if several people found it best."""

    asked: Messages
    answer: Messages
    person: str
    group: str
    source: ExportRecord
    responses: tuple[str, ...]

    @property
    def about(self) -> dict[str, str]:
        """Further columns, where the reader allows them."""
        return {"group": self.group, "record_id": self.source.id, "annotator": self.person}

    def row(self, data: dict[str, Any]) -> Row:
        """The row that holds this, to be traced to where it comes from."""
        return Row(data, self.group, self.source.id, self.responses)


def offered(shape: DatasetShape) -> dict[str, list[str]]:
    """What the options of demonstrations may name."""
    whole = judging_whole(shape)
    rated = [name for name, one in shape.questions.items() if one.kind.means() & {"score", "scores"}]
    return {
        "question": [*writable(shape), *rankable(shape), *(one.name for one in whole)],
        "prompt": promptable(shape),
        "answer": ownable(shape),
        "good": labels(whole),
        "bar_question": rated,
    }


def demonstrations(
    records: Iterable[ExportRecord], options: DemonstrationOptions, shape: DatasetShape, tally: Tally
) -> Iterator[Demonstration]:
    """What is good enough, in the order of the records."""
    means = shape.questions[options.question or ""].kind.means()
    if "text" in means:
        found = _Written(options, shape, tally).of(records)
    elif options.question in rankable(shape):
        found = _Best(options, shape, tally).of(records)
    else:
        found = _good(records, options, shape, tally)
    for one in found:
        if sum(len(turn["content"]) for turn in one.answer) < options.min_length:
            tally.left_out["texts_that_are_too_short"] += 1
            continue
        tally.counts["rows_above_1024_tokens"] += is_long(one.asked, one.answer)
        yield one


def _good(
    records: Iterable[ExportRecord], options: DemonstrationOptions, shape: DatasetShape, tally: Tally
) -> Iterator[Demonstration]:
    """The answers that records hold, where people found them good."""
    for one in verdicts(records, options, shape, tally):
        if one.is_good:
            yield Demonstration(one.asked, one.answer, "", one.group, one.source, one.responses)
        else:
            tally.left_out["bad_answers"] += 1


class _Bar:
    """The rating that a text, or an answer, has to pass."""

    def __init__(self, options: DemonstrationOptions, shape: DatasetShape) -> None:
        self.name, self.least = options.bar_question, options.bar - TOLERANCE
        self.kind: Meaning | None = shape.questions[self.name].kind if self.name else None

    def is_passed(self, by: Iterable[Answer], key: str = "") -> bool:
        """By the mean of what these people said of the record, or of the answer with this id."""
        if self.kind is None or self.name is None:
            return True
        scores = []
        for one in by:
            value = one.values.get(self.name)
            score = None if value is None else self.kind.scores(value).get(key, self.kind.score(value))
            if score is not None:
                scores.append((score, one.weight))
        return bool(scores) and mean(scores) >= self.least


class _Written:
    """The texts that people wrote."""

    def __init__(self, options: DemonstrationOptions, shape: DatasetShape, tally: Tally) -> None:
        self.options, self.tally = options, tally
        self.question = shape.questions[options.question or ""]
        self.prompts = Prompts(shape, options.prompt, self.question.kind.goes_on_with)
        self.bar = _Bar(options, shape)

    def of(self, records: Iterable[ExportRecord]) -> Iterator[Demonstration]:
        for record in records:
            self.tally.counts["records_read"] += 1
            texts = list(self._texts(record))
            self.tally.counts["texts_read"] += len(texts)
            self.tally.left_out["records_without_text"] += not texts
            good = [(by, text) for by, text in texts if self._is_good(by, text)]
            asked = self.prompts.of(record, self.tally) if good else None
            if asked is not None:
                prompt = group(asked)
                for by, text in good:
                    yield Demonstration(asked, written(text), by.person, prompt, record, (by.id,))

    def _texts(self, record: ExportRecord) -> Iterator[tuple[Answer, str]]:
        for answer in record.submitted(extra=self.options.extra):
            value = answer.values.get(self.question.name)
            text = None if value is None else self.question.kind.text(value)
            if text is not None:
                yield answer, text

    def _is_good(self, by: Answer, text: str) -> bool:
        if not text.strip():
            self.tally.left_out["empty_texts"] += 1
        elif not self.bar.is_passed([by]):
            self.tally.left_out["texts_below_the_rating"] += 1
        else:
            return True
        return False


class _Best:
    """The answers that people ranked best, or corrected."""

    def __init__(self, options: DemonstrationOptions, shape: DatasetShape, tally: Tally) -> None:
        self.options, self.tally = options, tally
        self.judging = Judging(options, shape, tally, joined=True)
        self.bar = _Bar(options, shape)

    def of(self, records: Iterable[ExportRecord]) -> Iterator[Demonstration]:
        for record in records:
            self.tally.counts["records_read"] += 1
            read = self.judging.of(record)
            if read is not None:
                prompt = group(read.asked)
                for answer, person, responses in self._of(read):
                    yield Demonstration(read.asked, answer, person, prompt, record, responses)

    def _of(self, read: Judged) -> Iterator[tuple[Messages, str, tuple[str, ...]]]:
        """(answer, who wrote it, responses): each corrected text, or else the one answer that is best of all."""
        corrected = [one for one in read.judgments if one.edit in read.answers]
        for one in corrected:
            yield read.answers[one.edit], one.person, (one.response,)
        if corrected:
            return
        pairs = [
            decided(one, "mean", gap=self.judging.gap) for one in duels(read.judgments, list(read.answers))
        ]
        tier = tiered([pair for pair in pairs if pair is not None])
        best = [key for key in read.answers if tier.get(key) == 0] or [
            key for key in read.answers if any(key in one.heights for one in read.judgments)
        ]
        if len({str(read.answers[key]) for key in best}) != 1:
            self.tally.left_out["records_without_one_best_answer"] += 1
        elif not self.bar.is_passed(read.record.submitted(extra=self.options.extra), best[0]):
            self.tally.left_out["best_answers_below_the_rating"] += 1
        else:
            yield read.answers[best[0]], "", tuple(one.response for one in read.judgments)

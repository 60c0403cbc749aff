"""Whether an answer is good: from ratings by thresholds, from labels such as thumbs, from the ends of rankings."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, Self

from django.utils.translation import gettext, gettext_noop
from pydantic import Field, model_validator

from feedback.exports.base import Answer, ExportRecord, Row, Tally
from feedback.exports.judged import rankable
from feedback.exports.judging import Judged, Judging, JudgingOptions
from feedback.exports.opinions import Opinion, Thresholds, joined, mean
from feedback.exports.own import Own, ownable
from feedback.exports.pairs import decided, duels, tiered
from feedback.exports.prompts import promptable
from feedback.exports.turns import Messages, group, is_long
from feedback.questions.meaning import Meaning
from feedback.shape import DatasetShape, QuestionShape

GOOD = ("good", "yes", "up", "thumbs_up", "accept", "accepted", "correct", "true", "1", "like", "helpful")


class VerdictOptions(JudgingOptions):
    """From when on an answer is good, and from when on bad."""

    question: str | None = Field(
        None,
        title=gettext_noop("Question"),
        description=gettext_noop(
            "A rating of each answer, a ranking, or a rating or label of the one answer that a record holds."
        ),
    )
    answer: str | None = Field(
        None,
        title=gettext_noop("The answer"),
        description=gettext_noop(
            "For a rating or label of the record: the field that holds what is judged. Blank: the likeliest, such as "
            "the last turn of the conversation."
        ),
        json_schema_extra={"means": ["score", "chosen"]},
    )
    agreement: Literal["mean", "majority", "unanimous"] = Field(
        "mean",
        title=gettext_noop("Several labelers"),
        description=gettext_noop(
            "The mean of their ratings counts, or how many find the answer good or bad. Labels: always how many."
        ),
        json_schema_extra={
            "words": {
                "mean": gettext_noop("Mean rating"),
                "majority": gettext_noop("Majority"),
                "unanimous": gettext_noop("All agree"),
            }
        },
    )
    high: float | None = Field(
        None,
        allow_inf_nan=False,
        title=gettext_noop("Good from"),
        description=gettext_noop("Ratings only. Blank: the highest quarter of the scale."),
        json_schema_extra={"means": ["score", "scores"]},
    )
    low: float | None = Field(
        None,
        allow_inf_nan=False,
        title=gettext_noop("Bad up to"),
        description=gettext_noop(
            "Ratings only, and what lies between gives no row. Blank: the lowest quarter of the scale."
        ),
        json_schema_extra={"means": ["score", "scores"]},
    )
    good: list[str] = Field(
        [],
        title=gettext_noop("Good labels"),
        description=gettext_noop(
            "Labels only: an answer with one of these is good, with none of them bad. None chosen: those that say so, "
            "such as yes, good or up, else the first."
        ),
    )

    @model_validator(mode="after")
    def _thresholds_lie_apart(self) -> Self:
        if self.high is not None and self.low is not None and self.low >= self.high:
            raise ValueError(gettext("Bad must end below where good begins."))
        return self


@dataclass(frozen=True, slots=True)
class Verdict:
    """One answer with its prompt, and whether it is good."""

    asked: Messages
    answer: Messages
    is_good: bool
    group: str
    source: ExportRecord
    responses: tuple[str, ...]

    def row(self, data: dict[str, Any]) -> Row:
        """The row that holds this, to be traced to where it comes from."""
        return Row(data, self.group, self.source.id, self.responses)


def judging_whole(shape: DatasetShape) -> list[QuestionShape]:
    """The questions that rate or label the one answer of a record, if records may hold one."""
    meant = [one for one in shape.questions.values() if one.kind.means() & {"score", "chosen"}]
    return meant if ownable(shape) else []


def labels(questions: Iterable[QuestionShape]) -> list[str]:
    """The labels that these questions give."""
    giving = [one for one in questions if "chosen" in one.kind.means()]
    return list(dict.fromkeys(label for one in giving for label in one.kind.texts))


def offered(shape: DatasetShape) -> dict[str, list[str]]:
    """What the options of verdicts may name."""
    whole = judging_whole(shape)
    return {
        "question": [*rankable(shape), *(one.name for one in whole)],
        "prompt": promptable(shape),
        "answer": ownable(shape),
        "good": labels(whole),
    }


def verdicts(
    records: Iterable[ExportRecord], options: VerdictOptions, shape: DatasetShape, tally: Tally
) -> Iterator[Verdict]:
    """One verdict for each answer that is clearly good or bad."""
    make = _OfEach if options.question in rankable(shape) else _OfWhole
    made = make(options, shape, tally)
    for record in records:
        tally.counts["records_read"] += 1
        for one in made.of(record):
            tally.counts["rows_above_1024_tokens"] += is_long(one.asked, one.answer)
            yield one


class _OfEach:
    """Of the model answers in a record, each of which was rated or ranked."""

    def __init__(self, options: VerdictOptions, shape: DatasetShape, tally: Tally) -> None:
        self.options, self.tally = options, tally
        self.judging = Judging(options, shape, tally, joined=True)
        self.rated = "scores" in self.judging.kind.means()
        self.thresholds = _thresholds(options, self.judging.kind)

    def of(self, record: ExportRecord) -> Iterator[Verdict]:
        read = self.judging.of(record)
        if read is None:
            return
        found = self._rated(read) if self.rated else self._ranked(read)
        texts: dict[str, set[bool]] = {}
        for key, (is_good, _) in found.items():
            texts.setdefault(str(read.answers[key]), set()).add(is_good)
        prompt, seen = group(read.asked), set[str]()
        for key, (is_good, responses) in found.items():
            text = str(read.answers[key])
            if len(texts[text]) > 1 or text in seen:  # good here and bad there, or said already
                self.tally.left_out["equal_texts"] += 1
                continue
            seen.add(text)
            yield Verdict(read.asked, read.answers[key], is_good, prompt, record, responses)

    def _rated(self, read: Judged) -> dict[str, tuple[bool, tuple[str, ...]]]:
        sign = 1.0 if self.options.better == "higher" else -1.0
        found = {}
        for key in read.answers:
            by = [one for one in read.judgments if key in one.heights]
            scores = [(sign * one.heights[key], one.weight) for one in by]
            opinion = _opinion(scores, self.thresholds, self.options) if scores else None
            if opinion is None:
                self.tally.left_out["answers_neither_good_nor_bad"] += 1
            else:
                found[key] = (opinion, tuple(one.response for one in by))
        return found

    def _ranked(self, read: Judged) -> dict[str, tuple[bool, tuple[str, ...]]]:
        """The best and the worst: those between are better than some and worse than others."""
        agreed = [decided(one, self.options.agreement) for one in duels(read.judgments, list(read.answers))]
        tier = tiered([pair for pair in agreed if pair is not None])
        last = max(tier.values(), default=0)
        by = tuple(one.response for one in read.judgments)
        ends = {key: (tier[key] == 0, by) for key in read.answers if last and tier.get(key) in {0, last}}
        self.tally.left_out["answers_neither_good_nor_bad"] += len(read.answers) - len(ends)
        return ends


class _OfWhole:
    """Of the one answer that a record holds, which was rated or labeled."""

    def __init__(self, options: VerdictOptions, shape: DatasetShape, tally: Tally) -> None:
        self.options, self.tally = options, tally
        self.question = shape.questions[options.question or ""]
        self.kind: Meaning = self.question.kind
        self.own = Own(shape, options.prompt, options.answer)
        self.thresholds = _thresholds(options, self.kind)
        known = labels([self.question])
        self.good = set(options.good or [one for one in known if one.casefold() in GOOD] or known[:1])

    def of(self, record: ExportRecord) -> Iterator[Verdict]:
        said = [one for one in record.submitted(extra=self.options.extra) if self.question.name in one.values]
        self.tally.counts["judgments_read"] += len(said)
        self.tally.left_out["records_without_judgment"] += not said
        opinion = self._opinion(said) if said else None
        self.tally.left_out["answers_neither_good_nor_bad"] += bool(said) and opinion is None
        found = None if opinion is None else self.own.of(record, self.tally)
        if opinion is not None and found is not None:
            asked, answer = found
            ids = tuple(one.id for one in said)
            yield Verdict(asked, answer, opinion, group(asked), record, ids)

    def _opinion(self, said: list[Answer]) -> Opinion:
        scores, opinions = list[tuple[float, float]](), list[tuple[Opinion, float]]()
        for one in said:
            value = one.values[self.question.name]
            score, chosen = self.kind.score(value), self.kind.chosen(value)
            if score is not None:
                scores.append((score, one.weight))
            elif chosen is not None:
                opinions.append((bool(self.good & set(chosen)), one.weight))
        if scores:
            return _opinion(scores, self.thresholds, self.options)
        return joined(opinions, unanimous=self.options.agreement == "unanimous")


def _thresholds(options: VerdictOptions, kind: Meaning) -> Thresholds:
    least, most = kind.scale or (0.0, 1.0)
    quarter = (most - least) / 4
    high = most - quarter if options.high is None else options.high
    low = least + quarter if options.low is None else options.low
    return Thresholds(high, low, is_upwards=options.better == "higher")


def _opinion(scores: list[tuple[float, float]], thresholds: Thresholds, options: VerdictOptions) -> Opinion:
    if options.agreement == "mean":
        return thresholds.of(mean(scores))
    opinions = [(thresholds.of(score), weight) for score, weight in scores]
    return joined(opinions, unanimous=options.agreement == "unanimous")

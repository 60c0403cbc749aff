"""What people said of the model answers of a record: their rankings and ratings, as numbers that can be compared."""

from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

import orjson
from django.utils.translation import gettext_noop
from pydantic import Field

from feedback.exports.base import Answer, ExportRecord, Tally
from feedback.exports.judged import judged
from feedback.exports.pairs import Judgment, Places, Tiers, places
from feedback.exports.prompts import PromptOptions, Prompts
from feedback.exports.turns import Messages, written
from feedback.questions.meaning import Meaning
from feedback.shape import DatasetShape

SHORT = 500  # bytes of a value that is remembered: orders of few answers recur, and what is written does not


class JudgingOptions(PromptOptions):
    """Which rankings or ratings, and how they are read."""

    question: str | None = Field(
        None,
        title=gettext_noop("Ranking"),
        description=gettext_noop(
            "The question that puts the answers in order: a ranking, or a rating of each."
        ),
    )
    better: Literal["higher", "lower"] = Field(
        "higher",
        title=gettext_noop("Better ratings"),
        description=gettext_noop("Ratings only. Lower ones are better where they count errors."),
        json_schema_extra={
            "means": ["score", "scores"],
            "words": {"higher": gettext_noop("Higher"), "lower": gettext_noop("Lower")},
        },
    )
    gap: float = Field(
        0.0,
        ge=0,
        allow_inf_nan=False,
        title=gettext_noop("Least distance of ratings"),
        description=gettext_noop("Ratings only. Two answers whose ratings are less far apart are tied."),
        json_schema_extra={"means": ["scores"]},
    )
    places: Places = Field(
        "mean",
        title=gettext_noop("Places of tied answers"),
        description=gettext_noop(
            "Rankings only, for means and distances: three answers of which the first two tie."
        ),
        json_schema_extra={"words": {"mean": "1.5, 1.5, 3", "sports": "1, 1, 3"}},
    )
    edited: bool = Field(
        True,
        title=gettext_noop("Corrected texts"),
        description=gettext_noop(
            "A better answer that a labeler wrote beats the one that it began as, and those below it."
        ),
        json_schema_extra={"means": ["better"]},
    )


class Judged(NamedTuple):
    """One record: what was asked, its usable answers by id (what people wrote instead comes last), the judgments."""

    record: ExportRecord
    asked: Messages
    answers: dict[str, Messages]
    judgments: list[Judgment]


class Judging:
    """Reads one record after the other, and counts what it leaves out. `joined`: the judgments become one."""

    def __init__(self, options: JudgingOptions, shape: DatasetShape, tally: Tally, *, joined: bool) -> None:
        self.options, self.shape, self.tally, self.joined = options, shape, tally, joined
        self.question = shape.questions[options.question or ""]
        self.kind: Meaning = self.question.kind
        self.prompts = Prompts(shape, options.prompt)
        self.gap = options.gap if "scores" in self.kind.means() else 0.0
        self._known = lru_cache(maxsize=512)(self._weigh)

    def of(self, record: ExportRecord) -> Judged | None:
        said = [*self._said(record)]
        self.tally.counts["rankings_read"] += len(said)
        if not said:
            self.tally.left_out["records_without_ranking"] += 1
            return None
        asked = self.prompts.of(record, self.tally)
        if asked is None:
            return None
        answers = judged(record, self.question, self.shape, asked, self.tally)
        if self.joined:
            for key in self._flagged(said) & answers.keys():
                self.tally.left_out["answers_that_most_flagged"] += 1
                del answers[key]
        judgments = [self._judgment(one, answers) for one in said]
        return Judged(record, asked, answers, judgments)

    def _said(self, record: ExportRecord) -> Iterator[Answer]:
        for answer in record.submitted(extra=self.options.extra):
            value = answer.values.get(self.question.name)
            if value is not None and self.kind.tiers(value):
                yield answer

    def _flagged(self, said: Collection[Answer]) -> set[str]:
        """What more than half of the people flagged."""
        flags: dict[str, float] = {}
        for one in said:
            for key in self.kind.flags(one.values[self.question.name]):
                flags[key] = flags.get(key, 0.0) + one.weight
        half = sum(one.weight for one in said) / 2
        return {key for key, weight in flags.items() if weight > half}

    def _judgment(self, answer: Answer, answers: dict[str, Messages]) -> Judgment:
        """The answer to the question; what the person wrote instead is added to `answers`."""
        value = answer.values[self.question.name]
        stored = orjson.dumps(value)
        weigh = self._known if len(stored) <= SHORT else self._weigh
        heights, reach, strengths = weigh(stored, tuple(answers))
        found = Judgment(answer.id, answer.person, heights, reach, strengths, {}, answer.weight)
        return self._edited(found, value, answers) if self.options.edited else found

    def _weigh(self, stored: bytes, ids: tuple[str, ...]) -> tuple[dict[str, float], float, dict[str, float]]:
        """Heights, reach and strengths (`Judgment`) of these answers by a stored value of the question."""
        value, known = orjson.loads(stored), frozenset(ids)
        flags = self.kind.flags(value)
        tiers = [
            [key for key in tier if key in known and key not in flags]
            for tier in self.kind.tiers(value) or ()
        ]
        sign = -1.0 if self.options.better == "lower" else 1.0
        scores = self.kind.scores(value)
        if scores:
            least, most = self.kind.scale or (min(scores.values()), max(scores.values()))
            heights = {key: sign * scores[key] for tier in tiers for key in tier}
            reach = (most - least) or 1.0
        else:
            heights = {key: -place for key, place in places(tiers, self.options.places).items()}
            reach = float(max(len(heights) - 1, 1))
        return heights, reach, self._strengths(value, tiers)

    def _strengths(self, value: object, tiers: Tiers) -> dict[str, float]:
        steps = [0.0, *self.kind.strengths(value)]
        if len(steps) != len(tiers):  # nothing was said
            return {}
        depth, found = 0.0, dict[str, float]()
        for step, tier in zip(steps, tiers, strict=True):
            depth -= step
            found |= dict.fromkeys(tier, depth)
        return found

    def _edited(self, said: Judgment, value: object, answers: dict[str, Messages]) -> Judgment:
        """The judgment with what the person wrote instead, one place above what it began as, or above all."""
        text, origin = self.kind.better(value) or ("", None)
        if not text.strip() or not said.heights or (origin is not None and origin not in said.heights):
            return said  # nothing, or of an answer that is flagged or cannot be used: there is nothing to compare
        key, below = said.edit, origin or max(said.heights, key=lambda one: said.heights[one])
        answers[key] = written(text)
        strengths = said.strengths and {**said.strengths, key: said.strengths[below]}
        edits = {} if origin is None else {key: origin}
        heights = {**said.heights, key: said.heights[below] + 1}
        return said._replace(heights=heights, strengths=strengths, edits=edits)

"""What every format of pairs shares: which pairs come out of a record, and in what order."""

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import Any, Literal, NamedTuple

from django.utils.translation import gettext_noop
from pydantic import Field

from feedback.exports.base import ExportRecord, Row, Tally
from feedback.exports.conclusions import concluded
from feedback.exports.corrections import Corrections, correctable
from feedback.exports.judged import rankable
from feedback.exports.judging import Judged, Judging, JudgingOptions
from feedback.exports.pairs import Pair, Policy, Selection
from feedback.exports.prompts import promptable
from feedback.exports.turns import CUT_AT, Messages, group, length
from feedback.shape import DatasetShape

Margin = Literal["none", "distance", "votes", "strength"]
Ties = Literal["drop", "zero", "aside"]
Chosen = tuple[
    Pair, str, tuple[str, ...]
]  # whose it is if it is one person's, and the responses that it comes of


class PairOptions(JudgingOptions):
    """How judgments become pairs."""

    question: str | None = Field(
        None,
        title=gettext_noop("What makes the pairs"),
        description=gettext_noop(
            "A ranking, or a rating of each answer, puts the answers in order. Of a text, what a labeler wrote instead "
            "of the suggested text is chosen, and the suggested one rejected; suggestions left as they were make no "
            "pair."
        ),
    )
    policy: Policy = Field(
        "per_labeler",
        title=gettext_noop("Several labelers"),
        description=gettext_noop(
            "The pairs of each labeler, disagreement included; or one row where enough of those who compared two "
            "answers prefer the same."
        ),
        json_schema_extra={
            "words": {
                "per_labeler": gettext_noop("Each labeler's pairs"),
                "majority": gettext_noop("Majority"),
                "unanimous": gettext_noop("All agree"),
                "mean": gettext_noop("Mean place, or mean rating"),
            }
        },
    )
    threshold: float = Field(
        0.0,
        ge=0,
        le=1,
        title=gettext_noop("Least share of votes"),
        description=gettext_noop(
            "Majority only: how many must prefer the chosen answer. 0: more than not; 1: all."
        ),
    )
    pairs: Selection = Field(
        "all",
        title=gettext_noop("Pairs of a prompt"),
        description=gettext_noop(
            "All pairs weigh prompts with many answers more; the others keep a prompt from counting many times."
        ),
        json_schema_extra={
            "words": {
                "all": gettext_noop("All"),
                "adjacent": gettext_noop("Each with the next"),
                "best_rest": gettext_noop("Best with the rest"),
                "best_worst": gettext_noop("Best with worst"),
            }
        },
    )
    most_pairs: int | None = Field(
        None,
        ge=1,
        title=gettext_noop("Most pairs of a prompt"),
        description=gettext_noop("Of more, so many are drawn, always the same. Blank: no limit."),
    )

    # What a format can say of a pair beside which answer is better: most can say neither.

    @property
    def said_margin(self) -> Margin:
        """What the margin is of."""
        return "none"

    @property
    def said_ties(self) -> Ties:
        """What becomes of tied pairs: nothing, rows among the others, rows of a table of their own."""
        return "drop"


class Compared(NamedTuple):
    """One pair with its prompt. `weight`: 1 / how many pairs the prompt has; `person`: whose pair it is, if one's;
    `aside`: the table of its own that it belongs in, if any.
    """

    asked: Messages
    chosen: Messages
    rejected: Messages
    margin: float
    weight: float
    person: str
    group: str
    source: ExportRecord
    responses: tuple[str, ...]
    aside: str = ""

    def row(self, data: dict[str, Any]) -> Row:
        """The row that holds this, to be traced to where it comes from."""
        return Row(data, self.group, self.source.id, self.responses, self.aside)


def offered(shape: DatasetShape) -> dict[str, list[str]]:
    """What the options of pairs may name."""
    return {"question": [*rankable(shape), *correctable(shape)], "prompt": promptable(shape)}


def compared(
    records: Iterable[ExportRecord],
    options: PairOptions,
    shape: DatasetShape,
    tally: Tally,
) -> Iterator[Compared]:
    """The pairs of each record, best first; of two labelers, first those of one."""
    made = _Pairs(options, shape, tally)
    for record in records:
        tally.counts["records_read"] += 1
        yield from made.of(record)


class _Pairs:
    """Makes the pairs of one record after the other, and counts what it leaves out."""

    def __init__(self, options: PairOptions, shape: DatasetShape, tally: Tally) -> None:
        self.options, self.tally = options, tally
        self.margin, self.ties = options.said_margin, options.said_ties
        self.is_of_one = options.policy == "per_labeler"
        reader = Judging if options.question in rankable(shape) else Corrections
        self.judging = reader(options, shape, tally, joined=not self.is_of_one)

    def of(self, record: ExportRecord) -> Iterator[Compared]:
        read = self.judging.of(record)
        if read is None:
            return
        kept = self._capped(record.id, [*self._pairs(read)])
        if not kept:
            return
        asked, answers, prompt = read.asked, read.answers, group(read.asked)
        room = CUT_AT - length(asked)
        long = {key for key, answer in answers.items() if length(answer) > room}
        aside = "ties" if self.ties == "aside" else ""
        tied = sum(one.is_tied for one, _, _ in kept) if aside else 0
        weight_aside, weight = 1 / (tied or 1), 1 / ((len(kept) - tied) or 1)
        number = sum(one.chosen in long or one.rejected in long for one, _, _ in kept) if long else 0
        self.tally.counts["rows_above_1024_tokens"] += number
        without_margin = self.margin == "none"
        for pair, person, responses in kept:
            is_aside = pair.is_tied and bool(aside)
            better, worse = pair.chosen, pair.rejected
            if pair.is_tied and _is_odd(record.id, pair):
                better, worse = worse, better
            yield Compared(
                asked,
                answers[better],
                answers[worse],
                0.0 if without_margin else self._margin(pair),
                weight_aside if is_aside else weight,
                person,
                prompt,
                record,
                responses,
                aside if is_aside else "",
            )

    def _pairs(self, read: Judged) -> Iterator[Chosen]:
        """The pairs of the selection."""
        options, left_out, with_ties = self.options, self.tally.left_out, self.ties != "drop"
        answers = read.answers
        for judgments in [[one] for one in read.judgments] if self.is_of_one else [read.judgments]:
            found = concluded(
                judgments,
                tuple(answers),
                policy=options.policy,
                threshold=options.threshold,
                gap=self.judging.gap,
                selection=options.pairs,
                with_ties=with_ties,
            )
            if found.disputed:
                left_out["pairs_without_majority"] += found.disputed
            if not with_ties:
                left_out["tied_pairs"] += found.tied
            left_out["pairs_above_the_cap"] += found.unselected
            person = judgments[0].person if self.is_of_one else ""
            all_of_them = tuple([one.response for one in judgments])
            for pair in found.pairs:
                if answers[pair.chosen] == answers[pair.rejected]:
                    left_out["pairs_of_equal_texts"] += 1
                    continue
                by = pair.duel.by
                some = len(by) < len(judgments)
                yield pair, person, tuple([all_of_them[number] for number in by]) if some else all_of_them

    def _capped(self, record: str, found: list[Chosen]) -> list[Chosen]:
        """As many as are wanted, drawn by a hash, in their order."""
        most = self.options.most_pairs
        if most is None or len(found) <= most:
            return found
        self.tally.left_out["pairs_above_the_cap"] += len(found) - most
        drawn = sorted(range(len(found)), key=lambda n: _hash(record, found[n][0], found[n][1]))[:most]
        return [found[n] for n in sorted(drawn)]

    def _margin(self, pair: Pair) -> float:
        """How clear it is, from 0 to 1; never below, though a majority may be against the mean."""
        if pair.is_tied:
            return 0.0
        duel = pair.duel
        shares = {"distance": duel.share, "votes": duel.votes, "strength": duel.strength}
        return min(1.0, max(0.0, pair.sign * shares[self.margin]))


def _hash(record: str, pair: Pair, person: str = "") -> bytes:
    named = "\n".join((record, pair.chosen, pair.rejected, person))
    return blake2b(named.encode(), digest_size=8).digest()


def _is_odd(record: str, pair: Pair) -> bool:
    """Of two that tie, neither comes first more often than the other."""
    return _hash(record, pair)[0] % 2 == 1

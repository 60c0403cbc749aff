"""What every format of pairs shares: which pairs come out of a record, and in what order."""

from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import Any, Literal, NamedTuple

from django.utils.translation import gettext_noop
from pydantic import Field

from feedback.exports.base import ExportRecord, Row, Tally
from feedback.exports.judged import rankable
from feedback.exports.judging import Judged, Judging, JudgingOptions
from feedback.exports.pairs import Pair, Policy, Selection, decided, duels, selected
from feedback.exports.prompts import promptable
from feedback.exports.turns import CUT_AT, Messages, group, length
from feedback.shape import DatasetShape

Margin = Literal["none", "distance", "votes", "strength"]
Ties = Literal["drop", "zero", "aside"]


class PairOptions(JudgingOptions):
    """How judgments become pairs."""

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
    return {"question": rankable(shape), "prompt": promptable(shape)}


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
        self.judging = Judging(options, shape, tally, joined=options.policy != "per_labeler")

    def of(self, record: ExportRecord) -> Iterator[Compared]:
        read = self.judging.of(record)
        if read is None:
            return
        kept = self._capped(record.id, [one for one in self._pairs(read) if self._differ(read, one[0])])
        if not kept:
            return
        answers, prompt = read.answers, group(read.asked)
        room = CUT_AT - length(read.asked)
        long = {key for key, answer in answers.items() if length(answer) > room}
        aside = "ties" if self.ties == "aside" else ""
        number = Counter(aside if pair.is_tied else "" for pair, _ in kept)
        for pair, person in kept:
            table = aside if pair.is_tied else ""
            better, worse = pair.chosen, pair.rejected
            if pair.is_tied and _is_odd(record.id, pair):
                better, worse = worse, better
            self.tally.counts["rows_above_1024_tokens"] += better in long or worse in long
            yield Compared(
                asked=read.asked,
                chosen=answers[better],
                rejected=answers[worse],
                margin=self._margin(pair),
                weight=1 / number[table],
                person=person,
                group=prompt,
                source=record,
                responses=pair.duel.responses,
                aside=table,
            )

    def _pairs(self, read: Judged) -> Iterator[tuple[Pair, str]]:
        """Each pair of the selection, and whose it is if it is one person's."""
        options, ids, left_out = self.options, list(read.answers), self.tally.left_out
        joined = options.policy != "per_labeler"
        for judgments in [read.judgments] if joined else [[one] for one in read.judgments]:
            found: list[Pair] = []
            for duel in duels(judgments, ids, self.judging.gap):
                pair = decided(duel, options.policy, threshold=options.threshold, gap=self.judging.gap)
                if pair is None:
                    left_out["pairs_without_majority"] += 1
                else:
                    found.append(pair)
            chosen = selected(found, options.pairs)
            if self.ties == "drop":
                tied = sum(pair.is_tied for pair in found)
                left_out["tied_pairs"] += tied
                chosen = [pair for pair in chosen if not pair.is_tied]
                left_out["pairs_above_the_cap"] -= tied
            left_out["pairs_above_the_cap"] += len(found) - len(chosen)
            person = "" if joined else judgments[0].person
            yield from ((pair, person) for pair in chosen)

    def _differ(self, read: Judged, pair: Pair) -> bool:
        differ = read.answers[pair.chosen] != read.answers[pair.rejected]
        if not differ:
            self.tally.left_out["pairs_of_equal_texts"] += 1
        return differ

    def _capped(self, record: str, found: list[tuple[Pair, str]]) -> list[tuple[Pair, str]]:
        """As many as are wanted, drawn by a hash, in their order."""
        most = self.options.most_pairs
        if most is None or len(found) <= most:
            return found
        self.tally.left_out["pairs_above_the_cap"] += len(found) - most
        drawn = sorted(range(len(found)), key=lambda n: _hash(record, found[n][0], found[n][1]))[:most]
        return [found[n] for n in sorted(drawn)]

    def _margin(self, pair: Pair) -> float:
        """How clear it is, from 0 to 1; never below, though a majority may be against the mean."""
        duel = pair.duel
        if pair.is_tied or self.margin == "none":
            return 0.0
        shares = {"distance": duel.share, "votes": duel.votes, "strength": duel.strength}
        return min(1.0, max(0.0, pair.sign * shares[self.margin]))


def _hash(record: str, pair: Pair, person: str = "") -> bytes:
    named = "\n".join((record, pair.chosen, pair.rejected, person))
    return blake2b(named.encode(), digest_size=8).digest()


def _is_odd(record: str, pair: Pair) -> bool:
    """Of two that tie, neither comes first more often than the other."""
    return _hash(record, pair)[0] % 2 == 1

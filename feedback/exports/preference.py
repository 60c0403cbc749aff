"""Preference: a prompt, the answer that people chose, and one that they rejected."""

from collections.abc import Container, Iterable, Iterator
from typing import Any, Literal

import pyarrow as pa
from django.utils.translation import gettext_noop
from pydantic import Field

from feedback.exports import base
from feedback.exports.base import Answer, ExportRecord, Row, Tally
from feedback.exports.judged import judged, rankable
from feedback.exports.pairs import Cap, Pair, Tiers, all_pairs, by_majority, by_one, capped, tied_pairs, votes
from feedback.exports.prompts import PromptOptions, Prompts, promptable
from feedback.exports.turns import Messages, column, group, is_long, shaped
from feedback.shape import DatasetShape


class Options(PromptOptions):
    """How rankings become pairs."""

    question: str | None = Field(
        None,
        title=gettext_noop("Ranking"),
        description=gettext_noop("The question whose rankings become pairs."),
    )
    policy: Literal["per_labeler", "majority"] = Field(
        "per_labeler",
        title=gettext_noop("Several labelers"),
        description=gettext_noop(
            "The pairs of each labeler, disagreement included; or one row where most agree."
        ),
        json_schema_extra={
            "words": {
                "per_labeler": gettext_noop("Each labeler's pairs"),
                "majority": gettext_noop("Majority"),
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
    cap: Cap = Field(
        "all",
        title=gettext_noop("Pairs of a ranking"),
        description=gettext_noop(
            "All pairs weigh long rankings more; the others keep a prompt from counting many times."
        ),
        json_schema_extra={
            "words": {
                "all": gettext_noop("All"),
                "best_worst": gettext_noop("Best with worst"),
                "adjacent": gettext_noop("Each with the next"),
            }
        },
    )
    margin: bool = Field(
        False,
        title=gettext_noop("Margin"),
        description=gettext_noop(
            "How clear the preference is, from 0 to 1: distance in the ranking, or lead in votes."
        ),
    )


class Preference(base.Kind[Options]):
    """One row a pair. Ties, equal texts and empty texts give none."""

    name = "preference"
    label = gettext_noop("Preference")
    order = 30
    description = gettext_noop("Chosen and rejected answers, from rankings. For reward models, DPO and KTO.")
    schema = Options
    needs = ("question",)

    def offers(self, shape: DatasetShape) -> dict[str, list[str]]:
        return {"question": rankable(shape), "prompt": promptable(shape)}

    def rows(
        self, records: Iterable[ExportRecord], options: Options, shape: DatasetShape, tally: Tally
    ) -> Iterator[Row]:
        made = _Pairs(options, shape, tally)
        for record in records:
            tally.counts["records_read"] += 1
            yield from made.rows(record)

    def columns(self, options: Options, shape: DatasetShape) -> pa.Schema:
        text = column(options.form)
        names = [("prompt", text), ("chosen", text), ("rejected", text)]
        if options.margin:
            names.append(("margin", pa.float64()))
        names += [("group", pa.string()), ("record_id", pa.string())]
        if options.policy == "per_labeler":
            names.append(("annotator", pa.string()))
        return pa.schema(names)


class _Pairs:
    """Makes the rows of one record after the other, and counts what it leaves out."""

    def __init__(self, options: Options, shape: DatasetShape, tally: Tally) -> None:
        self.options, self.shape, self.tally = options, shape, tally
        self.question = shape.questions[options.question or ""]
        self.prompts = Prompts(shape, options.prompt)

    def rows(self, record: ExportRecord) -> Iterator[Row]:
        rankings = list(self._rankings(record))
        self.tally.counts["rankings_read"] += len(rankings)
        if not rankings:
            self.tally.left_out["records_without_ranking"] += 1
        elif (asked := self.prompts.of(record, self.tally)) is not None:
            answers = judged(record, self.question, self.shape, asked, self.tally)
            usable = [(answer, _only(answers, tiers)) for answer, tiers in rankings]
            about = {"group": group(asked), "record_id": record.id}
            for by, pair in self._pairs(usable):
                named = {"annotator": by[0].person} if self.options.policy == "per_labeler" else {}
                for row in self._row(asked, answers, pair):
                    ids = tuple(one.id for one in by)
                    yield Row(row | about | named, about["group"], record.id, ids)

    def _rankings(self, record: ExportRecord) -> Iterator[tuple[Answer, Tiers]]:
        for answer in record.submitted(extra=self.options.extra):
            value = answer.values.get(self.question.name)
            tiers = None if value is None else self.question.kind.tiers(value)
            if tiers:
                yield answer, tiers

    def _pairs(self, rankings: list[tuple[Answer, Tiers]]) -> Iterator[tuple[list[Answer], Pair]]:
        """Each pair with the answers that it was made of."""
        if self.options.policy == "majority":
            counted = votes([tiers for _, tiers in rankings])
            pairs = by_majority(counted, self.options.threshold)
            self.tally.left_out["pairs_without_majority"] += len(counted) - len(pairs)
            kept = capped(pairs, self.options.cap)
            self.tally.left_out["pairs_above_the_cap"] += len(pairs) - len(kept)
            everybody = [answer for answer, _ in rankings]
            yield from ((everybody, pair) for pair in kept)
            return
        for answer, tiers in rankings:
            self.tally.left_out["tied_pairs"] += tied_pairs(tiers)
            pairs = by_one(tiers, self.options.cap)
            self.tally.left_out["pairs_above_the_cap"] += all_pairs(tiers) - tied_pairs(tiers) - len(pairs)
            yield from (([answer], pair) for pair in pairs)

    def _row(self, asked: Messages, answers: dict[str, Messages], pair: Pair) -> Iterator[dict[str, Any]]:
        two = [answers[pair.chosen], answers[pair.rejected]]
        if two[0] == two[1]:
            self.tally.left_out["pairs_of_equal_texts"] += 1
            return
        ready = shaped(asked, two, self.options.form)
        if ready is None:
            self.tally.left_out["pairs_after_a_conversation"] += 1
            return
        prompt, (chosen, rejected) = ready
        self.tally.counts["rows_above_1024_tokens"] += is_long(asked, two[0]) or is_long(asked, two[1])
        row = {"prompt": prompt, "chosen": chosen, "rejected": rejected}
        yield row | {"margin": pair.margin} if self.options.margin else row


def _only(answers: Container[str], tiers: Tiers) -> Tiers:
    """The ranking of those that can be used."""
    kept = [[one for one in tier if one in answers] for tier in tiers]
    return [tier for tier in kept if tier]

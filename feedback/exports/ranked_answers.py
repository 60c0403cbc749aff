"""K-wise lists: a prompt with its answers from best to worst."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

import pyarrow as pa
from django.utils.translation import gettext, gettext_noop
from pydantic import Field

from feedback.exports import base, rules
from feedback.exports.base import ExportRecord, Row, Tally
from feedback.exports.judged import rankable
from feedback.exports.judging import Judged, Judging, JudgingOptions
from feedback.exports.opinions import mean
from feedback.exports.pairs import TOLERANCE, Judgment
from feedback.exports.prompts import FormOptions, promptable
from feedback.exports.turns import column, group, is_long, shaped
from feedback.shape import DatasetShape


class Options(FormOptions, JudgingOptions):
    """How rankings become one list."""

    policy: Literal["per_labeler", "mean"] = Field(
        "per_labeler",
        title=gettext_noop("Several labelers"),
        description=gettext_noop(
            "The list of each labeler; or one by the mean of their places or ratings, of the answers that all of them "
            "judged."
        ),
        json_schema_extra={
            "words": {
                "per_labeler": gettext_noop("Each labeler's list"),
                "mean": gettext_noop("Mean place, or mean rating"),
            }
        },
    )


class RankedAnswers(base.Kind[Options]):
    """One row a list; tied answers share a rank, counted as in sports: 1, 1, 3."""

    name = "ranked_answers"
    label = gettext_noop("Ranked answers")
    order = 85
    description = gettext_noop(
        "Whole lists of answers from best to worst, ties kept. For list-wise losses such as Plackett-Luce."
    )
    schema = Options
    needs = ("question",)

    def offers(self, shape: DatasetShape) -> dict[str, list[str]]:
        return {"question": rankable(shape), "prompt": promptable(shape)}

    def rows(
        self, records: Iterable[ExportRecord], options: Options, shape: DatasetShape, tally: Tally
    ) -> Iterator[Row]:
        judging = Judging(options, shape, tally, joined=options.policy == "mean")
        for record in records:
            tally.counts["records_read"] += 1
            read = judging.of(record)
            if read is not None:
                yield from _rows(read, options, tally)

    def columns(self, options: Options, shape: DatasetShape) -> pa.Schema:
        text = column(options.form)
        lists = [("answers", pa.list_(text)), ("ranks", pa.list_(pa.int64()))]
        by = [("annotator", pa.string())] if options.policy == "per_labeler" else []
        return pa.schema([("prompt", text), *lists, ("group", pa.string()), ("record_id", pa.string()), *by])

    def check(self, data: Mapping[str, Any], options: Options) -> str | None:
        answers, ranks = data["answers"], data["ranks"]
        distinct = len({str(one) for one in answers}) == len(answers)
        return rules.first(
            rules.plain(data),
            rules.only(data, "prompt"),
            rules.prompt(data["prompt"]),
            *(rules.answer(one) for one in answers),
            None if distinct else gettext("Two answers are the same."),
            None if _is_ranked(ranks, len(answers)) else gettext("The ranks do not go from best to worst."),
        )


def _rows(read: Judged, options: Options, tally: Tally) -> Iterator[Row]:
    joined = options.policy == "mean"
    for judgments in [read.judgments] if joined else [[one] for one in read.judgments]:
        heights = _heights(read, judgments)
        places = _ranks(heights)
        if len(places) < 2:
            tally.left_out["lists_of_fewer_than_two_answers"] += 1
            continue
        answers = [read.answers[key] for key in places]
        ready = shaped(read.asked, answers, options.form)
        if ready is None:
            tally.left_out["lists_after_a_conversation"] += 1
            continue
        tally.counts["rows_above_1024_tokens"] += any(is_long(read.asked, one) for one in answers)
        prompt = group(read.asked)
        data = {"prompt": ready[0], "answers": ready[1], "ranks": list(places.values())}
        about = {"group": prompt, "record_id": read.record.id}
        by = {} if joined else {"annotator": judgments[0].person}
        yield Row(data | about | by, prompt, read.record.id, tuple(one.response for one in judgments))


def _heights(read: Judged, judgments: Sequence[Judgment]) -> dict[str, float]:
    """Id -> mean height, of what all of them judged, each text once: where it stands best."""
    everybody = [key for key in read.answers if all(key in one.heights for one in judgments)]
    found = {key: mean([(one.heights[key], one.weight) for one in judgments]) for key in everybody}
    texts: dict[str, str] = {}
    for key in sorted(found, key=lambda one: -found[one]):
        texts.setdefault(str(read.answers[key]), key)
    return {key: found[key] for key in everybody if texts[str(read.answers[key])] == key}


def _ranks(heights: Mapping[str, float]) -> dict[str, int]:
    """Id -> rank, best first."""
    found: dict[str, int] = {}
    last, rank = float("inf"), 0
    for place, key in enumerate(sorted(heights, key=lambda one: -heights[one]), 1):
        rank = rank if last - heights[key] <= TOLERANCE else place
        last = heights[key]
        found[key] = rank
    return found


def _is_ranked(ranks: Sequence[int], number: int) -> bool:
    """From 1, never falling, each tie followed by the rank of its place."""
    expected = [
        place if place == 1 or rank != ranks[place - 2] else rank for place, rank in enumerate(ranks, 1)
    ]
    return len(ranks) == number >= 2 and list(ranks) == expected

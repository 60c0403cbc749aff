"""Pairs from real rankings and votes, through the database and the job: as many as were counted elsewhere."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from accounts.models import Membership
from feedback.actions.answers import Given
from feedback.actions.datasets import publish_dataset
from feedback.actions.entries import Entry
from feedback.actions.export_starts import start_export
from feedback.actions.exporting import run_export
from feedback.actions.records import create_records
from feedback.models import Dataset, Job
from tests import make
from tests.cast import Cast

DATA = Path(__file__).parents[4] / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="The real data files are not on this machine.")

FIELDS = {"prompt": {"type": "text"}, "messages": {"type": "chat"}, "answers": {"type": "candidates"}}
QUESTIONS = {"rank": {"type": "ranking", "field": "answers"}}
SQUALITY, WMT = "squality", "wmt-mqm-human-evaluation"


class People:
    """Labelers by the names that the files have for them."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.known: dict[str, Membership] = {}

    def __getitem__(self, name: str) -> Membership:
        if name not in self.known:
            self.known[name] = make.member(self.cast.workspace.organization)
            make.place(self.cast.workspace, self.known[name])
        return self.known[name]


def read(name: str) -> Iterator[dict[str, Any]]:
    with (DATA / name).open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def tiers(ranks: dict[str, int]) -> dict[str, Any]:
    """A stored ranking: the place of a tier is the rank, so nobody ranked next to a tie leaves an empty one."""
    last = max(ranks.values())
    return {
        "version": 1,
        "tiers": [[one for one in ranks if ranks[one] == rank] for rank in range(1, last + 1)],
    }


def dataset_of(cast: Cast, entries: list[Entry]) -> Dataset:
    draft = make.dataset(cast.workspace, fields=FIELDS, questions=QUESTIONS, min_submitted=5, published=False)
    draft.fields.update(required=False)
    dataset = publish_dataset(draft)
    for start in range(0, len(entries), 200):
        create_records(dataset, entries[start : start + 200])
    return dataset


def ranked(cast: Cast, source: str) -> Dataset:
    """The comparisons of a source, ranked by its labelers."""
    people, given = People(cast), dict[str, list[Given]]()
    for row in read("rankings.jsonl"):
        if row["source"] == source:
            one = Given(people[row["annotator"]].pk, "submitted", {"rank": tiers(row["ranks"])})
            given.setdefault(row["comparison_id"], []).append(one)
    entries = [
        Entry(
            external_id=row["id"],
            fields={name: row[name] for name in ("prompt", "messages") if name in row}
            | {"answers": [{"id": one["response_id"], "text": one["text"]} for one in row["responses"]]},
            responses=given[row["id"]],
        )
        for row in read("comparisons.jsonl")
        if row["id"] in given
    ]
    return dataset_of(cast, entries)


def voted(cast: Cast, source: str) -> Dataset:
    """Pairs of a and b, ranked by those who voted. Some answers are empty, and no export would use those: here they
    say so, for the votes are what is counted."""
    people = People(cast)
    order = {"a": [["a"], ["b"]], "b": [["b"], ["a"]], "tie": [["a", "b"]]}
    entries = [
        Entry(
            external_id=row["id"],
            fields={
                "prompt": row["prompt"],
                "answers": [
                    {"id": side, "text": row[f"response_{side}"]["text"] or "(no text)"} for side in "ab"
                ],
            },
            responses=[
                Given(
                    people[one["annotator"]].pk,
                    "submitted",
                    {"rank": {"version": 1, "tiers": order[one["choice"]]}},
                )
                for one in row["judgments"]
            ],
        )
        for row in read("pairwise_judgments.jsonl")
        if row["source"] == source
    ]
    return dataset_of(cast, entries)


def export(dataset: Dataset, **options: Any) -> tuple[list[dict[str, Any]], Counter[str]]:
    """The rows of the file, and how many of what were left out."""
    job: Job = start_export(dataset, format="preference", options=options, by=None)
    run_export(str(job.organization_id), str(job.pk))
    job.refresh_from_db()
    with job.result.open("rb") as file:
        return [json.loads(line) for line in file.read().splitlines()], Counter(job.counts["left_out"])


@pytest.mark.parametrize(
    ("source", "policy", "places", "pairs", "differing", "tied"),
    [
        (SQUALITY, "per_labeler", "mean", 540, 540, 0),
        (SQUALITY, "majority", "mean", 180, 180, 0),
        (SQUALITY, "unanimous", "mean", 142, 142, 0),
        (SQUALITY, "mean", "sports", 178, 178, 2),
        (WMT, "per_labeler", "mean", 10_860, 10_731, 5_340),
        (WMT, "majority", "mean", 4_306, 4_224, None),
        (WMT, "unanimous", "mean", 1_298, None, None),
        (WMT, "mean", "sports", 4_724, 4_636, None),
    ],
)
def test_as_many_pairs_as_the_rankings_hold(
    cast: Cast, source: str, policy: str, places: str, pairs: int, differing: int | None, tied: int | None
) -> None:
    rows, left_out = export(ranked(cast, source), policy=policy, places=places, margin="distance")
    assert len(rows) + left_out["pairs_of_equal_texts"] == pairs
    assert differing is None or len(rows) == differing
    assert tied is None or left_out["tied_pairs"] == tied
    assert all(row["chosen"] != row["rejected"] and 0 <= row["margin"] <= 1 for row in rows)


@pytest.mark.parametrize(("source", "a", "b", "none"), [("pandalm", 260, 303, 43), ("llmfao", 410, 355, 221)])
def test_as_many_wins_as_the_votes_hold(cast: Cast, source: str, a: int, b: int, none: int) -> None:
    dataset = voted(cast, source)
    rows, left_out = export(dataset, policy="majority", form="standard", prompt=["prompt"])
    texts = {
        str(one.pk): {side["id"]: side["text"] for side in one.fields["answers"]}
        for one in dataset.records.all()
    }
    won = Counter("a" if row["chosen"] == texts[row["record_id"]]["a"] else "b" for row in rows)
    assert (won["a"], won["b"], left_out["tied_pairs"]) == (a, b, none)
    assert left_out["pairs_without_majority"] == left_out["pairs_of_equal_texts"] == 0

"""Pairs from real rankings: as many as were counted elsewhere, by themselves and through an export."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from feedback.exports import Answer, ExportRecord
from feedback.exports.pairs import Tiers
from tests.feedback.exports.making import NOON, RANK, export, shape

DATA = Path(__file__).parents[4] / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="The real data files are not on this machine.")

OF = shape({"prompt": "text", "messages": "chat", "answers": "candidates"}, {"rank": RANK})
SOURCES = ("squality", "wmt-mqm-human-evaluation")


def read(name: str) -> Iterator[dict[str, Any]]:
    with (DATA / name).open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def tiers(ranks: dict[str, int]) -> list[list[str]]:
    return [[one for one in ranks if ranks[one] == rank] for rank in range(1, len(ranks) + 1)]


def rankings(source: str) -> dict[str, list[tuple[str, Tiers]]]:
    """Comparison -> (labeler, ranking)."""
    found: dict[str, list[tuple[str, Tiers]]] = {}
    for row in read("rankings.jsonl"):
        if row["source"] == source:
            found.setdefault(row["comparison_id"], []).append((row["annotator"], tiers(row["ranks"])))
    return found


def records(source: str) -> Iterator[ExportRecord]:
    ranked = rankings(source)
    kind = OF.fields["answers"].kind
    for row in read("comparisons.jsonl"):
        if row["id"] in ranked:
            fields = {"answers": kind.adopt(row["responses"])} | {
                name: row[name] for name in ("prompt", "messages") if name in row
            }
            yield ExportRecord(
                id=row["id"],
                external_id=row["id"],
                status="completed",
                fields=OF.clean_fields(fields),
                metadata={},
                suggestions={},
                answers=[answered(person, order) for person, order in ranked[row["id"]]],
                inserted_at=NOON,
                updated_at=NOON,
            )


def answered(person: str, order: Tiers) -> Answer:
    value = {"version": 1, "tiers": order}
    return Answer(
        f"answer-of-{person}", person, "submitted", {"rank": value}, {}, None, None, False, None, NOON, NOON
    )


@pytest.mark.parametrize(
    ("source", "per_labeler", "tied", "majority", "unanimous"),
    [(SOURCES[0], 540, 0, 180, 142), (SOURCES[1], 10_860, 5_340, 4_306, 1_298)],
)
def test_as_many_pairs_as_the_rankings_hold(
    source: str, per_labeler: int, tied: int, majority: int, unanimous: int
) -> None:
    found = rankings(source)
    orders = [order for of_one in found.values() for _, order in of_one]
    assert sum(len(list(ordered(order))) for order in orders) == per_labeler
    assert sum(map(tied_pairs, orders)) == tied
    assert sum(map(all_pairs, orders)) == per_labeler + tied
    counted = [votes([order for _, order in of_one]) for of_one in found.values()]
    assert sum(len(by_majority(one)) for one in counted) == majority
    assert sum(len(by_majority(one, 1.0)) for one in counted) == unanimous


@pytest.mark.parametrize(
    ("source", "policy", "rows", "equal"),
    [
        (SOURCES[0], "per_labeler", 540, 0),
        (SOURCES[0], "majority", 180, 0),
        (SOURCES[1], "per_labeler", 10_731, 10_860 - 10_731),
        (SOURCES[1], "majority", 4_224, 4_306 - 4_224),
    ],
)
def test_the_export_leaves_out_pairs_of_equal_texts(source: str, policy: str, rows: int, equal: int) -> None:
    found, tally = export("preference", records(source), OF, policy=policy, margin="distance")
    assert len(found) == rows
    assert tally.left_out["pairs_of_equal_texts"] == equal
    assert all(row["chosen"] != row["rejected"] for row in found)
    assert all(0 < row["margin"] <= 1 for row in found)

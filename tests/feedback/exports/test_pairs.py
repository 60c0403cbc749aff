"""Rankings become pairs: every pair once, the better one first, and none for a tie."""

from collections.abc import Mapping
from itertools import combinations
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.exports.pairs import (
    Pair,
    Votes,
    average_ranks,
    by_majority,
    by_one,
    capped,
    ordered,
    tied_pairs,
    votes,
)

# A weak order: who is in which tier; tiers may be empty.
weak_orders = st.dictionaries(st.text("abcdefghijkl", min_size=1, max_size=2), st.integers(0, 8), max_size=12)


def as_tiers(order: Mapping[str, int]) -> list[list[str]]:
    return [[one for one in order if order[one] == tier] for tier in range(9)]


def tiers(text: str) -> list[list[str]]:
    return [list(tier) for tier in text.split(" ")]


@given(weak_orders)
def test_a_ranking_gives_each_pair_but_the_tied_ones(order: dict[str, int]) -> None:
    tied = sum(order[one] == order[other] for one, other in combinations(order, 2))
    found = list(ordered(as_tiers(order)))
    assert tied_pairs(as_tiers(order)) == tied
    assert len(found) == len(set(found)) == comb(len(order), 2) - tied


@given(weak_orders)
def test_the_better_one_comes_first(order: dict[str, int]) -> None:
    for cap in ("all", "best_worst", "adjacent"):
        assert all(order[better] < order[worse] for better, worse in ordered(as_tiers(order), cap))


@given(weak_orders)
def test_caps_only_leave_pairs_out(order: dict[str, int]) -> None:
    everything = set(ordered(as_tiers(order)))
    used = sorted(set(order.values()))
    for better, worse in ordered(as_tiers(order), "best_worst"):
        assert (order[better], order[worse]) == (used[0], used[-1])
    for better, worse in ordered(as_tiers(order), "adjacent"):
        assert used.index(order[worse]) - used.index(order[better]) == 1
    assert set(ordered(as_tiers(order), "best_worst")) <= everything
    assert set(ordered(as_tiers(order), "adjacent")) <= everything


@given(weak_orders)
def test_margins_are_between_nothing_and_one_and_grow_with_the_distance(order: dict[str, int]) -> None:
    found = {(pair.chosen, pair.rejected): pair.margin for pair in by_one(as_tiers(order))}
    assert all(0 < margin <= 1 for margin in found.values())
    for (one, two), margin in found.items():
        for (other, three), more in found.items():
            if one == other and order[three] > order[two]:
                assert more > margin


@given(weak_orders)
def test_average_ranks_keep_their_sum(order: dict[str, int]) -> None:
    ranks = average_ranks(as_tiers(order))
    assert sum(ranks.values()) == pytest.approx(len(order) * (len(order) + 1) / 2)


def test_the_example_of_four_answers() -> None:
    found = by_one(tiers("a bc  d"))
    assert [(pair.chosen, pair.rejected) for pair in found] == [
        ("a", "b"),
        ("a", "c"),
        ("a", "d"),
        ("b", "d"),
        ("c", "d"),
    ]
    assert [pair.margin for pair in found] == pytest.approx([0.5, 0.5, 1, 0.5, 0.5])
    assert by_one([]) == by_one([["a"]]) == by_one([["a", "b"]]) == []


def test_a_majority_needs_more_votes_than_the_other_side() -> None:
    rankings = [tiers("a b"), tiers("a b"), tiers("b a"), tiers("ab")]
    assert votes(rankings) == {("a", "b"): Votes(2, 1, 1)}
    assert by_majority(votes(rankings)) == [Pair("a", "b", 0.25)]
    assert by_majority(votes(rankings), 0.5) == [Pair("a", "b", 0.25)]
    assert by_majority(votes(rankings), 0.51) == []
    assert by_majority(votes([tiers("a b"), tiers("b a")])) == []
    assert by_majority(votes([tiers("ab")] * 3)) == []


def test_thirds_of_votes_meet_a_threshold_of_a_third() -> None:
    rankings = [tiers("a b"), tiers("a b"), tiers("b a")]
    assert by_majority(votes(rankings), 2 / 3) == [Pair("a", "b", 1 / 3)]
    assert by_majority(votes([tiers("a b")] * 3), 1.0) == [Pair("a", "b", 1.0)]


def test_only_those_who_saw_both_have_a_vote() -> None:
    assert votes([tiers("a b"), tiers("b c"), tiers("c")]) == {
        ("a", "b"): Votes(1, 0, 0),
        ("b", "c"): Votes(1, 0, 0),
    }


def test_a_circle_of_majorities_keeps_its_three_pairs() -> None:
    found = by_majority(votes([tiers("a b c"), tiers("b c a"), tiers("c a b")]))
    assert {(pair.chosen, pair.rejected) for pair in found} == {("a", "b"), ("b", "c"), ("c", "a")}
    assert capped(found, "all") == found
    assert capped(found, "best_worst") == []


def test_caps_of_a_majority_go_by_duels() -> None:
    found = by_majority(votes([tiers("a b c d"), tiers("a c b d"), tiers("a b c d")]))
    assert len(found) == 6
    assert [(pair.chosen, pair.rejected) for pair in capped(found, "best_worst")] == [("a", "d")]
    assert [(pair.chosen, pair.rejected) for pair in capped(found, "adjacent")] == [
        ("a", "b"),
        ("b", "c"),
        ("c", "d"),
    ]


@given(st.lists(weak_orders, max_size=5))
def test_every_majority_beats_its_opposite(orders: list[dict[str, int]]) -> None:
    for pair in by_majority(votes([as_tiers(order) for order in orders])):
        both = [order for order in orders if pair.chosen in order and pair.rejected in order]
        better = sum(order[pair.chosen] < order[pair.rejected] for order in both)
        worse = sum(order[pair.chosen] > order[pair.rejected] for order in both)
        assert better > worse
        assert pair.margin == pytest.approx((better - worse) / len(both))

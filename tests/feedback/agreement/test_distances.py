"""Distances between answers: nominal, interval, Jaccard and Kendall with ties."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.agreement.distances import (
    interval,
    jaccard,
    kendall,
    mean_difference,
    nominal,
    span_overlap,
)

weak_orders = st.lists(st.integers(0, 4), min_size=2, max_size=6).map(
    lambda places: [[f"c{n}" for n, place in enumerate(places) if place == tier] for tier in range(5)]
)


def test_equal_labels_are_at_zero_and_others_at_one():
    assert nominal("yes", "yes") == 0.0
    assert nominal("yes", "no") == 1.0


def test_numbers_are_apart_by_their_squared_difference():
    assert interval(1, 4) == 9.0
    assert interval(4, 1) == 9.0
    assert interval(3, 3) == 0.0


def test_ratings_of_several_are_apart_by_their_mean_difference():
    assert mean_difference({"x": 1, "y": 5}, {"x": 2, "y": 2}) == 2.0
    assert mean_difference({"x": 1, "y": 5}, {"x": 4, "z": 2}) == 3.0
    assert mean_difference({"x": 1}, {"z": 2}) == 0.0


@pytest.mark.parametrize(
    ("a", "b", "apart"),
    [
        (["x"], ["x"], 0),
        (["x"], ["y"], 1),
        (["x", "y"], ["y", "z"], 2 / 3),
        (["x", "y"], ["y", "x"], 0),
        ([], [], 0),
    ],
)
def test_sets_are_apart_by_the_share_that_only_one_has(a, b, apart):
    assert jaccard(a, b) == pytest.approx(apart)


@pytest.mark.parametrize(
    ("a", "b", "apart"),
    [
        ([["x"], ["y"], ["z"]], [["x"], ["y"], ["z"]], 0),
        ([["x"], ["y"], ["z"]], [["z"], ["y"], ["x"]], 1),
        ([["x"], ["y"]], [["x", "y"]], 1 / 2),
        ([["x", "y", "z"]], [["x"], ["y"], ["z"]], 1 / 2),
        ([["x", "y"], ["z"]], [["x"], ["y", "z"]], 1 / 3),
        ([["x"], [], ["y"]], [["x"], ["y"]], 0),
        ([["x"], ["y"]], [["y"], ["w"]], 0),  # one in common: nothing to compare
        ([["x"], ["y"], ["q"]], [["y"], ["x"], ["r"]], 1),  # only x and y are in both
        ([], [], 0),
    ],
)
def test_rankings_are_apart_by_the_share_of_pairs_in_another_order(a, b, apart):
    assert kendall(a, b) == pytest.approx(apart)


def spans(*pieces):
    return [{"label": label, "start": start, "end": end} for label, start, end in pieces]


@pytest.mark.parametrize(
    ("a", "b", "apart"),
    [
        (spans(), spans(), 0),
        (spans(("x", 0, 4)), spans(), 1),
        (spans(("x", 0, 4)), spans(("x", 4, 8)), 1),
        (spans(("x", 0, 4)), spans(("y", 0, 4)), 1),
        (spans(("x", 0, 4)), spans(("x", 1, 4)), 1 / 4),
        (spans(("x", 0, 4)), spans(("x", 2, 6)), 4 / 6),
        (spans(("x", 0, 2), ("x", 2, 4)), spans(("x", 0, 4)), 0),  # two that touch mark as much as one
        (spans(("x", 0, 3), ("x", 1, 4)), spans(("x", 0, 4)), 0),  # overlapping ones count once
        (spans(("x", 0, 4), ("y", 0, 4)), spans(("x", 0, 4)), 1 / 2),
        (spans(("x", 0, 1), ("x", 5, 6), ("x", 9, 12)), spans(("x", 0, 10)), (12 - 3) / 12),
    ],
)
def test_spans_are_apart_by_the_share_of_characters_marked_by_one_alone(a, b, apart):
    assert span_overlap(a, b) == pytest.approx(apart)


some_spans = st.lists(
    st.tuples(st.sampled_from("xy"), st.integers(0, 12), st.integers(1, 6)).map(
        lambda one: {"label": one[0], "start": one[1], "end": one[1] + one[2]}
    ),
    max_size=6,
)


@given(some_spans, some_spans)
def test_spans_are_compared_character_by_character(a, b):
    ours, theirs = (
        {(one["label"], place) for one in marks for place in range(one["start"], one["end"])}
        for marks in (a, b)
    )
    together = ours | theirs
    assert span_overlap(a, b) == pytest.approx(len(ours ^ theirs) / len(together) if together else 0)
    assert span_overlap(a, b) == span_overlap(b, a)


@given(weak_orders, weak_orders, weak_orders)
def test_rankings_of_the_same_things_obey_the_triangle_inequality(a, b, c):
    common = {key for tier in a for key in tier} & {key for tier in b for key in tier}
    common &= {key for tier in c for key in tier}
    a, b, c = ([[key for key in tier if key in common] for tier in tiers] for tiers in (a, b, c))
    assert kendall(a, c) <= kendall(a, b) + kendall(b, c) + 1e-9


@given(weak_orders, weak_orders)
def test_rankings_are_symmetric_and_within_zero_and_one(a, b):
    assert kendall(a, b) == kendall(b, a)
    assert 0 <= kendall(a, b) <= 1
    assert kendall(a, a) == 0


@given(st.permutations("abcdef"), st.permutations("abcdef"))
def test_without_ties_it_counts_the_discordant_pairs(a, b):
    discordant = sum(
        (a.index(x) < a.index(y)) != (b.index(x) < b.index(y)) for x, y in combinations("abcdef", 2)
    )
    assert kendall([[x] for x in a], [[x] for x in b]) == pytest.approx(discordant / 15)

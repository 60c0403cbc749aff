"""Judgments become pairs: every pair once, the better one first, and none for a tie."""

from collections.abc import Iterable, Sequence
from itertools import combinations, pairwise
from math import comb, isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.exports.conclusions import concluded
from feedback.exports.pairs import (
    Duel,
    Judgment,
    Pair,
    Policy,
    Selection,
    decided,
    duels,
    places,
    selected,
    tiered,
)

Order = dict[str, int]  # id -> tier
ANSWERS = "abcdefgh"
SELECTIONS: list[Selection] = ["all", "adjacent", "best_rest", "best_worst"]
POLICIES: list[Policy] = ["per_labeler", "majority", "unanimous", "mean"]

weak_orders = st.dictionaries(st.sampled_from(ANSWERS), st.integers(0, 6), max_size=8)


def tiers(order: Order | str) -> list[list[str]]:
    """Tiers of "a bc  d", in which b and c tie, or of who is in which tier; some may be empty."""
    if isinstance(order, str):
        return [list(tier) for tier in order.split(" ")]
    return [[one for one in sorted(order) if order[one] == tier] for tier in range(9)]


def judgment(order: Order | str, *, number: int = 0, weight: float = 1.0) -> Judgment:
    found = places(tiers(order))
    heights = {key: -place for key, place in found.items()}
    return Judgment(f"answer-{number}", f"labeler-{number}", heights, max(len(found) - 1, 1), weight=weight)


def rated(**scores: float) -> Judgment:
    return Judgment("answer", "labeler", scores, 4.0)


def made(
    judgments: Iterable[Judgment], policy: Policy = "majority", *, threshold: float = 0.0, gap: float = 0.0
) -> list[Pair]:
    said = list(judgments)
    ids = sorted({key for one in said for key in one.heights})
    found = [decided(one, policy, threshold=threshold, gap=gap) for one in duels(said, ids, gap)]
    return [pair for pair in found if pair is not None]


def by_order(
    orders: Sequence[Order | str], policy: Policy = "majority", threshold: float = 0.0
) -> list[Pair]:
    return made((judgment(one, number=n) for n, one in enumerate(orders)), policy, threshold=threshold)


def words(pairs: Iterable[Pair]) -> list[str]:
    """Each pair as "a>b", or "a=b"."""
    return [f"{one.chosen}{'=' if one.is_tied else '>'}{one.rejected}" for one in pairs]


def votes(pair: Pair) -> float:
    return pair.sign * pair.duel.votes


@given(weak_orders)
def test_a_ranking_gives_each_pair_but_the_tied_ones(order: Order) -> None:
    found = by_order([order])
    tied = sum(order[one] == order[other] for one, other in combinations(order, 2))
    assert len(found) == comb(len(order), 2)
    assert sum(pair.is_tied for pair in found) == tied
    for pair in found:
        assert (
            order[pair.chosen] == order[pair.rejected]
            if pair.is_tied
            else order[pair.chosen] < order[pair.rejected]
        )


@given(weak_orders)
def test_of_one_ranking_every_policy_says_the_same(order: Order) -> None:
    assert [words(by_order([order], policy)) for policy in POLICIES] == [words(by_order([order]))] * 4


@given(weak_orders)
def test_the_tiers_of_a_ranking_are_found_again(order: Order) -> None:
    used = sorted(set(order.values()))
    expected = {one: used.index(tier) for one, tier in order.items()} if len(order) > 1 else {}
    assert tiered(by_order([order])) == expected


@given(weak_orders)
def test_a_selection_only_leaves_pairs_out(order: Order) -> None:
    found = by_order([order])
    used = sorted(set(order.values()))
    kept = {selection: selected(found, selection) for selection in SELECTIONS}
    assert sorted(words(kept["all"])) == sorted(words(found))
    place = {one: used.index(tier) for one, tier in order.items()}
    for selection, pairs in kept.items():
        for pair in pairs:
            upper, lower = place[pair.chosen], place[pair.rejected]
            assert {
                "all": True,
                "adjacent": lower - upper <= 1,
                "best_rest": upper == 0,
                "best_worst": (upper, lower) == (0, len(used) - 1),
            }[selection]
    strict = [pair for pair in kept["adjacent"] if not pair.is_tied]
    sizes = [sum(tier == one for tier in order.values()) for one in used]
    assert len(strict) == sum(one * other for one, other in pairwise(sizes))
    assert len([one for one in kept["best_rest"] if not one.is_tied]) == sum(sizes[:1]) * sum(sizes[1:])


@given(st.lists(weak_orders, max_size=5), st.sampled_from(POLICIES), st.floats(0, 1))
def test_no_pair_goes_both_ways(orders: list[Order], policy: Policy, threshold: float) -> None:
    found = by_order(orders, policy, threshold)
    two = [frozenset((pair.chosen, pair.rejected)) for pair in found]
    assert len(two) == len(set(two))
    assert all(len(one) == 2 for one in two)


@given(
    st.lists(weak_orders, min_size=1, max_size=3),
    st.lists(st.sampled_from([0.5, 1.0, 3.0]), min_size=3, max_size=3),
    st.sampled_from(POLICIES),
    st.sampled_from([0.0, 0.7]),
    st.sampled_from([0.0, 2.0]),
    st.sampled_from(SELECTIONS),
    st.booleans(),
)
def test_what_is_remembered_of_an_order_is_what_it_would_come_to_anew(
    orders: list[Order],
    weights: list[float],
    policy: Policy,
    threshold: float,
    gap: float,
    selection: Selection,
    with_ties: bool,
) -> None:
    said = [judgment(order, number=n, weight=weights[n]) for n, order in enumerate(orders)]
    ids = sorted({key for one in said for key in one.heights})
    decisions = [decided(one, policy, threshold=threshold, gap=gap) for one in duels(said, ids, gap)]
    found = [pair for pair in decisions if pair is not None]
    kept = [pair for pair in selected(found, selection) if with_ties or not pair.is_tied]
    for _ in range(2):
        done = concluded(
            said,
            ids,
            policy=policy,
            threshold=threshold,
            gap=gap,
            selection=selection,
            with_ties=with_ties,
        )
        assert list(done.pairs) == kept
        assert done.disputed == len(decisions) - len(found)
        assert len(found) == len(kept) + done.tied + done.unselected


@given(st.lists(weak_orders, max_size=5))
def test_a_majority_beats_its_opposite(orders: list[Order]) -> None:
    for pair in by_order(orders):
        both = [order for order in orders if pair.chosen in order and pair.rejected in order]
        better = sum(order[pair.chosen] < order[pair.rejected] for order in both)
        worse = sum(order[pair.chosen] > order[pair.rejected] for order in both)
        assert better == worse if pair.is_tied else better > worse
        assert votes(pair) == pytest.approx((better - worse) / len(both))
        assert set(pair.duel.by) == {
            n for n, order in enumerate(orders) if pair.chosen in order and pair.rejected in order
        }


@given(st.lists(weak_orders, max_size=5))
def test_the_unanimous_are_some_of_the_majority_and_of_the_mean(orders: list[Order]) -> None:
    all_agree = {one for one in words(by_order(orders, "unanimous")) if ">" in one}
    assert all_agree <= set(words(by_order(orders)))
    assert all_agree <= set(words(by_order(orders, "mean")))
    assert all_agree == {one for one in words(by_order(orders, "majority", 1.0)) if ">" in one}


@given(st.lists(weak_orders, max_size=5), st.lists(st.floats(0.1, 10), min_size=5, max_size=5))
def test_margins_are_finite_and_at_most_one(orders: list[Order], weights: list[float]) -> None:
    said = [judgment(one, number=n, weight=weights[n]) for n, one in enumerate(orders)]
    for policy in POLICIES:
        for pair in made(said, policy):
            for share in (pair.duel.share, pair.duel.votes, pair.duel.strength):
                assert isfinite(share)
                assert -1 - 1e-9 <= share <= 1 + 1e-9
            if policy == "mean" and not pair.is_tied:
                assert pair.sign * pair.duel.share > 0
            if policy == "majority" and not pair.is_tied:
                assert votes(pair) > 0


@given(weak_orders)
def test_places_keep_their_sum(order: Order) -> None:
    found = places(tiers(order))
    assert sum(found.values()) == pytest.approx(len(order) * (len(order) + 1) / 2)


@given(st.dictionaries(st.sampled_from(ANSWERS), st.integers(0, 10)), st.floats(0, 5))
def test_ratings_closer_than_the_gap_tie(scores: dict[str, int], gap: float) -> None:
    for pair in made([rated(**scores)], gap=gap):
        distance = scores[pair.chosen] - scores[pair.rejected]
        if pair.is_tied:
            assert distance == 0 or abs(distance) < gap
        else:
            assert distance > 0
            assert distance >= gap - 1e-9


def test_the_example_of_four_answers() -> None:
    found = selected(by_order(["a bc  d"]), "all")
    assert words(found) == ["a>b", "a>c", "a>d", "b=c", "b>d", "c>d"]
    assert [pair.sign * pair.duel.share for pair in found] == pytest.approx([0.5, 0.5, 1, 0, 0.5, 0.5])


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ("all", ["a=b", "a>c", "a>d", "a>e", "b>c", "b>d", "b>e", "c=d", "c>e", "d>e"]),
        ("adjacent", ["a=b", "a>c", "a>d", "b>c", "b>d", "c=d", "c>e", "d>e"]),
        ("best_rest", ["a=b", "a>c", "a>d", "b>c", "b>d", "a>e", "b>e"]),
        ("best_worst", ["a>e", "b>e"]),
    ],
)
def test_selections_of_one_ranking(selection: Selection, expected: list[str]) -> None:
    assert sorted(words(selected(by_order(["ab cd e"]), selection))) == sorted(expected)


def test_selections_of_majorities_go_by_duels() -> None:
    found = by_order(["a b c d", "a c b d", "a b c d"])
    assert words(selected(found, "best_worst")) == ["a>d"]
    assert words(selected(found, "adjacent")) == ["a>b", "b>c", "c>d"]
    assert words(selected(found, "best_rest")) == ["a>b", "a>c", "a>d"]


def test_a_circle_of_majorities_keeps_its_three_pairs_and_has_no_best() -> None:
    found = by_order(["a b c", "b c a", "c a b"])
    assert set(words(found)) == {"a>b", "b>c", "c>a"}
    assert len(selected(found, "all")) == 3
    assert selected(found, "best_worst") == selected(found, "adjacent") == []


def test_a_majority_needs_more_votes_than_the_other_side_and_its_share() -> None:
    orders: list[Order | str] = ["a b", "a b", "b a", "ab"]
    assert words(by_order(orders)) == words(by_order(orders, threshold=0.5)) == ["a>b"]
    assert by_order(orders, threshold=0.51) == by_order(orders, "unanimous") == []
    assert votes(by_order(orders)[0]) == 0.25
    assert words(by_order(["a b", "b a"])) == words(by_order(["ab"] * 3)) == ["a=b"]


def test_thirds_of_votes_meet_a_threshold_of_two_thirds() -> None:
    assert words(by_order(["a b", "a b", "b a"], threshold=2 / 3)) == ["a>b"]
    weighted = [judgment(one, number=n, weight=0.1) for n, one in enumerate(["a b", "a b", "b a"])]
    assert words(made(weighted, threshold=2 / 3)) == ["a>b"]


def test_only_those_who_compared_both_have_a_vote() -> None:
    found = by_order(["a b", "b c", "c"])
    assert words(found) == ["a>b", "b>c"]
    assert [pair.duel.by for pair in found] == [(0,), (1,)]


def test_the_mean_goes_by_those_who_ranked_both() -> None:
    """Over everybody c would have the better mean, 1.5 against 2.5: it was only ever ranked against bad ones."""
    found = by_order(["a b c d", "b d", "c d"], "mean")
    assert "b>c" in words(found)
    assert "c>b" not in words(found)


def test_the_mean_of_thirds_ties_though_floating_point_does_not() -> None:
    said = [rated(a=0.1 + 0.2, b=0.3), rated(a=0.3, b=0.3), rated(a=0.3, b=0.3)]
    assert words(made(said, "mean")) == ["a=b"]


def test_places_of_tied_ones_are_means_or_as_in_sports() -> None:
    assert places(tiers("ab  c")) == {"a": 1.5, "b": 1.5, "c": 3}
    assert places(tiers("ab  c"), "sports") == {"a": 1, "b": 1, "c": 3}


def test_who_weighs_more_decides() -> None:
    heavy = [judgment("a b", weight=3), judgment("b a", number=1), judgment("b a", number=2)]
    assert words(made(heavy)) == ["a>b"]
    assert votes(made(heavy)[0]) == pytest.approx(1 / 5)
    assert words(made(heavy, "mean")) == ["a>b"]
    assert made(heavy, "unanimous") == []
    even = [judgment("a b", weight=2), judgment("b a", number=1), judgment("b a", number=2)]
    assert words(made(even)) == ["a=b"]


def test_a_corrected_text_beats_what_it_was_and_what_that_beats() -> None:
    heights = {"a": 0.0, "b": -1.0, "c": -1.0, "d": -2.0, "new": 0.0}
    one = Judgment("answer", "labeler", heights, 3.0, edits={"new": "b"})
    found = set(words(made([one])))
    assert {"new>b", "new>d"} <= found
    assert not found & {"new>a", "a>new", "new=a", "new>c", "new=c", "c>new"}
    assert {"a>b", "a>c", "a>d", "b>d", "c>d", "b=c"} <= found


def test_strengths_add_up_to_much_at_most() -> None:
    strengths = {"a": 0.0, "b": -1 / 3, "c": -1.0, "d": -2.0}
    one = Judgment("answer", "labeler", {"a": 4, "b": 3, "c": 2, "d": 1}, 3.0, strengths)
    found = {f"{duel.first}{duel.second}": duel.strength for duel in duels([one], "abcd")}
    assert found == pytest.approx({"ab": 1 / 3, "ac": 1, "ad": 1, "bc": 2 / 3, "bd": 1, "cd": 1})


def test_the_strength_of_several_is_their_mean() -> None:
    sure = Judgment("1", "one", {"a": 1, "b": 0}, 1.0, {"a": 0.0, "b": -1.0})
    silent = Judgment("2", "two", {"a": 1, "b": 0}, 1.0)
    against = Judgment("3", "three", {"a": 0, "b": 1}, 1.0, {"b": 0.0, "a": -1 / 3})
    [duel] = duels([sure, silent, against], "ab")
    assert duel.strength == pytest.approx((1 + 0 - 1 / 3) / 3)


def test_a_duel_keeps_the_order_of_the_ids() -> None:
    found: list[Duel] = list(duels([judgment("a b c")], "cab"))
    assert [(one.first, one.second) for one in found] == [("c", "a"), ("c", "b"), ("a", "b")]

"""What people said beside the order: strengths, flags, better texts, ratings; and how much each of them counts."""

from typing import Any

import pytest

from core.errors import Invalid
from feedback.exports import Answer
from tests.feedback.exports.making import answer, candidates, export, made, pairs, record, said, tiers
from tests.feedback.exports.scene import SHAPE, ranked, scored

ABC = candidates("A", "B", "C")


def preference(*answers: Answer, of: list[dict[str, Any]] = ABC, **options: Any) -> list[dict[str, Any]]:
    one = record(*answers, prompt="Why?", answers=of)
    return export("preference", [one], SHAPE, **options)[0]


def margins(*answers: Answer, **options: Any) -> dict[str, float]:
    rows = preference(*answers, **options)
    return dict(zip(pairs(rows), [row["margin"] for row in rows], strict=True))


# Strength


def test_margins_follow_the_strengths_that_the_labeler_gave() -> None:
    one = answer(rank=ranked("a b c", "slightly", "clearly"))
    assert margins(one, margin="strength") == pytest.approx({"A>B": 1 / 3, "A>C": 1, "B>C": 2 / 3})
    empty_tier = answer(rank=ranked("a  b c", "much", None))
    assert margins(empty_tier, margin="strength") == pytest.approx({"A>B": 1, "A>C": 1, "B>C": 0})


def test_a_ranking_without_strengths_has_margins_of_nothing() -> None:
    assert margins(answer(rank=ranked("a b c")), margin="strength") == {"A>B": 0, "A>C": 0, "B>C": 0}


def test_an_answer_that_cannot_be_used_leaves_the_strengths_of_the_others() -> None:
    one = answer(rank=ranked("a b c", "clearly", "slightly", flags={"b": ["broken"]}))
    assert margins(one, margin="strength") == {"A>C": pytest.approx(1.0)}


def test_a_majority_against_the_strengths_has_a_margin_of_nothing() -> None:
    slight = [answer(f"labeler-{n}", rank=ranked("a b", "slightly")) for n in (1, 2)]
    strong = answer("labeler-3", rank=ranked("b a", "much"))
    found = margins(*slight, strong, of=ABC[:2], policy="majority", margin="strength")
    assert found == {"A>B": 0.0}


# The same order of other answers


def test_the_same_order_says_something_else_where_an_answer_cannot_be_used() -> None:
    whole, gap = (
        record(answer(rank=tiers("a b c")), prompt="Why?", answers=of)
        for of in (ABC, candidates("A", "", "C"))
    )
    rows = export("preference", [whole, gap, whole], SHAPE, margin="distance")[0]
    assert [row["margin"] for row in rows] == [0.5, 1.0, 0.5, 1.0, 0.5, 1.0, 0.5]


# Flags


def test_a_flagged_answer_is_kept_out_of_the_pairs_of_who_flagged_it() -> None:
    flagging = answer("labeler-1", rank=ranked("a b", flags={"c": ["unsafe"]}))
    placing = answer("labeler-2", rank=ranked("a b c", flags={"b": ["duplicate"]}))
    assert pairs(preference(flagging)) == ["A>B"]
    assert pairs(preference(placing)) == ["A>C"]


def test_what_most_flagged_is_kept_out_for_everybody_where_they_become_one() -> None:
    flagging = [answer(f"labeler-{n}", rank=ranked("a b", flags={"c": ["unsafe"]})) for n in (1, 2)]
    ranking = answer("labeler-3", rank=ranked("c b a"))
    assert pairs(preference(*flagging, ranking, policy="majority")) == ["A>B"]
    assert "C>B" in pairs(preference(flagging[0], ranking, policy="majority"))
    heavy = ranking._replace(weight=2.0)
    assert "C>B" in pairs(preference(*flagging, heavy, policy="majority"))


# A better text


def test_a_corrected_text_beats_the_one_that_it_was_and_those_below() -> None:
    one = answer(rank=ranked("a b c", better={"text": "B!", "from": "b"}))
    found = pairs(preference(one))
    assert set(found) == {"A>B", "A>C", "B>C", "B!>B", "B!>C"}
    assert pairs(preference(one, edited=False)) == ["A>B", "A>C", "B>C"]


def test_a_text_written_from_nothing_beats_all() -> None:
    one = answer(rank=ranked("a bc", better={"text": "New.", "from": None}))
    assert set(pairs(preference(one))) == {"New.>A", "New.>B", "New.>C", "A>B", "A>C"}
    assert pairs(preference(one, pairs="best_worst")) == ["New.>B", "New.>C"]


def test_a_correction_that_changed_nothing_gives_no_pair_with_itself() -> None:
    one = answer(rank=ranked("a b c", better={"text": "A", "from": "a"}))
    assert set(pairs(preference(one, of=ABC))) == {"A>B", "A>C", "B>C"}
    assert export("preference", [record(one, prompt="?", answers=ABC)], SHAPE)[1].left_out[
        "pairs_of_equal_texts"
    ]


def test_a_correction_of_a_flagged_answer_is_no_pair() -> None:
    one = answer(rank=ranked("a b", flags={"c": ["broken"]}, better={"text": "C!", "from": "c"}))
    assert pairs(preference(one)) == ["A>B"]


def test_each_labelers_correction_stands_for_itself() -> None:
    two = [answer(f"labeler-{n}", rank=ranked("a b", better={"text": f"A{n}", "from": "a"})) for n in (1, 2)]
    rows = preference(*two, of=ABC[:2], policy="majority", margin="votes")
    assert set(pairs(rows)) == {"A>B", "A1>A", "A1>B", "A2>A", "A2>B"}
    assert {row["margin"] for row in rows} == {1.0}


# Ratings


def test_ratings_closer_than_the_gap_tie() -> None:
    one = answer(each=scored(a=5, b=4, c=2))
    assert pairs(preference(one, question="each")) == ["A>B", "A>C", "B>C"]
    assert pairs(preference(one, question="each", gap=2)) == ["A>C", "B>C"]
    assert pairs(preference(one, question="each", gap=2.5)) == ["A>C"]


def test_the_gap_is_of_ratings_and_leaves_rankings_alone() -> None:
    assert pairs(preference(answer(rank=tiers("a b c")), gap=3)) == ["A>B", "A>C", "B>C"]


def test_lower_ratings_are_better_where_they_count_errors() -> None:
    one = answer(each=scored(a=5, b=4, c=2))
    assert pairs(preference(one, question="each", better="lower")) == ["C>B", "C>A", "B>A"]


def test_the_distance_of_ratings_is_a_share_of_the_scale() -> None:
    one = answer(each=scored(a=5, b=4, c=1))
    found = margins(one, question="each", margin="distance")
    assert found == pytest.approx({"A>B": 1 / 4, "A>C": 1, "B>C": 3 / 4})


def test_the_mean_of_ratings_is_of_those_who_rated_both() -> None:
    both = answer("labeler-1", each=scored(a=2, b=1))
    one = answer("labeler-2", each=scored(b=5))
    rows = preference(both, one, of=ABC[:2], question="each", policy="mean", margin="distance")
    assert (pairs(rows), rows[0]["margin"]) == (["A>B"], pytest.approx(1 / 4))


def test_the_gap_holds_for_the_mean_too() -> None:
    two = [answer("labeler-1", each=scored(a=5, b=1)), answer("labeler-2", each=scored(a=3, b=4))]
    assert pairs(preference(*two, of=ABC[:2], question="each", policy="mean", gap=1.5)) == ["A>B"]
    assert preference(*two, of=ABC[:2], question="each", policy="mean", gap=1.6) == []


# Several people


def test_who_weighs_more_decides() -> None:
    light = [answer(f"labeler-{n}", rank=tiers("a b")) for n in (1, 2)]
    heavy = answer("labeler-3", rank=tiers("b a"))._replace(weight=2.5)
    rows = preference(*light, heavy, of=ABC[:2], policy="majority", margin="votes")
    assert (pairs(rows), rows[0]["margin"]) == (["B>A"], pytest.approx(0.5 / 4.5))


def test_all_must_agree_where_that_is_asked() -> None:
    two = [answer("labeler-1", rank=tiers("a b c")), answer("labeler-2", rank=tiers("a bc"))]
    rows = preference(*two, policy="unanimous")
    assert pairs(rows) == ["A>B", "A>C"]


def test_a_row_of_a_majority_names_all_who_compared_the_two() -> None:
    first = answer("labeler-1", rank=tiers("a b c"))
    second = answer("labeler-2", rank=ranked("a b", flags={"c": ["broken"]}))
    rows = list(
        made(
            "preference",
            [record(first, second, prompt="?", answers=ABC)],
            SHAPE,
            policy="majority",
        )
    )
    by = {f"{row.data['chosen'][0]['content']}{row.data['rejected'][0]['content']}": row for row in rows}
    assert by["AB"].responses == (first.id, second.id)
    assert by["AC"].responses == (first.id,)


# Ties, caps and weights


def test_ties_become_rows_with_margin_nothing_or_a_table_of_their_own() -> None:
    one = record(answer(rank=tiers("a bc")), prompt="?", answers=ABC)
    assert len(export("preference", [one], SHAPE)[0]) == 2
    zero = list(made("preference", [one], SHAPE, ties="zero", margin="distance"))
    assert [row.data["margin"] for row in zero] == [0.75, 0.75, 0.0]
    assert {row.aside for row in zero} == {""}
    aside = list(made("preference", [one], SHAPE, ties="aside"))
    assert [row.aside for row in aside] == ["", "", "ties"]


def test_ties_need_a_margin_among_the_others() -> None:
    with pytest.raises(Invalid):
        export("preference", [], SHAPE, ties="zero")


def test_neither_of_two_that_tie_is_called_chosen_more_often() -> None:
    tied = [
        record(answer(rank=tiers("ab")), id=f"r{n}", prompt="?", answers=candidates("A", "B"))
        for n in range(200)
    ]
    rows, _ = export("preference", tied, SHAPE, ties="zero", margin="votes")
    assert 70 < pairs(rows).count("A>B") < 130
    assert rows == export("preference", tied, SHAPE, ties="zero", margin="votes")[0]


def test_even_votes_are_a_tie() -> None:
    two = [answer("labeler-1", rank=tiers("a b")), answer("labeler-2", rank=tiers("b a"))]
    rows = preference(*two, of=ABC[:2], policy="majority", ties="zero", margin="votes")
    assert [row["margin"] for row in rows] == [0.0]


def test_a_prompt_has_no_more_pairs_than_wanted_and_always_the_same() -> None:
    one = record(answer(rank=tiers("a b c d")), prompt="?", answers=candidates(*"ABCD"))
    rows, tally = export("preference", [one], SHAPE, most_pairs=2)
    assert len(rows) == 2
    assert tally.left_out["pairs_above_the_cap"] == 4
    assert rows == export("preference", [one], SHAPE, most_pairs=2)[0]
    everything = pairs(export("preference", [one], SHAPE)[0])
    assert [one for one in everything if one in pairs(rows)] == pairs(rows)


def test_the_weights_of_a_prompt_add_up_to_one() -> None:
    two = [answer("labeler-1", rank=tiers("a b c")), answer("labeler-2", rank=tiers("ab c"))]
    rows = preference(*two, weight=True)
    assert [row["weight"] for row in rows] == [1 / 5] * 5
    capped = preference(*two, weight=True, most_pairs=3)
    assert [row["weight"] for row in capped] == pytest.approx([1 / 3] * 3)


def test_the_prompt_can_stand_at_the_head_of_both_answers() -> None:
    [row] = preference(answer(rank=tiers("a b")), of=ABC[:2], layout="implicit")
    assert (row["chosen"][:-1], row["chosen"][-1:]) == ([{"role": "user", "content": "Why?"}], said("A"))
    [row] = preference(answer(rank=tiers("a b")), of=ABC[:2], layout="implicit", form="standard")
    assert (row["chosen"], row["rejected"]) == ("Why?\nA", "Why?\nB")

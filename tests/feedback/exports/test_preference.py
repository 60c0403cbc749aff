"""Preference rows: what people ranked becomes chosen and rejected, and nothing misleads a trainer."""

from typing import Any

import pytest

from core.errors import Invalid
from tests.feedback.exports.making import (
    RANK,
    RATING,
    TEXT,
    answer,
    candidates,
    export,
    pairs,
    record,
    said,
    shape,
    tiers,
    user,
)

ABC = candidates("A", "B", "C")


def test_a_ranking_becomes_rows() -> None:
    rows, tally = export("preference", [record(answer(rank=tiers("a bc")), prompt="Why? ", answers=ABC)])
    assert rows == [
        {
            "prompt": user("Why? "),
            "chosen": said("A"),
            "rejected": said(text),
            "group": rows[0]["group"],
            "record_id": "r1",
            "annotator": "labeler-1",
        }
        for text in "BC"
    ]
    assert tally.left_out["tied_pairs"] == 1


def test_ratings_of_each_answer_become_rows_too() -> None:
    each = {"type": "rating_each", "options": RATING["options"], "for_each": "answers"}
    ratings = {"version": 1, "ratings": {"a": 4, "b": 5, "c": 4}}
    rows, tally = export(
        "preference",
        [record(answer(each=ratings), prompt="Why?", answers=ABC)],
        shape(questions_={"each": each}),
        question="each",
    )
    assert [(row["chosen"], row["rejected"]) for row in rows] == [(said("B"), said(one)) for one in "AC"]
    assert tally.left_out["tied_pairs"] == 1


def test_drafts_and_discarded_answers_are_never_used() -> None:
    answers = [
        answer(f"labeler-{n}", status, rank=tiers("a b c")) for n, status in enumerate(["draft", "discarded"])
    ]
    rows, tally = export("preference", [record(*answers, prompt="Why?", answers=ABC)])
    assert rows == []
    assert tally.left_out["records_without_ranking"] == 1


def test_extra_answers_are_used_unless_they_are_not_wanted() -> None:
    answers = [answer(rank=tiers("a bc")), answer("labeler-2", is_extra=True, rank=tiers("b ac"))]
    one = record(*answers, prompt="Why?", answers=ABC)
    assert len(export("preference", [one])[0]) == 4
    assert {row["annotator"] for row in export("preference", [one], extra=False)[0]} == {"labeler-1"}


def test_each_labeler_has_rows_of_their_own_even_where_they_disagree() -> None:
    answers = [answer("labeler-2", rank=tiers("b a")), answer("labeler-1", rank=tiers("a b"))]
    rows, _ = export("preference", [record(*answers, prompt="Why?", answers=ABC[:2])])
    assert pairs(rows) == ["A>B", "B>A"]
    assert [row["annotator"] for row in rows] == ["labeler-1", "labeler-2"]


def test_a_majority_has_one_row_and_no_labeler() -> None:
    orders = ["a b c", "a bc", "b a c"]
    answers = [answer(f"labeler-{n}", rank=tiers(order)) for n, order in enumerate(orders)]
    one = record(*answers, prompt="Why?", answers=ABC)
    rows, tally = export("preference", [one], policy="majority", margin="votes")
    assert pairs(rows) == ["A>B", "A>C", "B>C"]
    assert [row["margin"] for row in rows] == pytest.approx([1 / 3, 1, 2 / 3])
    assert "annotator" not in rows[0]
    assert tally.left_out["pairs_without_majority"] == 0
    rows, tally = export("preference", [one], policy="majority", threshold=0.9)
    assert pairs(rows) == ["A>C"]
    assert tally.left_out["pairs_without_majority"] == 2


def test_caps_keep_a_prompt_from_counting_many_times() -> None:
    one = record(answer(rank=tiers("a b c")), prompt="Why?", answers=ABC)
    for cap, expected in (
        ("all", ["A>B", "A>C", "B>C"]),
        ("best_worst", ["A>C"]),
        ("adjacent", ["A>B", "B>C"]),
    ):
        for policy in ("per_labeler", "majority"):
            rows, tally = export("preference", [one], pairs=cap, policy=policy)
            assert pairs(rows) == expected
            assert tally.left_out["pairs_above_the_cap"] == 3 - len(expected)


def test_margins_are_floats_in_every_row() -> None:
    rows, _ = export(
        "preference", [record(answer(rank=tiers("a b  c")), prompt="?", answers=ABC)], margin="distance"
    )
    assert [row["margin"] for row in rows] == [0.5, 1.0, 0.5]
    assert {type(row["margin"]) for row in rows} == {float}


def test_equal_texts_give_no_pair() -> None:
    twins = candidates("same", "same", "other")
    rows, tally = export("preference", [record(answer(rank=tiers("a b c")), prompt="?", answers=twins)])
    assert pairs(rows) == ["same>other", "same>other"]
    assert tally.left_out["pairs_of_equal_texts"] == 1


def test_an_empty_answer_is_neither_chosen_nor_rejected() -> None:
    rows, tally = export(
        "preference", [record(answer(rank=tiers("a b c")), prompt="?", answers=candidates("A", " \n", "C"))]
    )
    assert pairs(rows) == ["A>C"]
    assert tally.left_out["answers_without_text"] == 1


def test_texts_stand_as_they_were_shown() -> None:
    odd = ["  <b>&amp;</b>\r\n", "e\u0301 \u2028 \ufb01 🕳️\t"]
    one = record(answer(rank=tiers("b a")), prompt=" Ünï\n\n", answers=candidates(*odd))
    [row] = export("preference", [one])[0]
    assert (row["prompt"], row["chosen"], row["rejected"]) == (user(" Ünï\n\n"), said(odd[1]), said(odd[0]))
    [row] = export("preference", [one], form="standard")[0]
    assert (row["prompt"], row["chosen"], row["rejected"]) == (" Ünï\n\n", odd[1], odd[0])


def test_a_text_and_a_conversation_are_prompts_in_one_file() -> None:
    talk = [*user("Hi"), *said("Hello"), *user("Why?")]
    ranked = answer(rank=tiers("a bc"))
    rows, _ = export(
        "preference",
        [
            record(ranked, id="1", prompt="Why?", answers=ABC),
            record(ranked, id="2", messages=talk, answers=ABC),
            record(ranked, id="3", prompt="not this", messages=user("Why?"), answers=ABC),
            record(ranked, id="4", prompt="Why?", messages=[], answers=ABC),
        ],
    )
    assert [row["prompt"] for row in rows[::2]] == [user("Why?"), talk, user("Why?"), user("Why?")]
    assert len({row["group"] for row in rows}) == 2


def test_a_record_without_a_prompt_is_left_out() -> None:
    ranked = answer(rank=tiers("a bc"))
    rows, tally = export(
        "preference", [record(ranked, answers=ABC), record(ranked, prompt=" ", messages=[], answers=ABC)]
    )
    assert rows == []
    assert tally.left_out["records_without_prompt"] == 2


@pytest.mark.parametrize(
    ("talk", "why"),
    [
        ([*user("a"), *said("b")], "prompts_that_do_not_end_with_the_user"),
        ([{"role": "wizard", "content": "a"}], "prompts_with_unknown_roles"),
        (
            [*user("a"), {"role": "system", "content": "b"}, *user("c")],
            "prompts_with_misplaced_system_messages",
        ),
        ([{"role": "system", "content": "b"}] * 2, "prompts_with_misplaced_system_messages"),
        ([{"role": "system", "content": "b"}], "prompts_that_do_not_end_with_the_user"),
    ],
)
def test_a_conversation_that_no_trainer_can_use_is_left_out(talk: list[dict[str, str]], why: str) -> None:
    rows, tally = export("preference", [record(answer(rank=tiers("a bc")), messages=talk, answers=ABC)])
    assert rows == []
    assert tally.left_out[why] == 1


def test_other_words_for_the_roles_are_understood() -> None:
    talk = [
        {"role": "Human", "content": "a"},
        {"role": "gpt", "content": "b"},
        {"role": "human", "content": "c"},
    ]
    rows, _ = export("preference", [record(answer(rank=tiers("a bc")), messages=talk, answers=ABC)])
    assert [one["role"] for one in rows[0]["prompt"]] == ["user", "assistant", "user"]


def test_a_system_field_becomes_the_system_message() -> None:
    of = shape({"system": "text", "prompt": "text", "messages": "chat", "answers": "candidates"})
    ranked = answer(rank=tiers("a bc"))
    system = {"role": "system", "content": "Be brief."}
    own = [{"role": "system", "content": "Be long."}, *user("Why?")]
    rows, _ = export(
        "preference",
        [
            record(ranked, system="Be brief.", prompt="Why?", answers=ABC),
            record(ranked, system="Be brief.", messages=own, answers=ABC),
            record(ranked, system="", prompt="Why?", answers=ABC),
        ],
        of,
    )
    assert [row["prompt"] for row in rows[::2]] == [[system, *user("Why?")], own, user("Why?")]
    [row, _] = export(
        "preference", [record(ranked, system="Be brief.", prompt="Why?", answers=ABC)], of, form="standard"
    )[0]
    assert row["prompt"] == "Be brief.\n\nWhy?\n"


def test_the_prompt_can_be_put_together_from_named_fields() -> None:
    of = shape(
        {"history": "chat", "instruction": "text", "input": "text", "note": "text", "answers": "candidates"}
    )
    talk = [*user("Hi"), *said("Hello")]
    one = record(
        answer(rank=tiers("a bc")),
        history=talk,
        instruction="Shorten.",
        input="A text.",
        note="x",
        answers=ABC,
    )
    rows, _ = export("preference", [one], of, prompt=["history", "instruction", "input"])
    assert rows[0]["prompt"] == [*talk, *user("Shorten.\n\nA text.")]


def test_plain_texts_end_the_prompt_with_a_space() -> None:
    rows, _ = export(
        "preference", [record(answer(rank=tiers("a b")), prompt="Why?", answers=ABC[:2])], form="standard"
    )
    assert [(row["prompt"], row["chosen"], row["rejected"]) for row in rows] == [("Why?\n", "A", "B")]


def test_a_conversation_is_no_plain_text() -> None:
    talk = [*user("Hi"), *said("Hello"), *user("Why?")]
    ranked = answer(rank=tiers("a b"))
    rows, tally = export(
        "preference",
        [
            record(ranked, messages=talk, answers=ABC[:2]),
            record(ranked, messages=user("Why?"), answers=ABC[:2]),
        ],
        form="standard",
    )
    assert [row["prompt"] for row in rows] == ["Why?\n"]
    assert tally.left_out["pairs_after_a_conversation"] == 1


def test_answers_that_are_conversations_keep_their_turns() -> None:
    tool = [*said("Let me count."), {"role": "tool", "content": "7"}, *said("Seven.")]
    answers: list[dict[str, Any]] = [
        {"id": "a", "messages": tool},
        {"id": "b", "messages": [*user("How many?"), *said("Five.")]},
        {"id": "c", "messages": user("I do not know.")},
    ]
    one = record(answer(rank=tiers("a b c")), prompt="How many?", answers=answers)
    rows, tally = export("preference", [one])
    assert [(row["chosen"], row["rejected"]) for row in rows] == [(tool, said("Five."))]
    assert tally.left_out["answers_with_wrong_roles"] == 1
    assert export("preference", [one], form="standard")[0] == []


def test_a_ranking_of_fields_ranks_their_texts() -> None:
    options = [{"value": name, "text": name.title()} for name in ("first", "second", "third")]
    of = shape(
        {"prompt": "text", "first": "text", "second": "text", "third": "chat"},
        {"rank": {"type": "ranking", "options": options}},
    )
    ranked = {"version": 1, "tiers": [["second"], ["first"], ["third"]]}
    one = record(answer(rank=ranked), prompt="Why?", first="A", second="B", third=said("C"))
    assert pairs(export("preference", [one], of)[0]) == ["B>A", "B>C", "A>C"]


def test_a_ranking_of_bare_words_is_not_offered() -> None:
    options = [{"value": name, "text": name} for name in ("speed", "price")]
    of = shape({"prompt": "text"}, {"rank": {"type": "ranking", "options": options}})
    with pytest.raises(Invalid) as caught:
        export("preference", [], of)
    assert caught.value.errors.keys() == {"question"}


def test_all_rows_have_the_same_columns_and_no_dangerous_ones() -> None:
    records = [
        record(answer(rank=tiers("a bc")), prompt="Why?", answers=ABC),
        record(answer(rank=tiers("a b")), messages=user("Hm?"), answers=ABC[:2]),
    ]
    for options in ({}, {"margin": "distance"}, {"policy": "majority"}, {"form": "standard"}):
        columns = {tuple(row) for row in export("preference", records, **options)[0]}
        assert len(columns) == 1
        assert not {"image", "images", "messages", "completion", "label", "text"} & set(*columns)


def test_the_order_of_answers_in_the_database_does_not_matter() -> None:
    answers = [
        answer(f"labeler-{n}", rank=tiers(order)) for n, order in enumerate(["a b c", "c b a", "bc a"])
    ]
    for policy in ("per_labeler", "majority"):
        rows = [
            export("preference", [record(*order, prompt="Why?", answers=ABC)], policy=policy)[0]
            for order in (answers, answers[::-1])
        ]
        assert rows[0] == rows[1]


def test_the_group_is_that_of_the_prompt_whatever_its_case_and_spacing() -> None:
    ranked = answer(rank=tiers("a b"))
    prompts = ["Why is it so?", " why  is it\nSO? ", "Why is it not so?"]
    rows, _ = export("preference", [record(ranked, prompt=prompt, answers=ABC[:2]) for prompt in prompts])
    assert rows[0]["group"] == rows[1]["group"] != rows[2]["group"]
    plain, _ = export("preference", [record(ranked, prompt=prompts[0], answers=ABC[:2])], form="standard")
    written, _ = export("prompt_completion", [record(answer(reply="So."), prompt=prompts[0])])
    assert plain[0]["group"] == written[0]["group"] == rows[0]["group"]


def test_the_ranking_can_be_chosen() -> None:
    of = shape(None, {"helpful": RANK, "harmless": RANK, "reply": TEXT, "quality": RATING})
    one = record(answer(helpful=tiers("a b"), harmless=tiers("b a")), prompt="Why?", answers=ABC[:2])
    assert pairs(export("preference", [one], of)[0]) == ["A>B"]
    assert pairs(export("preference", [one], of, question="harmless")[0]) == ["B>A"]


def test_rows_that_trainers_would_cut_are_counted() -> None:
    one = record(answer(rank=tiers("a b c")), prompt="x" * 3000, answers=candidates("A", "B", "C" * 2000))
    _, tally = export("preference", [one])
    assert tally.counts["rows_above_1024_tokens"] == 2

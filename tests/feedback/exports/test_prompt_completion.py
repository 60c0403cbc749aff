"""Prompt-completion rows: what people wrote, if it is final and good enough."""

from dataclasses import replace

import pytest

from tests.feedback.exports.making import RATING, TEXT, answer, export, record, said, shape, user


def test_a_written_answer_becomes_a_row() -> None:
    rows, tally = export("prompt_completion", [record(answer(reply=" Because.\n"), prompt="Why?")])
    assert rows == [
        {
            "prompt": user("Why?"),
            "completion": said(" Because.\n"),
            "group": rows[0]["group"],
            "record_id": "r1",
            "annotator": "labeler-1",
        }
    ]
    assert tally.counts == {
        "records_read": 1,
        "texts_read": 1,
        "rows_above_1024_tokens": 0,
    }


def test_only_final_texts_are_written() -> None:
    answers = [
        answer("labeler-1", "draft", reply="a"),
        answer("labeler-2", "discarded", reply="b"),
        answer("labeler-3", reply="c"),
        answer("labeler-4", quality=3),
    ]
    rows, _ = export("prompt_completion", [record(*answers, prompt="Why?"), record(prompt="How?")])
    assert [row["completion"] for row in rows] == [said("c")]


def test_short_and_empty_texts_are_left_out() -> None:
    answers = [answer(f"labeler-{n}", reply=text) for n, text in enumerate(["  ", "four", "three"])]
    rows, tally = export("prompt_completion", [record(*answers, prompt="Why?")], min_length=5)
    assert [row["completion"] for row in rows] == [said("three")]
    assert tally.left_out["empty_texts"] == tally.left_out["texts_that_are_too_short"] == 1


def test_a_text_can_have_to_pass_a_rating() -> None:
    answers = [answer(f"labeler-{n}", reply=str(n), quality=n) for n in range(1, 5)]
    one = record(*answers, answer("labeler-9", reply="unrated"), prompt="Why?")
    rows, tally = export("prompt_completion", [one], bar_question="quality", bar=3)
    assert [row["completion"] for row in rows] == [said("3"), said("4")]
    assert tally.left_out["texts_below_the_rating"] == 3


def test_a_required_question_is_preferred() -> None:
    of = shape({"prompt": "text"}, {"remark": TEXT, "reply": TEXT, "quality": RATING})
    remark = replace(of.questions["remark"], required=False)
    of = replace(of, questions={**of.questions, "remark": remark})
    one = record(answer(remark="Hm.", reply="So."), prompt="Why?")
    assert export("prompt_completion", [one], of)[0][0]["completion"] == said("So.")
    assert export("prompt_completion", [one], of, question="remark")[0][0]["completion"] == said("Hm.")


def test_the_next_turn_of_a_conversation_can_be_written() -> None:
    talk = [*user("Hi"), *said("Hello"), *user("Why?")]
    rows, _ = export("prompt_completion", [record(answer(reply="So."), messages=talk)])
    assert (rows[0]["prompt"], rows[0]["completion"]) == (talk, said("So."))


def test_plain_texts_hold_single_questions_only() -> None:
    talk = [*user("Hi"), *said("Hello"), *user("Why?")]
    records = [record(answer(reply="So."), messages=talk), record(answer(reply="So."), prompt="Why?\n")]
    rows, tally = export("prompt_completion", records, form="standard")
    assert [(row["prompt"], row["completion"]) for row in rows] == [("Why?\n", "So.")]
    assert tally.left_out["texts_after_a_conversation"] == 1


@pytest.mark.parametrize("form", ["conversational", "standard"])
def test_all_rows_have_the_same_columns(form: str) -> None:
    records = [record(answer(reply="a"), prompt="b"), record(answer(reply="c"), messages=user("d"))]
    columns = {tuple(row) for row in export("prompt_completion", records, form=form)[0]}
    assert columns == {("prompt", "completion", "group", "record_id", "annotator")}


def test_a_text_that_goes_on_with_a_chat_is_its_next_turn() -> None:
    fields = {"system": "text", "example": "chat", "talk": "chat"}
    of = shape(fields, {"reply": {**TEXT, "field": "talk"}})
    talk = [{"role": "human", "content": "Why?"}, {"role": "gpt", "content": "What?"}, *user("The sky.")]
    one = record(answer(reply="It scatters."), system="Be brief.", example=user("No."), talk=talk)
    rows, _ = export("prompt_completion", [one], of)
    said_before = [*user("Why?"), *said("What?"), *user("The sky.")]
    assert rows[0]["prompt"] == [{"role": "system", "content": "Be brief."}, *said_before]
    assert rows[0]["completion"] == said("It scatters.")


def test_the_next_turn_of_a_user_is_no_answer() -> None:
    of = shape({"talk": "chat"}, {"reply": {**TEXT, "field": "talk"}})
    one = record(answer(reply="And then?"), talk=[*user("Why?"), *said("So.")])
    rows, tally = export("prompt_completion", [one], of)
    assert rows == []
    assert tally.left_out["prompts_that_do_not_end_with_the_user"] == 1

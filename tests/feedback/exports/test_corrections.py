"""Pairs of a text that was suggested and of what people wrote instead: theirs is chosen, the suggestion rejected."""

from dataclasses import replace
from typing import Any

import pytest

from feedback.exports import Answer, Suggestion, kinds
from tests.feedback.exports.making import RATING, TEXT, answer, export, made, pairs, record, said, shape, user

BOT = Suggestion("So.", "bot", 0.5, "model")


def wrote(text: str | None, person: str = "labeler-1", *, began: str | None = "So.", **values: Any) -> Answer:
    """An answer of somebody to whom this was suggested; None: nothing was."""
    suggested = {} if began is None else {"suggested": {"reply": {"value": began, "agent": "bot"}}}
    given = answer(person, **({} if text is None else {"reply": text}), **values)
    return given._replace(presentation={"version": 1, **suggested})


def chosen(*answers: Answer, **options: Any) -> tuple[list[dict[str, Any]], Any]:
    return export("preference", [record(*answers, prompt="Why?")], question="reply", **options)


def test_what_was_written_instead_is_chosen_and_the_suggestion_rejected() -> None:
    rows, tally = chosen(wrote("So it is."), wrote("Because.", "labeler-2"), margin="distance")
    assert [(row["prompt"], row["chosen"], row["rejected"], row["annotator"]) for row in rows] == [
        (user("Why?"), said("So it is."), said("So."), "labeler-1"),
        (user("Why?"), said("Because."), said("So."), "labeler-2"),
    ]
    assert [row["margin"] for row in rows] == [1.0, 1.0]
    assert tally.counts["texts_read"] == 2


def test_each_row_tells_whose_answer_it_is_made_of() -> None:
    one = record(wrote("So it is."), wrote("So.", "labeler-2"), wrote("Because.", "labeler-3"), prompt="Why?")
    found = list(made("preference", [one], question="reply"))
    assert [row.responses for row in found] == [("answer-of-labeler-1",), ("answer-of-labeler-3",)]
    assert {row.record for row in found} == {"r1"}


@pytest.mark.parametrize("ties", ["drop", "zero", "aside"])
@pytest.mark.parametrize("policy", ["per_labeler", "majority", "unanimous", "mean"])
def test_a_suggestion_left_as_it_was_makes_no_pair(policy: str, ties: str) -> None:
    rows, tally = chosen(wrote("So."), wrote("So.", "labeler-2"), policy=policy, ties=ties, margin="votes")
    assert rows == []
    assert tally.left_out["suggestions_left_as_they_were"] == 2
    assert tally.left_out["records_without_a_corrected_suggestion"] == 1


@pytest.mark.parametrize("text", ["So. ", "so.", "So\u2024"])
def test_texts_are_the_same_to_the_character_or_not_at_all(text: str) -> None:
    assert [row["chosen"] for row in chosen(wrote(text))[0]] == [said(text)]


def test_it_is_compared_with_what_this_person_began_from_not_with_what_is_suggested_now() -> None:
    one = record(wrote("So.", began="Thus."), prompt="Why?", suggestions={"reply": BOT})
    assert pairs(export("preference", [one], question="reply")[0]) == ["So.>Thus."]


def test_to_whom_nothing_was_suggested_corrected_nothing() -> None:
    one = record(wrote("Because.", began=None), prompt="Why?", suggestions={"reply": BOT})
    rows, tally = export("preference", [one], question="reply")
    assert (rows, tally.left_out["texts_without_a_suggestion"]) == ([], 1)


def test_an_answer_that_came_from_elsewhere_is_compared_with_what_is_suggested_now() -> None:
    came = answer(reply="Because.")._replace(presentation={})
    one = record(came, prompt="Why?", suggestions={"reply": BOT})
    assert pairs(export("preference", [one], question="reply")[0]) == ["Because.>So."]


def test_empty_texts_drafts_and_discarded_answers_make_no_pair() -> None:
    draft, discarded = (wrote("x")._replace(status=status) for status in ("draft", "discarded"))  # type: ignore[arg-type]
    rows, tally = chosen(
        wrote(" \n"), wrote("Because.", "labeler-2", began=""), draft, discarded, wrote(None)
    )
    assert rows == []
    assert tally.left_out["empty_texts"] == 2


def test_extra_answers_are_used_unless_they_are_not_wanted() -> None:
    extra = wrote("Because.")._replace(is_extra=True)
    assert (len(chosen(extra)[0]), len(chosen(extra, extra=False)[0])) == (1, 0)


def test_joined_a_text_has_one_row_and_the_votes_of_all_who_wrote_it() -> None:
    answers = [
        wrote("Because."),
        wrote("Because.", "labeler-2"),
        wrote("For it is.", "labeler-3"),
        wrote("So.", "labeler-4"),
    ]
    rows, _ = chosen(*answers, policy="majority", margin="votes", ties="zero")
    assert pairs(rows) == ["Because.>So.", "For it is.>So."]
    assert [row["margin"] for row in rows] == pytest.approx([2 / 3, 1 / 2])
    assert pairs(chosen(*answers, policy="majority", threshold=0.6)[0]) == ["Because.>So."]
    assert pairs(chosen(*answers, policy="unanimous")[0]) == []
    assert pairs(chosen(*answers[:2], policy="unanimous")[0]) == ["Because.>So."]


def test_joined_a_row_is_of_the_answers_that_speak_of_it() -> None:
    one = record(
        wrote("Because."), wrote("For it is.", "labeler-2"), wrote("So.", "labeler-3"), prompt="Why?"
    )
    found = {
        row.data["chosen"][0]["content"]: row
        for row in made("preference", [one], question="reply", policy="mean")
    }
    assert found["Because."].responses == ("answer-of-labeler-1", "answer-of-labeler-3")
    assert found["For it is."].responses == ("answer-of-labeler-2", "answer-of-labeler-3")


def test_people_who_began_from_different_suggestions_are_not_confused() -> None:
    rows, tally = chosen(wrote("B", began="A"), wrote("A", "labeler-2", began="B"), policy="majority")
    assert (rows, tally.left_out["tied_pairs"]) == ([], 1)
    rows, _ = chosen(wrote("B", began="A"), wrote("C", "labeler-2", began="B"), policy="majority")
    assert pairs(rows) == ["C>B", "B>A"]


def test_a_text_that_goes_on_with_a_chat_has_that_chat_as_its_prompt() -> None:
    of = shape(
        {"prompt": "text", "messages": "chat", "talk": "chat"},
        {"reply": TEXT | {"field": "talk"}, "quality": RATING},
    )
    one = record(wrote("Because."), prompt="Not this.", messages=user("Nor this."), talk=user("Why?"))
    [row] = export("preference", [one], of, question="reply")[0]
    assert row["prompt"] == user("Why?")


@pytest.mark.parametrize("name", ["openai_preference", "anthropic_hh", "axolotl_dpo", "axolotl_reward"])
def test_every_format_of_pairs_takes_them(name: str) -> None:
    rows, _ = export(name, [record(wrote("Because."), prompt="Why?")], question="reply")
    assert len(rows) == 1


def test_only_texts_to_which_something_was_suggested_are_offered() -> None:
    of = shape({"prompt": "text"}, {"reply": TEXT, "comment": TEXT})
    for suggested, offered in ((None, ["reply", "comment"]), ({"comment"}, ["comment"]), (set(), [])):
        known = replace(of, suggested=None if suggested is None else frozenset(suggested))
        assert kinds["preference"]().offers(known)["question"] == offered
        assert kinds["preference"]().suits(known) is bool(offered)


def test_a_dataset_without_rankings_has_pairs_all_the_same() -> None:
    of = shape({"prompt": "text"}, {"reply": TEXT})
    assert pairs(export("preference", [record(wrote("Because."), prompt="Why?")], of)[0]) == ["Because.>So."]

"""Answers to learn from: written, best of several, corrected, or found good."""

from typing import Any

from feedback.exports import Answer
from tests.feedback.exports.making import answer, candidates, export, record, said, tiers, user
from tests.feedback.exports.scene import SHAPE, ranked, scored

ABC = candidates(*"ABC")


def learned(*answers: Answer, of: list[dict[str, Any]] = ABC, **options: Any) -> list[str]:
    one = record(*answers, prompt="Why?", answers=of, response="So.")
    rows, _ = export("prompt_completion", [one], SHAPE, **options)
    return [row["completion"][0]["content"] for row in rows]


def test_the_best_of_several_rankings_is_learned() -> None:
    three = [answer(f"labeler-{n}", rank=tiers(order)) for n, order in enumerate(["a b c", "a c b", "b a c"])]
    assert learned(*three, question="rank") == ["A"]
    rows, _ = export("prompt_completion", [record(*three, prompt="?", answers=ABC)], SHAPE, question="rank")
    assert rows[0]["annotator"] == ""


def test_two_best_answers_are_none_unless_they_say_the_same() -> None:
    assert learned(answer(rank=tiers("ab c")), question="rank") == []
    assert learned(answer(rank=tiers("ab c")), of=candidates("A", "A", "C"), question="rank") == ["A"]


def test_the_best_of_bad_ones_is_bad() -> None:
    two = [
        answer("labeler-1", rank=tiers("a b c"), each=scored(a=2, b=1, c=1), quality=5),
        answer("labeler-2", rank=tiers("a b c"), each=scored(a=3, b=1, c=1), quality=1),
    ]
    bar = {"question": "rank", "bar_question": "each"}
    assert learned(*two, **bar, bar=2.5) == ["A"]
    assert learned(*two, **bar, bar=2.6) == []
    assert learned(*two, question="rank", bar_question="quality", bar=3) == ["A"]


def test_the_one_that_nobody_flagged_is_the_best() -> None:
    one = answer(rank=ranked("b", flags={"a": ["unsafe"], "c": ["broken"]}))
    assert learned(one, question="rank") == ["B"]


def test_a_corrected_text_takes_the_place_of_the_best() -> None:
    correcting = answer("labeler-1", rank=ranked("a b c", better={"text": "A!", "from": "a"}))
    other = answer("labeler-2", rank=tiers("b a c"))
    assert learned(correcting, other, question="rank") == ["A!"]
    assert learned(correcting, other._replace(weight=2.0), question="rank", edited=False) == ["B"]


def test_the_answer_that_a_record_holds_is_learned_if_it_is_good() -> None:
    assert learned(answer(thumb="up"), question="thumb") == ["So."]
    assert learned(answer(thumb="down"), question="thumb") == []
    assert learned(answer(quality=4), question="quality") == ["So."]
    assert learned(answer(quality=3), question="quality") == []


def test_a_conversation_that_was_found_good_is_learned_whole() -> None:
    talk = [*user("Hi"), *said("Hello"), *user("Why?"), *said("Because.")]
    one = record(answer(thumb="up"), system="Be brief.", messages=talk)
    rows, _ = export("language_modeling", [one], SHAPE, question="thumb", answer="messages")
    assert rows[0]["messages"] == [{"role": "system", "content": "Be brief."}, *talk]


def test_short_answers_are_left_out_wherever_they_come_from() -> None:
    assert learned(answer(rank=tiers("a b c")), question="rank", min_length=2) == []
    assert learned(answer(thumb="up"), question="thumb", min_length=4) == []
    assert learned(answer(thumb="up"), question="thumb", min_length=3) == ["So."]

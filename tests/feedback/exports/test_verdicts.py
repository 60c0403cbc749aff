"""Single answers, good or bad: by ratings, by labels, by the ends of rankings; and nothing where it is not clear."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from feedback.exports import Answer, Tally, kinds
from feedback.exports.opinions import Thresholds, joined
from tests.feedback.exports.making import answer, candidates, export, record, said, shape, tiers, user
from tests.feedback.exports.scene import SHAPE, ranked, scored

ABCD = candidates(*"ABCD")
Fields = dict[str, Any]


def labels(*answers: Answer, of: Fields | None = None, **options: Any) -> dict[str, bool]:
    """Text of the answer -> good or bad."""
    fields = of or {"prompt": "Why?", "answers": ABCD, "response": "So."}
    rows, _ = export("unpaired_preference", [record(*answers, **fields)], SHAPE, **options)
    found = [(row["completion"][-1]["content"], row["label"]) for row in rows]
    assert len(dict(found)) == len(found), "One row for each answer."
    return dict(found)


# Ratings


def test_ratings_are_good_from_and_bad_up_to_and_nothing_between() -> None:
    one = answer(each=scored(a=5, b=4, c=3, d=2))
    assert labels(one, question="each") == {"A": True, "B": True, "D": False}
    assert labels(one, question="each", high=5, low=4) == {"A": True, "B": False, "C": False, "D": False}


def test_lower_can_be_better() -> None:
    one = answer(each=scored(a=5, b=4, c=3, d=1))
    found = labels(one, question="each", better="lower", high=4, low=1)
    assert found == {"A": False, "B": False, "D": True}


def test_the_mean_decides_or_the_majority_or_all() -> None:
    three = [
        answer("labeler-1", each=scored(a=5, b=5, c=1, d=4)),
        answer("labeler-2", each=scored(a=5, b=4, c=2, d=4)),
        answer("labeler-3", each=scored(a=5, b=1, c=4, d=4)),
    ]
    assert labels(*three, question="each") == {"A": True, "D": True}
    assert labels(*three, question="each", agreement="majority") == {
        "A": True,
        "B": True,
        "C": False,
        "D": True,
    }
    assert labels(*three, question="each", agreement="unanimous") == {"A": True, "D": True}


def test_who_weighs_more_decides() -> None:
    light, heavy = answer("labeler-1", each=scored(a=5)), answer("labeler-2", each=scored(a=1))
    assert labels(light, heavy, question="each") == {}
    assert labels(light, heavy._replace(weight=9.0), question="each") == {"A": False}


def test_a_rating_of_the_record_is_one_of_its_own_answer() -> None:
    assert labels(answer(quality=5), question="quality") == {"So.": True}
    assert labels(answer(quality=1), question="quality") == {"So.": False}
    assert labels(answer(quality=3), question="quality") == {}


def test_bad_must_end_below_where_good_begins() -> None:
    with pytest.raises(Invalid):
        labels(answer(quality=5), question="quality", high=3, low=3)


# Labels


def test_thumbs_are_counted_and_a_split_vote_says_nothing() -> None:
    up, down = answer("labeler-1", thumb="up"), answer("labeler-2", thumb="down")
    assert labels(up, question="thumb") == {"So.": True}
    assert labels(down, question="thumb") == {"So.": False}
    assert labels(up, down, question="thumb") == {}
    assert labels(up, down, answer("labeler-3", thumb="down"), question="thumb") == {"So.": False}
    assert labels(up, up, down, question="thumb", agreement="unanimous") == {}


def test_the_good_labels_can_be_said() -> None:
    assert labels(answer(thumb="down"), question="thumb", good=["down"]) == {"So.": True}
    assert labels(answer(faults=["rude"]), question="faults", good=["long"]) == {"So.": False}
    with pytest.raises(Invalid):
        labels(answer(thumb="up"), question="thumb", good=["sideways"])


# Rankings


def test_of_a_ranking_the_ends_are_good_and_bad_and_the_middle_neither() -> None:
    assert labels(answer(rank=tiers("a bc d"))) == {"A": True, "D": False}
    assert labels(answer(rank=tiers("ab cd"))) == {"A": True, "B": True, "C": False, "D": False}
    assert labels(answer(rank=tiers("abcd"))) == {}


def test_several_rankings_become_one_first() -> None:
    two = [answer("labeler-1", rank=tiers("a b c d")), answer("labeler-2", rank=tiers("a c d b"))]
    assert labels(*two) == {"A": True, "D": False}


def test_a_text_that_is_good_and_bad_is_neither() -> None:
    fields = {"prompt": "?", "answers": candidates("same", "B", "same")}
    assert labels(answer(rank=tiers("a b c")), of=fields) == {}
    fields = {"prompt": "?", "answers": candidates("same", "same", "C")}
    assert labels(answer(rank=tiers("ab c")), of=fields) == {"same": True, "C": False}


def test_a_corrected_text_is_the_best() -> None:
    one = answer(rank=ranked("a b c d", better={"text": "A!", "from": "a"}))
    assert labels(one) == {"A!": True, "D": False}


# The answer that a record holds


def test_the_last_turn_of_a_conversation_is_its_answer() -> None:
    talk = [*user("Hi"), *said("Hello"), *user("Why?"), *said("Because.")]
    of = shape({"talk": "chat"}, {"quality": {"type": "rating", "options": [{"value": 1}, {"value": 2}]}})
    rows, _ = export("unpaired_preference", [record(answer(quality=2), talk=talk)], of)
    assert (rows[0]["prompt"], rows[0]["completion"], rows[0]["label"]) == (talk[:3], said("Because."), True)
    open_end, tally = export("unpaired_preference", [record(answer(quality=2), talk=talk[:3])], of)
    assert open_end == []
    assert tally.left_out["conversations_that_do_not_end_with_an_answer"] == 1


def test_a_record_without_an_answer_gives_no_row() -> None:
    rows, tally = export(
        "unpaired_preference", [record(answer(thumb="up"), prompt="?")], SHAPE, question="thumb"
    )
    assert rows == []
    assert tally.left_out["records_without_an_answer"] == 1


def test_files_of_single_answers_are_mixed_unless_somebody_says_otherwise() -> None:
    """Trainers take the rows in their order, and a batch of good ones alone teaches nothing."""
    for name in ("unpaired_preference", "llama_factory_kto", "axolotl_kto"):
        assert kinds[name].mixes


# Opinions


@given(st.lists(st.tuples(st.sampled_from([True, False, None]), st.floats(0.1, 5))))
def test_what_is_joined_was_said(opinions: list[tuple[bool | None, float]]) -> None:
    said_so = {opinion for opinion, _ in opinions}
    most, everybody = joined(opinions), joined(opinions, unanimous=True)
    assert most is None or most in said_so
    assert everybody is None or (said_so == {everybody} and most == everybody)


@given(st.floats(-10, 10), st.floats(-5, 5), st.floats(0.1, 5))
def test_thresholds_are_met_exactly(score: float, low: float, more: float) -> None:
    opinion = Thresholds(low + more, low).of(score)
    assert opinion is not True or score >= low + more - 1e-9
    assert opinion is not False or score <= low + 1e-9
    mirrored = Thresholds(low + more, low, is_upwards=False).of(score)
    assert mirrored is (None if opinion is None else not opinion)


def test_what_is_left_out_is_counted() -> None:
    tally = Tally()
    kind = kinds["unpaired_preference"]()
    one = record(answer(rank=tiers("a b c")), prompt="?", answers=ABCD[:3])
    list(kind.rows([one, record(prompt="?")], kind.options({}, SHAPE), SHAPE, tally))
    assert tally.left_out["answers_neither_good_nor_bad"] == 1
    assert tally.left_out["records_without_ranking"] == 1

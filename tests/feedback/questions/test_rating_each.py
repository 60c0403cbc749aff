"""Ratings of each answer: under letters for labelers, complete when they count, partial as drafts."""

import pytest

from core.errors import Invalid
from feedback.item import Candidate, Item
from feedback.questions import from_wire
from feedback.questions.rating import Rating
from feedback.questions.rating_each import RatingEach

POINTS = [{"value": n} for n in range(1, 6)]
QUESTION = RatingEach({"type": "rating_each", "options": POINTS, "for_each": "answers"})


def item(seed=0, ids="abc"):
    answers = [Candidate(id=one, text=f"Text of {one}\n\n" + "word " * 99, model="secret") for one in ids]
    return Item(fields={"prompt": "Why?"}, candidates={"answers": answers}, seed=seed)


def stored(**ratings):
    return {"version": 1, "ratings": ratings}


def test_a_draft_may_be_partial_and_a_final_answer_may_not():
    part = stored(b=4)
    assert QUESTION.clean(part, item(), final=False) == part
    with pytest.raises(Invalid, match=r"Rate each of the 3; 2 of them have no rating yet\."):
        QUESTION.clean(part, item())


def test_a_record_without_answers_says_so():
    with pytest.raises(Invalid, match="nothing to rate"):
        QUESTION.clean(stored(), item(ids=""))


def test_two_people_see_other_letters_and_mean_the_same_answers():
    seeds = range(20)
    assert len({tuple(item(seed).lettered(["a", "b", "c"]).values()) for seed in seeds}) > 1
    answer = stored(a=1, b=2, c=3)
    for seed in seeds:
        sent = QUESTION.wire_for_labeler(answer, item(seed))
        assert [one["value"] for one in sent] == ["A", "B", "C"]
        assert QUESTION.clean(QUESTION.from_labeler(sent, item(seed)), item(seed)) == answer


def test_a_labeler_who_names_an_id_is_refused():
    for sent in ([{"value": "a", "rating": 1}], stored(a=1)):
        with pytest.raises(Invalid, match="letter"):
            QUESTION.from_labeler(sent, item())


def test_a_row_shows_how_an_answer_begins_and_nothing_of_its_model():
    rows = QUESTION.show(item())["rows"]
    assert [row["letter"] for row in rows] == ["A", "B", "C"]
    assert all(row["text"].startswith("Text of ") and len(row["text"]) <= 160 for row in rows)
    assert "secret" not in str(rows)


def test_to_argilla_it_is_a_rating_with_its_own_name_beside():
    settings = QUESTION.wire_settings()
    assert settings == {"type": "rating", "kind": "rating_each", "options": POINTS, "for_each": "answers"}
    assert isinstance(from_wire(settings), RatingEach)
    assert isinstance(from_wire({"type": "rating", "options": POINTS, "kind": "of their own"}), Rating)


def test_words_change_by_the_name_of_either_type_and_the_field_stays():
    for word in ("rating", "rating_each"):
        new = QUESTION.changed({"type": word, "words": {"1": "bad"}, "for_each": "others"})
        assert (new["words"], new["for_each"], new["type"]) == ({"1": "bad"}, "answers", "rating_each")


def test_it_needs_a_field_that_holds_answers():
    QUESTION.suits({"answers": "candidates"})
    for fields in ({}, {"answers": "text"}):
        with pytest.raises(Invalid) as refused:
            QUESTION.suits(fields)
        assert "for_each" in refused.value.errors


def test_ratings_put_answers_in_order_and_equal_ones_tie():
    assert QUESTION.tiers(stored(a=2, b=5, c=2)) == [["b"], ["a", "c"]]

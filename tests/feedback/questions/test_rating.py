"""Ratings: two to eleven different whole numbers from 0 to 10, some with words."""

import pytest

from core.errors import Invalid
from feedback.item import Item
from feedback.questions.rating import Rating

HUGE = pytest.param(10**5000, id="more digits than Python writes out")


def rating(*values, **settings):
    return Rating({"type": "rating", "options": [{"value": value} for value in values], **settings})


@pytest.mark.parametrize(
    "values", [[], [1], [1, 1], [*range(12)], [-1, 1], [1, 11], [1, True], [1, 2.5], [1, "2"], [1, 10**30]]
)
def test_a_scale_that_cannot_be_is_refused(values):
    with pytest.raises(Invalid) as refused:
        rating(*values)
    assert any(part.startswith("options") for part in refused.value.errors)


def test_a_scale_may_reach_from_zero_to_ten_in_any_order():
    assert rating(*range(11)).points == list(range(11))
    assert rating(5, 3, 1).points == [5, 3, 1]


@pytest.mark.parametrize("value", [10**30, -(10**30), HUGE, True, False, 1.0, "1", None])
@pytest.mark.parametrize("final", [True, False])
def test_only_the_numbers_of_the_scale_are_ratings(value, final):
    with pytest.raises(Invalid, match="Choose one of the ratings 0, 1, 5"):
        rating(0, 1, 5).clean(value, Item(fields={}), final=final)


def test_zero_is_an_answer():
    assert rating(0, 1).clean(0, Item(fields={})) == 0
    assert rating(0, 1).score(0) == 0.0


@pytest.mark.parametrize(
    "words", [{"3": "clear"}, {"1": ""}, {"1": "x" * 101}, {"1": "a\0"}, {"one": "x"}, ["x"]]
)
def test_words_belong_to_points_of_the_scale(words):
    with pytest.raises(Invalid) as refused:
        rating(1, 2, words=words)
    assert any(part.startswith("words") for part in refused.value.errors)


def test_the_wire_has_words_only_if_there_are_any():
    assert rating(1, 2).wire_settings() == {"type": "rating", "options": [{"value": 1}, {"value": 2}]}
    assert rating(1, 2, words={"1": "bad"}).wire_settings()["words"] == {"1": "bad"}


def test_a_patch_changes_the_words_and_never_the_scale():
    changed = rating(1, 2).changed({"type": "rating", "options": [{"value": 7}], "words": {"2": "good"}})
    assert changed == {"type": "rating", "options": [{"value": 1}, {"value": 2}], "words": {"2": "good"}}

"""Splits are by prompt and by a hash: the same prompt is in the same split in every export, now and later."""

import pytest
from pydantic import ValidationError

from feedback.exports.files.splits import Splits

TENTHS = Splits(train=0.8, validation=0.1, test=0.1)
GROUPS = [f"{n:016x}" for n in range(5000)]
EXPECTED = [
    "train",
    "train",
    "test",
    "train",
    "validation",
    "train",
    "validation",
    "test",
    "train",
    "train",
    "train",
    "train",
]


def test_a_prompt_is_where_it_was_yesterday() -> None:
    """Written down: should this fail, every export in the world would mix its test data into training data."""
    assert [TENTHS.of(group) for group in GROUPS[:12]] == EXPECTED


def test_the_shares_are_about_what_was_asked_for() -> None:
    found = [TENTHS.of(group) for group in GROUPS]
    assert 0.78 < found.count("train") / len(GROUPS) < 0.82
    assert 0.08 < found.count("test") / len(GROUPS) < 0.12


def test_what_trains_with_a_share_trains_with_a_larger_one() -> None:
    larger = Splits(train=0.9, test=0.1)
    assert all(larger.of(group) == "train" for group in GROUPS if TENTHS.of(group) == "train")


def test_another_seed_deals_anew() -> None:
    other = TENTHS.model_copy(update={"seed": 7})
    apart = sum(TENTHS.of(group) != other.of(group) for group in GROUPS)
    assert 0.25 < apart / len(GROUPS) < 0.45


def test_without_shares_everything_trains() -> None:
    assert {Splits().of(group) for group in GROUPS} == {"train"}
    assert {Splits(train=0, test=1).of(group) for group in GROUPS} == {"test"}
    assert {Splits(train=0, validation=1).of(group) for group in GROUPS} == {"validation"}


@pytest.mark.parametrize("shares", [{"train": 0.5}, {"train": 0.9, "test": 0.2}, {"train": 2, "test": -1}])
def test_shares_make_a_whole(shares: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        Splits(**shares)

"""How long the rest takes: the arithmetic, and how it is said."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.reports.forecast_words import HEIGHT, bars, plot_in_words, sentences
from feedback.reports.pace import (
    DAYS,
    MOST_DAYS,
    SHOWN,
    Forecast,
    days_needed,
    estimated,
    pace,
    rounded,
)

TODAY = date(2026, 11, 26)
LONG_AGO = date(2026, 1, 1)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def told(**known: object) -> list[str]:
    given = {"today": TODAY, "missing": 1240, "is_exact": False, "first": LONG_AGO} | known
    return sentences(Forecast(**given))  # type: ignore[arg-type]


EVEN = {ago(n): 180 for n in range(1, 8)}


def test_the_pace_is_that_of_seven_whole_days() -> None:
    answers = EVEN | {TODAY: 9000, ago(8): 9000}
    assert pace(answers, TODAY, LONG_AGO) == 180


def test_days_without_anybody_count() -> None:
    assert pace({ago(1): 70}, TODAY, LONG_AGO) == 10
    assert pace({}, TODAY, LONG_AGO) == 0


def test_a_younger_dataset_has_the_pace_since_its_first_answer() -> None:
    assert pace({ago(1): 20, ago(2): 40}, TODAY, ago(2)) == 30
    assert pace({TODAY: 20}, TODAY, TODAY) is None
    assert pace({}, TODAY, None) is None


def test_taking_answers_back_is_no_negative_pace() -> None:
    assert pace({ago(1): -20, ago(2): 5}, TODAY, LONG_AGO) == 0


@given(st.dictionaries(st.integers(0, 40).map(ago), st.integers(0, 10_000)), st.integers(0, 40).map(ago))
def test_a_pace_lies_between_the_least_and_the_greatest_day(answers: dict[date, int], first: date) -> None:
    found = pace(answers, TODAY, first)
    days = [answers.get(ago(n), 0) for n in range(1, DAYS + 1) if ago(n) >= first]
    assert (found is None) == (not days)
    if found is not None:
        assert min(days) <= found <= max(days)


@pytest.mark.parametrize(
    ("missing", "per_day", "days"),
    [(0, None, 0), (0, 5, 0), (1, 180, 1), (180, 180, 1), (181, 180, 2), (7, 0.5, 14), (7, 0, None), (7, None, None)],
)  # fmt: skip
def test_days_are_whole(missing: int, per_day: float | None, days: int | None) -> None:
    assert days_needed(missing, per_day) == days


@given(st.integers(1, 10**9), st.floats(0, 10**6))
def test_as_many_days_as_are_needed_and_not_one_more(missing: int, per_day: float) -> None:
    days = days_needed(missing, per_day)
    if days is None:
        assert missing > per_day * (MOST_DAYS - 1)
    else:
        assert 1 <= days <= MOST_DAYS
        assert days * per_day >= missing * (1 - 1e-9)
        assert (days - 1) * per_day < missing


def test_an_estimate_is_the_mean_times_the_pending() -> None:
    assert estimated(10_000, 1000, 2500) == 25_000
    assert estimated(10_000, 0, 0) == 0


@given(st.integers(1, 10**6), st.integers(1, 2000), st.floats(1, 20))
def test_an_estimate_is_at_least_one_answer_a_record(pending: int, sampled: int, mean: float) -> None:
    missing = round(sampled * mean)
    assert pending - 1 <= estimated(pending, sampled, missing) <= pending * (mean + 1)


@pytest.mark.parametrize(
    ("number", "said"), [(0, 0), (999, 999), (1239, 1240), (12_387, 12_400), (987_654, 988_000)]
)
def test_an_estimate_is_told_to_three_digits(number: int, said: int) -> None:
    assert rounded(number) == said


@given(st.integers(0, 10**12))
def test_rounding_is_off_by_half_a_percent_at_most(number: int) -> None:
    assert abs(rounded(number) - number) <= number / 200


def test_the_sentence_says_what_is_missing_how_long_and_until_when() -> None:
    assert told(answers=EVEN) == [
        "About 1,240 answers are missing.",
        "At the pace of the last 7 days (180 a day) that takes about 7 days, until 3 December.",
    ]
    assert told(missing=1, is_exact=True, answers={ago(1): 35, ago(3): 35})[0] == "1 answer is missing."


@pytest.mark.parametrize(
    ("due", "said"),
    [
        (date(2026, 12, 1), "That is 2 days after it is due."),
        (date(2026, 12, 2), "That is 1 day after it is due."),
        (date(2026, 12, 3), "That is the day on which it is due."),
        (date(2026, 12, 4), "That is 1 day before it is due."),
        (date(2026, 11, 20), "That is 13 days after it is due."),
    ],
)
def test_the_day_on_which_it_is_due_is_compared(due: date, said: str) -> None:
    assert told(answers=EVEN, due_on=due)[2:] == [said]


def test_without_a_pace_it_says_why() -> None:
    assert told(first=None)[1] == "Nobody has answered yet: there is no pace to go by."
    assert "The first answers came today" in told(first=TODAY)[1]
    assert told()[1] == "Nobody answered in the last 7 days: at this pace it is never done."
    assert told(first=ago(1))[1] == "Nobody answered yesterday: at this pace it is never done."
    assert told(due_on=date(2027, 1, 5))[2:] == ["It is due on 5 January 2027."]
    assert told(due_on=ago(1))[2:] == ["It was due on 25 November."]


def test_a_young_or_slow_dataset_says_how_its_pace_came_about() -> None:
    assert told(first=ago(1), answers={ago(1): 620})[1] == (
        "At yesterday’s pace (620 a day) that takes about 2 days, until 28 November."
    )
    assert told(answers={ago(2): 17})[1].startswith("At the pace of the last 7 days (2.4 a day) that takes")
    assert "more than ten years" in told(missing=10**6, answers={ago(1): 7})[1]
    assert "more than ten years" in told(missing=10**6, first=ago(1), answers={ago(1): 7})[1]


def test_what_is_done_needs_no_pace() -> None:
    assert told(missing=0, first=None, due_on=ago(1)) == ["Every record has the answers it needs."]


@given(st.dictionaries(st.integers(0, 40).map(ago), st.integers(-50, 10_000)))
def test_the_plot_has_a_bar_for_each_day_once_somebody_answered(answers: dict[date, int]) -> None:
    drawn = bars(Forecast(TODAY, 1, True, LONG_AGO, answers=answers))
    best = max(0, *(answers.get(ago(n), 0) for n in range(SHOWN)))
    if not best:
        assert drawn == []
        return
    assert [bar.day for bar in drawn] == [ago(n) for n in reversed(range(SHOWN))]
    assert all(0 <= bar.height <= HEIGHT and bar.y + bar.height == pytest.approx(HEIGHT) for bar in drawn)
    assert max(bar.answers for bar in drawn) == best
    assert all(bar.height == HEIGHT for bar in drawn if bar.answers == best)


def test_the_plot_is_said_in_words() -> None:
    found = Forecast(TODAY, 1, True, LONG_AGO, answers={ago(5): 1200, TODAY: 30, ago(30): 999})
    assert plot_in_words(found) == (
        "Answers by day, the last 30 days: 1,230 in all, most on 21 November: 1,200; today 30."
    )

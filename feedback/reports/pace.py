"""How long the rest of a dataset takes: arithmetic alone, on numbers that feedback/reports/forecast.py reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import ceil, floor, log10

DAYS = 7  # whole days that a pace is taken from
SHOWN = 30  # days in the plot
MOST_DAYS = 3650  # nobody plans further


def estimated(pending: int, sampled: int, missing: int) -> int:
    """Missing answers of `pending` records, of which `sampled` miss `missing`."""
    return round(pending * missing / sampled) if sampled else 0


def rounded(number: int) -> int:
    """To three digits, as an estimate is told: 12,387 -> 12,400."""
    if number < 1000:
        return number
    step = int(10 ** (floor(log10(number)) - 2))
    return round(number / step) * step


def days_counted(today: date, first: date | None) -> int:
    """How many whole days before today there are to take a pace from: those since the first answer, at most `DAYS`."""
    return max(0, min(DAYS, (today - first).days)) if first else 0


def pace(answers: Mapping[date, int], today: date, first: date | None) -> float | None:
    """Answers a day, of the last whole days. Days without any count; today, which is not over, does not.

    None if there is no such day yet. Taking back more answers than are given is no negative pace.
    """
    days = days_counted(today, first)
    if not days:
        return None
    return max(0, sum(answers.get(today - timedelta(days=n), 0) for n in range(1, days + 1))) / days


def days_needed(missing: int, per_day: float | None) -> int | None:
    """Whole days for these answers; None if that has no end, or none that anybody plans for."""
    if not missing:
        return 0
    if not per_day or missing / per_day > MOST_DAYS:
        return None
    return ceil(missing / per_day)


@dataclass(frozen=True)
class Forecast:
    """`missing` answers, counted or estimated; `first`: the day of the first one given; `answers`: by day (of UTC)."""

    today: date
    missing: int
    is_exact: bool
    first: date | None
    due_on: date | None = None
    answers: Mapping[date, int] = field(default_factory=dict)

    @property
    def per_day(self) -> float | None:
        return pace(self.answers, self.today, self.first)

    @property
    def days(self) -> int | None:
        return days_needed(self.missing, self.per_day)

    @property
    def done_on(self) -> date | None:
        """The day by which all answers are there."""
        return None if self.days is None else self.today + timedelta(days=self.days)

    @property
    def days_late(self) -> int | None:
        """How many days after it is due; negative: before. None if one of the two is not known."""
        return (self.done_on - self.due_on).days if self.done_on and self.due_on and self.missing else None

    @property
    def last_days(self) -> list[tuple[date, int]]:
        """The last `SHOWN` days with today, in order."""
        days = [self.today - timedelta(days=n) for n in reversed(range(SHOWN))]
        return [(day, max(0, self.answers.get(day, 0))) for day in days]

"""A forecast as people read it: sentences, and the plot of answers by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from feedback.reports.pace import Forecast, days_counted

WIDTH, HEIGHT, STEP, BAR = 300, 60, 10, 8  # of the plot, of a day, of its bar


@dataclass(frozen=True)
class Bar:
    """One day of the plot."""

    day: date
    answers: int
    x: int
    y: float
    height: float


def sentences(found: Forecast) -> list[str]:
    """What is missing; how long that takes; what that means for the day on which it is due."""
    if not found.missing:
        return [gettext("Every record has the answers it needs.")]
    return [_missing(found), _pace(found), *_due(found)]


def bars(found: Forecast) -> list[Bar]:
    """The days of the plot, the greatest as high as it is; none if nobody has answered on any of them."""
    days = found.last_days
    if not (most := max(number for _, number in days)):
        return []
    heights = [round(HEIGHT * number / most, 1) for _, number in days]
    return [
        Bar(day, number, place * STEP, HEIGHT - height, height)
        for place, ((day, number), height) in enumerate(zip(days, heights, strict=True))
    ]


def plot_in_words(found: Forecast) -> str:
    """What the plot shows, for those who do not see it."""
    days = found.last_days
    best, most = max(days, key=lambda one: one[1])
    said = ngettext(
        "Answers by day, the last day: %(total)s in all, most on %(day)s: %(most)s; today %(today)s.",
        "Answers by day, the last %(number)s days: %(total)s in all, most on %(day)s: %(most)s; today %(today)s.",
        len(days),
    )
    return said % {
        "number": len(days),
        "total": f"{sum(number for _, number in days):,}",
        "day": _day(best, found.today),
        "most": f"{most:,}",
        "today": f"{days[-1][1]:,}",
    }


def _missing(found: Forecast) -> str:
    if found.is_exact:
        said = ngettext("%(number)s answer is missing.", "%(number)s answers are missing.", found.missing)
    else:
        said = ngettext(
            "About %(number)s answer is missing.", "About %(number)s answers are missing.", found.missing
        )
    return said % {"number": f"{found.missing:,}"}


def _pace(found: Forecast) -> str:
    if found.first is None:
        return gettext("Nobody has answered yet: there is no pace to go by.")
    counted = days_counted(found.today, found.first)
    if not counted:
        return gettext("The first answers came today. From tomorrow on (UTC) there is a pace to go by.")
    if not found.per_day:
        return ngettext(
            "Nobody answered yesterday: at this pace it is never done.",
            "Nobody answered in the last %(number)s days: at this pace it is never done.",
            counted,
        ) % {"number": counted}
    given = {"number": counted, "pace": _per_day(found.per_day), "days": f"{found.days or 0:,}"}
    if found.days is None or found.done_on is None:
        said = ngettext(
            "At yesterday’s pace (%(pace)s a day) that takes more than ten years.",
            "At the pace of the last %(number)s days (%(pace)s a day) that takes more than ten years.",
            counted,
        )
        return said % given
    if counted == 1:
        said = ngettext(
            "At yesterday’s pace (%(pace)s a day) that takes about %(days)s day, until %(until)s.",
            "At yesterday’s pace (%(pace)s a day) that takes about %(days)s days, until %(until)s.",
            found.days,
        )
    else:
        said = ngettext(
            "At the pace of the last %(number)s days (%(pace)s a day) that takes about %(days)s day, until %(until)s.",
            "At the pace of the last %(number)s days (%(pace)s a day) that takes about %(days)s days, until %(until)s.",
            found.days,
        )
    return said % {**given, "until": _day(found.done_on, found.today)}


def _due(found: Forecast) -> list[str]:
    late = found.days_late
    if found.due_on is None:
        return []
    if late is None:
        said = (
            gettext("It was due on %(day)s.")
            if found.due_on < found.today
            else gettext("It is due on %(day)s.")
        )
        return [said % {"day": _day(found.due_on, found.today)}]
    if late > 0:
        said = ngettext(
            "That is %(number)s day after it is due.", "That is %(number)s days after it is due.", late
        )
        return [said % {"number": f"{late:,}"}]
    if late == 0:
        return [gettext("That is the day on which it is due.")]
    said = ngettext(
        "That is %(number)s day before it is due.", "That is %(number)s days before it is due.", -late
    )
    return [said % {"number": f"{-late:,}"}]


def _per_day(pace: float) -> str:
    return f"{pace:,.0f}" if pace >= 10 else f"{pace:.1f}".removesuffix(".0")


def _day(day: date, today: date) -> str:
    """ "3 December", with the year if it is another one."""
    return date_format(day, "j F" if day.year == today.year else "j F Y")

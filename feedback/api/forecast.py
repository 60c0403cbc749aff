"""JSON about when a dataset will be done."""

from __future__ import annotations

from typing import Annotated

from pydantic import WithJsonSchema
from rest_framework.request import Request
from rest_framework.response import Response as Reply
from typing_extensions import TypedDict

from accounts.access import REVIEWERS, Verb
from core.api import ApiView
from core.operations import operation
from feedback.api.datasets import fetch_dataset
from feedback.reports.forecast import forecast
from feedback.reports.forecast_words import sentences

Day = Annotated[str, WithJsonSchema({"type": "string", "format": "date", "description": "A day of UTC."})]


class DayJson(TypedDict):
    """The answers of one day, less those that were taken back."""

    day: Day
    answers: int


class ForecastJson(TypedDict):
    """What is missing, and when it will be there.

    `missing`: answers that are wanted still; an estimate to three digits unless `is_exact`. `per_day`: the mean of
    the last seven whole days, or of those since the first answer; null before one of them is over. `days`: null
    without a pace, or if it is more than ten years. `days_late`: after `due_on`; negative, before it.
    """

    missing: int
    is_exact: bool
    per_day: float | None
    days: int | None
    done_on: Day | None
    due_on: Day | None
    days_late: int | None
    last_days: list[DayJson]
    detail: str


class DatasetForecast(ApiView):
    """When a dataset will be done."""

    @operation("get_forecast", REVIEWERS, gives={200: ForecastJson})
    def get(self, request: Request, dataset_id: str) -> Reply:
        """Say how many answers are missing, and when they will be there at the pace of the week."""
        found = forecast(fetch_dataset(self, Verb.REVIEW, dataset_id))
        shown: ForecastJson = {
            "missing": found.missing,
            "is_exact": found.is_exact,
            "per_day": found.per_day,
            "days": found.days,
            "done_on": found.done_on.isoformat() if found.done_on else None,
            "due_on": found.due_on.isoformat() if found.due_on else None,
            "days_late": found.days_late,
            "last_days": [{"day": day.isoformat(), "answers": number} for day, number in found.last_days],
            "detail": " ".join(sentences(found)),
        }
        return Reply(shown)

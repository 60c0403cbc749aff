"""Ratings of each answer and questions on a condition in files: what was not asked is empty, and all else there."""

import io
import json
from typing import Any

import pyarrow.parquet as pq
import pytest

from feedback.actions.export_starts import start_export
from feedback.actions.exporting import run_export
from feedback.actions.suggestions import Given, suggest
from feedback.models import Dataset, Question
from tests import make
from tests.cast import Cast
from tests.feedback.hub.conftest import NAME, hub, push

__all__ = ["hub"]

STORED = {"version": 1, "ratings": {"m1": 2, "m2": 5, "m3": 1}}
LISTED = [{"value": "m1", "rating": 2}, {"value": "m2", "rating": 5}, {"value": "m3", "rating": 1}]
LABELS = [{"value": "no", "text": "No"}, {"value": "yes", "text": "Yes"}]
WHEN = {"question": "right", "any_of": ["no"]}
QUESTIONS = {
    "each": {"type": "rating_each", "for_each": "answers", "options": [{"value": n} for n in range(1, 6)]},
    "right": {"type": "label_selection", "options": LABELS},
    "why": {"type": "text", "shown_when": WHEN},
}


@pytest.fixture
def dataset(cast: Cast) -> Dataset:
    """Two records: of one Ben said why it is wrong, of the other there was nothing to say."""
    dataset = make.dataset(cast.workspace, questions=QUESTIONS)
    wrong, right = make.records(dataset, 2)
    make.response(wrong, cast.ben, {"each": STORED, "right": "no", "why": "It is wrong."})
    make.response(right, cast.ben, {"each": STORED, "right": "yes", "why": "Not asked"})
    suggest(wrong, Given(Question.objects.get(name="each").pk, STORED, agent="judge"))
    return dataset


def rows(dataset: Dataset, format: str) -> list[dict[str, Any]]:
    job = start_export(dataset, format=format, options={}, by=None)
    run_export(str(job.organization_id), str(job.pk))
    job.refresh_from_db()
    with job.result.open("rb") as file:
        return [json.loads(line) for line in file.read().splitlines()]


def test_records_hold_all_that_was_asked(dataset: Dataset) -> None:
    wrong, right = (row["responses"][0]["values"] for row in rows(dataset, "records"))
    assert wrong == {"each": STORED, "right": "no", "why": "It is wrong."}
    assert (right["each"], right["right"], right.get("why")) == (STORED, "yes", None)


def test_pairs_are_made_of_the_ratings(dataset: Dataset) -> None:
    assert len(rows(dataset, "preference")) == 2 * 3


def test_the_hub_gets_columns_of_both_and_the_condition(hub: Any, dataset: Dataset) -> None:
    job = push(dataset)
    assert job.detail.startswith("2 records are on the Hub"), job.detail
    files = hub.files(NAME)
    wrong, right = pq.read_table(io.BytesIO(files["data/train-00000-of-00001.parquet"])).to_pylist()
    assert (wrong["each.responses"], wrong["each.suggestion"]) == ([LISTED], LISTED)
    assert (wrong["why.responses"], right["why.responses"]) == (["It is wrong."], None)
    settings = json.loads(files[".argilla/settings.json"])
    assert settings["questions"][2]["settings"]["shown_when"] == WHEN

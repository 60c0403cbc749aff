"""A suggestion that a labeler corrected leaves as a preference pair, and the trace says whose answer it is."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest

from core.errors import Invalid
from feedback.actions.export_starts import start_export
from feedback.actions.exporting import run_export
from feedback.actions.responses import submit_response
from feedback.actions.suggestions import Given, suggest
from feedback.models import Dataset, Job, Response
from tests import make
from tests.cast import Cast
from tests.feedback.views.test_files import text


@pytest.fixture
def dataset(cast: Cast) -> Dataset:
    """Ben corrected what a model suggested, and somebody suggested something else later; Max left it as it was."""
    made = make.dataset(
        cast.workspace,
        fields={"prompt": {"type": "text"}},
        questions={"reply": {"type": "text"}},
        min_submitted=2,
    )
    record = make.record(made, fields={"prompt": "What is a well?"})
    [question] = made.shape.questions.values()
    suggest(record, Given(UUID(question.id), "A hole.", 0.4, "model-7", "model"))
    submit_response(record, {"reply": "A hole with water."}, by=cast.ben)
    submit_response(record, {"reply": "A hole."}, by=cast.max)
    suggest(record, Given(UUID(question.id), "A tall hole.", 0.4, "model-8", "model"))
    return made


def exported(dataset: Dataset, name: str, **options: Any) -> tuple[Job, list[dict[str, Any]]]:
    job = start_export(dataset, format=name, options=options, by=None)
    run_export(str(job.organization_id), str(job.pk))
    job.refresh_from_db()
    with job.result.open("rb") as file:
        return job, [json.loads(line) for line in file]


def test_what_was_suggested_then_is_rejected_and_what_was_written_is_chosen(
    cast: Cast, dataset: Dataset
) -> None:
    job, [row] = exported(dataset, "preference", margin="distance")
    assert row["prompt"] == [{"role": "user", "content": "What is a well?"}]
    assert row["chosen"] == [{"role": "assistant", "content": "A hole with water."}]
    assert row["rejected"] == [{"role": "assistant", "content": "A hole."}]
    assert (row["margin"], job.state) == (1.0, "finished")
    assert job.detail == "1 row from 1 record. Left out: suggestions left as they were 1."
    trace = next(one["path"] for one in job.files if one["name"] == "trace.jsonl")
    with job.result.storage.open(trace, "rb") as file:
        [origin] = [json.loads(line) for line in file]
    ben = Response.objects.get(membership=cast.ben)
    assert (origin["record"], origin["responses"]) == (str(ben.record_id), [str(ben.pk)])


def test_where_all_must_agree_one_who_left_it_is_enough_against_it(cast: Cast, dataset: Dataset) -> None:
    job = start_export(dataset, format="preference", options={"policy": "unanimous"}, by=None)
    run_export(str(job.organization_id), str(job.pk))
    job.refresh_from_db()
    assert not job.files
    assert "pairs without majority 1" in job.detail


def test_where_nothing_was_suggested_there_is_nothing_to_choose(cast: Cast, dataset: Dataset) -> None:
    other = make.dataset(cast.workspace, questions={"reply": {"type": "text"}})
    with pytest.raises(Invalid, match="does not suit"):
        start_export(other, format="preference", by=None)
    assert f"/acme/datasets/{other.pk}/export/preference" not in text(
        cast.pages(cast.max).get(f"/acme/datasets/{other.pk}/export/")
    )


def test_the_dialog_says_what_becomes_of_a_corrected_suggestion(cast: Cast, dataset: Dataset) -> None:
    browser, path = cast.pages(cast.max), f"/acme/datasets/{dataset.pk}/export"
    assert f"{path}/preference" in text(browser.get(f"{path}/"))
    page = text(browser.get(f"{path}/preference"))
    assert "What makes the pairs" in page
    assert (
        "what a labeler wrote instead of the suggested text is chosen, and the suggested one rejected" in page
    )
    look = text(browser.post(f"{path}/preference", {"look": "1", "preference-question": "reply"}))
    assert "A hole with water." in look

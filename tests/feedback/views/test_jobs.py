"""Jobs: how far they are, and what came of them."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.utils.timezone import now

from feedback.actions.export_starts import start_export
from feedback.actions.importing import run_import
from feedback.actions.uploads import start_import
from feedback.models import Job
from feedback.reports import job_progress
from tests import make
from tests.cast import Cast


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def started(cast: Cast, content: bytes = b'{"prompt": "Hello?"}\n') -> Job:
    dataset, mapping = make.dataset(cast.workspace, "Wells"), {"prompt": "fields.prompt"}
    return start_import(dataset, BytesIO(content), filename="wells.jsonl", by=cast.max, mapping=mapping)


def finished(cast: Cast, content: bytes) -> Job:
    job = started(cast, content)
    run_import(str(job.organization_id), str(job.pk))
    return Job.objects.get(pk=job.pk)


def test_a_running_job_asks_for_itself_and_an_ended_one_does_not(cast: Cast) -> None:
    job = started(cast)
    max_, path = cast.pages(cast.max), f"/acme/jobs/{job.pk}/"
    assert 'hx-trigger="every 1s"' in text(max_.get(path))
    run_import(str(job.organization_id), str(job.pk))
    polled = text(max_.get(path, headers={"HX-Request": "true"}))
    assert polled.startswith("<div")
    assert "hx-trigger" not in polled
    assert "1 row came in: 1 new." in polled


def test_pace_is_told_while_it_runs(cast: Cast) -> None:
    job = started(cast)
    begun = now() - timedelta(seconds=10)
    Job.objects.filter(pk=job.pk).update(state="running", started_at=begun, done=20_000, total=24_000)
    page = text(cast.pages(cast.max).get(f"/acme/jobs/{job.pk}/"))
    assert "20,000 of 24,000 rows" in page
    assert "a second · 2 s left" in page
    assert 'width="83%"' in page


def test_a_job_that_waits_in_vain_says_so(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_progress, "worker_is_alive", lambda: False)
    job = started(cast)
    assert "No worker is running" in text(cast.pages(cast.max).get(f"/acme/jobs/{job.pk}/"))
    assert "No worker is running." in text(cast.pages(cast.max).get("/acme/jobs/"))


def test_bad_rows_are_listed_and_can_be_downloaded(cast: Cast) -> None:
    bad = b'{"prompt": 3}\n'
    job = finished(cast, b'{"prompt": "Good"}\n' + bad * 12 + b"no json\n")
    max_ = cast.pages(cast.max)
    page = text(max_.get(f"/acme/jobs/{job.pk}/"))
    assert '<code dir="auto">prompt</code>' in page
    assert "This field holds text." in page
    assert "and 3 more" in page
    assert "Download the 13 rows" in page
    response = max_.get(f"/acme/jobs/{job.pk}/problems")
    assert b"".join(response.streaming_content) == bad * 12 + b"no json\n"


def test_a_waiting_job_is_stopped_at_once(cast: Cast) -> None:
    job = started(cast)
    response = cast.pages(cast.max).post(f"/acme/jobs/{job.pk}/cancel", follow=True)
    assert "Canceled before it began." in text(response)


def test_an_export_without_rows_has_no_file(cast: Cast) -> None:
    job = start_export(make.dataset(cast.workspace), format="records", by=cast.max)
    assert cast.pages(cast.max).get(f"/acme/jobs/{job.pk}/result").status_code == 404


def test_managers_see_the_jobs_of_their_workspaces(cast: Cast) -> None:
    started(cast)
    elsewhere = make.dataset(make.workspace(cast.acme, "elsewhere"), "Secret")
    start_export(elsewhere, format="records", by=cast.ana)
    assert "Secret" not in text(cast.pages(cast.max).get("/acme/jobs/"))
    page = text(cast.pages(cast.ana).get("/acme/jobs/"))
    assert "Secret" in page
    assert "wells.jsonl" in page


def test_without_jobs_the_page_says_what_they_are(cast: Cast) -> None:
    assert "No jobs yet" in text(cast.pages(cast.max).get("/acme/jobs/"))


def test_the_list_needs_no_more_queries_for_more_jobs(cast: Cast, django_assert_max_num_queries: Any) -> None:
    dataset = make.dataset(cast.workspace)
    for _ in range(6):
        start_export(dataset, format="records", by=cast.max)
    max_ = cast.pages(cast.max)
    max_.get("/acme/jobs/")
    with django_assert_max_num_queries(10):
        max_.get("/acme/jobs/")

"""Jobs: how far they are, and what came of them."""

import re
from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from django.utils.timezone import now

from core.workers import Workers
from feedback.actions.export_starts import start_export
from feedback.actions.importing import run_import
from feedback.actions.uploads import start_import
from feedback.models import Job
from feedback.reports import waiting
from feedback.views import job_list
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
    monkeypatch.setattr(waiting, "workers", lambda: Workers.NONE)
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


def live(cast: Cast, page: str) -> Any:
    """What the page asks for in a moment."""
    form = page[page.index('<form id="jobs-watch"') :].partition("</form>")[0]
    asked = re.findall(r'name="(\w+)" value="([^"]+)"', form)
    return cast.pages(cast.max).get("/acme/jobs/live?" + urlencode(asked), headers={"HX-Request": "true"})


def test_a_list_asks_again_only_for_rows_that_go_on_and_is_told_what_changed(cast: Cast) -> None:
    ended = finished(cast, b'{"prompt": "Hello?"}\n')
    job = start_export(ended.dataset, format="records", by=cast.max)
    page = text(cast.pages(cast.max).get("/acme/jobs/"))
    assert 'hx-trigger="every 2s, focus from:window"' in page
    assert live(cast, page).status_code == 204
    begun = now() - timedelta(seconds=10)
    Job.objects.filter(pk=job.pk).update(
        state="running", claimed_at=begun, done=500, total=1000, updated_at=now()
    )
    told = text(live(cast, page))
    assert "500 of 1,000 records · 10 s left" in told
    assert f'id="job-{job.pk}" hx-swap-oob="true"' in told
    assert str(ended.pk) not in told.replace(f'value="{ended.pk}"', "")
    Job.objects.filter(pk=job.pk).update(state="finished", detail="All of it.", updated_at=now())
    told = text(live(cast, told))
    assert "All of it." in told
    assert '<div id="live" hx-swap-oob="innerHTML">' in told
    assert 'hx-trigger="focus from:window"' in told  # nothing goes on: it is quiet
    assert live(cast, told).status_code == 204


def test_a_second_tab_finds_the_job_that_was_begun_in_the_first(cast: Cast) -> None:
    job = finished(cast, b'{"prompt": "Hello?"}\n')
    page = text(cast.pages(cast.max).get("/acme/jobs/"))
    of_imports = text(cast.pages(cast.max).get("/acme/jobs/?kind=import"))
    new = start_export(job.dataset, format="records", by=cast.max)
    told = text(live(cast, page))
    assert '<tbody hx-swap-oob="afterbegin:#job-rows">' in told
    assert f'id="job-{new.pk}"' in told
    assert live(cast, of_imports).status_code == 204


def test_an_empty_list_is_loaded_anew_once_there_is_a_job(cast: Cast) -> None:
    page = text(cast.pages(cast.max).get("/acme/jobs/"))
    assert live(cast, page).status_code == 204
    started(cast)
    assert live(cast, page).headers["HX-Refresh"] == "true"


def test_the_list_is_narrowed_and_paged(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    job = started(cast)
    exports = [start_export(job.dataset, format="records", by=cast.ana) for _ in range(3)]
    max_ = cast.pages(cast.max)

    def listed(query: str) -> list[str]:
        return re.findall(r'<tr id="job-([^"]+)"', text(max_.get(f"/acme/jobs/{query}")))

    assert listed("?mine=1") == [str(job.pk)]
    assert listed("?kind=export") == [str(one.pk) for one in reversed(exports)]
    assert listed("?state=failed") == []
    assert len(listed(f"?dataset={job.dataset_id}&state=waiting")) == 4
    assert len(listed("?kind=nonsense&before=nonsense")) == 4
    monkeypatch.setattr(job_list, "PER_PAGE", 3)
    page = text(max_.get("/acme/jobs/"))
    older = re.findall(r'rel="next" href="\?before=([^"]+)"', page)
    assert older == [str(exports[0].pk)]
    assert listed(f"?before={older[0]}") == [str(job.pk)]


def test_buttons_try_a_job_again(cast: Cast) -> None:
    job, max_ = started(cast), cast.pages(cast.max)
    max_.post(f"/acme/jobs/{job.pk}/cancel", {"from": "list"})
    page = text(max_.get(f"/acme/jobs/{job.pk}/"))
    assert "Where it was: what is done is not done twice." in page
    assert "Its files are kept until" in page
    response = max_.post(f"/acme/jobs/{job.pk}/retry", {"from": "list"}, follow=True)
    assert response.redirect_chain == [("/acme/jobs/", 302)]
    assert "It goes on where it was." in text(response)
    assert "It has not ended yet." in text(max_.post(f"/acme/jobs/{job.pk}/retry", follow=True))


def test_jobs_that_wait_say_how_many_come_before(cast: Cast) -> None:
    job = started(cast)
    start_export(job.dataset, format="records", by=cast.max)
    page = text(cast.pages(cast.max).get("/acme/jobs/"))
    assert "1 job comes before it." in page
    assert "It is next, as soon as a worker is free." in page

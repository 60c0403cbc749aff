"""The page of jobs keeps itself true: rows that go on renew themselves, and what others begin comes by itself."""

from datetime import timedelta

import pytest
from django.utils.timezone import now
from playwright.sync_api import expect

from feedback.actions.export_starts import start_export
from feedback.models import Job
from tests import make
from tests.browser.conftest import Looking, barriers

pytestmark = pytest.mark.browser


def test_rows_renew_themselves_and_then_the_page_is_quiet(
    looking: Looking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedback.actions.export_starts.later", lambda *_: None)  # no worker takes it up
    with looking.database():
        dataset = make.dataset(looking.cast.workspace, "Wells")
        job = start_export(dataset, format="records", by=looking.cast.max)
        begun = now() - timedelta(seconds=10)
        Job.objects.filter(pk=job.pk).update(state="running", claimed_at=begun, done=410, total=1000)
    page, other = looking.page(looking.cast.max), looking.page(looking.cast.ana)
    for one in (page, other):
        one.clock.install()
        one.goto("/acme/jobs/")
        expect(one.get_by_text("410 of 1,000 records")).to_be_visible()
    with looking.database():
        Job.objects.filter(pk=job.pk).update(done=990, updated_at=now())
    for one in (page, other):
        expect(one.get_by_text("990 of 1,000 records")).to_be_visible(timeout=15_000)
    with looking.database():
        Job.objects.filter(pk=job.pk).update(
            state="finished", detail="All of it.", ended_at=now(), updated_at=now()
        )
        new = start_export(dataset, format="preference", by=looking.cast.ana)
    row = page.locator(f"#job-{job.pk}")
    expect(row.get_by_text("All of it.")).to_be_visible(timeout=15_000)
    expect(page.locator("#job-rows tr").first).to_have_id(f"job-{new.pk}")
    expect(page.get_by_text("It is next, as soon as a worker is free.")).to_be_visible()
    assert barriers(page) == []
    page.locator(f"#job-{new.pk}").get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Canceled before it began.")).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.run_for(10_000)  # nothing goes on
    with page.expect_response("**/jobs/live*"):  # but who comes back sees what is new
        page.evaluate("window.dispatchEvent(new Event('focus'))")
    assert len(asked) == 1, asked

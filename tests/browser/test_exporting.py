"""The export dialog: a look at the first rows beside what was chosen, then files that are listed."""

import pytest
from playwright.sync_api import expect

from feedback.actions.exporting import run_export
from feedback.models import Job
from tests import make
from tests.browser.conftest import IN_DARK, ON_A_PHONE, PHONE, barriers

pytestmark = pytest.mark.browser

UNFOLDED = "document.querySelectorAll('.fold').forEach(one => { one.open = true; })"


def test_a_manager_looks_and_exports(looking) -> None:
    with looking.database():
        dataset = make.dataset(looking.cast.workspace, "Replies")
        for record in make.records(dataset, 6):
            make.response(record, looking.cast.ben)
    page = looking.page(looking.cast.max)
    page.goto(f"/acme/datasets/{dataset.pk}/files")
    page.get_by_role("link", name="Export", exact=True).click()
    page.get_by_role("link", name="Preference", exact=True).click()
    assert page.get_by_label("Only answers of").is_hidden()
    page.locator("summary", has_text="Answers").click()
    page.get_by_label("Only answers of").fill("ben")
    page.evaluate(UNFOLDED)
    assert barriers(page) == []
    page.get_by_label("Training, percent").fill("50")
    page.get_by_label("Test, percent").fill("40")
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_text("They must make 1")).to_be_visible()
    page.get_by_label("Test, percent").fill("50")
    page.get_by_role("button", name="Look at it").click()
    expect(page.locator("#preview").get_by_text("From 6 records come about 12 rows")).to_be_visible()
    assert barriers(page) == []
    page.emulate_media(color_scheme="dark")
    assert barriers(page, **IN_DARK) == []
    page.emulate_media(color_scheme="light")
    page.get_by_role("button", name="Export", exact=True).click()
    page.wait_for_url("**/jobs/*/")
    with looking.database():
        job = Job.objects.get()
    run_export(str(job.organization_id), str(job.pk))
    page.reload()
    expect(page.get_by_role("link", name="train.jsonl")).to_be_visible()
    assert barriers(page) == []

    phone = looking.page(looking.cast.max, **PHONE)
    for address in (
        f"datasets/{dataset.pk}/export/preference",
        f"jobs/{job.pk}/",
        f"datasets/{dataset.pk}/snapshots/",
    ):
        phone.goto(f"/acme/{address}")
        phone.evaluate(UNFOLDED)
        assert phone.evaluate("document.documentElement.scrollWidth") <= 360
        assert barriers(phone, **ON_A_PHONE) == []

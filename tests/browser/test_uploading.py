"""A large file goes up in parts: through a lost connection, a pause and a reload, and nothing is sent twice."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from feedback.models import Job, UploadPart, UploadSession
from tests import make
from tests.browser.conftest import Looking, barriers

pytestmark = pytest.mark.browser


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """3.5 MB, of which a part is one."""
    path = tmp_path / "prompts.jsonl"
    row = json.dumps({"prompt": "How deep is it? " * 4000}) + "\n"
    path.write_text(row * (3_670_016 // len(row)), encoding="utf-8")
    return path


@pytest.fixture
def page(looking: Looking, settings: Any) -> Page:
    settings.UPLOAD_PART_MB = 1
    with looking.database():
        dataset = make.dataset(looking.cast.workspace, "Wells")
    page = looking.page(looking.cast.max)
    page.goto(f"/acme/datasets/{dataset.pk}/files")
    return page


def choose(page: Page, file: Path) -> None:
    page.get_by_label("Choose files").set_input_files(file)
    page.get_by_role("button", name="Look at it").first.click()


def test_a_lost_part_is_sent_again_by_itself(looking: Looking, page: Page, file: Path) -> None:
    lost = []

    def lose_one(route: Route) -> None:
        if "offset=1048576" in route.request.url and not lost:
            lost.append(route.request.url)
            route.abort()
        else:
            route.continue_()

    page.route(re.compile("/acme/uploads/"), lose_one)
    choose(page, file)
    expect(page).to_have_url(re.compile("/mapping$"), timeout=60_000)
    assert lost
    with looking.database():
        job = Job.objects.get()
        with job.source.open("rb") as kept:
            assert kept.read() == file.read_bytes()
        assert not UploadSession.objects.exists()


def test_a_pause_and_a_reload_lose_nothing(looking: Looking, page: Page, file: Path) -> None:
    held: list[Route] = []
    second = re.compile(r"offset=1048576")

    def hold(route: Route) -> None:
        held.append(route)  # on its way, for as long as we like

    page.route(second, hold)
    choose(page, file)
    bar = page.get_by_role("progressbar")
    expect(bar).to_have_attribute("aria-valuenow", "28")
    page.get_by_role("button", name="Pause", exact=True).click()
    expect(page.get_by_text("Paused").first).to_be_visible()
    expect(page.get_by_role("button", name="Go on")).to_be_focused()
    assert barriers(page) == []
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.get_by_text("28 % of it is here.")).to_be_visible()
    page.unroute(second)
    with looking.database():
        session = UploadSession.objects.get()
        assert UploadPart.objects.get().size == 2**20
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "PUT" else None)
    choose(page, file)
    expect(page).to_have_url(re.compile("/mapping$"), timeout=60_000)
    assert [int(re.findall(r"offset=(\d+)", url)[0]) for url in sent] == [2**20, 2 * 2**20, 3 * 2**20]
    assert all(str(session.pk) in url for url in sent)


def test_an_upload_is_canceled_by_the_keyboard(looking: Looking, page: Page, file: Path) -> None:
    page.route(re.compile("offset=1048576"), lambda route: None)
    choose(page, file)
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_focused()
    expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "28")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Choose files")).to_be_focused()
    page.wait_for_timeout(300)
    with looking.database():
        assert not UploadSession.objects.exists()


def test_what_the_server_refuses_is_said_in_words(page: Page, file: Path, settings: Any) -> None:
    settings.UPLOAD_MOST_MB = 2
    choose(page, file)
    expect(page.get_by_text("A file may have from 1 byte to 2 MB.").first).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_label("Choose files")).to_be_visible()

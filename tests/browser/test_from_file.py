"""From a file to the first answer, for somebody who never wrote code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from feedback.models import Dataset, Job
from tests.browser.conftest import PHONE, Looking, barriers

pytestmark = pytest.mark.browser
ROWS: list[dict[str, Any]] = [
    {
        "id": f"r{n}",
        "prompt": "Explain **what a well is** to somebody who has never seen one.",
        "answer_a": "A hole in the ground with water in it.",
        "answer_b": "A well is a hole that people dig until they come to water, which they lift out with a bucket.",
        "topic": ["water", "tools"][n % 2],
        "label": ["clear", "muddled"][n % 2],
        "tokens": n,
    }
    for n in range(6)
]


def write(folder: Path, rows: list[dict[str, Any]]) -> Path:
    path = folder / "Wells for testing.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def upload(page: Page, path: Path) -> None:
    page.goto("/acme/datasets/")
    page.get_by_role("link", name="From a file").first.click()
    page.get_by_label("Choose a file").set_input_files(path)
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_role("heading", name="What each column becomes")).to_be_visible()


def test_a_file_becomes_a_dataset_and_its_first_record_is_answered(looking: Looking, tmp_path: Path) -> None:
    page = looking.page(looking.cast.max)
    upload(page, write(tmp_path, ROWS))
    assert barriers(page) == []
    first = page.locator(".planned-record")
    expect(first.get_by_text("what a well is", exact=True)).to_be_visible()

    expect(page.get_by_label("label becomes")).to_have_value("question:label_selection")
    title = page.get_by_label("Title of label")
    title.fill("Is it clear?")
    title.press("Tab")
    expect(first.get_by_text("Is it clear?")).to_be_visible()
    page.get_by_label("tokens becomes").select_option("skip")
    expect(page.get_by_label("Title of tokens")).to_have_count(0)
    page.get_by_label("Another question").select_option("question:text")
    expect(first.get_by_text("Comment")).to_be_visible()
    with page.expect_response(lambda reply: reply.request.method == "POST"):
        page.get_by_label("Name").fill("Wells")
        page.keyboard.press("Tab")
    page.get_by_role("button", name="Make it and import 6 rows").click()
    expect(page.get_by_text("Wells is made. Its records are on their way.")).to_be_visible()
    with looking.database():
        assert Job.objects.get().state == "finished"
        dataset = Dataset.objects.get()
        asked = set(dataset.questions.values_list("name", flat=True))
        assert asked == {"is_it_clear", "which_answer_is_better", "comment"}

    ben = looking.page(looking.cast.ben)
    ben.goto(f"/acme/datasets/{dataset.pk}/label")
    expect(ben.get_by_text("Is it clear?").first).to_be_visible()
    assert "A hole in the ground" in ben.content()


def test_on_a_phone_what_is_wrong_is_seen_where_it_is(looking: Looking, tmp_path: Path) -> None:
    page = looking.page(looking.cast.max, **PHONE)
    upload(page, write(tmp_path, ROWS))
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.get_by_label("answers becomes").select_option("skip")
    expect(page.get_by_text("no field that such a question can be about")).to_be_visible()
    assert barriers(page) == []
    page.get_by_role("button", name="Cancel").click()
    expect(page).to_have_url(f"{looking.url}/acme/datasets/")
    with looking.database():
        assert not Dataset.objects.exists()

"""Whoever deletes the wrong dataset has it back with one press, or days later from the trash."""

from typing import Any

import pytest
from playwright.sync_api import expect

from feedback.actions.datasets import delete_dataset
from feedback.actions.records import delete_records
from feedback.models import Dataset
from tests import make
from tests.browser.conftest import WIDE, Looking, barriers
from workspaces.actions import delete_workspace

pytestmark = pytest.mark.browser
VIEWS: list[dict[str, Any]] = [
    {"viewport": {"width": 360, "height": 740}},
    {"color_scheme": "dark"},
    {"viewport": WIDE},
]


def test_a_dataset_comes_back_by_the_button_in_the_message(looking: Looking) -> None:
    with looking.database():
        dataset = make.dataset(looking.cast.workspace, "Wells")
        make.records(dataset, 3)
    page = looking.page(looking.cast.max)
    page.goto(f"/acme/datasets/{dataset.pk}/delete")
    page.get_by_role("textbox").fill("Wells")
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("Wells is in the trash.")).to_be_visible()
    assert barriers(page) == []
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Wells is back.")).to_be_visible()
    with looking.database():
        assert Dataset.objects.get().count.records == 3


def test_days_later_it_comes_back_from_the_trash_under_another_name(looking: Looking) -> None:
    cast = looking.cast
    with looking.database():
        dataset = make.dataset(cast.workspace, "Wells")
        records = make.records(dataset, 3)
        delete_records(dataset, [records[0].pk], by=cast.max)
        rivers = make.dataset(cast.workspace, "Rivers and the villages that lie along them")
        make.records(rivers, 12)
        delete_dataset(rivers, by=cast.max)
        delete_workspace(make.workspace(cast.acme, "harvest"), by=cast.ana)
        make.dataset(cast.workspace, rivers.name)
    for options in VIEWS:
        page = looking.page(cast.ana, **options)
        page.goto("/acme/trash/")
        assert barriers(page) == []
    page.get_by_role("button", name=f"Restore {rivers.name}").click()
    page.get_by_role("textbox").fill("Rivers")
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_text("Rivers is back.")).to_be_visible()
    page.goto("/acme/trash/")
    page.get_by_role("link", name="Delete harvest for ever").click()
    page.get_by_role("textbox").fill("harvest")
    page.get_by_role("button", name="Delete for ever").click()
    expect(page.get_by_text("harvest is gone for ever.")).to_be_visible()

"""A manager assigns records by the keyboard alone, and on a phone; a labeler sees what was given to them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from feedback.actions.assigning import run_assign
from feedback.models import Assignment
from tests import make
from tests.browser.conftest import PHONE, Looking, barriers
from tests.feedback.assigned import assign

pytestmark = pytest.mark.browser


@pytest.fixture
def dataset(looking: Looking):
    with looking.database():
        made = make.dataset(looking.cast.workspace, "Wells")
        make.records(made, 6)
    return made


def given(looking: Looking) -> Assignment:
    """The one assignment, given."""
    with looking.database():
        made = Assignment.objects.get()
    run_assign(str(made.organization_id), str(made.job_id))
    return made


def press_until(page, name: str, most: int = 80) -> None:
    """Tab on until the element of this accessible name has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        found = page.evaluate(
            "(() => { const at = document.activeElement;"
            " return (at.labels?.[0]?.textContent || at.ariaLabel || at.textContent || '').trim(); })()"
        )
        if found.startswith(name):
            return
    raise AssertionError(f"{name} was not reached by Tab.")


def test_records_are_assigned_by_the_keyboard_alone(looking: Looking, dataset) -> None:
    page = looking.page(looking.cast.max, timezone_id="America/New_York")
    page.goto(f"/acme/datasets/{dataset.pk}/assignments/")
    press_until(page, "Assign records")
    page.keyboard.press("Enter")
    page.wait_for_url("**/assignments/new?which=all")
    page.locator("[data-zone]", has_text="America/New_York").wait_for()
    press_until(page, "Ben")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("2")  # the number is selected as one comes to it
    press_until(page, "Max")
    page.keyboard.press("Space")
    page.get_by_label("Due").fill("2030-06-01T09:30")
    page.get_by_role("textbox", name="Note optional").focus()
    page.keyboard.type("For Monday")
    page.keyboard.press("Enter")
    page.wait_for_url("**/assignments/*-*/")
    made = given(looking)
    page.get_by_text("6 records given to 2 people.").wait_for()
    assert barriers(page) == []
    with looking.database():
        shares = {one.membership.username: (one.weight, one.given) for one in made.shares.all()}
    assert shares == {"ben": (2, 4), "max": (1, 2)}
    assert made.due_at is not None
    assert made.due_at.isoformat() == "2030-06-01T13:30:00+00:00"


def test_the_form_fits_on_a_phone(looking: Looking, dataset) -> None:
    page = looking.page(looking.cast.max, **PHONE)
    page.goto(f"/acme/datasets/{dataset.pk}/assignments/new?which=all")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert barriers(page) == []
    page.get_by_role("checkbox", name="Ben").tap()
    assert page.get_by_label("Percent of the records").is_hidden()
    assert page.get_by_label("Number of records").is_hidden()
    assert page.get_by_role("radio", name="Some at random").is_hidden()
    page.get_by_role("radio", name="A share, in percent").tap()
    assert page.get_by_role("radio", name="Some at random").is_visible()
    assert page.get_by_label("Number of records").is_hidden()
    page.get_by_label("Percent of the records").fill("50")
    page.get_by_role("button", name="Assign", exact=True).tap()
    page.wait_for_url("**/assignments/*-*/")
    given(looking)
    page.get_by_text("3 records given to 1 person.").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert barriers(page) == []


def test_a_due_date_is_shown_and_changed_in_the_readers_zone(looking: Looking, dataset) -> None:
    with looking.database():
        made = assign(
            dataset, looking.cast.ben, by=looking.cast.max, due_at=datetime(2030, 6, 1, 13, 30, tzinfo=UTC)
        )
    page = looking.page(looking.cast.max, timezone_id="America/New_York")
    page.goto(f"/acme/datasets/{dataset.pk}/assignments/{made.pk}/")
    page.get_by_role("link", name="Note and due date").click()
    due = page.get_by_label("Due")
    page.locator("[data-zone]", has_text="America/New_York").wait_for()
    assert due.input_value() == "2030-06-01T09:30"
    due.fill("2030-06-01T10:00")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Note and due date").wait_for()
    with looking.database():
        made.refresh_from_db()
    assert made.due_at == datetime(2030, 6, 1, 14, tzinfo=UTC)


def test_ticked_records_are_assigned_from_the_list(looking: Looking, dataset) -> None:
    page = looking.page(looking.cast.max)
    page.goto(f"/acme/datasets/{dataset.pk}/")
    assign = page.get_by_role("button", name="Assign the ticked ones")
    assert assign.is_disabled()
    for box in page.locator("[data-pick]").all()[:2]:
        box.check()
    assign.click()
    page.get_by_role("heading", name="Assign 2 records").wait_for()

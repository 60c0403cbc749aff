"""Finding records in a real browser: by keyboard alone, on a phone, and one answer for many."""

import pytest

from feedback.actions.schema import add_metadata_property
from feedback.models import Response, SavedView
from tests import make
from tests.browser.conftest import PHONE, barriers

pytestmark = pytest.mark.browser


@pytest.fixture
def dataset(looking):
    questions = {
        "quality": {"type": "rating", "options": [{"value": n} for n in range(1, 6)]},
        "comment": {"type": "text"},
    }
    with looking.database():
        dataset = make.dataset(looking.cast.workspace, "Wells", questions=questions)
        add_metadata_property(
            dataset, name="topic", title="Topic", settings={"type": "terms", "values": ["law", "math"]}
        )
        for number in range(1, 9):
            make.record(
                dataset,
                external_id=f"r-{number}",
                fields={"prompt": f"How deep is well number {number}?"},
                metadata={"topic": "law" if number % 2 else "math"},
            )
        make.response(dataset.records.order_by("position")[0], looking.cast.max, {"quality": 5})
    return dataset


def page_of(dataset, query=""):
    return f"/acme/datasets/{dataset.pk}/{query}"


def mine(looking):
    with looking.database():
        return sorted(
            Response.objects.filter(membership=looking.cast.max).values_list("record__external_id", flat=True)
        )


def test_records_are_answered_and_taken_back_by_keyboard_alone(looking, dataset):
    page = looking.page(looking.cast.max)
    page.goto(page_of(dataset))
    page.keyboard.press("/")
    page.keyboard.type("well")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=well**")
    for key in ("j", "x", "j", "x", "ArrowDown", "x"):
        page.keyboard.press(key)
    page.get_by_text("3 ticked").first.wait_for()
    page.get_by_role("button", name="Answer the ticked ones").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="One answer for 3 records").wait_for()
    assert page.get_by_text("1 of them has an answer of yours already").is_visible()
    page.get_by_role("radio", name="2", exact=True).focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Look it over").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Answer 2 records?").wait_for()
    page.get_by_role("button", name="Give this answer").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/jobs/**")
    page.get_by_text("2 records got this answer. 1 kept the answer that they had.").wait_for()
    assert mine(looking) == ["r-1", "r-2", "r-3"]
    page.goto(page_of(dataset))
    page.goto("/acme/jobs/")
    page.get_by_role("link", name="Answers to many records").click()
    page.get_by_role("button", name="Take these answers back").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Answers taken back").wait_for()
    page.get_by_text("Taken back from 2 records.").wait_for()
    assert mine(looking) == ["r-1"]


def test_a_search_is_saved_and_opened_on_another_machine(looking, dataset):
    page = looking.page(looking.cast.ben)
    page.goto(page_of(dataset))
    page.get_by_text("Filters and order").click()
    page.locator(".chip", has_text="law").click()
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**metadata.topic=law")
    page.get_by_role("button", name="Saved views").click()
    page.get_by_role("link", name="Save this view").click()
    page.get_by_label("Name").fill("Law")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("records in Law").wait_for()
    elsewhere = looking.page(looking.cast.ben)
    elsewhere.goto(page_of(dataset))
    elsewhere.get_by_role("button", name="Saved views").click()
    elsewhere.get_by_role("link", name="Law").click()
    elsewhere.get_by_text("records in Law").wait_for()
    assert elsewhere.locator("[data-row]").count() == 4
    with looking.database():
        assert SavedView.objects.get().address == "metadata.topic=law"


def test_records_are_read_one_after_another_by_keys(looking, dataset):
    page = looking.page(looking.cast.max)
    page.goto(page_of(dataset, "?q=deep&view=read"))
    page.get_by_role("heading", name="r-1").wait_for()
    assert page.evaluate("CSS.highlights.get('sought').size") == 1
    page.keyboard.press("j")
    page.get_by_role("heading", name="r-2").wait_for()
    page.keyboard.press("k")
    page.get_by_role("heading", name="r-1").wait_for()


@pytest.mark.parametrize(
    "query", ["", "?view=read", "?q=zebra", "?sort=odd", "?metadata.topic=law&sort=-updated_at"]
)
def test_on_a_phone_nothing_runs_off_the_page(query, looking, dataset):
    page = looking.page(looking.cast.max, **PHONE)
    page.goto(page_of(dataset, query))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    if not query:
        page.get_by_text("Filters and order").tap()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        page.locator("[data-pick]").first.check()
        page.get_by_role("button", name="Answer the ticked ones").tap()
        page.get_by_role("heading", name="One answer for 1 record").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_what_is_done_to_the_ticked_ones_stands_in_one_row_and_the_rest_in_a_menu(looking, dataset):
    page = looking.page(looking.cast.max, **PHONE)
    page.goto(page_of(dataset))
    bar = page.locator("#pick")
    bar.get_by_text("Nothing ticked").wait_for()
    ticked = [
        bar.get_by_role("button", name=name) for name in ("Answer the t", "Assign the t", "Priority of the t")
    ]
    assert len({round(one.bounding_box()["y"]) for one in ticked}) == 1
    every = bar.get_by_role("button", name="Assign all records")
    assert every.is_hidden()
    bar.get_by_role("button", name="All 8 records").tap()
    every.tap()
    page.get_by_role("heading", name="Assign 8 records").wait_for()


@pytest.mark.parametrize("query", ["", "?view=read&q=well", "views/", "views/new", "answer?which=all"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_for_finding_have_no_barriers(query, scheme, looking, dataset):
    page = looking.page(looking.cast.max, color_scheme=scheme)
    page.goto(page_of(dataset, query))
    if not query:
        page.get_by_text("Filters and order").click()
    assert barriers(page) == []

"""Each kind of task from its first record to the empty queue: by the keyboard alone, and by touch on a small phone.

Rankings and marked texts have tests of their own (test_labeling.py, test_ranking.py, test_marking.py).
"""

import pytest
from playwright.sync_api import Page

from feedback.actions.suggestions import Given, suggest
from feedback.models import Record, Response
from tests import make
from tests.browser.conftest import PHONE, Looking

pytestmark = pytest.mark.browser

PICTURE = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='800' height='400'"
    "%3E%3Crect width='800' height='400' fill='teal'/%3E%3C/svg%3E"
)
TALK = [
    {"role": "user", "content": "What is a well?"},
    {"role": "assistant", "content": "A hole with **water**."},
]
TOPICS = [{"value": one, "text": one.title()} for one in ("water", "stone", "wood")]
TASKS = {
    "a text is written": (
        {"prompt": {"type": "text"}},
        {"reply": {"type": "text", "min_length": 5}},
        {"prompt": "Explain wells."},
        {"reply": "Holes with water."},
    ),
    "a conversation is rated": (
        {"talk": {"type": "chat"}},
        {"quality": {"type": "rating", "options": [{"value": n} for n in range(11)]}},
        {"talk": TALK},
        {"quality": 7},
    ),
    "a picture gets labels, then a remark": (
        {"photo": {"type": "image"}},
        {
            "topic": {"type": "label_selection", "options": TOPICS},
            "seen": {"type": "multi_label_selection", "options": TOPICS},
            "remark": {"type": "text"},
        },
        {"photo": PICTURE},
        {"topic": "stone", "seen": ["water", "wood"], "remark": "Blurred."},
    ),
    "two answers are compared": (
        {"prompt": {"type": "text"}, "answers": {"type": "candidates"}},
        {"ranking": {"type": "ranking", "field": "answers"}},
        make.fields(answers=2),
        {"ranking": "A"},
    ),
}
# What the hands do; each task's in its own order.
KEYS = {
    "a text is written": ["Tab to reply", "type Holes with water.", "Control+Enter"],
    "a conversation is rated": ["7", "Control+Enter"],
    "a picture gets labels, then a remark": [
        "2",
        "Tab to seen",
        "1",
        "3",
        "Tab to remark",
        "type Blurred.",
        "Control+Enter",
    ],
    "two answers are compared": ["ArrowLeft", "Control+Enter"],
}
TAPS = {
    "a text is written": ["tap [name=reply]", "type Holes with water.", "tap [data-act=submit]"],
    "a conversation is rated": ["tap [name=quality][value='7']", "tap [data-act=submit]"],
    "a picture gets labels, then a remark": [
        "tap [name=topic][value=stone]",
        "tap [name=seen][value=water]",
        "tap [name=seen][value=wood]",
        "tap [name=remark]",
        "type Blurred.",
        "tap [data-act=submit]",
    ],
    "two answers are compared": ["tap [data-verdict=A]", "tap [data-act=submit]"],
}
RECORDS = 2
# The next record is there and has the focus: the page has scrolled to its beginning.
NEXT = """(record) => document.activeElement.id === "main"
  && document.querySelector("#task")?.dataset.record !== record"""
SMALL = """() => [...document.querySelectorAll("button, summary, select, textarea, input:not([type=hidden]), a")]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest(".vh, .skip, p, .prose, .dim"))
  .map((one) => [one, one.getBoundingClientRect()])
  .filter(([one, box]) => box.width > 0 && box.height < 43.5)
  .map(([one, box]) => `${Math.round(box.width)}×${Math.round(box.height)} ${one.outerHTML.slice(0, 120)}`)"""


def begin(looking: Looking, task: str, **options: object) -> Page:
    fields, questions, values, _ = TASKS[task]
    with looking.database():
        dataset = make.dataset(looking.cast.workspace, fields=fields, questions=questions)
        make.records(dataset, RECORDS, fields=values)
    page = looking.page(looking.cast.ben, **options)
    page.goto(f"/acme/datasets/{dataset.pk}/label")
    page.locator("hot-keys:defined").wait_for(state="attached")
    return page


def go_on(page: Page, step: str) -> None:
    act, _, what = step.partition(" ")
    if step.startswith("Tab to "):
        name = step.removeprefix("Tab to ")
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.name") == name:
                return
        raise AssertionError(f"Tab never came to {name}.")
    if act == "type":
        page.keyboard.type(what)
    elif act == "tap":
        page.locator(what).tap()
    else:
        page.keyboard.press(step)


def do(page: Page, steps: list[str]) -> None:
    """All records, one after the other, until there is no more."""
    for number in range(RECORDS):
        record = page.locator("#task").get_attribute("data-record")
        for step in steps:
            go_on(page, step)
        if number < RECORDS - 1:
            page.wait_for_function(NEXT, arg=record)
    page.locator("#empty h1").wait_for()


def check(looking: Looking, task: str) -> None:
    """Every record has the answers that were meant."""
    wanted = TASKS[task][-1]
    with looking.database():
        responses = list(Response.objects.filter(membership=looking.cast.ben, status="submitted"))
    assert len(responses) == RECORDS
    for response in responses:
        if wanted.get("ranking"):
            (first,), _ = response.values["ranking"]["tiers"]
            assert first == response.presentation["shown"]["answers"][0]
        else:
            assert {name: _plain(value) for name, value in response.values.items()} == wanted


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, list) else value


@pytest.mark.parametrize("task", TASKS)
def test_by_the_keyboard_alone(looking: Looking, task: str) -> None:
    page = begin(looking, task)
    do(page, KEYS[task])
    check(looking, task)


@pytest.mark.parametrize("task", TASKS)
def test_by_touch_on_a_small_phone(looking: Looking, task: str) -> None:
    page = begin(looking, task, **PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.evaluate(SMALL) == []
    do(page, TAPS[task])
    check(looking, task)
    assert page.evaluate(SMALL) == []


def test_a_draft_by_a_machine_is_the_beginning_of_a_text_by_keyboard(looking: Looking) -> None:
    page = begin(looking, "a text is written")
    with looking.database():
        record = Record.objects.get(pk=page.locator("#task").get_attribute("data-record"))
        suggest(record, Given(record.dataset.questions.get(name="reply").pk, "Wells are holes"))
    page.reload()
    page.locator("hot-keys:defined").wait_for(state="attached")
    page.keyboard.press("s")
    go_on(page, "Tab to reply")
    page.keyboard.press("Control+End")
    page.keyboard.type(" with water.")
    page.keyboard.press("Control+Enter")
    page.wait_for_function(NEXT, arg=str(record.pk))
    with looking.database():
        assert Response.objects.get(record=record).values == {"reply": "Wells are holes with water."}


@pytest.mark.parametrize("answers", [2, 3, 9])
def test_every_target_of_a_ranking_is_large_enough_for_a_finger(looking: Looking, answers: int) -> None:
    asked = {"strength": True, "why": True, "reasons": ["kinder"]}
    with looking.database():
        dataset = make.dataset(
            looking.cast.workspace,
            questions={"ranking": {"type": "ranking", "field": "answers", **asked}},
            guidelines="Be fair.",
        )
        make.record(dataset, fields=make.fields(answers=answers))
    page = looking.page(looking.cast.ben, **PHONE)
    page.goto(f"/acme/datasets/{dataset.pk}/label")
    assert page.evaluate(SMALL) == []
    page.get_by_role("button", name="I have read them").tap()
    page.locator("#live", has_text="Noted").wait_for(state="attached")
    assert page.evaluate(SMALL) == []


@pytest.mark.parametrize("options", [{}, PHONE], ids=["wide", "phone"])
def test_the_second_record_stands_there_as_the_first_did(
    looking: Looking, options: dict[str, object]
) -> None:
    page = begin(looking, "two answers are compared", **options)
    standing = (".ans.is-now", "#rail .ranking", ".versus")
    before = [page.locator(one).first.bounding_box() for one in standing]
    record = page.locator("#task").get_attribute("data-record")
    page.locator("[data-verdict=A]").click()
    page.locator("[data-act=submit]").click()
    page.wait_for_function(NEXT, arg=record)
    page.wait_for_timeout(200)
    assert [page.locator(one).first.bounding_box() for one in standing] == before
    if options:
        toast = page.locator(".toast").last.bounding_box()
        assert toast["y"] + toast["height"] < page.locator(".versus").bounding_box()["y"]

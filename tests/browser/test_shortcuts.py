"""Keys of one's own in a real browser: chosen by pressing them, and the same wherever a key acts or is named."""

from string import ascii_uppercase

import pytest

from feedback.actions.shortcuts import change_shortcut
from feedback.actions.suggestions import Given, suggest
from feedback.models import Response
from feedback.shortcuts import ACTS
from tests import make
from tests.browser.conftest import PHONE, eventually

pytestmark = pytest.mark.browser

ADDRESS = "/acme/account/shortcuts"


@pytest.fixture
def dataset(looking):
    with looking.database():
        dataset = make.dataset(looking.cast.workspace)
        make.records(dataset, 3)
    return dataset


def choose(looking, **keys):
    with looking.database():
        for act, key in keys.items():
            change_shortcut(looking.cast.ben.user, act, key=key)


def chosen(looking):
    with looking.database():
        looking.cast.ben.user.refresh_from_db()
        return looking.cast.ben.user.shortcuts


def label(looking, dataset, **options):
    page = looking.page(looking.cast.ben, **options)
    page.goto(f"/acme/datasets/{dataset.pk}/label")
    page.locator("hot-keys:defined").wait_for(state="attached")
    return page


def press(page, key, code, **how):
    """A key of another layout: what it types, and where it lies."""
    page.evaluate(
        """([key, code, how]) => document.body.dispatchEvent(
          new KeyboardEvent("keydown", { key, code, bubbles: true, cancelable: true, ...how }))""",
        [key, code, how],
    )


def test_a_key_is_chosen_by_pressing_it_and_given_back_by_keyboard_alone(looking):
    page = looking.page(looking.cast.ben)
    page.goto(ADDRESS)
    page.locator("key-catcher:defined").wait_for()
    page.get_by_role("textbox", name="Skip for now").focus()
    page.keyboard.press("q")
    page.locator("#live", has_text="Skip for now: q.").wait_for(state="attached")
    assert chosen(looking) == {"skip": "q"}
    assert page.evaluate("document.activeElement.id") == "key-skip"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("#live", has_text="Skip for now: k.").wait_for(state="attached")
    assert chosen(looking) == {}
    assert page.evaluate("document.activeElement.id") == "key-skip"
    page.keyboard.press("Backspace")
    page.locator("#live", has_text="no key").wait_for(state="attached")
    page.keyboard.press("Escape")
    page.keyboard.press("Alt+k")
    page.locator("#live", has_text="Alt K").wait_for(state="attached")
    assert chosen(looking) == {"skip": "Alt+K"}
    page.get_by_role("button", name="Default keys for everything").click()
    page.locator("#live", has_text="All keys").wait_for(state="attached")
    assert chosen(looking) == {}


@pytest.mark.parametrize(
    ("key", "why"), [("u", "the key of “Undo”"), ("b", "A to I"), ("3", "Digits"), ("Control+p", "browser")]
)
def test_a_key_that_cannot_be_had_is_refused_beside_its_box(looking, key, why):
    page = looking.page(looking.cast.ben)
    page.goto(ADDRESS)
    page.locator("key-catcher:defined").wait_for()
    page.get_by_role("textbox", name="Skip for now").focus()
    page.keyboard.press(key)
    page.locator("#live", has_text=why).wait_for(state="attached")
    box = page.get_by_role("textbox", name="Skip for now")
    assert why in page.locator("#wrong").inner_text()
    assert (box.get_attribute("aria-invalid"), box.input_value()) == ("true", "k")
    assert page.evaluate("document.activeElement.id") == "key-skip"
    assert chosen(looking) == {}
    page.keyboard.press("m")
    page.locator("#live", has_text="Skip for now: m.").wait_for(state="attached")


def test_without_scripts_a_key_is_written(looking):
    page = looking.page(looking.cast.ben, java_script_enabled=False)
    page.goto(ADDRESS)
    box = page.get_by_role("textbox", name="Skip for now")
    box.fill("shift+k")
    box.press("Enter")
    page.get_by_text("Skip for now: ⇧ K.").wait_for()
    box.fill("j")
    box.press("Enter")
    assert "the key of “Can’t judge" in page.locator("#wrong").inner_text()
    assert chosen(looking) == {"skip": "Shift+K"}


def test_every_place_that_names_a_key_names_the_chosen_one(looking):
    with looking.database():
        dataset = make.dataset(looking.cast.workspace)
        for record in make.records(dataset, 2):
            suggest(record, Given(dataset.questions.get(name="comment").pk, "Not bad."))
    keys = {name: f"Alt+{key}" for name, key in zip(ACTS, ascii_uppercase, strict=False)}
    with looking.database():
        looking.cast.ben.user.shortcuts = keys
        looking.cast.ben.user.save()
    page = label(looking, dataset)
    for name, key in keys.items():
        assert page.locator(f"#keys kbd[data-of={name}]").text_content() == key.replace("+", " ")
    for kbd in page.locator("kbd[data-of]").all():
        assert kbd.text_content() == keys[kbd.get_attribute("data-of")].replace("+", " ")
    named = page.locator("[data-key]").evaluate_all(
        "all => all.map((one) => [one.dataset.key, one.getAttribute('aria-keyshortcuts'), one.title])"
    )
    assert {"submit", "undo", "stop", "skip", "guidelines", "help", "raw", "fold", "take", "differences"} <= {
        name for name, _, _ in named
    }
    for name, shortcut, title in named:
        assert shortcut == keys[name]
        assert "(" not in title or keys[name].replace("+", " ") in title


def test_chosen_keys_act_and_the_old_ones_rest(looking, dataset):
    choose(looking, skip="q", tie="t", flag="y", next_answer="m", up="o", undo="z", submit="Alt+S")
    page = label(looking, dataset)
    first = page.locator("#task").get_attribute("data-record")
    for key in ("k", "x", "="):
        page.keyboard.press(key)
    assert page.locator("#task").get_attribute("data-record") == first
    assert page.locator("#live").text_content() == ""
    page.keyboard.press("q")
    page.wait_for_function("id => document.querySelector('#task').dataset.record !== id", arg=first)
    page.keyboard.press("1")
    for key in ("m", "2", "m", "t"):
        page.keyboard.press(key)
    tiers = "document.querySelector('rank-list').letters.map((one) => document.querySelector('rank-list').tier(one))"
    assert page.evaluate(tiers) == [1, 2, 2]
    page.keyboard.press("o")
    assert page.evaluate(tiers) == [1, 2, 1]
    page.keyboard.press("z")
    assert page.evaluate(tiers) == [1, 2, 2]
    page.keyboard.press("y")
    page.locator(":popover-open").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("Alt+s")
    page.locator(".toast", has_text="Submitted").wait_for()
    assert page.locator(".toast kbd").text_content() == "z"
    with looking.database():
        assert Response.objects.filter(membership=looking.cast.ben, status="submitted").count() == 1


def test_a_key_chosen_in_another_window_counts_from_the_next_record_on(looking, dataset):
    page = label(looking, dataset)
    choose(looking, skip="q", guidelines="y")
    page.keyboard.press("k")
    page.locator(".acts kbd", has_text="q").wait_for()
    assert page.locator("header kbd[data-of=guidelines]").text_content() == "y"
    second = page.locator("#task").get_attribute("data-record")
    page.keyboard.press("q")
    page.wait_for_function("id => document.querySelector('#task').dataset.record !== id", arg=second)


def test_while_somebody_writes_only_keys_with_a_modifier_count(looking, dataset):
    choose(looking, skip="Alt+K", stop="Shift+J", undo="F2")
    page = label(looking, dataset)
    first = page.locator("#task").get_attribute("data-record")
    page.locator("[name=comment]").focus()
    for key in ("Shift+J", "F2", "p", "Alt+r"):
        page.keyboard.press(key)
    assert page.locator("[name=comment]").input_value().startswith("Jp")
    assert not page.locator(":popover-open").count()
    page.keyboard.press("Alt+k")
    page.wait_for_function("id => document.querySelector('#task').dataset.record !== id", arg=first)


@pytest.mark.parametrize(
    ("key", "code", "how", "tier"),
    [
        ("ф", "KeyA", {}, "A"),
        ("ش", "KeyA", {}, "A"),
        ("и", "KeyB", {}, "B"),
        ("q", "KeyA", {}, None),  # a French keyboard says itself what is printed on it
    ],
)
def test_a_layout_that_writes_no_latin_letters_reaches_the_answers_by_place(
    looking, dataset, key, code, how, tier
):
    page = label(looking, dataset)
    page.keyboard.press("c")
    press(page, key, code, **how)
    press(page, "&", "Digit1")
    now = page.locator(".ans[data-tier='1']").get_attribute("data-letter")
    assert now == (tier or "C")


def test_a_russian_keyboard_skips_and_opens_the_guidelines_and_the_help(looking, dataset):
    page = label(looking, dataset)
    first = page.locator("#task").get_attribute("data-record")
    press(page, "П", "KeyG", shiftKey=True)
    page.locator("#live", has_text="Guidelines open").wait_for(state="attached")
    press(page, "л", "KeyK")
    page.wait_for_function("id => document.querySelector('#task').dataset.record !== id", arg=first)
    press(page, "?", "Digit7", shiftKey=True)
    page.locator("#keys[open]").wait_for()


def test_a_key_that_is_held_down_skips_once(looking, dataset):
    page = label(looking, dataset)
    first = page.locator("#task").get_attribute("data-record")
    page.keyboard.down("k")
    page.wait_for_function("id => document.querySelector('#task').dataset.record !== id", arg=first)
    second = page.locator("#task").get_attribute("data-record")
    for _ in range(3):
        page.keyboard.down("k")
    page.wait_for_timeout(300)
    assert page.locator("#task").get_attribute("data-record") == second


def test_the_previous_record_comes_by_a_key(looking, dataset):
    with looking.database():
        record = dataset.records.first()
        make.response(record, looking.cast.ben)
    page = label(looking, dataset)
    page.keyboard.press("l")
    page.locator("[data-standing=submitted]").wait_for()
    assert page.locator("#task").get_attribute("data-record") == str(record.pk)


def test_a_phone_has_boxes_for_fingers(looking):
    page = looking.page(looking.cast.ben, **PHONE)
    page.goto(ADDRESS)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    small = page.locator("key-catcher :is(button, input:not([type=hidden]))").evaluate_all(
        "all => all.filter((one) => one.getBoundingClientRect().height < 44).map((one) => one.outerHTML)"
    )
    assert small == []
    page.get_by_role("textbox", name="Skip for now").tap()
    page.keyboard.press("q")
    eventually(lambda: chosen(looking) == {"skip": "q"})

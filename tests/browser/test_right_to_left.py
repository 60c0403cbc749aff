"""Labeling in Arabic: pages read from right to left, keys and fingers go that way, and everything of ours is Arabic."""

import pytest

from accounts.actions import choose_language
from feedback.models import Response
from tests import make
from tests.browser.conftest import PHONE

pytestmark = pytest.mark.browser

# What is read or heard in Latin letters, but for what people wrote, keys, and the names of records.
LATIN = """(places) => {
  const found = [];
  const look = (where, text) => {
    if (/[A-Za-z]{2,}/.test(text.replace(/[0-9a-f]{6}/, ''))) found.push(`${where}: ${text.trim()}`);
  };
  const data = '[dir=auto], bdi, kbd, code, time, script, style';
  for (const element of document.querySelectorAll(places)) {
    if (!element.checkVisibility({ checkVisibilityCSS: true }) || element.closest(data)) continue;
    for (const name of ['aria-label', 'title', 'placeholder']) look(name, element.getAttribute(name) || '');
    for (const node of element.childNodes) if (node.nodeType === Node.TEXT_NODE) look(element.tagName, node.data);
  }
  return found;
}"""
PLACES = (
    "#work *, #toasts *, saved-state *, active-clock *, guide-drawer *, dialog *, #progress, [data-guide] *"
)
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
HEARD = "words => document.getElementById('live').textContent === words"


@pytest.fixture
def page_of(looking):
    """Opens the labeling page, in Arabic, of a dataset with so many answers to each record."""

    def opened(*lengths, **options):
        with looking.database():
            choose_language(looking.cast.ben.user, "ar")
            dataset = make.dataset(
                looking.cast.workspace,
                "رتب الإجابات",
                questions={
                    "ranking": {
                        "type": "ranking",
                        "field": "answers",
                        "why": True,
                        "flags": True,
                        "better": True,
                    },
                    "clarity": {"type": "rating", "options": [{"value": n} for n in range(1, 6)]},
                    "note": {"type": "text"},
                },
            )
            for number, count in enumerate(lengths):
                answers = [
                    {"id": f"a{n}", "text": f"الإجابة رقم {n}: " + "البئر حفرة فيها ماء. " * 4}
                    for n in range(count)
                ]
                fields = {"prompt": f"ما هي البئر؟ Question {number}", "answers": answers}
                make.record(dataset, fields=fields)
        page = looking.page(looking.cast.ben, **options)
        page.goto(f"/acme/datasets/{dataset.pk}/label")
        assert page.locator("html").get_attribute("dir") == "rtl"
        return page

    return opened


def now(page):
    return page.locator(".ans.is-now").get_attribute("data-letter")


def given(looking):
    with looking.database():
        return Response.objects.get(membership=looking.cast.ben, status="submitted")


def everything_is_arabic(page):
    assert page.evaluate(LATIN, PLACES) == []
    assert page.evaluate(OVERFLOW) <= 0


def test_a_whole_session_by_keyboard(looking, page_of):
    page = page_of(4, 4)
    everything_is_arabic(page)
    page.keyboard.press("a")
    for key, letter in (("ArrowLeft", "B"), ("ArrowLeft", "C"), ("ArrowRight", "B")):
        page.keyboard.press(key)
        assert now(page) == letter
    page.keyboard.press("1")
    page.wait_for_function(HEARD, arg="B في المستوى 1")
    page.keyboard.press("Control+Enter")
    assert page.locator("#say").text_content() == "B  ·  بقي: رتّب A, C, D"
    for key in ("a", "2", "c", "2", "d", "3"):
        page.keyboard.press(key)
    page.wait_for_selector("saved-state[data-state=server]")
    page.get_by_text("حُفظ").first.wait_for()
    page.locator("input[name=clarity][value='4']").focus()
    page.keyboard.press("4")
    page.wait_for_function(HEARD, arg="اختير 4")
    everything_is_arabic(page)
    page.keyboard.press("Control+Enter")
    page.locator(".toast", has_text="تم الإرسال.").wait_for()
    everything_is_arabic(page)
    tiers = given(looking)
    shown = dict(zip("ABCD", tiers.presentation["shown"]["answers"], strict=True))
    ranked = [sorted(tier) for tier in tiers.values["ranking"]["tiers"] if tier]
    assert ranked == [[shown["B"]], sorted([shown["A"], shown["C"]]), [shown["D"]]]
    page.keyboard.press("?")
    page.locator("#keys h3", has_text="الترتيب").wait_for()


def test_of_two_answers_each_arrow_is_for_the_one_on_its_side(looking, page_of):
    page = page_of(2)
    first, second = (page.locator(f"[data-verdict={letter}]") for letter in "AB")
    assert first.bounding_box()["x"] > second.bounding_box()["x"]
    assert (first.locator("kbd").text_content(), second.locator("kbd").text_content()) == ("→", "←")
    page.keyboard.press("ArrowLeft")
    assert second.get_attribute("aria-pressed") == "true"
    page.wait_for_function(HEARD, arg="B أفضل")
    page.keyboard.press("ArrowRight")
    assert first.get_attribute("aria-pressed") == "true"
    everything_is_arabic(page)


def test_the_arrows_are_chosen_as_they_are_pressed(looking, page_of):
    page = page_of(2)
    page.goto("/acme/account/shortcuts")
    box = page.locator("#key-next_answer")
    assert box.input_value() == "ArrowLeft"
    box.focus()
    page.keyboard.press("y")
    page.locator("#shortcuts[data-said='الإجابة التالية؛ ومن اثنتين: الثانية أفضل: y.']").wait_for()
    box.focus()
    page.keyboard.press("ArrowRight")
    assert "→" in page.locator("#wrong").text_content()
    box.focus()
    page.keyboard.press("ArrowLeft")
    page.locator("#wrong").wait_for(state="detached")
    with looking.database():
        looking.cast.ben.user.refresh_from_db()
        assert looking.cast.ben.user.shortcuts == {}


def test_by_touch_on_a_small_phone(looking, page_of):
    page = page_of(3, 3, **PHONE)
    everything_is_arabic(page)
    dock = page.locator("#dock")
    for tier in (1, 2, 2):
        dock.locator(f"[data-put='{tier}']").tap()
        dock.get_by_role("button", name="الإجابة التالية").tap()
    page.locator("input[name=clarity][value='3']").tap()
    page.wait_for_selector("saved-state[data-state=server]")
    assert "حُفظ" in page.locator("saved-state").text_content()
    everything_is_arabic(page)
    page.get_by_role("button", name="إرسال").last.tap()
    page.locator(".toast", has_text="تم الإرسال.").wait_for()
    everything_is_arabic(page)
    assert len(given(looking).values["ranking"]["tiers"][1]) == 2

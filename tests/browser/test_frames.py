"""Frames of custom fields and pictures in a real browser: what an author's template cannot do, and what people can."""

import json

import pytest

from tests import make
from tests.browser.conftest import PHONE, barriers, eventually

pytestmark = pytest.mark.browser

SVG = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='1200' height='600'"
    " onload='alert(1)'%3E%3Crect width='1200' height='600' fill='teal'/%3E%3C/svg%3E"
)
ATTACK = """
<p id="said"></p>
<form id="f" method="post" action="/acme/account/" target="_top"><input name="first_name" value="Eve"></form>
<a id="a" href="/acme/" target="_top">x</a>
<script>
const tries = {
  page: () => parent.document.title,
  top: () => top.document.body.innerHTML,
  cookie: () => document.cookie,
  storage: () => localStorage.length,
  navigate: () => { top.location = "/acme/account/"; },
  form: () => { document.getElementById("f").submit(); return "sent"; },
  link: () => { document.getElementById("a").click(); return "clicked"; },
  popup: () => String(open("/acme/", "_blank")),
  dialog: () => String(confirm("Sure?")),
};
const said = {};
for (const [name, attempt] of Object.entries(tries)) {
  try { said[name] = String(attempt()); } catch (error) { said[name] = `refused: ${error.name}`; }
}
Promise.allSettled([
  fetch("SERVER/api/v1/me"),
  fetch("/acme/account/", { credentials: "include" }),
  fetch("SERVER/static/js/app.js", { mode: "no-cors" }),
  import("SERVER/static/js/app.js"),
]).then((all) => {
  said.network = all.map(({ status }) => status).join();
  document.getElementById("said").textContent = JSON.stringify(said);
});
</script>
"""


def make_dataset(looking, template="", *, advanced=False, fields=None):
    with looking.database():
        kinds = {
            "photo": {"type": "image"},
            "card": {"type": "custom", "template": template, "advanced_mode": advanced},
        }
        dataset = make.dataset(looking.cast.workspace, fields=kinds, questions={"comment": {"type": "text"}})
        record = make.record(dataset, fields=fields or {"photo": SVG, "card": {"title": "A well"}})
    return dataset, record


def label(looking, dataset, **options):
    page = looking.page(looking.cast.ben, **options)
    page.goto(f"/acme/datasets/{dataset.pk}/label")
    return page


def test_a_template_cannot_get_out_of_its_frame(looking):
    dataset, _ = make_dataset(looking, ATTACK.replace("SERVER", looking.url), advanced=True)
    page = label(looking, dataset)
    address = page.url
    frame = page.frame_locator("record-frame iframe")
    frame.locator("#said", has_text="network").wait_for()
    said = json.loads(frame.locator("#said").inner_text())
    for name in ("page", "top", "cookie", "storage", "navigate"):
        assert said[name] == "refused: SecurityError", (name, said)
    assert said["popup"] == "null"
    assert said["dialog"] == "false"
    assert said["network"] == "rejected,rejected,rejected,rejected"
    page.wait_for_timeout(300)
    assert page.url == address
    assert len(page.context.pages) == 1
    assert page.locator("#task").count() == 1
    with looking.database():
        looking.cast.ben.refresh_from_db()
        assert looking.cast.ben.first_name == "Ben"
    assert any("sandbox" in one or "Content Security Policy" in one for one in looking.complaints)
    looking.complaints.clear()  # the browser said what it refused


def test_a_frame_opened_by_itself_is_as_shut_off(looking):
    _, record = make_dataset(looking, "<script>document.title = origin</script>", advanced=True)
    page = looking.page(looking.cast.ben)
    page.goto(f"/acme/records/{record.pk}/frame?field=card")
    assert page.title() == "null"
    with pytest.raises(Exception, match="sandboxed"):
        page.evaluate("document.cookie")


def test_a_frame_is_as_high_as_what_is_in_it_and_grows_with_it(looking):
    template = (
        "<div id='d' style='height: 900px'></div><button onclick=\"d.style.height = '1300px'\">More</button>"
    )
    dataset, _ = make_dataset(looking, template)
    page = label(looking, dataset)
    height = "document.querySelector('record-frame iframe').offsetHeight"
    page.locator("record-frame iframe").scroll_into_view_if_needed()
    eventually(lambda: 900 < page.evaluate(height) < 1000)
    page.frame_locator("record-frame iframe").locator("button").click()
    eventually(lambda: 1300 < page.evaluate(height) < 1400)


def test_the_advanced_mode_has_the_record_and_runs_scripts(looking):
    template = "<p id='p'></p><script>p.textContent = record.fields.card.title.toUpperCase()</script>"
    dataset, _ = make_dataset(looking, template, advanced=True)
    page = label(looking, dataset)
    page.frame_locator("record-frame iframe").get_by_text("A WELL").wait_for()


def test_the_keyboard_walks_through_a_frame_and_escape_leads_out(looking):
    dataset, _ = make_dataset(looking, "<button>Inside</button>")
    page = label(looking, dataset)
    inside = page.frame_locator("record-frame iframe").get_by_role("button")
    inside.focus()
    page.keyboard.press("Escape")
    eventually(lambda: page.evaluate("document.activeElement.tagName") == "RECORD-FRAME")
    page.keyboard.press("j")
    page.get_by_text("I would need a tool").wait_for()
    page.keyboard.press("Escape")
    inside.focus()
    page.keyboard.press("Tab")
    eventually(lambda: page.evaluate("document.activeElement.tagName") != "IFRAME")


def test_a_picture_opens_large_and_closes_by_keyboard(looking):
    dataset, _ = make_dataset(looking)
    page = label(looking, dataset)
    picture = page.get_by_role("img", name="Photo").first
    assert picture.get_attribute("referrerpolicy") == "no-referrer"
    page.get_by_role("button", name="Photo, enlarge").focus()
    page.keyboard.press("Enter")
    large = page.locator("dialog.zoom[open] img")
    large.wait_for()
    assert large.evaluate("img => img.complete && img.naturalWidth") == 1200
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Photo, enlarge"


@pytest.mark.parametrize(
    "address", ["https://localhost:1/none.png", "data:image/png;base64,bm90IGFuIGltYWdl"]
)
def test_a_picture_that_does_not_come_says_so(looking, address):
    dataset, _ = make_dataset(looking, fields={"photo": address, "card": {}})
    page = label(looking, dataset)
    page.get_by_text("The image cannot be shown.").wait_for()
    assert page.locator("[data-broken] a").count() == (0 if address.startswith("data:") else 1)
    looking.complaints.clear()


def test_managers_see_pictures_in_small_in_the_list(looking):
    small = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/%3E"
    dataset, _ = make_dataset(looking, fields={"photo": small, "card": {}})
    page = looking.page(looking.cast.max)
    page.goto(f"/acme/datasets/{dataset.pk}/")
    assert page.locator("img.thumb").get_attribute("src") == small
    assert page.locator("td", has_text="Image").count() == 1


def test_a_template_is_seen_while_it_is_written(looking):
    with looking.database():
        draft = make.dataset(looking.cast.workspace, published=False)
    page = looking.page(looking.cast.max)
    page.goto(f"/acme/datasets/{draft.pk}/fields/new?kind=custom")
    page.get_by_label("Title").fill("Card")
    page.get_by_label("A record’s value").fill('{"name": "Mill & <race>"}')
    page.locator("[name='set-template']").fill("<b>{{record.fields.card.name}}</b>")
    page.frame_locator("iframe[name=tried]").locator("b", has_text="Mill & <race>").wait_for()
    page.locator("[name='set-template']").fill("{{#if card}}")
    page.frame_locator("iframe[name=tried]").get_by_text("never closed").wait_for()
    page.locator("[name='set-template']").fill("<b>{{record.fields.card.name}}</b>\n<i></i>")
    page.get_by_role("button", name="Add").click()
    page.wait_for_url("**/settings#fields")
    with looking.database():
        settings = draft.fields.get(name="card").settings
    assert settings["template"] == "<b>{{record.fields.card.name}}</b>\n<i></i>"


@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark"}, PHONE], ids=["wide", "dark", "phone"])
def test_axe_finds_nothing_serious(looking, options):
    dataset, _ = make_dataset(looking, "<h3>{{record.fields.card.title}}</h3>")
    page = label(looking, dataset, **options)
    page.frame_locator("record-frame iframe").get_by_text("A well").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    assert barriers(page) == []

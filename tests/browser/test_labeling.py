"""The labeling page in a real browser: by keyboard alone, by mouse, by touch; and nothing that is typed gets lost."""

import pytest

from feedback.models import Lease, QueueItem, Response
from tests import make
from tests.browser.conftest import PHONE, barriers, eventually

pytestmark = pytest.mark.browser


@pytest.fixture
def dataset(looking):
    with looking.database():
        dataset = make.dataset(
            looking.cast.workspace, "Rank the answers", guidelines="# Ties\n\nAre fine.\n\n# Stop\n\nOK."
        )
        make.records(dataset, 3)
    return dataset


def label(dataset, query=""):
    return f"/acme/datasets/{dataset.pk}/label{query}"


def answered(looking, who, status="submitted"):
    with looking.database():
        return list(Response.objects.filter(membership=who, status=status).order_by("updated_at"))


def letters(page):
    return page.locator(".ans").evaluate_all(
        "cards => cards.map(card => [card.dataset.letter, card.innerText])"
    )


def test_a_record_is_ranked_by_keyboard_alone(looking, dataset):
    page = looking.page(looking.cast.ben)
    page.goto(label(dataset))
    shown = dict(letters(page))
    first = page.locator("#task").get_attribute("data-record")
    for key in ("b", "1", "a", "2", "c", "="):
        page.keyboard.press(key)
    page.keyboard.press("Control+Enter")
    page.wait_for_function("id => document.querySelector('#task').dataset.record !== id", arg=first)
    (response,) = answered(looking, looking.cast.ben)
    with looking.database():
        texts = {
            answer["id"]: answer["text"]
            for answer in Response.objects.get(pk=response.pk).record.fields["answers"]
        }
    tiers = [[texts[one] for one in tier] for tier in response.values["ranking"]["tiers"]]
    assert tiers[0][0] in shown["B"]
    assert len(tiers) == 2
    assert {True} == {any(text in shown[letter] for text in tiers[1]) for letter in "AC"}
    assert response.presentation["shown"]["answers"][1] == response.values["ranking"]["tiers"][0][0]


def test_an_untouched_ranking_cannot_be_submitted(looking, dataset):
    page = looking.page(looking.cast.ben)
    page.goto(label(dataset))
    page.keyboard.press("Control+Enter")
    page.get_by_text("Not yet").first.wait_for()
    assert answered(looking, looking.cast.ben) == []


def test_a_ranking_by_mouse(looking, dataset):
    page = looking.page(looking.cast.ben)
    page.goto(label(dataset))
    first = page.locator("#task").get_attribute("data-record")
    for letter, tier in (("A", 1), ("B", 1), ("C", 2)):
        page.locator(f".ans[data-letter={letter}] .tiers label", has_text=str(tier)).click()
    page.get_by_role("button", name="Submit").last.click()
    page.wait_for_function("id => document.querySelector('#task').dataset.record !== id", arg=first)
    (response,) = answered(looking, looking.cast.ben)
    assert [len(tier) for tier in response.values["ranking"]["tiers"]] == [2, 1]


def test_an_answer_is_dragged_into_a_tier(looking, dataset):
    page = looking.page(looking.cast.ben)
    page.goto(label(dataset))
    page.locator("h3[data-hold=A]").hover()
    page.mouse.down()
    lane = page.locator(".lanes [data-drop='1']").first
    box = lane.bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + box["height"] / 2, steps=12)
    page.mouse.up()
    assert page.locator("[name='ranking.A'][value='1']").is_checked()


def test_a_session_by_touch_on_a_small_phone(looking, dataset):
    page = looking.page(looking.cast.ben, **PHONE)
    page.goto(label(dataset))
    page.get_by_role("button", name="I have read them").tap()
    page.get_by_role("heading", name="Ties").wait_for(state="hidden")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    first = page.locator("#task").get_attribute("data-record")
    for tier in ("1", "2", "2"):
        page.locator(f"#dock [data-put='{tier}']").tap()
        page.locator("#dock [data-step='1']").tap()
    page.locator("[data-act=submit]").tap()
    page.wait_for_function("id => document.querySelector('#task').dataset.record !== id", arg=first)
    (response,) = answered(looking, looking.cast.ben)
    assert [len(tier) for tier in response.values["ranking"]["tiers"]] == [1, 2]
    assert response.presentation["device"] == "touch"


def test_a_draft_is_saved_by_itself_and_found_on_another_computer(looking, dataset):
    page = looking.page(looking.cast.ben)
    page.goto(label(dataset))
    page.locator("[name=comment]").fill("Half a thought")
    eventually(
        lambda: (
            [one.values.get("comment") for one in answered(looking, looking.cast.ben, "draft")]
            == ["Half a thought"]
        )
    )
    page.locator("saved-state", has_text="Saved").wait_for()
    other = looking.page(looking.cast.ben)
    other.goto(label(dataset))
    assert other.locator("[name=comment]").input_value() == "Half a thought"


def test_what_is_typed_without_a_network_survives_the_tab(looking, dataset):
    page = looking.page(looking.cast.ben)
    page.goto(label(dataset))
    page.context.set_offline(True)
    page.locator("[name=comment]").fill("Written in a tunnel")
    page.locator("saved-state", has_text="on this device").wait_for()
    page.close(run_before_unload=False)
    context = looking.contexts[0]
    context.set_offline(False)
    again = context.new_page()
    again.goto(label(dataset))
    again.wait_for_function("document.querySelector('[name=comment]').value === 'Written in a tunnel'")


def test_a_second_tab_that_is_older_does_not_overwrite(looking, dataset):
    page = looking.page(looking.cast.ben)
    page.goto(label(dataset))
    second = looking.page(looking.cast.ben)
    second.goto(label(dataset))
    page.locator("[name=comment]").fill("From the first")
    eventually(lambda: len(answered(looking, looking.cast.ben, "draft")) == 1)
    second.locator("[name=comment]").fill("From the second")
    second.get_by_text("Another tab or device").wait_for()
    (draft,) = answered(looking, looking.cast.ben, "draft")
    assert draft.values["comment"] == "From the first"


def test_a_discard_with_a_reason_goes_on(looking, dataset):
    page = looking.page(looking.cast.ben)
    page.goto(label(dataset))
    first = page.locator("#task").get_attribute("data-record")
    page.keyboard.press("j")
    page.keyboard.press("1")
    page.wait_for_function("id => document.querySelector('#task').dataset.record !== id", arg=first)
    (response,) = answered(looking, looking.cast.ben, "discarded")
    assert response.reason == "no_expertise"


def test_skipping_gives_the_record_back(looking, dataset):
    page = looking.page(looking.cast.ben)
    page.goto(label(dataset))
    first = page.locator("#task").get_attribute("data-record")
    page.keyboard.press("k")
    page.wait_for_function("id => document.querySelector('#task').dataset.record !== id", arg=first)
    with looking.database():
        assert QueueItem.objects.get(pk=first).open_places == 1
        assert Lease.objects.filter(membership=looking.cast.ben).count() == 1


def test_shortcuts_rest_while_somebody_types(looking, dataset):
    page = looking.page(looking.cast.ben)
    page.goto(label(dataset))
    first = page.locator("#task").get_attribute("data-record")
    page.locator("[name=comment]").press_sequentially("just like that: k, j, a1?")
    assert page.locator("#task").get_attribute("data-record") == first
    assert page.locator("[name=comment]").input_value() == "just like that: k, j, a1?"
    assert not page.locator("input[type=radio]:checked").count()


def test_the_empty_queue_explains_itself(looking, dataset):
    with looking.database():
        for record in dataset.records.all():
            make.response(record, looking.cast.ben)
    page = looking.page(looking.cast.ben)
    page.goto(label(dataset))
    assert "has the answers it needs" in page.locator("#empty h1").inner_text()


def test_the_guidelines_are_open_until_they_were_read_and_then_stay_as_they_were_left(looking, dataset):
    page = looking.page(looking.cast.ben)
    page.goto(label(dataset))
    rule = page.get_by_role("heading", name="Ties")
    rule.wait_for()
    page.get_by_role("button", name="I have read them").click()
    page.get_by_role("button", name="I have read them").wait_for(state="hidden")
    page.reload()
    page.locator(".ans").first.wait_for()
    assert not rule.is_visible()
    for state in ("visible", "hidden"):
        page.keyboard.press("Shift+G")
        rule.wait_for(state=state)
        page.reload()
        page.locator(".ans").first.wait_for()
        rule.wait_for(state=state)


def test_two_labelers_see_orders_of_their_own_and_keep_them(looking):
    with looking.database():
        dataset = make.dataset(looking.cast.workspace, min_submitted=2)
        make.record(dataset, fields=make.fields(1, answers=9))
    orders = []
    for who in (looking.cast.ben, looking.cast.max):
        page = looking.page(who)
        page.goto(label(dataset))
        orders.append(letters(page))
        page.reload()
        assert letters(page) == orders[-1]
    assert [text for _, text in orders[0]] != [text for _, text in orders[1]]


def test_no_model_is_named_in_the_page(looking):
    with looking.database():
        dataset = make.dataset(looking.cast.workspace)
        answers = [
            {"id": f"secret-{n}", "model": f"hidden-model-{n}", "text": f"Text {n}", "origin": "hush"}
            for n in (1, 2)
        ]
        make.record(dataset, fields={"prompt": "Hm?", "answers": answers})
    page = looking.page(looking.cast.ben)
    page.goto(label(dataset))
    source = page.content()
    assert "Text 1" in source
    for word in ("secret-", "hidden-model", "hush"):
        assert word not in source


def test_works_without_scripts(looking, dataset):
    page = looking.page(looking.cast.ben, java_script_enabled=False)
    page.goto(label(dataset))
    for letter, tier in (("A", "1"), ("B", "2"), ("C", "3")):
        page.locator(f".ans[data-letter={letter}] .tiers label", has_text=tier).click()
    page.locator("[data-act=submit]").click()
    page.locator("#task").wait_for()
    (response,) = answered(looking, looking.cast.ben)
    assert [len(tier) for tier in response.values["ranking"]["tiers"]] == [1, 1, 1]


@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark"}, PHONE], ids=["wide", "dark", "phone"])
def test_axe_finds_nothing_serious(looking, dataset, options):
    page = looking.page(looking.cast.ben, **options)
    page.goto(label(dataset))
    assert barriers(page) == []

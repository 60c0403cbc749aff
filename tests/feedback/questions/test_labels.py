"""Labels: the options of the two questions that give them, and what may become of these options."""

import pytest

from core.errors import Invalid
from feedback.item import Item
from feedback.questions import kinds

kinds.load()
both = pytest.mark.parametrize("name", ["label_selection", "multi_label_selection"])
NOTHING = Item(fields={})


def options(*values, **more):
    return [{"value": value, "text": value.upper(), **more} for value in values]


def question(name, *values, **settings):
    return kinds[name]({"type": name, "options": options(*(values or ("a", "b", "c", "d"))), **settings})


@both
@pytest.mark.parametrize(
    "wrong",
    [
        {"options": []},
        {"options": options("a")},
        {"options": options("a", "a")},
        {"options": options(*map(str, range(501)))},
        {"options": options("", "b")},
        {"options": options("a" * 201, "b")},
        {"options": [{"value": "a", "text": ""}, {"value": "b", "text": "B"}]},
        {"options": [{"value": "a", "text": "x" * 501}, {"value": "b", "text": "B"}]},
        {"options": options("a", "b", description="")},
        {"options": options("a", "b", description="x" * 1001)},
        {"options": options("a\0", "b")},
        {"options": [{"value": 1, "text": "A"}, {"value": "b", "text": "B"}]},
        {"options": [{"value": "a"}, {"value": "b"}]},
        {"options": None},
        {"visible_options": 2},
        {"visible_options": 5},
        {"visible_options": 10**30},
    ],
)
def test_settings_beyond_the_limits_are_refused_where_they_are_wrong(name, wrong):
    with pytest.raises(Invalid) as refused:
        kinds[name]({"type": name, "options": options("a", "b", "c", "d"), **wrong})
    assert all(part.split(".")[0] in wrong for part in refused.value.errors)


@both
def test_five_hundred_options_are_fine(name):
    values = [str(n) for n in range(500)]
    assert question(name, *values, visible_options=500).values == values


@both
def test_the_wire_always_has_the_three_keys_of_an_option(name):
    sent = question(name, "a", "b").wire_settings()
    assert sent["options"] == [
        {"value": "a", "text": "A", "description": None},
        {"value": "b", "text": "B", "description": None},
    ]
    assert sent["visible_options"] is None
    more = {"options_order"} if name == "multi_label_selection" else set()
    assert sent.keys() == {"type", "options", "visible_options"} | more


@both
def test_a_patch_may_change_texts_and_order_and_how_many_are_seen(name):
    new = [*options("d", "c", "b"), {"value": "a", "text": "First", "description": "Before all others."}]
    changed = question(name).changed({"type": name, "options": new, "visible_options": 4})
    assert [option["value"] for option in changed["options"]] == ["d", "c", "b", "a"]
    assert changed["options"][3] == new[3]
    assert changed["visible_options"] == 4
    assert (
        question(name, visible_options=3).changed({"type": name, "visible_options": None})["visible_options"]
        is None
    )


@both
@pytest.mark.parametrize(
    "patch",
    [
        {"options": None},
        {"options": options("a", "b", "c")},
        {"options": options("a", "b", "c", "d", "e")},
        {"options": options("a", "b", "c", "e")},
        {"options": options("a", "b", "c", "c")},
        {"visible_options": 2},
        {"visible_options": 5},
    ],
)
def test_a_patch_keeps_the_values(name, patch):
    with pytest.raises(Invalid):
        question(name).changed({"type": name, **patch})


def test_the_order_of_options_is_natural_or_suggestion():
    many = question("multi_label_selection")
    assert many.changed({"type": "multi_label_selection", "options_order": "suggestion"})[
        "options_order"
    ] == ("suggestion")
    for order in (None, "random"):
        with pytest.raises(Invalid):
            many.changed({"type": "multi_label_selection", "options_order": order})


def test_labels_keep_the_order_in_which_they_were_given():
    assert question("multi_label_selection").clean(["c", "a"], NOTHING) == ["c", "a"]


def test_a_long_list_of_labels_is_not_read_out_whole():
    with pytest.raises(Invalid) as refused:
        question("label_selection", *map(str, range(500))).clean("x" * 10_000, NOTHING)
    assert len(str(refused.value)) < 300


def test_what_was_chosen_is_a_list_for_both():
    assert question("label_selection").chosen("a") == ["a"]
    assert question("multi_label_selection").chosen(["b", "a"]) == ["b", "a"]

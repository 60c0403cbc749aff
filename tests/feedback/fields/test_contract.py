"""What all kinds of field owe."""

import json

import pytest
from django.template.loader import get_template

from core.errors import Invalid
from feedback.fields import from_wire, kinds

kinds.load()
every_kind = pytest.mark.parametrize("kind", list(kinds), ids=lambda kind: kind.name)


def example(kind):
    return kind(kind.example.settings), kind.example


def test_the_kinds_we_came_with_are_found_in_their_order():
    ours = ["text", "image", "chat", "candidates", "custom"]
    assert [kind.name for kind in kinds if kind.name in ours] == ours


@every_kind
def test_it_accepts_its_own_values_and_changes_nothing(kind):
    field, its = example(kind)
    for value in its.values:
        before = json.dumps(value)
        stored = field.clean(json.loads(before))
        assert json.dumps(stored) == before
        assert field.clean(stored) == stored


@every_kind
def test_it_refuses_its_own_mistakes_with_a_sentence(kind):
    field, its = example(kind)
    assert its.mistakes
    for mistake in its.mistakes:
        with pytest.raises(Invalid) as refused:
            field.clean(mistake)
        assert str(refused.value).endswith(".")


@every_kind
def test_numbers_and_booleans_are_refused(kind):
    field, _ = example(kind)
    for value in (0, 1, 2.5, True, False, 10**30, float("nan")):
        with pytest.raises(Invalid):
            field.clean(value)


@every_kind
def test_what_it_recognizes_it_can_adopt_and_give_back(kind):
    field, its = example(kind)
    for value in its.values:
        if field.recognizes(value):
            assert field.clean(field.adopt(value)) == value
            assert field.restore(field.adopt(value)) == value
    assert any(field.recognizes(value) for value in its.values)


def test_no_value_looks_like_two_kinds():
    fields = [kind(kind.example.settings) for kind in kinds]
    for kind in kinds:
        for value in kind.example.values:
            assert [field.recognizes(value) for field in fields].count(True) <= 1


@every_kind
def test_settings_survive_the_wire(kind):
    field, _ = example(kind)
    sent = json.loads(json.dumps(field.wire_settings()))
    assert from_wire(sent).settings == field.settings
    assert from_wire({**sent, "surprise": 1}).settings == field.settings


@every_kind
def test_settings_that_nobody_knows_are_refused(kind):
    for wrong in ({"surprise": 1}, {"type": "another"}, {"use_markdown": None}, {"use_markdown": "perhaps"}):
        with pytest.raises(Invalid):
            kind({**kind.example.settings, **wrong})


@pytest.mark.parametrize("kind", [one for one in kinds if "use_markdown" in one.schema.model_fields])
def test_a_patch_may_change_whether_it_is_markdown(kind):
    field, _ = example(kind)
    other = kind({**kind.example.settings, "use_markdown": not field.settings.use_markdown})
    assert from_wire(other.wire_settings()).settings == other.settings
    kind_on_wire = field.wire_settings()["type"]
    for new in (True, False):
        changed = field.changed({"type": kind_on_wire, "use_markdown": new, "surprise": 1})
        assert kind(changed).settings.use_markdown is kind(changed).is_markdown is new
    with pytest.raises(Invalid):
        field.changed({"type": kind_on_wire, "use_markdown": None})


@every_kind
def test_a_patch_keeps_the_type(kind):
    field, _ = example(kind)
    for patch in ({}, {"type": "another"}, {"type": None}, {"use_markdown": True}):
        with pytest.raises(Invalid) as refused:
            field.changed(patch)
        assert "type" in refused.value.errors


@every_kind
def test_its_text_is_found_in_it(kind):
    field, its = example(kind)
    texts = [field.plain(value) for value in its.values]
    assert all(isinstance(text, str) for text in texts)
    assert kind.is_picture or any("ell" in text or "ole" in text for text in texts)


@every_kind
def test_a_list_has_something_to_show_of_it(kind):
    field, its = example(kind)
    assert all(field.plain(value) or field.brief(value) for value in its.values[:1])


@every_kind
def test_a_patch_that_says_what_is_there_changes_nothing(kind):
    field, _ = example(kind)
    assert kind(field.changed(field.wire_settings())).settings == field.settings


@every_kind
def test_a_patch_says_all_that_it_may_change(kind):
    field, _ = example(kind)
    for left_out in kind.changeable:
        patch = {key: value for key, value in field.settings.model_dump().items() if key != left_out}
        if field.wire_settings()["type"] != kind.name:
            continue  # it travels as another kind, whose clients cannot know
        with pytest.raises(Invalid) as refused:
            field.changed(patch)
        assert left_out in refused.value.errors


@every_kind
def test_it_has_a_template_to_show(kind):
    field, _ = example(kind)
    assert get_template(f"{field.template}#show")


def test_only_one_kind_gives_answers_to_rank():
    assert [kind.name for kind in kinds if kind.holds_candidates] == ["candidates"]


@pytest.mark.parametrize("settings", [{}, {"type": "span"}, {"type": None}, {"type": ["text"]}])
def test_unknown_kinds_are_refused_by_name(settings):
    with pytest.raises(Invalid, match="There is no field of kind"):
        from_wire(settings)


def test_text_and_chat_have_exactly_the_keys_of_the_contract():
    assert kinds["text"]({"type": "text"}).wire_settings() == {"type": "text", "use_markdown": False}
    assert kinds["chat"]({"type": "chat"}).wire_settings() == {"type": "chat", "use_markdown": True}


@pytest.mark.parametrize("name", ["text", "chat"])
def test_a_patch_of_the_contract_must_say_whether_it_is_markdown(name):
    with pytest.raises(Invalid) as refused:
        kinds[name]({"type": name}).changed({"type": name})
    assert "use_markdown" in refused.value.errors


@every_kind
def test_what_the_api_has_is_taken_again(kind):
    field, its = example(kind)
    for value in its.values:
        assert field.clean(json.loads(json.dumps(field.wire(field.clean(value))))) == field.clean(value)


@every_kind
def test_only_a_chat_travels_as_a_list(kind):
    """The published client takes every list in a field for a chat: dictionaries with a role and a content."""
    field, its = example(kind)
    for value in its.values:
        sent = field.wire(field.clean(value))
        assert not isinstance(sent, list) or all({"role", "content"} <= turn.keys() for turn in sent)

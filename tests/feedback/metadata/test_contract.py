"""What all kinds of metadata property owe, and what each is particular about."""

import json

import pytest

from core.errors import Invalid
from feedback.metadata import from_wire, kinds

kinds.load()
HUGE = pytest.param(10**5000, id="more digits than Python writes out")
every_kind = pytest.mark.parametrize("kind", list(kinds), ids=lambda kind: kind.name)


def example(kind):
    return kind(kind.example.settings), kind.example


def settings(name, **more):
    return kinds[name]({"type": name, **more})


def test_the_three_kinds_we_came_with_are_found_in_their_order():
    ours = ["terms", "integer", "float"]
    assert [kind.name for kind in kinds if kind.name in ours] == ours


@every_kind
def test_it_accepts_its_own_values_and_changes_nothing(kind):
    prop, its = example(kind)
    for value in its.values:
        before = json.dumps(value)
        stored = prop.clean(json.loads(before))
        assert json.dumps(stored) == before
        assert prop.clean(stored) == stored


@every_kind
def test_it_refuses_its_own_mistakes_with_a_sentence(kind):
    prop, its = example(kind)
    assert its.mistakes
    for mistake in its.mistakes:
        with pytest.raises(Invalid) as refused:
            prop.clean(mistake)
        assert str(refused.value).endswith((".", "…"))


@every_kind
def test_settings_survive_the_wire(kind):
    prop, _ = example(kind)
    sent = json.loads(json.dumps(prop.wire_settings()))
    assert from_wire(sent).settings == prop.settings
    assert json.dumps(from_wire(sent).wire_settings()) == json.dumps(sent)


@every_kind
def test_what_a_client_says_beside_is_dropped(kind):
    prop, _ = example(kind)
    assert from_wire({**prop.wire_settings(), "visible_for_annotators": True}).settings == prop.settings


@every_kind
def test_settings_that_nobody_knows_are_refused(kind):
    for wrong in ({"surprise": 1}, {"type": "another"}):
        with pytest.raises(Invalid):
            kind({**kind.example.settings, **wrong})


def test_the_wire_has_exactly_the_keys_of_the_contract():
    assert settings("terms").wire_settings() == {"type": "terms", "values": None}
    assert settings("integer").wire_settings() == {"type": "integer", "min": None, "max": None}
    assert settings("float").wire_settings() == {"type": "float", "min": None, "max": None}


def test_integer_bounds_are_written_as_integers():
    sent = settings("integer", min=0.0, max="7").wire_settings()
    assert json.dumps(sent) == '{"type": "integer", "min": 0, "max": 7}'


def test_float_bounds_are_written_as_floats():
    sent = settings("float", min=0, max="7").wire_settings()
    assert json.dumps(sent) == '{"type": "float", "min": 0.0, "max": 7.0}'


@pytest.mark.parametrize("name", ["integer", "float"])
@pytest.mark.parametrize(
    "bounds",
    [
        {"min": 1, "max": 1},
        {"min": 2, "max": 1},
        {"min": True},
        {"max": "x"},
        {"min": float("nan")},
        {"max": []},
    ],
)
def test_bounds_that_cannot_be_are_refused(name, bounds):
    with pytest.raises(Invalid):
        settings(name, **bounds)


def test_bounds_are_within_the_property():
    assert settings("integer", min=-5, max=5).clean(-5) == -5
    assert settings("float", min=-0.5).clean(10**30) == 10**30
    with pytest.raises(Invalid, match=r"-6 is below the minimum of -5\."):
        settings("integer", min=-5).clean(-6)
    with pytest.raises(Invalid, match=r"0\.6 is above the maximum of 0\.5\."):
        settings("float", max=0.5).clean(0.6)


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, 10**30, HUGE, True, 1.0, "1"])
def test_an_integer_is_a_whole_number_of_64_bits(value):
    with pytest.raises(Invalid):
        settings("integer").clean(value)


@pytest.mark.parametrize("value", [10**400, HUGE, float("inf"), float("nan"), False, "1.5"])
def test_a_float_is_a_number_that_can_be_stored(value):
    with pytest.raises(Invalid):
        settings("float").clean(value)


@pytest.mark.parametrize("values", [[], ["x"] * 251, "x", [float("nan")], ["a\0"], {"a": 1}])
def test_terms_are_one_to_250_values(values):
    with pytest.raises(Invalid):
        settings("terms", values=values)


def test_terms_may_repeat_and_be_anything():
    values = ["x", "x", 1, True, {"a": [None]}]
    assert settings("terms", values=values).wire_settings()["values"] == values


def test_true_is_not_one():
    with pytest.raises(Invalid):
        settings("terms", values=[1, 0]).clean(True)
    with pytest.raises(Invalid):
        settings("terms", values=[True]).clean(1)
    assert settings("terms", values=[True, False]).clean(False) is False


def test_terms_without_values_take_anything_that_can_be_stored():
    assert settings("terms").clean({"a": [1, None]}) == {"a": [1, None]}
    for wrong in (float("nan"), ["a\0"], {"\ud800": 1}):
        with pytest.raises(Invalid):
            settings("terms").clean(wrong)

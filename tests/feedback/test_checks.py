"""A kind that lacks something is found before anybody uses it."""

from typing import Literal

import pytest

from core.registry import Registry
from feedback import checks
from feedback.questions import base


class Settings(base.Settings):
    """Nothing to decide."""

    type: Literal["nod"]


class Nod:
    """A kind that is not of the family: nothing is registered by writing it."""

    name = "nod"
    label = "Nod"
    order = 99
    schema = Settings
    example = base.Example(settings={"type": "nod"}, answers=[True])

    def __init__(self, settings):
        base.parse(self.schema, settings)


@pytest.fixture
def family(monkeypatch):
    """A family of questions with no kinds, to put one in."""
    family = Registry("feedback.questions", "question")
    monkeypatch.setattr(checks, "FAMILIES", (family,))
    monkeypatch.setattr(checks, "question_kinds", family)
    monkeypatch.setattr(checks, "field_kinds", Registry("feedback.fields", "field"))
    return family


def found(kind, family):
    family.add(kind)
    return {(error.id, str(error.msg)) for error in checks.every_kind_is_whole()}


def test_the_kinds_that_are_here_are_whole():
    assert checks.every_kind_is_whole() == []


def test_a_missing_template_is_found_with_what_to_write(family):
    family.add(Nod)
    errors = checks.every_kind_is_whole()
    assert [error.id for error in errors] == ["feedback.E001", "feedback.E001"]
    assert "lacks the partial 'ask' in feedback/questions/nod.html" in errors[0].msg
    assert "{% partialdef ask inline %}" in errors[0].hint


def test_a_missing_example_is_found(family):
    kind = type("Nod", (Nod,), {"example": None})
    assert ("feedback.E002", "The kind of question 'nod' has no worked example.") in found(kind, family)


def test_an_example_that_its_own_kind_refuses_is_found(family):
    kind = type("Nod", (Nod,), {"example": base.Example(settings={"type": "shake"}, answers=[True])})
    assert any("refuses the settings of its own example: type:" in text for _, text in found(kind, family))


@pytest.mark.parametrize("name", ["Nod", "nod head", "nod-head", ""])
def test_a_name_that_is_no_lower_case_word_is_found(family, name):
    errors = found(type("Nod", (Nod,), {"name": name}), family)
    assert (
        "feedback.E003",
        f"The kind of question {name!r} has a name that is no lower-case word.",
    ) in errors


def test_two_kinds_with_one_label_are_found(family):
    family.add(type("Bow", (Nod,), {"name": "bow", "example": base.Example({"type": "nod"}, [True])}))
    assert any("shares its label 'Nod'" in text for _, text in found(Nod, family))


def test_two_kinds_with_one_name_stop_the_start(family):
    family.add(Nod)
    with pytest.raises(RuntimeError, match="both named 'nod'"):
        family.add(Nod)

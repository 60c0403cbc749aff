"""When a question is asked: what a condition may say, and which answers meet it."""

from typing import Any

import pytest

from core.errors import Invalid
from feedback.questions import from_wire
from feedback.questions.shown_when import ShownWhen
from feedback.shape import DatasetShape, QuestionShape
from tests.feedback.questions.test_contract import every_kind, form

POINTS = [{"value": n} for n in range(1, 6)]
LABELS = [
    {"value": "no", "text": "Not at all"},
    {"value": "yes", "text": "Yes"},
    {"value": "3", "text": "Three"},
]
KINDS: dict[str, dict[str, Any]] = {
    "label": {"type": "label_selection", "options": LABELS},
    "labels": {"type": "multi_label_selection", "options": LABELS},
    "rating": {"type": "rating", "options": POINTS},
    "text": {"type": "text"},
    "ranking": {"type": "ranking", "options": LABELS},
    "span": {"type": "span", "field": "prompt", "options": LABELS},
}


def shape(**asked: dict[str, Any]) -> DatasetShape:
    """Questions by name -> settings, in their order."""
    return DatasetShape(
        {},
        {
            name: QuestionShape(name, name, name.title(), False, from_wire(settings))
            for name, settings in asked.items()
        },
    )


def after(kind: str, answer: Any, **condition: Any) -> bool:
    """Whether a text is asked after this answer to a question of this kind."""
    why = {"type": "text", "shown_when": {"question": "first", **condition}}
    found = shape(first=KINDS[kind], why=why).asked({} if answer is None else {"first": answer})
    assert "first" in found
    return "why" in found


@pytest.mark.parametrize(
    ("kind", "answer", "condition", "asked"),
    [
        ("label", "no", {"any_of": ["no", "3"]}, True),
        ("label", "yes", {"any_of": ["no", "3"]}, False),
        ("label", "yes", {}, True),
        ("labels", ["yes", "no"], {"any_of": ["no"]}, True),
        ("labels", ["yes", "3"], {"any_of": ["no"]}, False),
        ("rating", 2, {"any_of": [1, 2]}, True),
        ("rating", 3, {"any_of": ["1", "2"]}, False),
        ("rating", 4, {"at_least": 4}, True),
        ("rating", 3, {"at_least": 4}, False),
        ("text", "So", {}, True),
        ("ranking", {"version": 1, "tiers": [["no"], ["yes", "3"]]}, {}, True),
        ("span", [], {}, True),
    ],
)
def test_a_question_is_asked_after_answers_that_meet_its_condition(
    kind: str, answer: Any, condition: dict[str, Any], asked: bool
) -> None:
    assert after(kind, answer, **condition) is asked
    assert not after(kind, None, **condition)


@pytest.mark.parametrize(
    "answer", [None, True, {"no": 1}, ["no", {}], 10**5000], ids=lambda one: type(one).__name__
)
def test_an_answer_that_makes_no_sense_meets_no_condition(answer: Any) -> None:
    for kind in ("label", "labels"):
        assert not after(kind, answer, any_of=["yes"])
    assert not after("rating", answer, at_least=1)


def test_an_answer_to_what_is_not_asked_asks_for_nothing() -> None:
    chain = shape(
        first=KINDS["label"],
        second={**KINDS["label"], "shown_when": {"question": "first", "any_of": ["no"]}},
        third={"type": "text", "shown_when": {"question": "second"}},
    )
    assert chain.asked({"first": "no", "second": "yes"}) == ["first", "second", "third"]
    assert chain.asked({"first": "yes", "second": "yes"}) == ["first"]


def test_labels_are_found_by_what_people_read() -> None:
    question = from_wire(KINDS["label"])
    when = ShownWhen(question="first", any_of=["not AT all", "yes", "no"])
    assert when.fitted(question.offered, "First").any_of == ["no", "yes"]


@pytest.mark.parametrize(
    ("kind", "condition", "sentence"),
    [
        (
            "label",
            {"any_of": ["perhaps"]},
            "“First” has no answer “perhaps”. Its answers are Not at all, Yes, Three.",
        ),
        ("rating", {"any_of": [6]}, "“First” has no answer “6”. Its answers are 1, 2, 3, 4, 5."),
        ("rating", {"at_least": 6}, "“First” has no rating of 6 or more."),
        ("text", {"any_of": ["So"]}, "Of “First” can only be said that it is answered. Name no answers."),
        ("ranking", {"at_least": 1}, "“First” has no rating of 1 or more."),
    ],
)
def test_a_condition_names_answers_that_there_are(
    kind: str, condition: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Invalid) as refused:
        ShownWhen(question="first", **condition).fitted(from_wire(KINDS[kind]).offered, "First")
    assert refused.value.errors == {"shown_when": sentence}


@pytest.mark.parametrize(
    "condition",
    [
        "first",
        {},
        {"question": ""},
        {"question": "first", "any_of": []},
        {"question": "first", "any_of": "no"},
        {"question": "first", "any_of": [True]},
        {"question": "first", "at_least": "4"},
        {"question": "first", "at_least": 11},
        {"question": "first", "any_of": ["4"], "at_least": 4},
    ],
)
def test_what_is_no_condition_is_refused(condition: Any) -> None:
    with pytest.raises(Invalid) as refused:
        from_wire({"type": "text", "shown_when": condition})
    assert next(iter(refused.value.errors)).startswith("shown_when")


@pytest.mark.parametrize(
    ("kind", "condition", "words"),
    [
        ("label", {"any_of": ["no"]}, "“First” is Not at all"),
        ("labels", {"any_of": ["no", "yes", "3"]}, "“First” is Not at all, Yes or Three"),
        ("rating", {"at_least": 4}, "“First” is 4 or more"),
        ("text", {}, "“First” is answered"),
    ],
)
def test_a_condition_is_said_in_words(kind: str, condition: dict[str, Any], words: str) -> None:
    why = {"type": "text", "shown_when": {"question": "first", **condition}}
    asked = shape(first=KINDS[kind], why=why)
    assert (asked.when_in_words("why"), asked.when_in_words("first")) == (words, "")


@every_kind
def test_what_an_answer_says_is_offered_and_stands_in_the_form_where_scripts_look_for_it(kind: Any) -> None:
    its = kind.example
    question = kind(its.settings)
    for answer in its.answers:
        assert {str(one) for one in question.said(answer)} <= question.offered.keys()
    posted = form(its.posted)
    said = question.said(question.read(posted, "quality", its.item))
    assert bool(said) == bool(question.offered)
    assert [str(one) for one in said] == (posted.getlist("quality") if said else [])


@every_kind
def test_every_kind_can_be_asked_on_a_condition_that_may_change_and_says_nothing_of_one_it_has_not(
    kind: Any,
) -> None:
    settings = kind.example.settings
    assert "shown_when" not in kind(settings).settings.model_dump()
    assert "shown_when" not in kind(settings).wire_settings()
    condition = {"question": "first", "any_of": ["no"]}
    with_one = kind(kind(settings).changed({**settings, "shown_when": condition}))
    assert with_one.wire_settings()["shown_when"] == condition
    assert (
        type(with_one)(from_wire(with_one.wire_settings()).settings.model_dump()).settings
        == with_one.settings
    )
    assert "shown_when" not in with_one.changed({**settings, "shown_when": None})

"""The filters and orders that a dataset offers, as a form shows them, and those in force, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext, gettext_noop

from feedback.search.address import asked
from feedback.search.query import STOPPED
from feedback.search.scope import Scope
from feedback.shape import QuestionShape

FEW = 12  # choices that stand side by side; more make a list

STATUS = [("pending", gettext_noop("Not done")), ("completed", gettext_noop("Done"))]
STOP = (STOPPED, gettext_noop("Stopped"))
RESPONSE = [
    ("submitted", gettext_noop("Submitted")),
    ("draft", gettext_noop("Draft")),
    ("discarded", gettext_noop("Could not judge")),
    ("pending", gettext_noop("Not answered")),
]
ORDERS = [
    ("inserted_at", gettext_noop("Added"), gettext_noop("oldest first"), gettext_noop("newest first")),
    ("updated_at", gettext_noop("Changed"), gettext_noop("longest ago first"), gettext_noop("latest first")),
    ("external_id", gettext_noop("External id"), gettext_noop("A to Z"), gettext_noop("Z to A")),
]


@dataclass(frozen=True)
class Control:
    """One filter. `choices` to tick, or `is_range` from and to, or, without either, a value to write."""

    name: str
    title: str
    chosen: Sequence[str] = ()
    choices: Sequence[tuple[str, str]] = ()
    is_range: bool = False
    is_date: bool = False
    low: str = ""
    high: str = ""

    @property
    def is_long(self) -> bool:
        return len(self.choices) > FEW


@dataclass(frozen=True)
class Group:
    """Filters of one sort."""

    title: str
    controls: Sequence[Control] = field(default_factory=list)


def groups(scope: Scope, params: QueryDict) -> list[Group]:
    """All filters of the dataset, with what is chosen of them."""
    questions = [one for one in scope.dataset.shape.questions.values() if one.kind.is_sought]
    whose = gettext("My answers") if scope.mine else gettext("Answers")
    told = scope.answers or not scope.is_blind  # viewers hear of no answers
    found = [
        Group(
            gettext("State"),
            [
                _choice(
                    params, "status", gettext("Record"), _said(STATUS if scope.is_blind else [*STATUS, STOP])
                ),
                *([_response(scope, params)] if told else []),
            ],
        ),
        Group(gettext("Metadata"), [_metadata(one, params) for one in scope.properties.values()]),
        Group(whose, [_answer(one, params, "answer") for one in questions if told]),
        Group(gettext("Suggestions"), list(_suggested(scope, questions, params))),
        Group(
            gettext("Dates"),
            [_range(params, name, gettext(title), is_date=True) for name, title, *_ in ORDERS[:2]],
        ),
    ]
    return [one for one in found if one.controls]


def _response(scope: Scope, params: QueryDict) -> Control:
    words = gettext("My answer") if scope.mine else gettext("Anybody’s answer")
    return _choice(params, "response", words, _said(RESPONSE))


def orders(scope: Scope) -> list[tuple[str, str]]:
    """What records can be sorted by, up and down."""
    questions = [one for one in scope.dataset.shape.questions.values() if one.kind.is_sought]
    whose = gettext("My answer: %(title)s") if scope.mine else gettext("Mean answer: %(title)s")
    known = ORDERS[:2] if scope.is_blind else ORDERS
    told = scope.answers or not scope.is_blind
    keys = [
        *((name, gettext(title), up, down) for name, title, up, down in known),
        *(_updown(f"metadata.{one.name}", one.title) for one in scope.properties.values()),
        *(_updown(f"answer.{one.name}", whose % {"title": one.title}) for one in questions if told),
        *(
            _updown(
                f"suggestion.{one.name}.score",
                gettext("Score of the suggestion: %(title)s") % {"title": one.title},
            )
            for one in scope.dataset.shape.questions.values()
        ),
    ]
    return [
        option
        for name, title, up, down in keys
        for option in ((name, _ordered(title, up)), (f"-{name}", _ordered(title, down)))
    ]


def in_force(scope: Scope, params: QueryDict) -> Iterator[tuple[str, str]]:
    """Each condition in words, and the address without it."""
    titles = dict(orders(scope))
    by_name = {one.name: one for group in groups(scope, params) for one in group.controls}
    for name, value in asked(params):
        if name in ("in", "by") or (name == "of" and scope.is_blind):
            continue
        rest = params.copy()
        rest.setlist(name, [one for one in rest.getlist(name) if one != value])
        for goes_too in {"q": ["in"], "like": ["by"]}.get(name, []):
            rest.pop(goes_too, None)
        yield _words(name, value, params, by_name, titles), rest.urlencode()


def _words(
    name: str, value: str, params: QueryDict, by_name: Mapping[str, Control], titles: Mapping[str, str]
) -> str:
    about, _, bound = name.rpartition(".")
    field = params.get("in")
    own = {
        "q": (gettext("“%(words)s” in %(field)s") if field else "“%(words)s”")
        % {"words": value, "field": field},
        "like": gettext("Like record %(number)s") % {"number": value[-6:]},
        "of": gettext("Only my answers"),
        "sort": gettext("Sorted: %(order)s") % {"order": titles.get(value, value)},
    }
    if name in own:
        return own[name]
    if about in by_name and bound in ("min", "max"):
        words = gettext("%(title)s from %(value)s") if bound == "min" else gettext("%(title)s to %(value)s")
        return words % {"title": by_name[about].title, "value": value}
    if name in by_name:
        return f"{by_name[name].title}: {dict(by_name[name].choices).get(value, value)}"
    return f"{name}: {value}"


def _choice(params: QueryDict, name: str, title: str, choices: Sequence[tuple[str, str]]) -> Control:
    return Control(name, title, params.getlist(name), choices)


def _said(choices: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(value, gettext(words)) for value, words in choices]


def _range(params: QueryDict, name: str, title: str, *, is_date: bool = False) -> Control:
    low, high = (params.get(f"{name}.{bound}", "") for bound in ("min", "max"))
    return Control(name, title, is_range=True, is_date=is_date, low=low, high=high)


def _metadata(one: Any, params: QueryDict) -> Control:
    name = f"metadata.{one.name}"
    if one.kind.is_number:
        return _range(params, name, one.title)
    return _choice(params, name, one.title, [(value, value) for value in one.kind.choices])


def _answer(question: QuestionShape, params: QueryDict, about: str) -> Control:
    return _choice(params, f"{about}.{question.name}", question.title, [*question.kind.offered.items()])


def _suggested(scope: Scope, questions: Sequence[QuestionShape], params: QueryDict) -> Iterator[Control]:
    for question in questions:
        yield _answer(question, params, "suggestion")
    for question in scope.dataset.shape.questions.values():
        yield _range(
            params,
            f"suggestion.{question.name}.score",
            gettext("Score: %(title)s") % {"title": question.title},
        )


def _ordered(title: str, way: str) -> str:
    return gettext("%(title)s, %(way)s") % {"title": title, "way": gettext(way)}


def _updown(name: str, title: str) -> tuple[str, str, str, str]:
    return name, title, gettext_noop("lowest first"), gettext_noop("highest first")

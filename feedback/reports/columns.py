"""The columns of a list of records: which there are, which somebody chose, and what stands in each cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from feedback.item import Item
from feedback.models import Record
from feedback.reports.excerpts import excerpt
from feedback.reports.job_progress import said
from feedback.reports.listing import beginning, clipped
from feedback.reports.whole_record import answered
from feedback.search.scope import Scope
from feedback.search.text import Node

MOST = 12  # columns at once
CELLS = "feedback/parts/cells.html#"


@dataclass(frozen=True)
class Look:
    """Who looks, and for what: `node` are the words sought, in all fields or in `field` alone."""

    scope: Scope
    node: Node | None = None
    field: str | None = None
    scores: Mapping[Any, float | None] | None = None  # by record, where records are like another one

    @property
    def is_blind(self) -> bool:
        """Whether whoever looks must not know which model said what."""
        return self.scope.is_blind

    def item(self, record: Record) -> Item:
        """The record as this person sees it: managers in an order that nobody's own is."""
        return record.item_for(self.scope.by if self.is_blind else None)


Cell = dict[str, Any]


@dataclass(frozen=True)
class Column:
    """One column. `fill`: what its template needs of a record."""

    name: str
    title: str
    template: str
    fill: Callable[[Record, Look], Cell]
    end: bool = False  # numbers stand at the end

    def cell(self, record: Record, look: Look) -> Cell:
        """What stands in it."""
        return {"column": self, "template": f"{CELLS}{self.template}", **self.fill(record, look)}


def all_columns(scope: Scope) -> list[Column]:
    """Every column that this person can choose, in the order in which they stand."""
    shape, is_blind = scope.dataset.shape, scope.is_blind
    whose = "mine" if is_blind or scope.mine else "given"
    return [
        Column("text", gettext("Text"), "text", _text),
        *(Column(f"field.{name}", one.title, "text", _field(name)) for name, one in shape.fields.items()),
        Column("state", gettext("State"), "state", _nothing),
        *([] if is_blind else [Column("answers", gettext("Answers"), "places", _nothing, end=True)]),
        *([Column("mine", gettext("My answer"), "mine", _mine)] if scope.answers else []),
        *(
            Column(f"answer.{name}", one.title, "answers", _answers(name, whose))
            for name, one in shape.questions.items()
            if scope.answers or not is_blind
        ),
        *(
            Column(
                f"suggestion.{name}",
                gettext("Suggested: %(title)s") % {"title": one.title},
                "answers",
                _suggestion(name),
            )
            for name, one in shape.questions.items()
        ),
        *(
            Column(f"metadata.{prop.name}", prop.title, "words", _metadata(prop.name))
            for prop in scope.properties.values()
        ),
        Column("changed", gettext("Changed"), "ago", lambda record, look: {"when": record.changed_at}),
    ]


def chosen_columns(scope: Scope, names: Sequence[str], *, like: bool = False) -> list[Column]:
    """Those that somebody chose, or the usual ones. What is not there any more is left out."""
    by_name = {one.name: one for one in all_columns(scope)}
    usual = ("text", "state", "mine" if scope.is_blind or scope.mine else "answers", "changed")
    found = [one for name, one in by_name.items() if name in names][:MOST] or [
        by_name[name] for name in usual if name in by_name
    ]
    return [_alike(), *found] if like else found


def _nothing(record: Record, look: Look) -> Cell:
    return {}


def _text(record: Record, look: Look) -> Cell:
    shape = look.scope.dataset.shape
    text, picture = beginning(record, look.scope.dataset)
    if look.node:
        one = shape.fields.get(look.field or "")
        texts = (
            [one.kind.plain(record.fields[one.name])]
            if one and one.name in record.fields
            else shape.texts(record.fields)
        )
        text = excerpt(texts, look.node) or text
    return {"text": text, "picture": picture}


def _field(name: str) -> Callable[[Record, Look], Cell]:
    def fill(record: Record, look: Look) -> Cell:
        field = look.scope.dataset.shape.fields[name]
        if name not in record.fields:
            return {"text": "–"}
        value = record.fields[name]
        plain = field.kind.plain(value).strip()
        found = excerpt([plain], look.node) if look.node and look.field in (None, name) else None
        return {
            "text": found or clipped(plain or field.kind.brief(value) or "–"),
            "picture": field.kind.thumbnail(value),
        }

    return fill


def _mine(record: Record, look: Look) -> Cell:
    mine = [one for one in record.responses_read if one.membership_id == look.scope.by.pk]
    return {"mine": mine[0] if mine else None}


def _answers(name: str, whose: str) -> Callable[[Record, Look], Cell]:
    def fill(record: Record, look: Look) -> Cell:
        question, item = look.scope.dataset.shape.questions[name], look.item(record)
        given = [
            one
            for one in record.responses_read
            if name in one.values and (whose == "given" or one.membership_id == look.scope.by.pk)
        ]
        return {"questions": [answered(question, one.values[name], item) for one in given]}

    return fill


def _suggestion(name: str) -> Callable[[Record, Look], Cell]:
    def fill(record: Record, look: Look) -> Cell:
        question, item = look.scope.dataset.shape.questions[name], look.item(record)
        found = [one for one in record.suggestions_read if str(one.question_id) == question.id]
        return {"questions": [answered(question, one.value, item) for one in found]}

    return fill


def _metadata(name: str) -> Callable[[Record, Look], Cell]:
    def fill(record: Record, look: Look) -> Cell:
        value = (record.metadata or {}).get(name)
        return {"words": "–" if value is None else clipped(said(value))}

    return fill


def _likeness(record: Record, look: Look) -> Cell:
    score = (look.scores or {}).get(record.pk)
    return {"words": "–" if score is None else f"{round(100 * score)} %"}


def _alike() -> Column:
    return Column("likeness", gettext("Alike"), "words", _likeness, end=True)

"""A filter as a condition on records (contract section 6.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import singledispatch
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from feedback.models import MetadataValue, QueueItem, Record, Response, Suggestion
from feedback.models.records import RecordQuerySet
from feedback.search.dates import dates
from feedback.search.expressions import has_number, has_term, part
from feedback.search.query import (
    STOPPED,
    MetadataScope,
    Range,
    RecordScope,
    ResponseScope,
    SuggestionScope,
    Terms,
)
from feedback.search.scope import Scope

NONE = Q(pk__in=[])


@dataclass(frozen=True)
class Condition:
    """What records must be. `ids`: the same read from an index, for conditions that few records meet.

    `order`: where records that meet it can be read in the order in which they came, from one index.
    """

    where: Q
    ids: QuerySet[Any] | None = None
    order: tuple[str, ...] = ()


def condition(one: Terms | Range, scope: Scope) -> Condition:
    """The filter as a condition; `Invalid` if it names what the dataset has not."""
    return _condition(one.scope, one, scope)


@singledispatch
def _condition(about: Any, one: Terms | Range, scope: Scope) -> Condition:
    raise NotImplementedError


@_condition.register
def _(about: RecordScope, one: Terms | Range, scope: Scope) -> Condition:
    name = about.property
    if name == "updated_at":
        return _changed(one, scope)
    if name == "inserted_at":
        where = dates(name, one)
        return Condition(
            where, _records(scope).filter(where).values_list("pk", flat=True), (name, "position")
        )
    if name == "status":
        return _status(one, scope)
    if name == "id":
        return Condition(Q(pk__in=_uuids(one)))
    return Condition(_words("external_id", one))


@_condition.register
def _(about: MetadataScope, one: Terms | Range, scope: Scope) -> Condition:
    prop = scope.metadata(about.metadata_property)
    if not prop.is_indexed:
        value = part("metadata", prop.name)
        if prop.kind.is_number:
            return Condition(_any_number(one, lambda low, high: Q(has_number(value, low, high))))
        return Condition(Q(has_term(value, one.values)) if isinstance(one, Terms) else NONE)
    found = MetadataValue.objects.filter(property=prop)
    if prop.kind.is_number:
        found = found.filter(_any_number(one, lambda low, high: _between("number", low, high)))
    else:
        found = found.filter(_words("term", one))
    return Condition(_exists(found), found.values_list("record", flat=True))


@_condition.register
def _(about: SuggestionScope, one: Terms | Range, scope: Scope) -> Condition:
    question = scope.question(about.question)
    found = Suggestion.objects.filter(question=UUID(question.id))
    if about.property == "score":
        found = found.filter(_any_number(one, _scores))
        return Condition(_exists(found), found.values_list("record", flat=True))
    if about.property != "value":
        found = found.filter(_words(about.property, one))
        return Condition(_exists(found), found.values_list("record", flat=True))
    if not question.kind.is_sought:
        return Condition(NONE)
    if isinstance(one, Range):
        return Condition(
            _exists(found.filter(_any_number(one, lambda low, high: Q(has_number("value", low, high)))))
        )
    if question.kind.is_many:
        return Condition(_exists(found.filter(has_term("value", one.values))))
    found = found.filter(term__in=one.values)
    return Condition(_exists(found), found.values_list("record", flat=True))


@_condition.register
def _(about: ResponseScope, one: Terms | Range, scope: Scope) -> Condition:
    found = Response.objects.filter(dataset=scope.dataset)
    if scope.person:
        found = found.filter(membership=scope.person)
    if about.question is None:
        return _response_status(one, found, scope) if isinstance(one, Terms) else Condition(NONE)
    question = scope.question(about.question)
    if not question.kind.is_sought:
        return Condition(NONE)
    value = part("values", question.name)
    if isinstance(one, Terms):
        found = found.filter(has_term(value, one.values))
    else:
        found = found.filter(_any_number(one, lambda low, high: Q(has_number(value, low, high))))
    return Condition(_exists(found), found.values_list("record", flat=True) if scope.person else None)


def _response_status(one: Terms, found: QuerySet[Response], scope: Scope) -> Condition:
    """The contract's pseudo-status: pending is who has no response."""
    statuses = [status for status in one.values if status != "pending"]
    given = found.filter(status__in=statuses)
    if "pending" not in one.values:
        return Condition(_exists(given), given.values_list("record", flat=True))
    none = ~_exists(found)
    if scope.person is None:
        # What nobody has answered is not complete either: said, so that complete records need not be walked over.
        none &= Q(queue__completed=False)
    return Condition(_exists(given) | none if statuses else none)


def _changed(one: Terms | Range, scope: Scope) -> Condition:
    """Written or turned then, whichever is later: read from the index of each, and looked at for those alone."""
    rows = _records(scope).dated().filter(dates("changed_at", one))
    written, turned = (
        rows.filter(dates(name, one)).values_list("pk", flat=True)
        for name in ("updated_at", "queue__turned_at")
    )
    where = Q(pk__in=written.union(turned, all=True))
    return Condition(where, _records(scope).filter(where).values_list("pk", flat=True))


def _status(one: Terms | Range, scope: Scope) -> Condition:
    states = {"pending": False, "completed": True}
    if isinstance(one, Terms):
        wanted = {completed for name, completed in states.items() if name in one.values}
    else:
        low, high = str(one.ge if one.ge is not None else ""), one.le
        wanted = {
            state for name, state in states.items() if low <= name and (high is None or name <= str(high))
        }
    if len(wanted) == 2:
        return Condition(Q())
    if isinstance(one, Terms) and STOPPED in one.values and not scope.is_blind:
        return _stopped(wanted, scope)
    if not wanted:
        return Condition(NONE)
    ids = QueueItem.objects.filter(dataset=scope.dataset, completed__in=wanted).values_list(
        "record", flat=True
    )
    where = Q(queue__completed=wanted.pop(), queue__dataset=scope.dataset)
    return Condition(where, ids, ("queue_position",))


def _stopped(or_completed: set[bool], scope: Scope) -> Condition:
    """Those that are stopped, or in one of these states."""
    where = Q(stopped_at__isnull=False) | Q(completed__in=or_completed)
    items = QueueItem.objects.filter(where, dataset=scope.dataset)
    return Condition(_exists(items), items.values_list("record", flat=True))


def _records(scope: Scope) -> RecordQuerySet:
    return Record.objects.filter(dataset=scope.dataset)


def _exists(rows: QuerySet[Any]) -> Q:
    """Records with such a row."""
    return Q(Exists(rows.filter(record=OuterRef("pk"))))


def _words(name: str, one: Terms | Range) -> Q:
    if isinstance(one, Terms):
        return Q(**{f"{name}__in": one.values})
    where = Q()
    for bound, word in ((one.ge, "gte"), (one.le, "lte")):
        if bound is not None:
            where &= Q(**{f"{name}__{word}": str(bound)})
    return where


def _between(name: str, low: float | None, high: float | None) -> Q:
    where = Q()
    if low is not None:
        where &= Q(**{f"{name}__gte": low})
    if high is not None:
        where &= Q(**{f"{name}__lte": high})
    return where


def _scores(low: float | None, high: float | None) -> Q:
    """Between two bounds one of a list must lie; on one side of a bound its greatest or its least does."""
    where = _between("score_high", low, None) & _between("score_low", None, high)
    return where if low is None or high is None else where & Q(has_number("score", low, high))


def _any_number(one: Terms | Range, between: Callable[[float | None, float | None], Q]) -> Q:
    """`between` these bounds, or equal to one of these terms, of which those that are no numbers equal nothing."""
    if isinstance(one, Range):
        return between(*one.numbers) if one.numbers else NONE
    where = NONE
    for number in _numbers(one.values):
        where |= between(number, number)
    return where


def _numbers(values: Iterable[str]) -> list[float]:
    found = []
    for value in values:
        try:
            found.append(float(value))
        except ValueError:
            continue
    return [number for number in found if number == number]  # noqa: PLR0124  "nan" reads as a number that is none


def _uuids(one: Terms | Range) -> list[UUID]:
    """Those of the values that are ids: no other text is one. Ids have no order that means anything."""
    found = []
    for value in one.values if isinstance(one, Terms) else ():
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return found

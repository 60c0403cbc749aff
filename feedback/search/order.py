"""In which order records come (contract section 6.4): in parts one after the other, each of which an index can give."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import singledispatch
from hashlib import blake2b
from itertools import chain
from typing import Any

from django.db.models import (
    Avg,
    BigIntegerField,
    BooleanField,
    ExpressionWrapper,
    F,
    FilteredRelation,
    Func,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.expressions import OrderBy
from django.db.models.functions import Greatest

from feedback.models import Record, Response
from feedback.search.expressions import least, most, one_term, part
from feedback.search.query import (
    MetadataScope,
    Range,
    RecordQuery,
    RecordScope,
    ResponseScope,
    SuggestionScope,
)
from feedback.search.scope import Scope

SHUFFLED = 20_000  # records that are shuffled outright
Rows = QuerySet[Record]


@dataclass
class Key:
    """Something to order by. `prepares`: annotations that it needs. `has`: what is null for records without it."""

    by: list[str]
    prepares: dict[str, Any] = field(default_factory=dict)
    has: str | None = None
    later_of: tuple[str, str] | None = None  # dates that have indexes; the key, the later one, has none


def parts(rows: Rows, query: RecordQuery, scope: Scope, end: int) -> list[Rows]:
    """The first `end` rows in this order. Records that lack the first key are a part of their own, at the end."""
    sort = query.sort or []
    keys = [
        (key, one.order == "desc")
        for number, one in enumerate(sort)
        if (key := _key(one.scope, one.order == "desc", f"key_{number}", scope))
    ]
    for key, _ in keys:
        rows = rows.annotate(**key.prepares)
    order = [[_ordered(by, down=down) for by in key.by] for key, down in keys]
    if keys and keys[0][0].has:  # in this part none is null; said so, the index could not be read downwards
        order[0] = [F(by).desc() if keys[0][1] else F(by).asc() for by in keys[0][0].by]
    whole = rows.order_by(*chain(*order), "position")
    if keys and keys[0][1] and (dates := keys[0][0].later_of):
        whole = whole.filter(pk__in=_latest(rows, dates, [*chain(*order[1:])], scope, end))
    if not keys or (has := keys[0][0].has) is None:
        return [whole]
    lacking = rows.filter(**{f"{has}__isnull": True}).order_by(*chain(*order[1:]), "position")
    return [whole.filter(_within(query, has), **{f"{has}__isnull": False}), lacking]


def _within(query: RecordQuery, column: str) -> Q:
    """The range that is asked for of the number that is sorted by, said of the very rows that give the order."""
    where = Q()
    for one in query.conditions:
        if isinstance(one, Range) and query.sort and one.scope == query.sort[0].scope and one.numbers:
            for bound, word in zip(one.numbers, ("gte", "lte"), strict=True):
                if bound is not None and column.endswith("__number"):
                    where &= Q(**{f"{column}__{word}": bound})
    return where


def shuffled(rows: Rows, scope: Scope) -> list[Rows]:
    """An order of this person's own, always the same.

    Few records are shuffled outright. Of many, nobody sorts all: they come in the order of the queue's random numbers,
    from a place on that is this person's.
    """
    seed = seed_of(scope)
    if scope.dataset.count.records <= SHUFFLED:
        luck = Func(F("position"), Value(seed), function="hashint8extended", output_field=BigIntegerField())
        return [rows.annotate(luck=luck).order_by("luck", "position")]
    rows, order = rows.filter(queue__dataset=scope.dataset), ("queue__shuffle", "position")
    return [
        rows.filter(queue__shuffle__gte=seed).order_by(*order),
        rows.filter(queue__shuffle__lt=seed).order_by(*order),
    ]


def seed_of(scope: Scope) -> int:
    """Where this person's order begins: 31 bits."""
    return int.from_bytes(blake2b(scope.by.pk.bytes, digest_size=4).digest(), "big") >> 1


def _latest(rows: Rows, dates: tuple[str, str], then: list[OrderBy], scope: Scope, end: int) -> Rows:
    """Ids among which are the first `end` by the later of two dates: each is among the first by one of them.

    That holds for the latest alone. Who asks for the earliest waits until all rows were looked at.
    """
    of_record, of_queue = dates
    turned = rows.filter(**{f"{of_queue}__isnull": False}, queue__dataset=scope.dataset)
    first, second = (
        some.order_by(F(date).desc(), *then, "position").values_list("pk", flat=True)[:end]
        for some, date in ((rows, of_record), (turned, of_queue))
    )
    return first.union(second, all=True)  # type: ignore[return-value]


def _ordered(by: str, *, down: bool) -> OrderBy:
    return F(by).desc(nulls_last=True) if down else F(by).asc(nulls_last=True)


@singledispatch
def _key(about: Any, down: bool, name: str, scope: Scope) -> Key | None:
    """The key that a scope means; None if no record has it."""
    raise NotImplementedError


@_key.register
def _(about: RecordScope, down: bool, name: str, scope: Scope) -> Key:
    if about.property == "external_id":
        return Key(["external_id"], has="external_id")
    if about.property == "status":  # "completed" comes before "pending"
        pending = ExpressionWrapper(Q(queue__completed=False), output_field=BooleanField())
        return Key([name], {name: pending})
    if about.property == "updated_at":
        dates = ("updated_at", "queue__turned_at")
        return Key([name], {name: Greatest(*dates)}, later_of=dates)
    return Key(["pk" if about.property == "id" else about.property])


@_key.register
def _(about: MetadataScope, down: bool, name: str, scope: Scope) -> Key:
    prop = scope.metadata(about.metadata_property)
    if not prop.is_indexed:
        value = part("metadata", prop.name)
        by = (most if down else least)(value) if prop.kind.is_number else one_term(value)
        return Key([name], {name: by}, name)
    which = "is_most" if down else "is_least"
    related = FilteredRelation("values", condition=Q(values__property=prop.pk, **{f"values__{which}": True}))
    column = f"{name}__{'number' if prop.kind.is_number else 'term'}"
    return Key([column], {name: related}, column)


@_key.register
def _(about: SuggestionScope, down: bool, name: str, scope: Scope) -> Key | None:
    question = scope.question(about.question)
    related = FilteredRelation("suggestions", condition=Q(suggestions__question=question.id))
    if about.property != "value":
        column = {"score": "score_high" if down else "score_low"}.get(about.property, about.property)
        return Key([f"{name}__{column}"], {name: related}, f"{name}__{column}")
    if not question.kind.is_sought:
        return None
    number = f"{name}_number"  # ratings go by it, for as text 10 comes before 2
    return Key(
        [number, f"{name}__term"], {name: related, number: least(F(f"{name}__value"))}, f"{name}__term"
    )


@_key.register
def _(about: ResponseScope, down: bool, name: str, scope: Scope) -> Key | None:
    found = Response.objects.filter(record=OuterRef("pk")).order_by()
    if scope.person:
        found = found.filter(membership=scope.person)
    if about.question is None:
        status = found.values("record").annotate(key=Min("status")).values("key")
        return Key([name], {name: Subquery(status)}, name)
    question = scope.question(about.question)
    if not question.kind.is_sought:
        return None
    value, number = part("values", question.name), f"{name}_number"
    means = found.values("record").annotate(key=Avg(least(value))).values("key")
    words = found.values("record").annotate(key=Min(one_term(value))).values("key")
    return Key([number, name], {number: Subquery(means), name: Subquery(words)}, name)

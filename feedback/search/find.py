"""A page of the records that a query asks for, with their scores and their number (contract section 6.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from uuid import UUID

from django.db import connection
from django.db.models import Count, QuerySet, Window

from core.errors import Invalid
from feedback.models import Record
from feedback.search import order, similar
from feedback.search.matching import Matches, Sought, matching
from feedback.search.query import RecordQuery, VectorQuery
from feedback.search.scope import Scope
from feedback.search.words import bounded, vector

COUNTED = 100_000  # records behind the page that are counted; where there are more, the total says so many
RANKED = (
    500  # records that are ordered by relevance: the first that match; the rest comes behind in its own order
)
WEIGHTS = "{1,1,1,1}"  # of D, C, B, A, which only tell fields apart


class MissingVector(Invalid):
    """The record to compare with has no such vector: the contract has a form of its own for that."""


@dataclass(frozen=True)
class Found:
    """Ids of a page with their scores, and how many there are on all pages."""

    ids: Sequence[UUID]
    scores: Sequence[float | None]
    total: int


def find(query: RecordQuery, scope: Scope, *, offset: int, limit: int) -> Found:
    """The page. `Invalid` if the query names what the dataset has not. A draft has no records."""
    if not scope.dataset.is_published:
        return Found([], [], 0)
    found = matching(query, scope)
    if query.vector:
        return _similar(query.vector, found, scope, offset, limit)
    if found.sought and not query.sort:
        return _relevant(found, found.sought, scope, offset, limit)
    if query.sort:
        ids = _slice(order.parts(found.rows, query, scope, offset + limit), offset, limit)
        scores: list[float | None] = [None] * len(ids)
    elif scope.shuffles:
        ids = _slice(order.shuffled(found.rows, scope), offset, limit)
        scores = [*_luck(ids, scope)]
    elif found.conditions and found.is_gathered:
        every = found.rows.annotate(every=Window(Count("*"))).order_by(*found.order)
        page = list(every.values_list("pk", "every")[offset : offset + limit])
        if page:  # they were all looked at, so their number comes with them
            return Found([pk for pk, _ in page], [1.0] * len(page), page[0][1])
        ids, scores = [], []
    elif found.conditions:
        ids = _slice([found.rows.order_by(*found.order)], offset, limit)
        scores = [1.0] * len(ids)
    else:
        everything = scope.dataset.records.from_offset(scope.dataset, offset)
        ids = list(everything.values_list("pk", flat=True)[:limit])
        scores = [1.0] * len(ids)
    return Found(ids, scores, _total(found, scope, offset + limit))


def _total(found: Matches, scope: Scope, end: int) -> int:
    """All matches, as far as they are counted; the kept count where nothing is asked for."""
    if not found.conditions and not found.sought:
        return int(scope.dataset.count.records)
    return found.number(scope, end + COUNTED)


def _slice(parts: Sequence[QuerySet[Record]], offset: int, limit: int) -> list[UUID]:
    """Ids out of parts that come one after the other."""
    ids: list[UUID] = []
    for part in parts:
        ids += part.values_list("pk", flat=True)[offset : offset + limit - len(ids)]
        if len(ids) >= limit:
            break
        offset = 0 if ids or not offset else max(0, offset - part.order_by().count())
    return ids


def _relevant(found: Matches, sought: Sought, scope: Scope, offset: int, limit: int) -> Found:
    """By relevance, as far as records are ranked; on one's own page shaken by somebody's luck."""
    rows = found.rows.order_by(*found.order).values_list("pk", flat=True)
    first = list(rows[:RANKED])
    scores = _scores(first, sought, scope)
    ranked = sorted(first, key=lambda pk: -scores[pk])  # keeps the order of those that are alike
    ids, end = ranked[offset : offset + limit], offset + limit
    if len(first) < RANKED:
        return Found(ids, [scores[pk] for pk in ids], len(first))
    if end > RANKED:
        rest = list(rows[max(offset, RANKED) : end])
        scores |= _scores(rest, sought, scope)
        ids += rest
    return Found(ids, [scores[pk] for pk in ids], _total(found, scope, end))


def _scores(ids: Sequence[UUID], sought: Sought, scope: Scope) -> dict[UUID, float]:
    """How often and how close together each has the words, for its length: from 0 to 1."""
    new = Record.objects.filter(pk__in=sought.fresh.intersection(ids)).values_list("pk", "fields")
    read = {pk: vector(bounded(scope.dataset.shape.texts(fields)), scope.dataset.pk) for pk, fields in new}
    old = [pk for pk in ids if pk not in sought.fresh]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select id, ts_rank_cd(%s, words, %s::tsquery, 1 | 32) from (
                select record_id, vector from feedback_recordwords where record_id = any(%s)
                union all select id, words::tsvector from unnest(%s::uuid[], %s::text[]) as x(id, words)
            ) as both_kinds(id, words)
            """,
            [WEIGHTS, sought.tsquery, old, list(read), list(read.values())],
        )
        scores = {pk: float(score) for pk, score in cursor.fetchall()}
    luck = dict(zip(ids, _luck(ids, scope), strict=True)) if scope.shuffles else {}
    return {pk: scores.get(pk, 0.0) * luck.get(pk, 1.0) for pk in ids}


def _luck(ids: Sequence[UUID], scope: Scope) -> list[float]:
    """A number between 0 and 1 for each record, this person's own and always the same."""
    seed = scope.by.pk.bytes
    return [int.from_bytes(blake2b(pk.bytes + seed, digest_size=6).digest(), "big") / (1 << 48) for pk in ids]


def _similar(asked: VectorQuery, found: Matches, scope: Scope, offset: int, limit: int) -> Found:
    """By similarity, among the records that hold for everything else and have the vector."""
    settings = scope.vector(asked.name)
    to = asked.value
    if asked.record_id is not None:
        if not Record.objects.filter(dataset=scope.dataset, pk=asked.record_id).exists():
            raise Invalid(f"The dataset has no record with the id {asked.record_id}.")
        to = similar.vector_of(asked.record_id, settings)
        if to is None:
            raise MissingVector(f"The record {asked.record_id} has no vector {asked.name!r}.")
    if to is None or len(to) != settings.dimensions:
        raise Invalid(f"The vector {asked.name!r} needs {settings.dimensions} numbers, not {len(to or ())}.")
    rows = found.rows.exclude(pk=asked.record_id) if asked.record_id else found.rows
    most_similar = asked.order == "most_similar"
    near = similar.nearest(rows, settings, to, most_similar=most_similar, limit=offset + limit)
    page = near[offset : offset + limit]
    return Found([pk for pk, _ in page], [score for _, score in page], similar.matching_count(rows, settings))

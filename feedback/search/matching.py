"""A query as conditions on records, so put that PostgreSQL need not walk a whole dataset for them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.expressions import RawSQL

from feedback.models import Record, RecordWords, SearchBacklog
from feedback.models.queue import POSITION
from feedback.models.records import RecordQuerySet
from feedback.search.conditions import Condition, condition
from feedback.search.expressions import matches
from feedback.search.fresh import fresh
from feedback.search.query import RecordQuery, TextQuery
from feedback.search.scope import Scope
from feedback.search.text import read_text

COUNTED = 100_000  # records with a word that are counted at first
FEW = 1000  # records that are better named one by one
SOME = 20_000  # records of which all are looked at, where they must be something else as well
IDS = "select search_records(%s, %s, null) union all select unnest(%s::uuid[])"
MANY = 5000  # records with a word that are better looked for among those of the other conditions


@dataclass
class Sought:
    """Words that are sought, and the records with them that are not indexed yet.

    `indexed`: how many others there are, at most COUNTED. `having`: the condition on records.
    """

    tsquery: str
    fresh: set[UUID]
    indexed: int
    having: Q = field(default_factory=Q)

    def number(self, scope: Scope, limit: int) -> int:
        """How many records have them, as far as this."""
        indexed = self.indexed
        if indexed == COUNTED < limit:
            indexed, _, _ = _search(scope, self.tsquery, limit)
        return min(limit, indexed + len(self.fresh))

    def ids(self, scope: Scope) -> tuple[str, list[Any]]:
        """A statement that gives the ids of them all, and what is to be put into it."""
        return IDS, [scope.dataset.pk, self.tsquery, list(self.fresh)]


@dataclass
class Matches:
    """The records that a query asks for. `order`: the order in which they came, by an index that has them alone."""

    filtered: RecordQuerySet
    order: tuple[str, ...] = ("position",)
    is_few: bool = False  # whether the ids of a few are known, of which they are some
    is_gathered: bool = False  # whether all of them are read for any page
    sought: Sought | None = None
    conditions: list[Condition] = field(default_factory=list)

    @property
    def rows(self) -> RecordQuerySet:
        """The records, to read a page of them."""
        return self.filtered.filter(self.sought.having) if self.sought else self.filtered

    def number(self, scope: Scope, limit: int) -> int:
        """How many there are, as far as this."""
        if self.sought and not self.conditions:
            return self.sought.number(scope, limit)
        if len(self.conditions) == 1 and not self.sought and (ids := self.conditions[0].ids) is not None:
            return ids.distinct()[:limit].count()
        if self.sought and not self.is_few and all(one.ids is not None for one in self.conditions):
            return self._common(self.sought, scope, limit)
        return self.rows.order_by()[:limit].count()

    def _common(self, sought: Sought, scope: Scope, limit: int) -> int:
        """How many ids the indexes of all conditions have in common. Records themselves need not be read for that."""
        given = [one.ids.query.sql_with_params() for one in self.conditions if one.ids is not None]
        sets = [sought.ids(scope), *given]
        common = " intersect ".join(f"({sql})" for sql, _ in sets)
        with connection.cursor() as cursor:
            cursor.execute(
                f"select count(*) from ({common} limit %s) as common",  # noqa: S608  statements of querysets
                [*(value for _, values in sets for value in values), limit],
            )
            return int(cursor.fetchone()[0])


def matching(query: RecordQuery, scope: Scope) -> Matches:
    """The records; `Invalid` if the query names what the dataset has not.

    A condition that few records meet becomes the list of their ids, read from its own index: whatever else is asked is
    then looked up for them alone, and the planner has nothing to guess.
    """
    found = Matches(Record.objects.filter(dataset=scope.dataset))
    found.conditions = [condition(one, scope) for one in query.conditions]
    if query.text:
        found.sought = _seek(query.text, scope)
    few: set[UUID] | None = None
    gathers = False
    for one in found.conditions:
        ids = None if one.ids is None else list(one.ids[: FEW + 1])
        if ids is None or len(ids) > FEW:
            found.filtered = found.filtered.filter(one.where)
            gathers = gathers or (one.ids is not None and one.ids[: SOME + 1].count() <= SOME)
        else:
            few = set(ids) if few is None else few & set(ids)
    if few is not None:
        found.filtered, found.is_few = found.filtered.filter(pk__in=few), True
    elif gathers and len(found.conditions) + bool(found.sought) > 1:
        # Nothing gives this order, so that all of the few are read; else the planner may walk the dataset for them.
        found.filtered = found.filtered.annotate(gathered=F("position") + 0)
        found.order, found.is_gathered = ("gathered",), True
    elif orders := [one.order for one in found.conditions if one.order]:
        found.order = orders[0]
        found.filtered = found.filtered.annotate(queue_position=F("queue__rank").bitand(POSITION))
    return found


def _seek(text: TextQuery, scope: Scope) -> Sought | None:
    """What is sought; None if that is everything."""
    place = scope.field(text.field)
    node = read_text(text.q)
    if node is None:
        return None
    tsquery = node.tsquery(place)
    # First those that wait, then the index: what is indexed between the two is found by both, and not by neither.
    waiting = fresh(scope, node, place)
    number, indexed, waiting = _search(scope, tsquery, COUNTED, waiting)
    sought = Sought(tsquery, waiting, number)
    if number <= FEW and len(sought.fresh) <= FEW:
        sought.having = Q(pk__in={*indexed, *sought.fresh})
    elif sought.fresh or number <= max(MANY, scope.dataset.count.records // 20):
        sought.having = Q(pk__in=RawSQL(*sought.ids(scope)))  # noqa: S611
    else:
        # So many have it that a page is full soon, whatever else they must be. (Not where fresh ones come in addition:
        # for "this or that" PostgreSQL would look through the words of the whole dataset.)
        waits = SearchBacklog.objects.filter(dataset=scope.dataset, record=OuterRef("pk"))
        has = RecordWords.objects.filter(matches(tsquery), record=OuterRef("pk"))
        sought.having = Q(Exists(has)) & ~Q(Exists(waits))
    return sought


def _search(
    scope: Scope, tsquery: str, limit: int, waiting: Collection[UUID] = ()
) -> tuple[int, list[UUID], set[UUID]]:
    """How many have it, as far as this, and which, if they are few; and which of those that waited still do.

    One look into the index for all of it: what does not wait any more is among the others.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select count(*), case when count(*) <= %s then array_agg(id) end, (
                select array_agg(record_id) from feedback_searchbacklog
                where dataset_id = %s and record_id = any(%s))
            from search_records(%s, %s, %s) as found(id)
            """,
            [FEW, scope.dataset.pk, list(waiting), scope.dataset.pk, tsquery, limit],
        )
        number, ids, still = cursor.fetchone()
    return number, ids or [], set(still or ())

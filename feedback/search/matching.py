"""A query as conditions on records, so put that PostgreSQL need not walk a whole dataset for them."""

from __future__ import annotations

from dataclasses import dataclass, field
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
from feedback.search.text import Node, read_text

FEW = 1000  # records that are better named one by one
MANY = 20_000  # records with a word that are better looked for among those of the other conditions


@dataclass
class Sought:
    """Words that are sought, and the records with them that are not indexed yet (id -> words)."""

    node: Node
    tsquery: str
    fresh: dict[UUID, str]


@dataclass
class Matches:
    """The records that a query asks for. `order`: the order in which they came, by an index that has them alone."""

    rows: RecordQuerySet
    order: tuple[str, ...] = ("position",)
    sought: Sought | None = None
    conditions: list[Condition] = field(default_factory=list)


def matching(query: RecordQuery, scope: Scope) -> Matches:
    """The records; `Invalid` if the query names what the dataset has not.

    A condition that few records meet becomes the list of their ids, read from its own index: whatever else is asked is
    then looked up for them alone, and the planner has nothing to guess.
    """
    found = Matches(Record.objects.filter(dataset=scope.dataset))
    found.conditions = [condition(one, scope) for one in query.conditions]
    if query.text:
        _seek(query.text, scope, found)
    few: set[UUID] | None = None
    for one in found.conditions:
        ids = None if one.ids is None else list(one.ids[: FEW + 1])
        if ids is None or len(ids) > FEW:
            found.rows = found.rows.filter(one.where)
        else:
            few = set(ids) if few is None else few & set(ids)
    if few is not None:
        found.rows = found.rows.filter(pk__in=few)
    elif orders := [one.order for one in found.conditions if one.order]:
        found.order = orders[0]
        found.rows = found.rows.annotate(queue_position=F("queue__rank").bitand(POSITION))
    return found


def _seek(text: TextQuery, scope: Scope, found: Matches) -> None:
    field = scope.field(text.field)
    node = read_text(text.q)
    if node is None:
        return
    tsquery = node.tsquery(field)
    found.sought = Sought(node, tsquery, fresh(scope, node, field))
    indexed = _search(scope, tsquery, FEW + 1)
    if len(indexed) + len(found.sought.fresh) <= FEW:
        found.rows = found.rows.filter(pk__in={*indexed, *found.sought.fresh})
        return
    most = max(MANY, scope.dataset.count.records // 20)
    new = list(found.sought.fresh)
    if len(indexed) <= FEW or _number(scope, tsquery, most + 1) <= most:
        sql = "select search_records(%s, %s, null) union all select unnest(%s::uuid[])"
        found.rows = found.rows.filter(pk__in=RawSQL(sql, [scope.dataset.pk, tsquery, new]))  # noqa: S611
        return
    waits = SearchBacklog.objects.filter(dataset=scope.dataset, record=OuterRef("pk"))
    has = RecordWords.objects.filter(matches(tsquery), record=OuterRef("pk"))
    found.rows = found.rows.filter(Q(Exists(has)) & ~Q(Exists(waits)) | Q(pk__in=new))


def _search(scope: Scope, tsquery: str, limit: int) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute("select search_records(%s, %s, %s)", [scope.dataset.pk, tsquery, limit])
        return [pk for (pk,) in cursor.fetchall()]


def _number(scope: Scope, tsquery: str, limit: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from search_records(%s, %s, %s)", [scope.dataset.pk, tsquery, limit])
        return int(cursor.fetchone()[0])

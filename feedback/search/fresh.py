"""Records whose words are not indexed yet: looked into as they stand, so that search is exact at every moment.

PostgreSQL looks for pieces of what is sought in their text, and what it finds is read by the rules of words.py and
text.py. Writers keep such records few (feedback/actions/indexing.py).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from feedback.models import Dataset, SearchBacklog
from feedback.search.scope import Scope
from feedback.search.text import Needles, Node
from feedback.search.words import bounded

MOST = (
    125_000  # a few more than writers let wait; after an upgrade there may be more, and then the newest count
)
PAGE = 2000  # records in memory at a time


def is_late(dataset: Dataset) -> bool:
    """Whether more records wait than search looks into: then old ones may be missing from what is found."""
    return SearchBacklog.objects.filter(dataset=dataset)[MOST : MOST + 1].exists()


def fresh(scope: Scope, node: Node, field: int | None, *, most: int = MOST) -> set[UUID]:
    """Those that hold what is sought, among so many of the newest that wait."""
    found: set[UUID] = set()
    if not scope.texts:
        return found
    where, needles = _like(node.needles())
    before: UUID | None = None
    left = most
    while left > 0:
        page = _page(scope, before)
        for pk, fields in _look(page, scope, where, needles):
            words = bounded(scope.dataset.shape.texts(fields))
            if node.holds(words if field is None else words[field : field + 1]):
                found.add(pk)
        left -= len(page)
        if len(page) < PAGE:
            break
        before = page[-1]
    return found


def _page(scope: Scope, before: UUID | None) -> list[UUID]:
    """The newest that wait, older than this one."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            select record_id from feedback_searchbacklog
            where dataset_id = %s {"and record_id < %s" if before else ""} order by record_id desc limit %s
            """,  # noqa: S608  nothing from outside is put in
            [scope.dataset.pk, *([before] if before else []), PAGE],
        )
        return [pk for (pk,) in cursor.fetchall()]


def _look(
    page: Sequence[UUID], scope: Scope, where: str, needles: list[str]
) -> list[tuple[UUID, dict[str, Any]]]:
    if not page:
        return []
    text = ", ' ', ".join("fields -> %s" for _ in scope.texts)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            select id, fields from (
                select id, fields, lower(concat({text})) as text from feedback_record where id = any(%s) offset 0
            ) as waiting
            where {where}
            """,  # noqa: S608  nothing but %s is put in
            [*scope.texts, list(page), *needles],
        )
        return [(pk, json.loads(fields)) for pk, fields in cursor.fetchall()]  # Django leaves JSON as text


def _like(needles: Needles) -> tuple[str, list[str]]:
    """A condition on `text`, and what is to be put into it."""
    if needles is None:
        return "true", []
    if isinstance(needles, str):
        return "strpos(text, %s) > 0", [needles]
    how, parts = needles
    inner = [_like(one) for one in parts]
    return "(" + f" {how} ".join(one for one, _ in inner) + ")", [
        word for _, words in inner for word in words
    ]

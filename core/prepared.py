"""Queries that come with every request, written as SQL once: Django takes longer to write one than PostgreSQL to
answer it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import BooleanField, F, Func, Model, QuerySet, UUIDField, Value
from django.db.models.query import get_related_populators

M = TypeVar("M", bound=Model)


class IsAny(Func):
    """Whether an id is any of these, which travel as one array: Django takes longer to write hundreds of parameters
    than PostgreSQL takes to answer."""

    template, arg_joiner = "%(expressions)s)", " = any("
    output_field = BooleanField()

    def __init__(self, name: str, ids: Iterable[UUID]) -> None:
        super().__init__(F(name), Value(list(ids), ArrayField(UUIDField())))


class Prepared(Generic[M]):
    """The rows of a query in which `places` stand for values that come later.

    `build` is called with the first request, for there are no models before. It has the places for arguments, and uses
    each of them as a value of a filter, whole.

        by_digest = Prepared(lambda place: ApiKey.objects.filter(digest=place), "the digest")
        found = by_digest(digest)
    """

    def __init__(self, build: Callable[..., QuerySet[M]], *places: object) -> None:
        self._build = build
        self._places = places
        self._read: Callable[[tuple[Any, ...]], M] | None = None

    def __call__(self, *values: Any) -> list[M]:
        """The rows where these values stand for the places, in their order."""
        if self._read is None:
            self._read = self._prepare()
        with connection.cursor() as cursor:
            cursor.execute(
                self._sql, [values[which] if which is not None else fixed for which, fixed in self._params]
            )
            return [self._read(row) for row in cursor.fetchall()]

    def _prepare(self) -> Callable[[tuple[Any, ...]], M]:
        compiler = self._build(*self._places).query.get_compiler(DEFAULT_DB_ALIAS)
        self._sql, params = compiler.as_sql()
        self._params = [(self._places.index(one) if one in self._places else None, one) for one in params]
        assert {which for which, _ in self._params} >= set(range(len(self._places))), "A place was not used."
        select, info = compiler.select, compiler.klass_info
        assert info is not None
        assert not compiler.annotation_col_map
        model, fields = info["model"], info["select_fields"]
        start, end = fields[0], fields[-1] + 1
        names = [one[0].target.attname for one in select[start:end]]
        related = get_related_populators(info, select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]  # of a newer Django
        converters = compiler.get_converters([one[0] for one in select])

        def read(row: tuple[Any, ...]) -> M:
            if converters:
                converted = list(row)
                for place, (steps, expression) in converters.items():
                    for step in steps:
                        converted[place] = step(converted[place], expression, connection)
                row = tuple(converted)
            made: M = model.from_db(DEFAULT_DB_ALIAS, names, row[start:end])
            for populator in related:
                populator.populate(row, made)
            return made

        return read

"""Indexes of vectors: built where there are many, used under row-level security, dropped with their settings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from django.conf import settings as installation
from django.core.management import call_command
from django.db import connection, transaction

from config.celery import SCHEDULE
from core.tenancy import acting_for
from feedback import checks
from feedback.actions import vector_indexes
from feedback.actions.datasets import remove_dataset
from feedback.actions.entries import Entry
from feedback.actions.records import create_records, delete_records
from feedback.actions.schema import add_vector_settings, remove_vector_settings
from feedback.models import Dataset, Record, VectorSettings
from feedback.search import similar
from feedback.search.similar import nearest
from feedback.search.vector_indexes import index_name, indexed
from feedback.tasks import tend_vector_indexes
from tests import make
from tests.cast import Cast, assemble

DIMENSIONS, MANY = 8, 1200


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    with transaction.atomic():
        return assemble()


@pytest.fixture(autouse=True)
def _a_thousand_are_many(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(vector_indexes, "LARGE", 1000)
    yield
    with transaction.atomic():
        VectorSettings.objects.all()._raw_delete(using="default")
    tend_vector_indexes()
    assert vector_indexes._indexes() == {}


def filled(
    workspace: Any, number: int = MANY, dimensions: int = DIMENSIONS
) -> tuple[Dataset, VectorSettings]:
    chance = np.random.default_rng(number)
    with transaction.atomic():
        made = make.dataset(
            workspace, fields={"prompt": {"type": "text"}}, questions={"comment": {"type": "text"}}
        )
        settings = add_vector_settings(made, name="meaning", title="Meaning", dimensions=dimensions)
        entries = [
            Entry(fields={"prompt": str(n)}, vectors={"meaning": value}, metadata={"number": n})
            for n, value in enumerate(chance.normal(size=(number, dimensions)).tolist())
        ]
        create_records(made, entries)
    return made, settings


def is_indexed(settings: VectorSettings) -> bool:
    with transaction.atomic():
        return indexed(settings) > 0


def test_the_clock_asks_for_it() -> None:
    assert tend_vector_indexes.name in {one["task"] for one in SCHEDULE.values()}
    assert installation.CELERY_TASK_ALWAYS_EAGER  # so that the tests above and below run it here


def test_an_index_is_built_where_there_are_many_vectors(cast: Cast) -> None:
    (_, large), (_, small) = filled(cast.workspace), filled(cast.workspace, 900)
    for _ in range(2):
        tend_vector_indexes()
        assert (is_indexed(large), is_indexed(small)) == (True, False)


def test_records_without_vectors_need_no_index(cast: Cast) -> None:
    dataset, used = filled(cast.workspace)
    with transaction.atomic():
        unused = add_vector_settings(dataset, name="style", title="Style", dimensions=2)
    for _ in range(2):
        tend_vector_indexes()
    assert (is_indexed(used), is_indexed(unused)) == (True, False)


def test_the_application_uses_the_index_under_row_level_security(cast: Cast) -> None:
    _, settings = filled(cast.workspace)
    filled(cast.rival_workspace)
    tend_vector_indexes()
    with connection.cursor() as cursor:
        cursor.execute("analyze feedback_vector")
        cursor.execute("select rolsuper or rolbypassrls from pg_roles where rolname = current_user")
        assert cursor.fetchone() == (False,)
    with acting_for(cast.acme.pk), transaction.atomic():
        plan = _plan_of_candidates(settings)
    assert f"Index Scan using {index_name(settings.pk)}" in plan
    assert "current_organization" in plan or "InitPlan" in plan


def _plan_of_candidates(settings: VectorSettings) -> str:
    with connection.execute_wrapper(_explain):
        try:
            similar._candidates(settings, similar._literal([1] * DIMENSIONS, 1), 5, reach=10)
        except _Plan as plan:
            return str(plan)
    raise AssertionError("No vectors were asked for.")


class _Plan(Exception):
    """What PostgreSQL would do."""


def _explain(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    if "hnsw." in sql:
        return execute(sql, params, many, context)
    execute(f"explain {sql}", params, many, context)
    raise _Plan("\n".join(line for (line,) in context["cursor"].fetchall()))


def test_what_the_index_finds_is_what_comparing_all_finds(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same records for every way to ask, which change nothing."""
    dataset, settings = filled(cast.workspace)
    to = np.random.default_rng(9).normal(size=DIMENSIONS).tolist()

    def found(most_similar: bool, begin: int) -> list[tuple[UUID, float]]:
        rows = Record.objects.filter(dataset=dataset, position__gte=begin)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("set local enable_sort = off")  # so few would rather be sorted than looked up
            return nearest(rows, settings, to, most_similar=most_similar, limit=40)

    asked = [(most_similar, begin) for most_similar in (True, False) for begin in (0, 200, 900, 1190)]
    exactly = {one: found(*one) for one in asked}
    tend_vector_indexes()
    assert is_indexed(settings)
    for price in (0, similar.CANDIDATE, 1000):  # whichever is taken for cheaper
        monkeypatch.setattr(similar, "CANDIDATE", price)
        for most_similar, begin in asked:
            by_index, where = found(most_similar, begin), f"{price=} {most_similar=} {begin=}"
            assert by_index == sorted(by_index, key=lambda one: (-one[1], one[0])), where
            assert len(by_index) == min(40, MANY - begin), where
            alike = set(by_index) & set(exactly[most_similar, begin])
            assert len(alike) >= 0.95 * len(exactly[most_similar, begin]), where


def test_deleted_records_are_not_found_by_the_index(cast: Cast) -> None:
    dataset, settings = filled(cast.workspace)
    tend_vector_indexes()
    with transaction.atomic():
        found = nearest(dataset.records.all(), settings, [1] * DIMENSIONS, most_similar=True, limit=10)
        delete_records(dataset, [pk for pk, _ in found])
        left = nearest(dataset.records.all(), settings, [1] * DIMENSIONS, most_similar=True, limit=10)
    assert len(left) == 10
    assert not {pk for pk, _ in left} & {pk for pk, _ in found}


def test_an_index_goes_with_its_settings(cast: Cast) -> None:
    (_, settings), (dataset, _) = filled(cast.workspace), filled(cast.rival_workspace)
    tend_vector_indexes()
    tend_vector_indexes()
    assert len(vector_indexes._indexes()) == 2
    with transaction.atomic():
        remove_vector_settings(settings)
        remove_dataset(dataset)
    tend_vector_indexes()
    assert vector_indexes._indexes() == {}


def test_an_index_whose_builder_died_is_built_anew(cast: Cast) -> None:
    _, settings = filled(cast.workspace)
    name = index_name(settings.pk)
    with connection.cursor() as cursor, pytest.raises(Exception, match="could not create unique index"):
        cursor.execute(  # fails as late as a worker dies, and leaves as much behind
            f"create unique index concurrently {name} on feedback_vector (settings_id)"
        )
    assert vector_indexes._indexes() == {name: False}
    assert not is_indexed(settings)
    tend_vector_indexes()
    assert is_indexed(settings)


def test_an_index_that_somebody_builds_is_left_alone(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    _, settings = filled(cast.workspace)
    name = index_name(settings.pk)
    with connection.cursor() as cursor, pytest.raises(Exception, match="could not create unique index"):
        cursor.execute(f"create unique index concurrently {name} on feedback_vector (settings_id)")
    monkeypatch.setattr(vector_indexes, "_building", lambda: {name})
    tend_vector_indexes()
    assert vector_indexes._indexes() == {name: False}
    monkeypatch.undo()
    tend_vector_indexes()


def test_more_dimensions_than_an_index_takes_are_compared_one_by_one(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vector_indexes, "MOST_DIMENSIONS", DIMENSIONS - 1)
    _, settings = filled(cast.workspace)
    tend_vector_indexes()
    assert not is_indexed(settings)


@pytest.mark.parametrize(
    ("version", "said"), [(None, "has no pgvector"), ("0.7.4", "0.7.4, which is too old"), ("0.8.5", None)]
)
def test_the_operator_hears_that_pgvector_is_missing(
    monkeypatch: pytest.MonkeyPatch, version: str | None, said: str | None
) -> None:
    def pretend(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        return execute("select %s where %s is not null", [version, version], many, context)

    with connection.execute_wrapper(pretend):
        found = checks.vectors_can_be_compared(databases=["default"])
    assert [one.id for one in found] == (["feedback.W001"] if said else [])
    assert all(said in one.msg for one in found if said)
    call_command("check", database=["default"])

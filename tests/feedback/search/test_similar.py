"""Records that are like a vector: what is compared is right, whoever asks and however many there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from django.db import connection

from core.errors import Invalid
from core.tenancy import acting_for
from feedback.actions import vectors
from feedback.actions.entries import Entry
from feedback.actions.records import create_records, delete_records
from feedback.actions.schema import add_vector_settings
from feedback.models import Dataset, Record, VectorSettings
from feedback.models.records import RecordQuerySet
from feedback.search import similar
from feedback.search.similar import matching_count, nearest, vector_of
from tests import make
from tests.cast import Cast

pytestmark = pytest.mark.django_db
FIELDS: dict[str, Any] = {"fields": {"prompt": {"type": "text"}}, "questions": {"comment": {"type": "text"}}}


@pytest.fixture
def dataset(cast: Cast) -> Dataset:
    return make.dataset(cast.workspace, **FIELDS)


def settings(dataset: Dataset, dimensions: int = 2, name: str = "meaning") -> VectorSettings:
    return add_vector_settings(dataset, name=name, title=name.title(), dimensions=dimensions)


def fill(
    dataset: Dataset, values: Sequence[Sequence[float] | None], name: str = "meaning", **given: Any
) -> list[UUID]:
    """A record for each, some without a vector; ids in their order."""
    entries = [
        Entry(fields={"prompt": str(n)}, vectors={} if value is None else {name: value}, **given)
        for n, value in enumerate(values)
    ]
    return create_records(dataset, entries).ids


def of(dataset: Dataset) -> RecordQuerySet:
    return Record.objects.filter(dataset=dataset)


def cosines(values: np.ndarray, to: Sequence[float]) -> np.ndarray:
    return values @ np.array(to) / np.linalg.norm(values, axis=1) / np.linalg.norm(to)


@pytest.mark.parametrize("most_similar", [True, False])
@pytest.mark.parametrize("filtered", [True, False])
def test_the_nearest_are_those_that_numpy_finds(dataset: Dataset, most_similar: bool, filtered: bool) -> None:
    chance = np.random.default_rng(3)
    values = chance.normal(size=(600, 16)) * chance.choice([1e-6, 1, 1e6], size=(600, 1))
    to, rows, one = chance.normal(size=16).tolist(), of(dataset), settings(dataset, 16)
    ids = fill(dataset, values.tolist())
    right = (1 + (1 if most_similar else -1) * cosines(values, to)) / 2
    if filtered:
        rows = rows.filter(position__gte=400)
        right[:400] = -1
    best = np.argsort(-right)[:50]
    found = nearest(rows, one, to, most_similar=most_similar, limit=50)
    assert [pk for pk, _ in found] == [ids[n] for n in best]
    assert [score for _, score in found] == pytest.approx(right[best], abs=1e-6)


def test_the_same_vector_scores_one_and_its_opposite_zero(dataset: Dataset) -> None:
    one = settings(dataset)
    same, across, opposite = fill(dataset, [[1, 2], [-2, 1], [-3, -6]])
    near = nearest(of(dataset), one, [10, 20], most_similar=True, limit=9)
    assert near == [(same, pytest.approx(1)), (across, pytest.approx(0.5)), (opposite, pytest.approx(0))]
    far = nearest(of(dataset), one, [10, 20], most_similar=False, limit=9)
    assert far == [(opposite, pytest.approx(1)), (across, pytest.approx(0.5)), (same, pytest.approx(0))]


def test_equal_ones_come_as_they_were_inserted(dataset: Dataset) -> None:
    one = settings(dataset)
    ids = fill(dataset, [[n, 3 * n] for n in range(1, 41)])
    for most_similar in (True, False):
        found = nearest(of(dataset), one, [3, 1], most_similar=most_similar, limit=30)
        assert [pk for pk, _ in found] == ids[:30]


def test_a_vector_of_zeros_is_halfway_from_everything(dataset: Dataset) -> None:
    one = settings(dataset)
    near, zero, far = fill(dataset, [[1, 1], [0, 0], [-1, -1]])
    assert nearest(of(dataset), one, [1, 1], most_similar=True, limit=9) == [
        (near, pytest.approx(1)), (zero, 0.5), (far, pytest.approx(0)),
    ]  # fmt: skip
    for most_similar in (True, False):
        found = nearest(of(dataset), one, [0, 0], most_similar=most_similar, limit=9)
        assert found == [(near, 0.5), (zero, 0.5), (far, 0.5)]


@pytest.mark.parametrize("size", [1e-200, 1e-30, 3e38])
def test_the_length_of_a_vector_says_nothing(dataset: Dataset, size: float) -> None:
    one = settings(dataset)
    first, second = fill(dataset, [[1, 0.5], [0.5, 1]])
    found = nearest(of(dataset), one, [size, 0], most_similar=True, limit=9)
    assert [pk for pk, _ in found] == [first, second]
    assert found[0][1] == pytest.approx((1 + 2 / 5**0.5) / 2)


def test_only_records_with_that_vector_take_part(dataset: Dataset) -> None:
    one, other = settings(dataset), settings(dataset, name="style")
    first, _, third = fill(dataset, [[1, 0], None, [0, 1]])
    fill(dataset, [[1, 0]], name="style")
    assert [pk for pk, _ in nearest(of(dataset), one, [1, 0], most_similar=True, limit=9)] == [first, third]
    assert (matching_count(of(dataset), one), matching_count(of(dataset), other)) == (2, 1)
    assert matching_count(of(dataset), one, cap=1) == 1
    assert matching_count(of(dataset).filter(pk=first), one) == 1
    assert matching_count(of(dataset).none(), one) == 0
    assert nearest(of(dataset).none(), one, [1, 0], most_similar=True, limit=9) == []


def test_a_record_can_be_left_out_and_is_gone_when_deleted(dataset: Dataset) -> None:
    one = settings(dataset)
    first, second = fill(dataset, [[1, 0], [0, 1]])
    found = nearest(of(dataset), one, [1, 0], most_similar=True, limit=9, exclude=first)
    assert [pk for pk, _ in found] == [second]
    delete_records(dataset, [second])
    assert nearest(of(dataset), one, [1, 0], most_similar=True, limit=9, exclude=first) == []
    assert (vector_of(first, one), vector_of(second, one)) == ([1, 0], None)


def test_a_changed_vector_is_found_where_it_is_now(dataset: Dataset) -> None:
    one = settings(dataset)
    first, second = fill(dataset, [[1, 0], [1, 1]])
    vectors.write(dataset, [(first, "meaning", [-1, 0])])
    assert [pk for pk, _ in nearest(of(dataset), one, [1, 0], most_similar=True, limit=9)] == [second, first]


def test_what_was_sent_is_kept_to_the_last_bit(dataset: Dataset) -> None:
    one, sent = settings(dataset, 3), [1 / 7, -1e-300, 123456789.123456789]
    (pk,) = fill(dataset, [sent])
    assert vector_of(pk, one) == sent


def test_no_more_than_a_thousand_are_found(dataset: Dataset) -> None:
    one = settings(dataset, 1)
    fill(dataset, [[1]] * 1100)
    assert len(nearest(of(dataset), one, [1], most_similar=True, limit=5000)) == 1000
    assert matching_count(of(dataset), one) == 1000


@pytest.mark.parametrize("wrong", [[1], [1, 2, 3], [1, float("nan")], [float("inf"), 1], [1e39, 1]])
def test_a_vector_that_does_not_fit_is_refused(dataset: Dataset, wrong: list[float]) -> None:
    with pytest.raises(Invalid, match="meaning"):
        nearest(of(dataset), settings(dataset), wrong, most_similar=True, limit=9)


def test_an_organization_never_finds_vectors_of_another(cast: Cast, dataset: Dataset) -> None:
    """Even where the first wall is forgotten: rows and settings that say nothing of whose they are."""
    foreign = make.dataset(cast.rival_workspace, **FIELDS)
    one, theirs = settings(dataset), settings(foreign)
    own, hidden = fill(dataset, [[1, 0]]), fill(foreign, [[1, 0]])
    with acting_for(cast.acme.pk):
        assert [pk for pk, _ in nearest(Record.objects.all(), one, [1, 0], most_similar=True, limit=9)] == own
        assert nearest(Record.objects.all(), theirs, [1, 0], most_similar=True, limit=9) == []
        assert similar._candidates(theirs, "[1,0]", 9, reach=9) == []
        assert (vector_of(hidden[0], theirs), matching_count(Record.objects.all(), theirs)) == (None, 0)
    with acting_for(cast.rival.pk):
        assert [pk for pk, _ in similar._candidates(theirs, "[1,0]", 9, reach=9)] == hidden


def test_without_pgvector_everything_else_works(dataset: Dataset) -> None:
    one = settings(dataset)
    with connection.cursor() as cursor:
        cursor.execute("alter table feedback_vector drop column unit")
    (pk,) = fill(dataset, [[1, 2]])
    assert (vector_of(pk, one), matching_count(of(dataset), one)) == ([1, 2], 1)
    with pytest.raises(Invalid, match="pgvector"):
        nearest(of(dataset), one, [1, 2], most_similar=True, limit=9)


def test_vectors_from_before_pgvector_are_compared_once_it_is_there(dataset: Dataset) -> None:
    one = settings(dataset)
    with connection.cursor() as cursor:
        cursor.execute("alter table feedback_vector drop column unit")
        near, far, beyond = fill(dataset, [[1, 2], [2, -1], [1, 1]])
        cursor.execute("update feedback_vector set value = '{1e300,1}' where record_id = %s", [beyond])
        for _ in range(2):
            cursor.execute("select prepare_vectors()")
            assert cursor.fetchone() == (True,)
    found = nearest(of(dataset), one, [1, 2], most_similar=True, limit=9)
    assert [pk for pk, _ in found] == [near, far]

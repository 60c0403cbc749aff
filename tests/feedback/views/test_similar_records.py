"""A record's page shows managers the records that are like it."""

from typing import Any

import pytest
from django.db import connection

from feedback.actions.entries import Entry
from feedback.actions.records import create_records
from feedback.actions.schema import add_vector_settings
from feedback.models import Dataset
from tests import make
from tests.cast import Cast


@pytest.fixture
def dataset(cast: Cast) -> Dataset:
    return make.dataset(cast.workspace)


def fill(dataset: Dataset, *values: list[float] | None) -> list[Any]:
    entries = [
        Entry(
            fields=make.fields(n),
            external_id=f"number-{n}",
            vectors={} if value is None else {"meaning": value},
        )
        for n, value in enumerate(values)
    ]
    return create_records(dataset, entries).ids


def page(cast: Cast, dataset: Dataset, pk: Any) -> str:
    response = cast.pages(cast.max).get(f"/acme/datasets/{dataset.pk}/records/{pk}/")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_the_five_nearest_come_in_order_with_links(cast: Cast, dataset: Dataset) -> None:
    add_vector_settings(dataset, name="meaning", title="What it means", dimensions=2)
    ids = fill(dataset, [1, 0], None, [0, 1], [1, 0.1], [1, 0.2], [-1, 0], [1, 0.3], [1, 0.4])
    shown = page(cast, dataset, ids[0]).partition("Similar records")[2].partition("</section>")[0]
    assert "What it means" in shown
    places = [shown.index(f'/acme/datasets/{dataset.pk}/records/{ids[n]}/"') for n in (3, 4, 6, 7, 2)]
    assert places == sorted(places)
    assert shown.count("<a ") == 6
    assert f"?like={ids[0]}&amp;by=meaning" in shown
    assert "number-3" in shown
    assert "Prompt 3" in shown
    assert "50 %" in shown  # at right angles


def test_whoever_has_no_vector_is_told(cast: Cast, dataset: Dataset) -> None:
    add_vector_settings(dataset, name="meaning", title="Meaning", dimensions=2)
    first, second = fill(dataset, None, [1, 0])
    assert "This record has no vector to compare by." in page(cast, dataset, first)
    assert "No other record has this vector yet." in page(cast, dataset, second)


def test_a_dataset_without_vectors_says_nothing_about_them(cast: Cast, dataset: Dataset) -> None:
    assert "Similar records" not in page(cast, dataset, make.record(dataset).pk)


def test_without_pgvector_the_page_says_why_nothing_is_compared(cast: Cast, dataset: Dataset) -> None:
    add_vector_settings(dataset, name="meaning", title="Meaning", dimensions=2)
    first, _ = fill(dataset, [1, 0], [1, 1])
    with connection.cursor() as cursor:
        cursor.execute("alter table feedback_vector drop column unit")
    assert "lacks pgvector 0.8" in page(cast, dataset, first)

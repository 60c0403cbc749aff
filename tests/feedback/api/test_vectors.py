"""Vectors of records through the API (contract sections 4.7, 5.2, 7.3 to 7.5, 12)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection

from feedback.actions.schema import add_vector_settings
from feedback.models import Dataset, Vector
from tests import make
from tests.cast import Cast

FIELDS = make.fields()
EXACT = [1 / 7, -2.5, 1e-9]


@pytest.fixture
def dataset(cast: Cast) -> Dataset:
    made = make.dataset(cast.workspace)
    for name in ("first", "second"):
        add_vector_settings(made, name=name, title=name.title(), dimensions=3)
    return made


def bulk(cast: Cast, dataset: Dataset, method: str, *items: dict[str, Any]) -> Any:
    return getattr(cast.api(cast.max), method)(f"/datasets/{dataset.pk}/records/bulk", {"items": list(items)})


def units(name: str) -> list[str]:
    """What is compared, as the database has it, in order of the records."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select unit::text from feedback_vector v join feedback_vectorsettings s on s.id = v.settings_id "
            "where s.name = %s order by record_id",
            [name],
        )
        return [unit for (unit,) in cursor.fetchall()]


def test_vectors_come_back_as_they_were_sent_by_every_way(cast: Cast, dataset: Dataset) -> None:
    max_ = cast.api(cast.max)
    made = bulk(cast, dataset, "post", {"fields": FIELDS, "external_id": "a", "vectors": {"first": EXACT}})
    assert made.json()["items"][0]["vectors"] == {"first": EXACT}
    address = f"/records/{made.json()['items'][0]['id']}"
    assert max_.get(address).json()["vectors"] == {"first": EXACT}
    put = bulk(cast, dataset, "put", {"external_id": "a", "vectors": {"second": [0.1, 0, 0]}}).json()
    assert put["items"][0]["vectors"] == {"first": EXACT, "second": [0.1, 0, 0]}
    patched = max_.patch(address, {"vectors": {"second": ["3", 0, 4]}}).json()
    assert patched["vectors"] == max_.get(address).json()["vectors"] == {"first": EXACT, "second": [3, 0, 4]}
    assert units("second") == ["[0.6,0,0.8]"]


def test_many_vectors_need_no_more_statements(
    cast: Cast, dataset: Dataset, django_assert_max_num_queries: Any
) -> None:
    items = [{"fields": FIELDS, "vectors": {"first": [n, 1, 1], "second": EXACT}} for n in range(300)]
    cast.api(cast.max).get("/me")
    with django_assert_max_num_queries(40):
        assert bulk(cast, dataset, "post", *items).status_code == 201
    assert Vector.objects.count() == 600


def test_pages_with_some_vectors_are_pages_of_records(cast: Cast, dataset: Dataset) -> None:
    has = [{}, {"first": EXACT, "second": EXACT}, {"second": EXACT}, {"first": EXACT}, {}]
    made = bulk(cast, dataset, "post", *({"fields": FIELDS, "vectors": one} for one in has)).json()["items"]
    path, found = f"/datasets/{dataset.pk}/records?limit=2&include=vectors:first,second,none", []
    for offset in (0, 2, 4):
        found += cast.api(cast.max).get(f"{path}&offset={offset}").json()["items"]
    assert [one["id"] for one in found] == [one["id"] for one in made]
    assert [one["vectors"] for one in found] == has


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e400", "1e39", "-1e300", '"x"', "null"])
def test_what_is_no_number_to_compare_is_refused_whole(cast: Cast, dataset: Dataset, value: str) -> None:
    good = json.dumps({"fields": FIELDS, "vectors": {"first": [1, 2, 3]}})
    bad = good.replace("[1, 2, 3]", f"[1, 2, {value}]")
    for method in ("post", "put"):
        refused = getattr(cast.api(cast.max), method)(
            f"/datasets/{dataset.pk}/records/bulk", f'{{"items": [{good}, {bad}]}}'
        )
        assert refused.status_code == 422, value
    assert not dataset.records.exists()


def test_vectors_go_with_their_settings_and_the_others_stay(cast: Cast, dataset: Dataset) -> None:
    (made,) = bulk(
        cast, dataset, "post", {"fields": FIELDS, "vectors": {"first": EXACT, "second": EXACT}}
    ).json()["items"]
    max_, settings = cast.api(cast.max), dataset.vectors_settings.get(name="first")
    assert max_.delete(f"/vectors-settings/{settings.pk}").json()["name"] == "first"
    assert max_.get(f"/records/{made['id']}").json()["vectors"] == {"second": EXACT}
    assert (len(units("first")), len(units("second"))) == (0, 1)
    again = max_.post(
        f"/datasets/{dataset.pk}/vectors-settings", {"name": "first", "title": "x", "dimensions": 1}
    )
    assert again.status_code == 201


@pytest.mark.parametrize(("dimensions", "status"), [(16_000, 201), (16_001, 422), (0, 422)])
def test_as_many_dimensions_as_can_be_kept(
    cast: Cast, dataset: Dataset, dimensions: int, status: int
) -> None:
    path = f"/datasets/{dataset.pk}/vectors-settings"
    made = cast.api(cast.max).post(path, {"name": "long", "title": "Long", "dimensions": dimensions})
    assert made.status_code == status
    if status == 201:
        vector = [0.5] * dimensions
        written = bulk(cast, dataset, "post", {"fields": FIELDS, "vectors": {"long": vector}}).json()
        assert written["items"][0]["vectors"] == {"long": vector}


def test_the_same_vector_again_is_not_written_again(cast: Cast, dataset: Dataset) -> None:
    item = {"fields": FIELDS, "external_id": "a", "vectors": {"first": EXACT}}

    def version() -> str:
        bulk(cast, dataset, "put", item)
        with connection.cursor() as cursor:
            cursor.execute("select ctid::text from feedback_vector")
            (found,) = cursor.fetchone()
        return str(found)

    first = version()
    assert version() == first
    item["vectors"] = {"first": [1, 2, 3]}
    assert version() != first

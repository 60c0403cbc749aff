"""The people of a dataset, stopped records, history and forecast, for programs of managers."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import now

from feedback.actions.nothing import Nothing
from feedback.actions.queue import lease_next
from feedback.actions.responses import discard_response
from feedback.models import DailyTally, Dataset, LabelerTally, Lease
from tests import make
from tests.cast import Cast


@pytest.fixture
def dataset(cast: Cast) -> Dataset:
    dataset = make.dataset(cast.workspace)
    make.records(dataset, 4)
    return dataset


def listed(cast: Cast, dataset: Dataset, query: str = "") -> Any:
    response = cast.api(cast.max).get(f"/datasets/{dataset.pk}/labelers{query}")
    assert response.status_code == 200, response.content
    return response.json()


def test_people_come_with_what_they_have_and_did(cast: Cast, dataset: Dataset) -> None:
    make.response(dataset.records.all()[0], cast.ben)
    lease = lease_next(dataset, by=cast.ben)
    assert isinstance(lease, Lease)
    found = listed(cast, dataset)
    assert found["total"] == 2
    ben, max_ = found["items"]
    assert (ben["username"], ben["submitted"], ben["today"], ben["week"]) == ("ben", 1, 1, 1)
    assert [(one["id"], one["record_id"]) for one in ben["leases"]] == [(str(lease.pk), str(lease.record_id))]
    assert (max_["username"], max_["submitted"], max_["mean_active_ms"], max_["last_at"]) == (
        "max",
        0,
        None,
        None,
    )


def test_the_list_has_pages_words_and_orders(cast: Cast, dataset: Dataset) -> None:
    assert [one["username"] for one in listed(cast, dataset, "?q=be")["items"]] == ["ben"]
    page = listed(cast, dataset, "?order=name&offset=1&limit=1")
    assert ([one["username"] for one in page["items"]], page["total"]) == (["max"], 2)
    refused = cast.api(cast.max).get(f"/datasets/{dataset.pk}/labelers?order=size")
    assert refused.status_code == 422


def test_somebody_is_paused_and_resumed(cast: Cast, dataset: Dataset) -> None:
    address = f"/datasets/{dataset.pk}/labelers/{cast.ben.pk}"
    max_ = cast.api(cast.max)
    assert max_.patch(address, {"is_paused": True}).json()["is_paused"]
    assert isinstance(lease_next(dataset, by=cast.ben), Nothing)
    assert max_.patch(address, {}).json()["is_paused"]
    assert not max_.patch(address, {"is_paused": False}).json()["is_paused"]
    assert isinstance(lease_next(dataset, by=cast.ben), Lease)
    assert max_.patch(address, {"is_paused": None}).status_code == 422


def test_who_does_not_work_there_is_not_there(cast: Cast, dataset: Dataset) -> None:
    for stranger in (cast.dov.pk, cast.cleo.pk, dataset.pk):
        address = f"/datasets/{dataset.pk}/labelers/{stranger}"
        assert cast.api(cast.ana).patch(address, {"is_paused": True}).status_code == 404


def test_a_lease_is_taken_back_once(cast: Cast, dataset: Dataset) -> None:
    lease = lease_next(dataset, by=cast.ben)
    assert isinstance(lease, Lease)
    assert cast.api(cast.max).delete(f"/leases/{lease.pk}").status_code == 204
    assert cast.api(cast.max).delete(f"/leases/{lease.pk}").status_code == 404
    told = cast.api(cast.max).get(f"/records/{lease.record_id}/history").json()["items"]
    assert ("taken_back", "ben") in [(one["event"], one["username"]) for one in told]


def test_stopped_records_are_listed_and_put_back(cast: Cast, dataset: Dataset) -> None:
    one, two, *_ = dataset.records.all()
    discard_response(one, {}, by=cast.ben, reason="bad_prompt", note="Twice the same")
    address, max_ = f"/datasets/{dataset.pk}/stopped-records", cast.api(cast.max)
    found = max_.get(address).json()
    assert found["total"] == 1
    [stopped] = found["items"]
    assert (stopped["record_id"], stopped["text"]) == (str(one.pk), "Prompt 1")
    assert [(said["username"], said["note"]) for said in stopped["reports"]] == [("ben", "Twice the same")]
    sent = {"records": [str(one.pk), str(two.pk)]}
    assert max_.post(f"{address}/put-back", sent).json() == {"put_back": 1}
    assert max_.get(address).json() == {"items": [], "total": 0}
    assert max_.post(f"{address}/put-back", {"records": []}).status_code == 422


def test_the_history_says_how_an_answer_counts(cast: Cast, dataset: Dataset) -> None:
    record = dataset.records.first()
    assert record is not None
    make.response(record, cast.ben)
    make.response(record, cast.max)
    told = cast.api(cast.ana).get(f"/records/{record.pk}/history").json()["items"]
    answers = {one["username"]: one["is_extra"] for one in told if one["event"] == "submitted"}
    assert answers == {"ben": False, "max": True}
    assert {"completed", "added"} <= {one["event"] for one in told}


def test_the_forecast_has_days_and_a_sentence(cast: Cast, dataset: Dataset) -> None:
    common = {"organization": cast.acme, "dataset": dataset, "membership": cast.ben}
    LabelerTally.objects.create(**common, first_at=now() - timedelta(days=1))
    DailyTally.objects.create(**common, day=now().date() - timedelta(days=1), submitted=2)
    dataset.rules.due_at = now() + timedelta(days=1)
    dataset.rules.save()
    found = cast.api(cast.max).get(f"/datasets/{dataset.pk}/forecast").json()
    assert (found["missing"], found["is_exact"], found["per_day"]) == (4, True, 2)
    assert (found["days"], found["days_late"]) == (2, 1)
    assert found["done_on"] == (now().date() + timedelta(days=2)).isoformat()
    assert len(found["last_days"]) == 30
    assert found["last_days"][-2] == {"day": (now().date() - timedelta(days=1)).isoformat(), "answers": 2}
    assert found["detail"].endswith("That is 1 day after it is due.")

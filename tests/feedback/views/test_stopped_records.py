"""A record that somebody says has a bad prompt: what managers see of it, putting it back, deleting it."""

from typing import Any

import pytest

from feedback.actions.queue import lease_next
from feedback.actions.responses import discard_response
from feedback.actions.stops import put_back
from feedback.models import Dataset, Lease, QueueItem, Record
from feedback.reports import stopped as report
from tests import make
from tests.cast import Cast


@pytest.fixture
def dataset(cast: Cast) -> Dataset:
    dataset = make.dataset(cast.workspace, min_submitted=2)
    make.records(dataset, 3)
    return dataset


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def stop(record: Record, cast: Cast, who: str = "ben", note: str = "No question in it") -> None:
    discard_response(record, {}, by=getattr(cast, who), reason="bad_prompt", note=note)


def is_stopped(record: Record) -> bool:
    return QueueItem.objects.get(pk=record.pk).stopped_at is not None


def test_the_dataset_says_how_many_are_stopped_and_the_list_says_why(cast: Cast, dataset: Dataset) -> None:
    max_, address = cast.pages(cast.max), f"/acme/datasets/{dataset.pk}/"
    assert "stopped:" not in text(max_.get(address))
    one, two, _ = dataset.records.all()
    stop(one, cast)
    assert "<strong>1 record</strong> is stopped" in text(max_.get(address))
    assert "is stopped" not in text(cast.pages(cast.ben).get(address))
    stop(two, cast, note="")
    stop(two, cast, "ana", note="Twice the same")
    assert "<strong>2 records</strong> are stopped" in text(max_.get(address))
    seen = text(max_.get(f"{address}stopped/"))
    for said in ("Prompt 1", "Prompt 2", "No question in it", "Twice the same", "Ben", "Ana"):
        assert said in seen, said
    assert "Prompt 3" not in seen


def test_no_more_than_a_thousand_are_counted(
    cast: Cast, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("reports.stopped.MOST", "views.records.MOST_STOPPED", "views.stopped.MOST"):
        monkeypatch.setattr(f"feedback.{name}", 2)
    for record in dataset.records.all():
        stop(record, cast)
    assert report.count_stopped(dataset) == 2
    max_ = cast.pages(cast.max)
    assert "2 records or more" in text(max_.get(f"/acme/datasets/{dataset.pk}/"))
    assert "There may be more" in text(max_.get(f"/acme/datasets/{dataset.pk}/stopped/"))


def test_what_is_put_back_is_handed_out_again(cast: Cast, dataset: Dataset) -> None:
    one = dataset.records.first()
    assert one is not None
    stop(one, cast)
    found = lease_next(dataset, by=cast.max)
    assert isinstance(found, Lease)
    assert found.record != one
    done = cast.pages(cast.ana).post(
        f"/acme/datasets/{dataset.pk}/stopped/put-back", {"record": str(one.pk)}, follow=True
    )
    assert "1 record is handed out again" in text(done)
    assert "No record is stopped" in text(done)
    found = lease_next(dataset, by=cast.ana)
    assert isinstance(found, Lease)
    assert found.record == one


def test_only_what_is_said_later_stops_it_again(cast: Cast, dataset: Dataset) -> None:
    one = dataset.records.first()
    assert one is not None
    stop(one, cast)
    assert put_back(dataset, [one.pk]) == 1
    discard_response(one, {}, by=cast.max, reason="other")
    assert not is_stopped(one)
    stop(one, cast, "max", note="It is bad")
    assert is_stopped(one)
    [found] = report.stopped(dataset, report.stopped_items(dataset))
    assert [said.note for said in found.reports] == ["It is bad"]


def test_putting_back_passes_over_what_is_not_stopped_or_not_here(cast: Cast, dataset: Dataset) -> None:
    one, two, _ = dataset.records.all()
    other = make.record(make.dataset(cast.workspace))
    stop(one, cast)
    stop(other, cast)
    assert put_back(dataset, [one.pk, two.pk, other.pk]) == 1
    assert is_stopped(other)
    assert QueueItem.objects.get(pk=two.pk).cleared_at is None


def test_a_record_is_put_back_from_its_own_page(cast: Cast, dataset: Dataset) -> None:
    one = dataset.records.first()
    assert one is not None
    max_, address = cast.pages(cast.max), f"/acme/datasets/{dataset.pk}/records/{one.pk}/"
    stop(one, cast)
    assert "Nobody is handed it" in text(max_.get(address))
    assert "Nobody is handed it" not in text(cast.pages(cast.ben).get(address))
    done = max_.post(f"/acme/datasets/{dataset.pk}/stopped/put-back", {"record": str(one.pk), "stay": "1"})
    assert done.url == address
    assert "Nobody is handed it" not in text(max_.get(address))


def test_deleting_asks_first_and_says_what_goes(cast: Cast, dataset: Dataset) -> None:
    one, two, three = dataset.records.all()
    stop(one, cast)
    stop(one, cast, "ana")
    stop(two, cast)
    max_, address = cast.pages(cast.max), f"/acme/datasets/{dataset.pk}/stopped/delete"
    asked = text(max_.get(f"{address}?record={one.pk}&record={two.pk}"))
    assert "Delete 2 records?" in asked
    assert "3 answers go with it" in asked
    assert dataset.records.count() == 3
    done = max_.post(address, {"record": [str(one.pk), str(two.pk)]}, follow=True)
    assert "2 records" in text(done)
    assert "trash" in text(done)
    assert [record.pk for record in dataset.records.all()] == [three.pk]
    gone = max_.get(f"{address}?record={one.pk}", follow=True)
    assert "These records are gone already" in text(gone)


@pytest.mark.parametrize("act", ["put-back", "delete"])
def test_nothing_ticked_is_a_sentence(cast: Cast, dataset: Dataset, act: str) -> None:
    max_, address = cast.pages(cast.max), f"/acme/datasets/{dataset.pk}/stopped/{act}"
    for sent in ({}, {"record": "nonsense"}):
        refused = max_.post(address, sent)
        assert refused.status_code == 422
        assert "Go back and tick" in text(refused)


def test_a_long_list_needs_no_more_queries(cast: Cast, django_assert_max_num_queries: Any) -> None:
    dataset = make.dataset(cast.workspace)
    for record in make.records(dataset, 30):
        stop(record, cast)
    max_ = cast.pages(cast.max)
    max_.get("/acme/")
    with django_assert_max_num_queries(15):
        seen = text(max_.get(f"/acme/datasets/{dataset.pk}/stopped/"))
    assert "1–25 of 30" in seen


def test_stopped_records_are_found_by_reviewers_alone(cast: Cast, dataset: Dataset) -> None:
    one, two, three = dataset.records.order_by("position")
    stop(two, cast)
    make.response(three, cast.ben)
    make.response(three, cast.max)
    address = f"/acme/datasets/{dataset.pk}/"

    def found(query: str, who: str = "rex") -> list[Any]:
        rows = cast.pages(getattr(cast, who)).get(f"{address}?{query}").context["finding"].rows
        return [row.record.pk for row in rows]

    assert found("status=stopped") == [two.pk]
    assert found("status=stopped&status=completed") == [two.pk, three.pk]
    assert found("status=stopped&status=pending") == [one.pk, two.pk]
    assert found("status=stopped&q=prompt") == [two.pk]
    assert found("status=stopped", "ben") == []
    page = cast.pages(cast.rex).get(f"{address}?status=stopped").content.decode()
    assert '<span class="tag warn">stopped</span>' in page
    assert 'value="stopped"' not in cast.pages(cast.ben).get(address).content.decode()
    put_back(dataset, [two.pk])
    assert "Of no record has anybody said" in text(cast.pages(cast.max).get(f"{address}?status=stopped"))


@pytest.mark.parametrize(("who", "number"), [("max", 1), ("rex", 1), ("ben", 0)])
def test_programs_find_them_too(cast: Cast, dataset: Dataset, who: str, number: int) -> None:
    stop(dataset.records.all()[0], cast)
    asked = {"type": "terms", "scope": {"entity": "record", "property": "status"}, "values": ["stopped"]}
    mine = "me/" if who == "ben" else ""
    path = f"/{mine}datasets/{dataset.pk}/records/search"
    reply = cast.api(getattr(cast, who)).post(path, {"filters": {"and": [asked]}})
    assert reply.status_code == 200, reply.content
    assert reply.json()["total"] == number

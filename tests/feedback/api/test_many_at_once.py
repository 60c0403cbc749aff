"""Records handed to programs several at a time, and their responses sent back together."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from feedback.actions.datasets import update_dataset
from feedback.actions.records import delete_records
from feedback.actions.responses import save_draft, skip_record, submit_response
from feedback.actions.rules import update_rules
from feedback.models import AssignedRecord, Dataset, LabelerTally, Lease, QueueItem, Record, Response
from tests import make
from tests.cast import Cast
from tests.feedback.adding_up import assert_everything_adds_up
from tests.feedback.assigned import assign

VALUES = {
    "ranking": {"value": [{"value": "A", "rank": 1}, {"value": "B", "rank": 2}, {"value": "C", "rank": 2}]}
}


@pytest.fixture
def dataset(cast: Cast) -> Dataset:
    dataset = make.dataset(cast.workspace)
    update_rules(dataset, by=cast.max, most_held=5)
    make.records(dataset, 8)
    return dataset


def ask(cast: Cast, dataset: Dataset, count: int, who: str = "ben", **given: Any) -> dict[str, Any]:
    api = cast.api(getattr(cast, who))
    return api.post(f"/me/datasets/{dataset.pk}/next", {"count": count, **given}).json()


def prompts(handed: dict[str, Any]) -> list[str]:
    return [one["record"]["fields"]["prompt"] for one in handed["items"]]


def test_several_come_at_once_each_with_its_place(cast: Cast, dataset: Dataset) -> None:
    handed = ask(cast, dataset, 3)
    assert prompts(handed) == ["Prompt 1", "Prompt 2", "Prompt 3"]
    assert (handed["record"], handed["lease"]) == (handed["items"][0]["record"], handed["items"][0]["lease"])
    held = {str(pk): str(record) for pk, record in Lease.objects.values_list("pk", "record")}
    assert held == {one["lease"]["id"]: one["record"]["id"] for one in handed["items"]}
    assert prompts(ask(cast, dataset, 2, "max")) == ["Prompt 4", "Prompt 5"]


def test_nobody_holds_more_than_the_dataset_lets_one_person_hold(cast: Cast, dataset: Dataset) -> None:
    assert len(ask(cast, dataset, 100)["items"]) == 5
    again = ask(cast, dataset, 100)
    assert len(again["items"]) == 5
    assert Lease.objects.count() == 5
    refused = ask(cast, dataset, 2, another=True)
    assert (refused["items"], refused["record"], refused["reason"]) == ([], None, "held")


def test_what_is_held_and_begun_comes_first(cast: Cast, dataset: Dataset) -> None:
    begun, skipped = dataset.records.get(position=6), dataset.records.get(position=7)
    save_draft(begun, {"quality": 3}, by=cast.ben)
    save_draft(skipped, {"quality": 4}, by=cast.ben)
    skip_record(skipped, by=cast.ben)
    ask(cast, dataset, 1, another=False)
    handed = ask(cast, dataset, 3)
    assert prompts(handed) == ["Prompt 7", "Prompt 1", "Prompt 2"]
    assert [len(one["record"]["responses"]) for one in handed["items"]] == [1, 0, 0]


def test_a_number_that_cannot_be_meant_is_refused(cast: Cast, dataset: Dataset) -> None:
    for count in (0, -1, 101, "many"):
        reply = cast.api(cast.ben).post(f"/me/datasets/{dataset.pk}/next", {"count": count})
        assert reply.status_code == 422, count


def test_many_responses_cost_as_many_queries_as_few(cast: Cast, dataset: Dataset) -> None:
    make.records(dataset, 50)
    update_rules(dataset, by=cast.max, most_held=40)
    asked = []
    cast.api(cast.ben).get("/me")  # which notes that the key is used
    for count in (2, 40):
        with CaptureQueriesContext(connection) as handing:
            handed = ask(cast, dataset, count)
        items = [
            {"record_id": one["record"]["id"], "status": "submitted", "values": VALUES}
            for one in handed["items"]
        ]
        with CaptureQueriesContext(connection) as sending:
            answered = cast.api(cast.ben).post("/me/responses/bulk", {"items": items}).json()["items"]
        assert [one["item"]["record_id"] for one in answered] == [one["record_id"] for one in items]
        asked.append((len(handing), len(sending)))
    assert asked[0] == asked[1]
    tally = LabelerTally.objects.get(dataset=dataset, membership=cast.ben)
    assert (tally.submitted, tally.completed) == (42, 42)
    assert not Lease.objects.exists()
    assert_everything_adds_up(dataset)


def test_each_succeeds_or_fails_by_itself(cast: Cast, dataset: Dataset) -> None:
    first, second, third, fourth = dataset.records.order_by("position")[:4]
    make.response(second, cast.ben)
    gone = str(fourth.pk)
    delete_records(dataset, [fourth.pk])
    items = [
        {"record_id": str(third.pk), "status": "submitted", "values": {"quality": {"value": 9}}},
        {"record_id": str(second.pk), "status": "discarded"},
        {"record_id": str(first.pk), "status": "submitted", "values": VALUES},
        {"record_id": gone, "status": "submitted", "values": VALUES},
    ]
    wrong, changed, right, lost = (
        cast.api(cast.ben).post("/me/responses/bulk", {"items": items}).json()["items"]
    )
    assert (wrong["item"], lost["item"]) == (None, None)
    assert wrong["error"]["detail"].endswith(".")
    assert lost["error"]["detail"].endswith(".")
    assert (changed["item"]["status"], right["item"]["status"]) == ("discarded", "submitted")
    assert right["item"]["values"].keys() == {"ranking"}
    assert not Response.objects.filter(record=third).exists()


def test_what_is_beyond_what_is_wanted_is_kept_as_extra(cast: Cast, dataset: Dataset) -> None:
    records = list(dataset.records.order_by("position")[:2])
    make.response(records[0], cast.max)
    items = [{"record_id": str(one.pk), "status": "submitted", "values": VALUES} for one in records]
    cast.api(cast.ben).post("/me/responses/bulk", {"items": items})
    mine = Response.objects.filter(membership=cast.ben).order_by("record__position")
    assert [one.is_extra for one in mine] == [True, False]
    assert [one.active_ms for one in mine] == [0, 0]
    assert all(one.presentation["shown"]["answers"] for one in mine)
    assert list(QueueItem.objects.filter(record__in=records).values_list("submitted", flat=True)) == [1, 1]
    again = submit_response(records[1], make.RANKED, by=cast.ben)
    assert again.revision == 2
    assert_everything_adds_up(dataset)


@pytest.mark.parametrize(
    ("caps", "handed"),
    [
        ({"most_records": 4}, 4),
        ({"most_percent": 50}, 4),
        ({"most_percent": 40}, 4),  # of eight: three are too few for 40 percent, and the fourth is begun
        ({"most_per_day": 3}, 3),
        ({"most_held": 6}, 6),
        ({"most_records": 7, "most_per_day": 2}, 2),
    ],
    ids=str,
)
def test_caps_hold_for_many_as_for_one_after_the_other(
    cast: Cast, dataset: Dataset, caps: dict[str, int], handed: int
) -> None:
    update_rules(dataset, by=cast.max, **{"most_held": 20, **caps})
    together = prompts(ask(cast, dataset, 20))
    alone = []
    while len(found := prompts(ask(cast, dataset, 1, "max", another=True))) == 1:
        alone += found
    assert (len(together), len(alone)) == (handed, min(handed, 8 - handed))
    assert together == [f"Prompt {number}" for number in range(1, handed + 1)]
    assert_everything_adds_up(dataset)


def test_who_was_given_records_by_name_gets_them_first_and_then_what_is_free(
    cast: Cast, dataset: Dataset
) -> None:
    update_rules(dataset, by=cast.max, most_held=20)
    assign(dataset, cast.ben, by=cast.max, number=2)
    named = [one.record.fields["prompt"] for one in AssignedRecord.objects.order_by("rank")]
    free = [prompt for number in range(1, 9) if (prompt := f"Prompt {number}") not in named]
    assert prompts(ask(cast, dataset, 3, "max")) == free[:3]
    handed = ask(cast, dataset, 20)
    assert prompts(handed) == named + free[3:]
    items = [
        {"record_id": one["record"]["id"], "status": "submitted", "values": VALUES} for one in handed["items"]
    ]
    cast.api(cast.ben).post("/me/responses/bulk", {"items": items})
    assert set(AssignedRecord.objects.values_list("state", flat=True)) == {"answered"}
    assert_everything_adds_up(dataset)


def test_nobody_is_handed_what_they_answered_or_wrote(cast: Cast, dataset: Dataset) -> None:
    update_rules(dataset, by=cast.max, most_held=20)
    update_dataset(dataset, min_submitted=2)
    for place in (1, 3):
        make.response(dataset.records.get(position=place), cast.ben)
    Record.objects.filter(dataset=dataset, position=5).update(author=cast.ben)
    QueueItem.objects.filter(record__position=5).update(author=cast.ben)
    assert prompts(ask(cast, dataset, 20)) == ["Prompt 1", "Prompt 3", "Prompt 5", "Prompt 7", "Prompt 8"]

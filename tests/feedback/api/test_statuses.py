"""When a record is completed, and when it is pending again (contract section 7.1)."""

from typing import Any

import pytest

from feedback.models import Dataset, Record
from tests import make
from tests.cast import Cast

VALUES = {"comment": {"value": "So"}}


@pytest.fixture
def dataset(cast: Cast) -> Dataset:
    return make.dataset(cast.workspace, min_submitted=2, questions={"comment": {"type": "text"}})


@pytest.fixture
def record(dataset: Dataset) -> Record:
    return make.record(dataset)


def status(cast: Cast, record: Record) -> str:
    """As one record, in the list, and in the dataset's progress."""
    ana = cast.api(cast.ana)
    alone = ana.get(f"/records/{record.pk}").json()["status"]
    [listed] = ana.get(f"/datasets/{record.dataset_id}/records").json()["items"]
    progress = ana.get(f"/datasets/{record.dataset_id}/progress").json()
    assert alone == listed["status"]
    assert progress["total"] == 1
    assert progress[alone] == 1
    return str(alone)


def submit(cast: Cast, record: Record, who: Any) -> str:
    sent = {"status": "submitted", "values": VALUES}
    reply = cast.api(who).post(f"/records/{record.pk}/responses", sent)
    assert reply.status_code == 201, reply.content
    return f"/responses/{reply.json()['id']}"


def test_as_many_submitted_responses_as_are_wanted_complete_a_record(cast: Cast, record: Record) -> None:
    submit(cast, record, cast.ben)
    cast.api(cast.ana).post(f"/records/{record.pk}/responses", {"status": "draft", "values": VALUES})
    assert status(cast, record) == "pending"
    submit(cast, record, cast.max)
    assert status(cast, record) == "completed"


@pytest.mark.parametrize("way", ["draft", "discarded", "deleted", "in bulk", "by a program"])
def test_taking_an_answer_back_makes_it_pending_again(cast: Cast, record: Record, way: str) -> None:
    submit(cast, record, cast.max)
    response, ben = submit(cast, record, cast.ben), cast.api(cast.ben)
    assert status(cast, record) == "completed"
    if way == "deleted":
        ben.delete(response)
    elif way == "in bulk":
        ben.post("/me/responses/bulk", {"items": [{"record_id": str(record.pk), "status": "draft"}]})
    elif way == "by a program":
        taken = {"user_id": str(cast.ben.pk), "status": "draft", "values": VALUES}
        items = [{"id": str(record.pk), "responses": [taken]}]
        cast.api(cast.max).put(f"/datasets/{record.dataset_id}/records/bulk", {"items": items})
    else:
        ben.put(response, {"status": way, "values": VALUES})
    assert status(cast, record) == "pending"


def test_more_answers_than_wanted_are_kept_and_stand_in_for_one_that_goes(cast: Cast, record: Record) -> None:
    first = submit(cast, record, cast.ben)
    submit(cast, record, cast.max)
    submit(cast, record, cast.ana)
    assert len(cast.api(cast.ana).get(f"/records/{record.pk}").json()["responses"]) == 3
    cast.api(cast.ben).delete(first)
    assert status(cast, record) == "completed"


def test_another_number_of_answers_is_wanted_and_all_records_follow(
    cast: Cast, record: Record, django_capture_on_commit_callbacks: Any
) -> None:
    submit(cast, record, cast.ben)
    for wanted, expected in ((1, "completed"), (3, "pending"), (1, "completed")):
        patch = {"distribution": {"strategy": "overlap", "min_submitted": wanted}}
        with django_capture_on_commit_callbacks(execute=True):
            cast.api(cast.max).patch(f"/datasets/{record.dataset_id}", patch)
        assert status(cast, record) == expected


def test_who_is_let_go_leaves_their_answers_and_records_stay_completed(cast: Cast, record: Record) -> None:
    submit(cast, record, cast.ben)
    submit(cast, record, cast.max)
    assert cast.api(cast.ana).delete(f"/users/{cast.ben.pk}").status_code == 200
    assert status(cast, record) == "completed"
    assert len(cast.api(cast.ana).get(f"/records/{record.pk}").json()["responses"]) == 2


def test_the_status_is_ours_to_say(cast: Cast, dataset: Dataset) -> None:
    item = {"fields": {"prompt": "Why?"}, "status": "completed"}
    for method in ("post", "put"):
        call = getattr(cast.api(cast.max), method)
        [made] = call(f"/datasets/{dataset.pk}/records/bulk", {"items": [item]}).json()["items"]
        assert made["status"] == "pending"
    patched = cast.api(cast.max).patch(f"/records/{made['id']}", {"status": "completed"})
    assert patched.json()["status"] == "pending"

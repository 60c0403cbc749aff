"""How far a dataset is (contract section 8)."""

import pytest
from django.db import transaction
from django.utils.timezone import now

from feedback.actions.responses import discard_response
from feedback.models import LabelerTally
from tests import make
from tests.cast import Cast


def test_progress_counts_records_and_names_who_answered(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace)
    first, second, _ = make.records(dataset, 3)
    path, ben = f"/datasets/{dataset.pk}/progress", cast.api(cast.ben)
    assert ben.get(path).json() == {"total": 3, "completed": 0, "pending": 3, "users": []}
    make.response(first, cast.ben)
    discard_response(second, {}, by=cast.max)
    LabelerTally.objects.filter(membership=cast.max).update(
        first_at=now()
    )  # else all of it is at one instant
    users = [{"username": "ben"}, {"username": "max"}]
    assert ben.get(path).json() == {"total": 3, "completed": 1, "pending": 2, "users": users}


def test_progress_of_people_has_zeros_filled_in(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace)
    first, second = make.records(dataset, 2)
    make.response(first, cast.ben)
    discard_response(second, {}, by=cast.ben)
    discard_response(first, {}, by=cast.max)
    none = {"submitted": 0, "discarded": 0, "draft": 0}
    assert cast.api(cast.ben).get(f"/datasets/{dataset.pk}/users/progress").json() == {
        "users": [
            {"username": "max", "completed": none | {"discarded": 1}, "pending": none},
            {"username": "ben", "completed": none | {"submitted": 1}, "pending": none | {"discarded": 1}},
        ]
    }


def test_metrics_count_ones_own_responses_alone(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace, min_submitted=2)
    first, second = make.records(dataset, 2)
    make.response(first, cast.max)
    make.response(second, cast.max)
    discard_response(first, {}, by=cast.ben)
    path = f"/me/datasets/{dataset.pk}/metrics"
    assert cast.api(cast.ben).get(path).json() == {
        "responses": {"total": 2, "submitted": 0, "discarded": 1, "draft": 0, "pending": 1}
    }


@pytest.mark.django_db(transaction=True)  # times are those of transactions
def test_activity_moves_with_responses_and_not_with_skips_or_bulk(cast: Cast) -> None:
    with transaction.atomic():
        dataset = make.dataset(cast.workspace)
        record = make.record(dataset)
    ana, path = cast.api(cast.ana), f"/datasets/{dataset.pk}"
    before = ana.get(path).json()
    lease = ana.post(f"/me{path}/next").json()["lease"]
    assert ana.delete(f"/me/leases/{lease['id']}").status_code == 204
    response = {
        "user_id": str(cast.ben.pk),
        "status": "draft",
        "values": {"comment": {"value": "By a program"}},
    }
    item = {"id": str(record.pk), "responses": [response]}
    assert ana.put(f"{path}/records/bulk", {"items": [item]}).status_code == 200
    assert ana.get(path).json() == before
    ana.post(f"/records/{record.pk}/responses", {"status": "discarded"})
    after = ana.get(path).json()
    assert after["last_activity_at"] > before["last_activity_at"]
    assert after["updated_at"] == before["updated_at"]

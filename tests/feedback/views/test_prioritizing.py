"""Managers choose records in the list and say when their turn is."""

import pytest

from feedback.actions.priority import run_priority
from feedback.models import Job, QueueItem
from tests.feedback import queue_of


@pytest.fixture
def dataset(cast):
    made = queue_of.dataset(cast)
    queue_of.records(made, {}, {}, {})
    return made


def text(reply):
    return " ".join(reply.content.decode().split())


def test_ticked_records_are_changed_at_once_and_the_list_shows_it(cast, dataset):
    first, _, third = dataset.records.order_by("position")
    max_, path = cast.pages(cast.max), f"/acme/datasets/{dataset.pk}/queue/records"
    assert "Priority of 1 record" in text(max_.get(path, {"which": "ticked", "record": third.pk}))
    sent = {
        "which": "ticked",
        "record": third.pk,
        "priority": "8",
        "answers": "more",
        "more_answers": "2",
        "address": "sort=updated_at",
    }
    reply = max_.post(path, sent)
    assert reply["Location"] == f"/acme/datasets/{dataset.pk}/?sort=updated_at"
    max_.post(path, {"which": "ticked", "record": first.pk, "priority": "2"})
    assert QueueItem.objects.get(pk=third.pk).target == 3
    page = text(max_.get(f"/acme/datasets/{dataset.pk}/"))
    assert (page.count(">first<"), page.count(">last<")) == (1, 1)
    assert "Priority of the ticked ones …" in page


def test_all_that_was_found_is_a_job(cast, dataset):
    max_, path = cast.pages(cast.max), f"/acme/datasets/{dataset.pk}/queue/records"
    reply = max_.post(path, {"which": "all", "address": "q=Prompt", "answers": "rules"})
    job = Job.objects.get(kind="priority")
    assert reply["Location"] == f"/acme/jobs/{job.pk}/"
    assert "Priority of many records in" in text(max_.get(reply["Location"]))
    run_priority(str(job.organization_id), str(job.pk))
    assert "3 records changed." in text(max_.get(reply["Location"]))


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "Say which priority the records get"),
        ({"answers": "more", "more_answers": ""}, "Say which priority the records get"),
        ({"answers": "more", "more_answers": "500"}, "less than or equal to 100"),
        ({"priority": "11"}, "11"),
    ],
)
def test_what_is_wrong_is_said_and_the_selection_stays(cast, dataset, sent, sentence):
    record = dataset.records.first()
    path = f"/acme/datasets/{dataset.pk}/queue/records"
    reply = cast.pages(cast.max).post(path, {"which": "ticked", "record": record.pk, **sent})
    assert reply.status_code == 422
    assert sentence in text(reply)
    assert f'name="record" value="{record.pk}"' in text(reply)


def test_a_labeler_is_not_offered_it(cast, dataset):
    assert "Priority of the ticked ones …" not in text(
        cast.pages(cast.ben).get(f"/acme/datasets/{dataset.pk}/")
    )

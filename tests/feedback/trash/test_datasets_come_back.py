"""A deleted dataset is as if it were not there, comes back as it was, and is gone when its time is over."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.utils.timezone import now

from accounts.access import Verb
from core.errors import Conflict, NotFound
from feedback.actions.assigning import run_assign, start_assignment
from feedback.actions.datasets import create_dataset, delete_dataset, restore_dataset
from feedback.actions.emptying import delete_for_good, empty_trash
from feedback.actions.export_starts import start_export
from feedback.actions.exporting import run_export
from feedback.actions.leaving import leave_behind
from feedback.actions.queue import lease_next
from feedback.actions.records import delete_records
from feedback.actions.responses import submit_response
from feedback.models import (
    AssignedRecord,
    Dataset,
    DatasetCount,
    DeletedDataset,
    DeletedRecords,
    Delivery,
    Job,
    Record,
    Response,
)
from feedback.search.selection import Selection
from tests import make
from tests.feedback.adding_up import assert_everything_adds_up
from workspaces.actions import delete_workspace


@pytest.fixture
def dataset(cast):
    return make.dataset(cast.workspace, "Wells")


def deleted(dataset, by=None):
    delete_dataset(dataset, by=by)
    return DeletedDataset.objects.get(pk=dataset.pk)


def test_it_says_who_deleted_it_and_until_when_it_can_come_back(cast, dataset):
    gone = deleted(dataset, by=cast.max)
    assert (gone.deleted_by, gone.purge_at - gone.deleted_at) == (cast.max, timedelta(days=30))
    assert not Dataset.objects.exists()
    assert not cast.workspace.datasets.exists()


def test_it_comes_back_with_everything(cast, dataset):
    records = make.records(dataset, 3)
    make.response(records[0], cast.ben)
    lease_next(dataset, by=cast.ben)
    before = cast.api(cast.ana).get(f"/datasets/{dataset.pk}/records?include=responses").json()
    restore_dataset(deleted(dataset))
    assert cast.api(cast.ana).get(f"/datasets/{dataset.pk}/records?include=responses").json() == before
    assert_everything_adds_up(Dataset.objects.get())
    assert cast.api(cast.ben).post(f"/me/datasets/{dataset.pk}/next").status_code == 200


def test_its_name_is_free_and_taken_back_only_if_it_still_is(cast, dataset):
    gone = deleted(dataset)
    make.dataset(cast.workspace, "Wells")
    with pytest.raises(Conflict, match="already has a dataset named 'Wells'"):
        restore_dataset(gone)
    assert restore_dataset(gone, name="Old wells").name == "Old wells"
    assert set(Dataset.objects.values_list("name", flat=True)) == {"Wells", "Old wells"}


def test_nobody_reaches_what_is_in_it(cast, dataset):
    record = make.record(dataset)
    answer = make.response(record, cast.ben)
    deleted(dataset)
    for by in (cast.ana, cast.max, cast.ben):
        for model, pk in ((Record, record.pk), (Response, answer.pk), (Dataset, dataset.pk)):
            assert not model.objects.allowing(Verb.VIEW, by).exists(), (by, model)
            with pytest.raises(NotFound):
                model.objects.fetch(Verb.ANNOTATE, by, pk=pk)


def test_whoever_was_in_the_middle_of_a_record_is_told_that_it_is_not_there(cast, dataset):
    make.record(dataset)
    ben = cast.pages(cast.ben)
    lease = lease_next(dataset, by=cast.ben)
    deleted(dataset)
    reply = ben.post(f"/acme/records/{lease.record_id}/submit", {}, headers={"HX-Request": "true"})
    assert reply.status_code == 404
    assert "There is no such record." in reply.content.decode()
    assert cast.api(cast.ben).post(f"/me/leases/{lease.pk}/heartbeat").status_code == 404
    assert "Wells" not in ben.get("/acme/").content.decode()


def test_an_answer_on_its_way_is_not_lost(cast, dataset):
    record = make.record(dataset)
    held = Record.objects.fetch(Verb.ANNOTATE, cast.ben, pk=record.pk)
    gone = deleted(dataset)
    submit_response(held, make.RANKED, by=cast.ben)
    restore_dataset(gone)
    assert Response.objects.get().membership == cast.ben
    assert_everything_adds_up(dataset)


def test_its_jobs_are_stopped(cast, dataset):
    make.record(dataset)
    job = start_export(dataset, format="records", by=cast.ana)
    deleted(dataset)
    job.refresh_from_db()
    assert job.state == "canceled"


def test_what_waits_for_people_waits_still_when_it_comes_back(cast, dataset):
    make.records(dataset, 2)
    made = start_assignment(dataset, Selection(None), people={cast.ben.pk: 1}, by=cast.max)
    run_assign(str(made.organization_id), str(made.job_id))
    gone = deleted(dataset)
    cast.workspace.workspace_memberships.filter(membership=cast.ben).delete()
    leave_behind(str(cast.acme.pk))
    assert set(AssignedRecord.objects.values_list("state", flat=True)) == {"waiting"}
    make.place(cast.workspace, cast.ben)
    restore_dataset(gone)
    leave_behind(str(cast.acme.pk))
    assert set(AssignedRecord.objects.values_list("state", flat=True)) == {"waiting"}


def test_programs_hear_that_it_is_deleted_and_made_again(cast, dataset):
    from feedback.actions.webhooks import add_webhook

    add_webhook(
        cast.acme,
        url="https://hooks.example.org/",
        events=["dataset.created", "dataset.published", "dataset.deleted"],
    )
    restore_dataset(deleted(dataset))
    told = Delivery.objects.order_by("id").values_list("event", flat=True)
    assert list(told) == ["dataset.deleted", "dataset.created", "dataset.published"]


def test_twice_is_once(cast, dataset):
    gone = deleted(dataset)
    with pytest.raises(NotFound):
        delete_dataset(dataset)
    restore_dataset(gone)
    with pytest.raises(NotFound):
        restore_dataset(gone)


def test_after_its_time_it_is_gone_with_its_files(cast, dataset, django_capture_on_commit_callbacks):
    records = make.records(dataset, 5)
    delete_records(dataset, [records[0].pk])
    job = start_export(dataset, format="records", by=cast.ana)
    run_export(str(job.organization_id), str(job.pk))
    file = Job.objects.get().result.name
    gone = deleted(dataset)
    assert empty_trash()
    assert default_storage.exists(file)
    DeletedDataset.objects.update(purge_at=now())
    with pytest.raises(NotFound):
        restore_dataset(gone)
    with django_capture_on_commit_callbacks(execute=True):
        assert empty_trash()
    assert not default_storage.exists(file)
    for model in (Dataset, Record, DatasetCount, Job, DeletedRecords):
        assert not model._base_manager.exists(), model


def test_emptying_stops_when_its_slice_is_over_and_goes_on_later(cast, dataset, monkeypatch):
    make.records(dataset, 5)
    delete_for_good(deleted(dataset))
    monkeypatch.setattr("feedback.actions.emptying.CHUNK", 2)
    assert not empty_trash(seconds=0)
    assert Record.objects.count() == 5
    assert empty_trash()
    assert not Dataset._base_manager.exists()


def test_nothing_is_made_in_a_workspace_that_was_deleted_meanwhile(cast):
    place = make.workspace(cast.acme, "empty")
    delete_workspace(place)
    with pytest.raises(NotFound):
        create_dataset(place, name="Late")

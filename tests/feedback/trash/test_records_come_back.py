"""Records that were deleted come back as they were: where they stood, with all that hangs on them, and counted."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test import override_settings
from django.utils.timezone import now

from core.errors import Conflict, NotFound
from feedback.actions import deleted_rows
from feedback.actions.assigning import run_assign, start_assignment
from feedback.actions.datasets import update_dataset
from feedback.actions.deleted_records import restore_records
from feedback.actions.emptying import delete_for_good, empty_trash
from feedback.actions.entries import Entry
from feedback.actions.indexing import index_records
from feedback.actions.nothing import Nothing
from feedback.actions.queue import lease_next
from feedback.actions.records import create_records, delete_records
from feedback.actions.responses import discard_response, save_draft
from feedback.actions.schema import add_metadata_property, add_vector_settings
from feedback.actions.suggestions import Given, suggest
from feedback.models import DeletedRecord, DeletedRecords, Lease, Record, RecordBlock, Response
from feedback.search.selection import Selection
from tests import make
from tests.feedback.adding_up import assert_everything_adds_up

LEFT_OUT = {"feedback_lease", "feedback_recordwords", "feedback_metadatavalue"}  # ended, or made anew


@pytest.fixture
def dataset(cast):
    dataset = make.dataset(cast.workspace, min_submitted=2)
    add_vector_settings(dataset, name="embedding", title="Embedding", dimensions=2)
    add_metadata_property(dataset, name="source", title="Source", settings={"type": "terms"})
    return dataset


@pytest.fixture
def records(cast, dataset):
    """Six with everything that a record can have: answers of each status, waiting and answered by name."""
    entries = [
        Entry(
            fields=make.fields(n),
            external_id=f"e{n}",
            metadata={"source": "wells", "n": 1.5},
            vectors={"embedding": [n / 7, -n]},
        )
        for n in range(1, 7)
    ]
    ids = create_records(dataset, entries).ids
    records = [Record.objects.get(pk=pk) for pk in ids]
    comment = dataset.questions.get(name="comment")
    for record in records[:3]:
        suggest(record, Given(comment.pk, "Fine.", score=0.1))
    job = start_assignment(dataset, Selection(None), people={cast.ben.pk: 1}, by=cast.max)
    run_assign(str(job.organization_id), str(job.job_id))
    make.response(records[0], cast.ben)
    make.response(records[0], cast.max)
    make.response(records[1], cast.ben)
    discard_response(records[2], {}, by=cast.ben)
    save_draft(records[3], make.RANKED, by=cast.ben)
    index_records(str(dataset.pk))
    return records


def everything(dataset):
    """Table -> the rows of the dataset's records, as PostgreSQL shows them."""
    found = {}
    with connection.cursor() as cursor:
        for model in deleted_rows.KEPT:
            table = model._meta.db_table
            key = "id" if model is Record else "record_id"
            cursor.execute(
                f"select to_jsonb(t) from {table} t where {key} in "
                "(select id from feedback_record where dataset_id = %s) order by 1",
                [dataset.pk],
            )
            found[table] = [row for (row,) in cursor.fetchall()]
    return found


def found_by(cast, dataset, text):
    reply = cast.api(cast.max).post(
        f"/datasets/{dataset.pk}/records/search",
        {"query": {"text": {"q": text}}, "filters": None},
    )
    return reply.json()["total"]


def test_all_that_hangs_on_records_comes_back_as_it_was(cast, dataset, records):
    before = everything(dataset)
    assert all(
        rows for table, rows in before.items() if table not in {"feedback_pastlease", "feedback_bulkanswer"}
    )
    assert delete_records(dataset, [one.pk for one in records[:5]], by=cast.max) == 5
    assert_everything_adds_up(dataset)
    assert Record.objects.filter(dataset=dataset).count() == 1
    restore_records(DeletedRecords.objects.get())
    assert everything(dataset) == before
    assert_everything_adds_up(dataset)
    blocks = RecordBlock.objects.filter(dataset=dataset).values_list("records", flat=True)
    assert (sum(blocks), dataset.count.__class__.objects.get(pk=dataset.pk).records) == (6, 6)
    assert not DeletedRecords.objects.exists()
    assert not DeletedRecord.objects.exists()


def test_every_table_below_a_record_is_kept_or_made_anew(db):
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select distinct c.relname from pg_constraint f
            join pg_class c on c.oid = f.conrelid join pg_class p on p.oid = f.confrelid
            where f.contype = 'f' and p.relname = 'feedback_record'
            """
        )
        below = {name for (name,) in cursor.fetchall()}
    kept = set(deleted_rows.columns()) - {"feedback_record"}
    assert below == kept | LEFT_OUT, (
        "say in deleted_rows.py whether a new table is kept, or here why it is not"
    )


def test_search_finds_them_no_more_and_then_again(cast, dataset, records):
    assert found_by(cast, dataset, "prompt") == 6
    delete_records(dataset, [one.pk for one in records[:2]])
    assert found_by(cast, dataset, "prompt") == 4
    restore_records(DeletedRecords.objects.get())
    assert found_by(cast, dataset, "prompt") == 6
    index_records(str(dataset.pk))
    assert found_by(cast, dataset, "prompt") == 6
    terms = {
        "type": "terms",
        "scope": {"entity": "metadata", "metadata_property": "source"},
        "values": ["wells"],
    }
    body = {"filters": {"type": "and", "and": [terms]}}
    reply = cast.api(cast.max).post(f"/datasets/{dataset.pk}/records/search", body)
    assert reply.json()["total"] == 6


def test_they_are_handed_out_again_to_whoever_was_past_them(cast, dataset):
    records = make.records(dataset, 3)
    delete_records(dataset, [records[0].pk])
    for record in records[1:]:
        assert lease_next(dataset, by=cast.max).record == record
        make.response(record, cast.max)
    assert isinstance(lease_next(dataset, by=cast.max), Nothing)
    restore_records(DeletedRecords.objects.get())
    assert lease_next(dataset, by=cast.max).record == records[0]
    assert_everything_adds_up(dataset)


def test_a_place_that_somebody_held_is_open_again(cast, dataset):
    record = make.record(dataset)
    lease_next(dataset, by=cast.ben)
    delete_records(dataset, [record.pk])
    assert not Lease.objects.exists()
    restore_records(DeletedRecords.objects.get())
    assert record.queue.__class__.objects.get(pk=record.pk).open_places == 2
    assert_everything_adds_up(dataset)


def test_what_the_rules_say_meanwhile_holds_for_them_too(cast, dataset, records):
    delete_records(dataset, [one.pk for one in records])
    update_dataset(dataset, min_submitted=1)
    restore_records(DeletedRecords.objects.get())
    assert set(Record.objects.values_list("queue__target", flat=True)) == {1 + raised for raised in (0,)}
    assert_everything_adds_up(dataset)


def test_an_id_that_is_taken_is_named_and_nothing_comes_back(cast, dataset):
    old = make.records(dataset, 1, external_id="w1")[0]
    other = make.record(dataset)
    delete_records(dataset, [old.pk, other.pk])
    make.records(dataset, 1, external_id="w1")
    with pytest.raises(Conflict, match=r"the same ids: w1\. Nothing was brought back"):
        restore_records(DeletedRecords.objects.get())
    assert Record.objects.filter(dataset=dataset).count() == 1
    assert_everything_adds_up(dataset)
    delete_records(dataset, Record.objects.values_list("pk", flat=True))
    restore_records(DeletedRecords.objects.order_by("deleted_at", "pk").first())
    assert set(Record.objects.values_list("pk", flat=True)) == {old.pk, other.pk}


def test_what_belonged_to_something_that_is_gone_stays_away(cast, dataset, records):
    delete_records(dataset, [one.pk for one in records])
    dataset.vectors_settings.get().delete()
    with connection.cursor() as cursor:
        cursor.execute("delete from feedback_assignment where dataset_id = %s", [dataset.pk])
    restore_records(DeletedRecords.objects.get())
    left = everything(dataset)
    assert (left["feedback_vector"], left["feedback_assignedrecord"]) == ([], [])
    assert len(left["feedback_response"]) == 5
    assert_everything_adds_up(dataset)


def test_a_column_that_came_since_gets_what_new_rows_get(cast, dataset, records):
    delete_records(dataset, [one.pk for one in records])
    batch = DeletedRecords.objects.get()
    batch.columns["feedback_response"].remove("is_counted")
    batch.columns["feedback_queueitem"].remove("raised")
    batch.save()
    with connection.cursor() as cursor:
        cursor.execute(
            "update feedback_deletedrecord set contents = contents #- '{feedback_response,0,is_counted}'"
        )
    restore_records(batch)
    assert Response.objects.count() == 5


def test_a_program_that_deletes_on_and_on_fills_one_set(cast, dataset):
    records = make.records(dataset, 6)

    def delete(who, *which):
        ids = ",".join(str(one.pk) for one in which)
        assert cast.api(who).delete(f"/datasets/{dataset.pk}/records?ids={ids}").status_code == 204

    delete(cast.max, *records[:2])
    delete(cast.max, records[2])
    delete(cast.ana, records[3])
    DeletedRecords.objects.update(deleted_at=F("deleted_at") - timedelta(minutes=2))
    delete(cast.max, records[4])
    sets = DeletedRecords.objects.order_by("pk").values_list("deleted_by", "records")
    assert list(sets) == [(cast.max.pk, 3), (cast.ana.pk, 1), (cast.max.pk, 1)]
    restore_records(DeletedRecords.objects.order_by("pk").first())
    assert Record.objects.filter(dataset=dataset).count() == 4


def test_after_their_time_nobody_brings_them_back(cast, dataset, records):
    with override_settings(TRASH_DAYS=30):
        delete_records(dataset, [one.pk for one in records], by=cast.max)
    batch = DeletedRecords.objects.get()
    assert batch.purge_at - batch.deleted_at == timedelta(days=30)
    assert empty_trash()
    assert DeletedRecord.objects.count() == 6
    DeletedRecords.objects.update(purge_at=now())
    with pytest.raises(NotFound):
        restore_records(batch)
    assert empty_trash()
    assert not DeletedRecord.objects.exists()
    assert not DeletedRecords._base_manager.exists()


def test_for_ever_is_at_once(cast, dataset, records, django_capture_on_commit_callbacks):
    delete_records(dataset, [one.pk for one in records], by=cast.max)
    batch = DeletedRecords.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        delete_for_good(batch)
    with pytest.raises(NotFound):
        restore_records(batch)
    assert not DeletedRecord.objects.exists()

"""Several programs write records of one dataset at the same time, while people label them."""

import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.db import connection, transaction

from core.errors import NotFound
from core.tenancy import across
from feedback.actions import answers, record_rows
from feedback.actions.entries import Entry
from feedback.actions.nothing import Nothing
from feedback.actions.queue import lease_next
from feedback.actions.records import delete_records, upsert_records
from feedback.actions.responses import submit_response
from feedback.actions.targets import put_in_order
from feedback.models import LabelerTally, QueueItem, Record, RecordBlock, Response
from feedback.reports.progress import progress
from tests import make
from tests.cast import assemble


@pytest.fixture
def cast(transactional_db):
    with transaction.atomic():
        return assemble()


@pytest.fixture
def dataset(cast):
    with transaction.atomic():
        return make.dataset(cast.workspace)


def together(*works):
    """Run these at the same time, each with a connection of its own; what they return."""

    def run(work):
        try:
            with across():
                return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return [coming.result(timeout=60) for coming in [pool.submit(run, work) for work in works]]


def test_two_writers_of_the_same_external_ids_make_each_record_once(dataset):
    def write(turn):
        for begin in range(0, 200, 20):
            names = [f"e{number}" for number in range(begin, begin + 40)]
            random.Random(turn + begin).shuffle(names)
            upsert_records(dataset, [Entry(fields=make.fields(turn), external_id=name) for name in names])

    together(*(lambda turn=turn: write(turn) for turn in range(3)))
    with transaction.atomic():
        positions = list(Record.objects.order_by("position").values_list("position", flat=True))
        assert positions == list(range(220))
        assert Record.objects.values("external_id").distinct().count() == 220
        dataset.count.refresh_from_db()
        assert (dataset.count.records, dataset.count.next_position) == (220, 220)
        assert sum(RecordBlock.objects.values_list("records", flat=True)) == 220


def test_labeling_deleting_and_bulk_answers_at_once_deadlock_nobody_and_miscount_nothing(cast, dataset):
    with transaction.atomic():
        records = make.records(dataset, 120)

    def label(by):
        done = 0
        while done < 40:
            with transaction.atomic():
                lease = lease_next(dataset, by=by)
            if isinstance(lease, Nothing):
                return
            with suppress(NotFound, Record.DoesNotExist), transaction.atomic():
                submit_response(Record.objects.get(pk=lease.record_id), make.RANKED, by=by)
            done += 1

    def delete():
        for record in random.Random(1).sample(records, 40):
            delete_records(dataset, [record.pk])

    def answer(by):
        for record in random.Random(2).sample(records, 60):
            with transaction.atomic():
                record_rows.lock(dataset)
                if Record.objects.filter(pk=record.pk).exists():
                    given = answers.Given(by.pk, "submitted", make.RANKED)
                    answers.write(dataset, [(record.pk, given)])

    def recount():
        for _ in range(5):
            with transaction.atomic():
                record_rows.lock(dataset)
                put_in_order(dataset, by=None)

    together(
        lambda: label(cast.ben),
        lambda: label(cast.max),
        delete,
        lambda: answer(cast.ben),
        lambda: answer(cast.ana),
        recount,
    )
    with transaction.atomic():
        completed = QueueItem.objects.filter(completed=True).count()
        assert (progress(dataset).total, progress(dataset).completed) == (Record.objects.count(), completed)
        assert Record.objects.count() == 80
        for tally in LabelerTally.objects.all():
            mine = Response.objects.filter(membership=tally.membership_id)
            assert tally.submitted == mine.filter(status="submitted").count()
        for item in QueueItem.objects.all():
            counted = Response.objects.filter(record=item.pk, status="submitted", is_extra=False).count()
            assert item.submitted == counted <= item.target

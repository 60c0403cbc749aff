"""Records are given, taken back and handed over while people answer: everything adds up, and each does their own."""

import time
from collections import Counter

import pytest
from django.db import transaction

from feedback.actions import assigning, handing_over, unassigning
from feedback.actions.assigning import run_assign, start_assignment
from feedback.actions.handing_over import hand_over, run_hand_over
from feedback.actions.queue import lease_next
from feedback.actions.responses import submit_response
from feedback.actions.unassigning import run_unassign, take_back_share
from feedback.models import AssignedRecord, Job, Lease, QueueItem, QueueRules, Record, Response
from feedback.models.jobs import State
from feedback.search.selection import Selection
from tests import make
from tests.cast import assemble
from tests.feedback.assigned import assert_kept
from tests.feedback.test_queue_under_load import at_once

PEOPLE, RECORDS, PATIENCE = 6, 150, 50


@pytest.fixture
def cast(transactional_db):
    with transaction.atomic():
        return assemble()


@pytest.fixture
def people(cast):
    with transaction.atomic():
        found = [make.member(cast.acme) for _ in range(PEOPLE)]
        for one in found:
            make.place(cast.workspace, one)
    return found


@pytest.fixture
def dataset(cast):
    with transaction.atomic():
        made = make.dataset(cast.workspace)
        make.records(made, RECORDS)
    return made


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    for one in (assigning, handing_over, unassigning):
        monkeypatch.setattr(one, "CHUNK", 15)


def works(dataset, by, jobs):
    """Answer until everything is complete and all of these jobs have ended. What was handed out, in order."""
    seen, deadline = [], time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with transaction.atomic():
            lease = lease_next(dataset, by=by)
            ended = Job.objects.filter(state=State.FINISHED).count() == jobs
            over = ended and not QueueItem.objects.filter(dataset=dataset, completed=False).exists()
        if isinstance(lease, Lease):
            seen.append(lease.record_id)
            with transaction.atomic():
                submit_response(Record.objects.get(pk=lease.record_id), make.RANKED, by=by)
        elif over:
            return seen
        else:
            time.sleep(0.02)
    raise AssertionError("It did not come to an end.")


def answered_by(dataset):
    rows = Response.objects.filter(dataset=dataset, status="submitted").values_list(
        "record_id", "membership_id"
    )
    return Counter(rows), set(rows)


@pytest.mark.parametrize("opens", [True, False])
def test_records_are_given_while_people_answer(cast, people, dataset, opens):
    with transaction.atomic():
        QueueRules.objects.filter(dataset=dataset).update(opens_unassigned=opens)
        made = start_assignment(
            dataset, Selection(None), people={one.pk: 1 for one in people}, overlap=2, by=cast.max
        )
        dataset = type(dataset).objects.get(pk=dataset.pk)
    seen = at_once(
        [
            lambda: run_assign(str(cast.acme.pk), str(made.job_id)),
            *(lambda by=by: works(dataset, by, 1) for by in people),
        ]
    )[1:]
    with transaction.atomic():
        assert_kept(dataset)
        times, answers = answered_by(dataset)
        assert set(times.values()) == {1}
        assert all(len(set(records)) == len(records) for records in seen)  # nobody was handed a record twice
        rows = AssignedRecord.objects.filter(dataset=dataset)
        assert rows.exists()
        assert set(rows.values_list("state", flat=True)) == {"answered"}
        assert set(rows.values_list("record_id", "membership_id")) <= answers
        if not opens:
            assert rows.count() == RECORDS * 2 == len(answers)


def test_work_changes_hands_while_people_answer(cast, people, dataset):
    with transaction.atomic():
        made = start_assignment(
            dataset, Selection(None), people={one.pk: 1 for one in people}, overlap=2, by=cast.max
        )
    run_assign(str(cast.acme.pk), str(made.job_id))
    first, second, *others = people
    with transaction.atomic():
        back = take_back_share(made.shares.get(membership=first), by=cast.max)
        over = hand_over(dataset, second, to={one.pk: 1 for one in others}, by=cast.max)
    at_once(
        [
            lambda: run_unassign(str(cast.acme.pk), str(back.pk)),
            lambda: run_hand_over(str(cast.acme.pk), str(over.pk)),
            *(lambda by=by: works(dataset, by, 3) for by in others),
        ]
    )
    with transaction.atomic():
        assert_kept(dataset)
        times, answers = answered_by(dataset)
        assert set(times.values()) == {1}
        rows = AssignedRecord.objects.filter(dataset=dataset)
        assert not rows.filter(membership=first).exists()
        done = set(rows.filter(state="answered").values_list("record_id", "membership_id"))
        assert done <= answers
        assert not rows.filter(state="waiting").exists()

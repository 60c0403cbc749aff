"""Many people at once: no record gets more answers than wanted, none is left behind, and all counts stay true."""

import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from django.db import connection, transaction
from django.db.models import Sum

from core.errors import Conflict
from core.tenancy import across
from feedback.actions import queue
from feedback.actions.nothing import Nothing
from feedback.actions.queue import expire_leases, lease_next, release
from feedback.actions.records import delete_records
from feedback.actions.responses import delete_response, discard_response, save_draft, submit_response
from feedback.models import LabelerTally, QueueItem, Record, Response
from tests import make
from tests.cast import assemble
from tests.feedback.adding_up import assert_everything_adds_up

PEOPLE = 14  # two of them have two tabs: 16 at once
PATIENCE = 60  # seconds


@pytest.fixture
def cast(transactional_db):
    with transaction.atomic():
        return assemble()


@pytest.fixture
def people(cast):
    with transaction.atomic():
        found = [make.member(cast.acme, password="correct horse") for _ in range(PEOPLE)]
        for one in found:
            make.place(cast.workspace, one)
    return found


@pytest.fixture
def short_leases(monkeypatch):
    monkeypatch.setattr(queue, "HOLD", timedelta(seconds=0.5))


def at_once(works):
    """Run these at the same time, each with a connection of its own, while expired leases are given back."""
    over = Event()

    def run(work):
        try:
            with across():
                return work()
        finally:
            connection.close()

    def sweep():
        while not over.wait(0.05):
            with transaction.atomic():
                expire_leases()

    with ThreadPoolExecutor(len(works) + 2) as pool:
        sweepers = [pool.submit(run, sweep) for _ in range(2)]
        try:
            return [coming.result(timeout=PATIENCE) for coming in [pool.submit(run, one) for one in works]]
        finally:
            over.set()
            for sweeper in sweepers:
                sweeper.result(timeout=PATIENCE)


def labels(dataset, by, seed, *, deaths=0):
    """What one person does in one tab until all is done; as many times they forget what they hold."""
    chance, seen = random.Random(seed), Counter()
    deadline = time.monotonic() + PATIENCE * 0.8
    while time.monotonic() < deadline:
        with transaction.atomic():
            lease = lease_next(dataset, by=by)
            if not QueueItem.objects.filter(dataset=dataset, completed=False).exists():
                break
        if isinstance(lease, Nothing):
            time.sleep(0.05)
            continue
        act = chance.random()
        seen["handed out"] += 1
        if deaths and act < 0.3:
            deaths -= 1
            seen["forgotten"] += 1
            time.sleep(0.7)  # longer than the lease
        else:
            seen[_act(lease, by, act)] += 1
    return seen


def _act(lease, by, act):
    with transaction.atomic():
        record = Record.objects.get(pk=lease.record_id)
        if act > 0.95:
            release(lease)
            return "skipped"
        if act > 0.90:
            discard_response(record, {}, by=by, reason="no_expertise")
            return "discarded"
        if act > 0.80:
            try:
                save_draft(record, {}, by=by, revision=0)
            except Conflict:
                return "conflict"
        submit_response(record, make.RANKED, by=by)
    return "submitted"


@pytest.mark.parametrize(("overlap", "records"), [(1, 300), (3, 100)])
def test_sixteen_at_once_leave_nothing_behind_and_overshoot_nothing(
    cast, people, short_leases, overlap, records
):
    with transaction.atomic():
        dataset = make.dataset(cast.workspace, min_submitted=overlap)
        make.records(dataset, records)
    tabs = [*people, *people[:2]]
    works = [
        lambda by=by, seed=seed: labels(dataset, by, seed, deaths=2 if seed % 3 == 0 else 0)
        for seed, by in enumerate(tabs)
    ]
    seen = sum(at_once(works), Counter())
    with transaction.atomic():
        expire_leases()
        assert_everything_adds_up(dataset)
        items = QueueItem.objects.filter(dataset=dataset)
        assert items.filter(completed=True).count() == records
        answers = Response.objects.filter(dataset=dataset, status="submitted")
        assert answers.filter(is_extra=False).count() == records * overlap
        assert answers.values("record", "membership").distinct().count() == answers.count()
    assert seen["submitted"] >= records * overlap
    assert seen["discarded"] > 0 < seen["skipped"]
    assert seen["forgotten"] > 0


def test_counts_stay_true_while_people_change_their_minds_and_records_go(cast, people):
    with transaction.atomic():
        dataset = make.dataset(cast.workspace, min_submitted=2)
        records = make.records(dataset, 40)

    def changes(by, seed):
        chance = random.Random(seed)
        for _ in range(30):
            record = chance.choice(records)
            with transaction.atomic():
                if not Record.objects.filter(pk=record.pk).exists():
                    continue
                mine = Response.objects.filter(record=record, membership=by).first()
                act = chance.choice(["submit", "submit", "draft", "discard", "delete"])
                if act == "delete" and mine:
                    delete_response(mine)
                elif act == "draft":
                    save_draft(record, {}, by=by)
                elif act == "discard":
                    discard_response(record, {}, by=by)
                else:
                    submit_response(record, make.RANKED, by=by)

    at_once([lambda by=by, seed=seed: changes(by, seed) for seed, by in enumerate(people[:8])])
    with transaction.atomic():
        assert_everything_adds_up(dataset)
        delete_records(dataset, [record.pk for record in records[::3]])
        assert_everything_adds_up(dataset)
        assert LabelerTally.objects.aggregate(all=Sum("submitted"))["all"] == (
            Response.objects.filter(status="submitted").count()
        )

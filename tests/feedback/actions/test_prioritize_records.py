"""Records that come first or last, and records that get more answers than the rules say."""

from datetime import UTC, datetime

import pytest

from core.errors import Invalid
from feedback.actions import gathering, priority
from feedback.actions.jobs import cancel_job
from feedback.actions.priority import prioritize, run_priority, start_priority
from feedback.actions.queue import lease_next
from feedback.actions.rules import update_rules
from feedback.models import AssignedRecord, Assignment, BulkAnswer, QueueItem, Share
from feedback.models.jobs import State
from feedback.reports.progress import progress
from feedback.search.selection import Selection
from tests import make
from tests.feedback import queue_of
from tests.feedback.queue_of import ANSWER, order


@pytest.fixture
def dataset(cast):
    return queue_of.dataset(cast)


@pytest.fixture
def records(dataset):
    return queue_of.records(dataset, *({"difficulty": 4 - n} for n in range(4)))


def ids(*records):
    return [one.pk for one in records]


def test_what_is_first_comes_first_and_what_is_last_last(cast, dataset, records):
    assert prioritize(dataset, ids(records[2], records[3]), priority=8) == 2
    prioritize(dataset, ids(records[0]), priority=2)
    assert [one.priority for one in QueueItem.objects.order_by("rank")] == [8, 8, 5, 2]
    assert order(dataset, cast.ben) == "cdba"


def test_within_a_priority_the_order_of_the_rules_holds_whichever_was_said_first(cast, dataset, records):
    prioritize(dataset, ids(records[0], records[1]), priority=9)
    update_rules(dataset, by=cast.max, order="metadata", order_by="difficulty")
    assert order(dataset, cast.ben) == "badc"


def test_at_random_what_is_first_comes_first_too(cast, dataset, records):
    update_rules(dataset, by=cast.max, order="random")
    prioritize(dataset, ids(records[3]), priority=9)
    prioritize(dataset, ids(records[0]), priority=0)
    got = order(dataset, cast.ben)
    assert (got[0], got[-1]) == ("d", "a")


def test_somebody_who_is_further_on_gets_it_next(cast, dataset, records):
    assert queue_of.taken(dataset, cast.ben, 2)[0] == "ab"
    prioritize(dataset, ids(records[3]), priority=9)
    assert order(dataset, cast.ben) == "dc"


def test_normal_again(cast, dataset, records):
    prioritize(dataset, ids(*records), priority=9)
    prioritize(dataset, ids(*records[1:]), priority=5)
    assert order(dataset, cast.ben) == "abcd"


def test_more_answers_reopen_a_record_and_add_up(cast, dataset, records):
    make.response(records[0], cast.ben, ANSWER)
    assert progress(dataset).completed == 1
    prioritize(dataset, ids(records[0]), more_answers=1)
    prioritize(dataset, ids(records[0]), more_answers=1)
    item = QueueItem.objects.get(pk=records[0].pk)
    assert (item.target, item.submitted, item.open_places, progress(dataset).completed) == (3, 1, 2, 0)
    assert lease_next(dataset, by=cast.max).record == records[0]


def test_as_many_as_the_rules_say_completes_it_again(cast, dataset, records):
    make.response(records[0], cast.ben, ANSWER)
    prioritize(dataset, ids(records[0]), more_answers=5)
    prioritize(dataset, ids(records[0]), more_answers=0)
    item = QueueItem.objects.get(pk=records[0].pk)
    assert (item.target, item.raised, progress(dataset).completed) == (1, 0, 1)


def test_an_answer_beyond_what_is_wanted_is_kept_as_an_extra_one(cast, dataset, records):
    prioritize(dataset, ids(records[0]), more_answers=1)
    make.response(records[0], cast.ben, ANSWER)
    second = make.response(records[0], cast.max, ANSWER)
    assert not second.is_extra
    prioritize(dataset, ids(records[0]), more_answers=0)
    second.refresh_from_db()
    assert second.is_extra


def test_what_was_given_to_somebody_by_name_follows(cast, dataset, records):
    share = given_to(cast.ben, dataset, records[:2])
    AssignedRecord.objects.filter(record=records[0]).update(has_raised=True)
    QueueItem.objects.filter(pk=records[0].pk).update(raised=1)
    prioritize(dataset, ids(*records[:2]), priority=9, more_answers=2)
    assert {one.rank for one in AssignedRecord.objects.filter(share=share)} == {
        one.rank for one in QueueItem.objects.filter(pk__in=ids(*records[:2]))
    }
    prioritize(dataset, ids(*records[:2]), more_answers=0)
    assert dict(QueueItem.objects.values_list("pk", "raised"))[records[0].pk] == 1


def given_to(member, dataset, records):
    """These records, given to somebody by name: rows as they stand after an assignment."""
    tenant = {"organization_id": dataset.organization_id, "dataset": dataset}
    assignment = Assignment.objects.create(**tenant)
    share = Share.objects.create(**tenant, assignment=assignment, membership=member, given=len(records))
    for one in records:
        rank = QueueItem.objects.get(pk=one.pk).rank
        AssignedRecord.objects.create(**tenant, record=one, membership=member, share=share, rank=rank)
    QueueItem.objects.filter(pk__in=ids(*records)).update(reserved=1)
    return share


@pytest.mark.parametrize(
    "wish", [{}, {"priority": 10}, {"priority": -1}, {"more_answers": -1}, {"more_answers": 101}], ids=str
)
def test_what_cannot_be_is_refused(cast, dataset, records, wish):
    with pytest.raises(Invalid):
        prioritize(dataset, ids(records[0]), **wish)
    with pytest.raises(Invalid):
        start_priority(dataset, Selection(None), by=cast.max, **wish)


def test_a_record_of_another_dataset_is_refused_and_nothing_changes(cast, dataset, records):
    foreign = make.record(make.dataset(cast.workspace))
    with pytest.raises(Invalid, match=str(foreign.pk)):
        prioritize(dataset, ids(records[0], foreign), priority=9)
    assert QueueItem.objects.get(pk=records[0].pk).priority == 5


def run(job):
    run_priority(str(job.organization_id), str(job.pk))
    job.refresh_from_db()
    return job


def test_all_that_a_search_finds_is_changed_by_a_job(cast, dataset, records, monkeypatch):
    monkeypatch.setattr(priority, "CHUNK", 2)
    job = run(start_priority(dataset, Selection(None), by=cast.max, priority=8, more_answers=1))
    assert (job.state, job.done, job.detail) == (State.FINISHED, 4, "4 records changed.")
    assert {(one.priority, one.target) for one in QueueItem.objects.all()} == {(8, 2)}
    assert not BulkAnswer.objects.exists()


def test_after_a_worker_died_none_gets_its_answers_twice(cast, dataset, records, monkeypatch):
    monkeypatch.setattr(priority, "CHUNK", 2)
    job = start_priority(dataset, Selection(None), by=cast.max, more_answers=1)
    assert job.claim()
    gathering.gather(job, cast.max)
    assert priority._chunk(job)
    type(job).objects.update(leased_until=datetime(2020, 1, 1, tzinfo=UTC))
    assert run(job).done == 4
    assert set(QueueItem.objects.values_list("target", flat=True)) == {2}


def test_it_can_be_stopped(cast, dataset, records):
    job = start_priority(dataset, Selection(None), by=cast.max, priority=9)
    assert cancel_job(job).state == State.CANCELED
    assert run(job).state == State.CANCELED
    assert set(QueueItem.objects.values_list("rank", flat=True)) == {(4 << 59) | n for n in range(4)}

"""Records are given to people by name: to those who may have them, fairly, and each by one act or not at all."""

from __future__ import annotations

from collections import Counter

import pytest

from accounts.access import Role
from core.errors import Invalid
from feedback.actions import assigning
from feedback.actions.assigning import run_assign, start_assignment
from feedback.actions.datasets import update_dataset
from feedback.actions.entries import Entry
from feedback.actions.jobs import cancel_job
from feedback.actions.nothing import Nothing
from feedback.actions.queue import expire_leases, lease_next
from feedback.actions.records import create_records, delete_records
from feedback.actions.responses import delete_response, discard_response, save_draft
from feedback.models import AssignedRecord, Assignment, Dataset, Job, Lease, QueueItem, QueueRules
from feedback.models.jobs import State
from feedback.search.selection import Selection
from tests import make
from tests.feedback.assigned import ALL, assert_kept, assign, given, states


@pytest.fixture
def dataset(cast):
    return make.dataset(cast.workspace)


@pytest.fixture
def mia(cast):
    mia = make.member(cast.acme, "mia", first_name="Mia")
    make.place(cast.workspace, mia)
    return mia


@pytest.fixture(autouse=True)
def everything_is_kept(dataset):
    yield
    assert_kept(dataset)


def takes(dataset, by):
    """The records that this person is handed, and answers, until there is none."""
    taken = []
    while not isinstance(lease := lease_next(dataset, by=by), Nothing):
        taken.append(lease.record)
        make.response(lease.record, by)
    return taken


def test_each_gets_their_part_and_nobody_what_is_anothers(cast, dataset, mia):
    records = make.records(dataset, 10)
    made = assign(dataset, cast.ben, mia, by=cast.max)
    assert given(dataset, [cast.ben, mia]) == [5, 5]
    assert made.job.state == State.FINISHED
    assert made.job.detail == "10 records given to 2 people."
    bens, mias = takes(dataset, cast.ben), takes(dataset, mia)
    assert (len(bens), len(mias)) == (5, 5)
    assert {*bens, *mias} == set(records)
    assert isinstance(lease_next(dataset, by=cast.max), Nothing)
    shares = {one.membership_id: (one.given, one.answered) for one in made.shares.all()}
    assert shares == {cast.ben.pk: (5, 5), mia.pk: (5, 5)}


def test_weights_say_how_much_each_gets(cast, dataset, mia):
    make.records(dataset, 12)
    assign(dataset, by=cast.max, weights={cast.ben.pk: 1, mia.pk: 2, cast.max.pk: 3})
    assert given(dataset, [cast.ben, mia, cast.max]) == [2, 4, 6]


def test_with_overlap_each_record_goes_to_different_people_and_wants_as_many_answers(cast, dataset, mia):
    make.records(dataset, 6)
    assign(dataset, cast.ben, mia, cast.max, by=cast.max, overlap=2)
    assert given(dataset, [cast.ben, mia, cast.max]) == [4, 4, 4]
    per_record = Counter(AssignedRecord.objects.values_list("record_id", flat=True))
    assert set(per_record.values()) == {2}
    assert set(QueueItem.objects.values_list("target", "raised", "reserved")) == {(2, 1, 2)}


def test_a_record_that_wants_enough_answers_anyway_wants_no_more(cast, mia):
    dataset = make.dataset(cast.workspace, min_submitted=3)
    make.records(dataset, 4)
    assign(dataset, cast.ben, mia, by=cast.max, overlap=2)
    assert set(QueueItem.objects.filter(dataset=dataset).values_list("target", "raised", "reserved")) == {
        (3, 0, 2)
    }
    assert lease_next(dataset, by=cast.max).record  # the third place is open to all
    assert_kept(dataset)


def test_a_number_or_a_share_of_the_records_in_their_order(cast, dataset, mia):
    records = make.records(dataset, 10)
    assign(dataset, cast.ben, by=cast.max, number=3)
    assert set(AssignedRecord.objects.values_list("record_id", flat=True)) == {one.pk for one in records[:3]}
    assign(dataset, mia, by=cast.max, percent=25)
    assert states(dataset, mia) == {"waiting": 3}  # a quarter of ten, rounded up


def test_a_number_counts_those_that_are_given(cast, dataset):
    records = make.records(dataset, 6)
    for record in records[:2]:
        make.response(record, cast.max)
    made = assign(dataset, cast.ben, by=cast.max, number=3)
    assert states(dataset, cast.ben) == {"waiting": 3}
    assert made.job.detail == (
        "3 records given to 1 person. Left out: 2 records, for they have all answers that they need."
    )


def test_at_random_is_another_selection_each_time(cast, dataset):
    make.records(dataset, 60)
    drawn = []
    for _ in range(2):
        assign(dataset, cast.ben, by=cast.max, number=20, at_random=True)
        drawn.append(set(AssignedRecord.objects.values_list("record_id", flat=True)))
        AssignedRecord.objects.all().delete()
        QueueItem.objects.update(reserved=0)
        dataset.shares.update(given=0)
    assert drawn[0] != drawn[1]
    assert {len(one) for one in drawn} == {20}


def test_ticked_records_or_what_a_search_finds(cast, dataset, mia):
    records = make.records(dataset, 4)
    assign(dataset, cast.ben, by=cast.max, chosen=Selection([records[1].pk, records[2].pk]))
    assign(dataset, mia, by=cast.max, chosen=Selection(None, "status=pending&q=4"))
    found = AssignedRecord.objects.filter(membership=mia).values_list("record_id", flat=True)
    assert states(dataset, cast.ben) == {"waiting": 2}
    assert records[3].pk in found


def test_nobody_is_given_what_they_wrote_hold_or_answered(cast, dataset):
    create_records(dataset, [Entry(fields=make.fields())], author=cast.ben)
    held, answered, drafted, free = make.records(dataset, 4)
    assert lease_next(dataset, by=cast.ben).record == held
    make.response(answered, cast.ben)
    save_draft(drafted, {}, by=cast.ben)
    update_dataset(dataset, min_submitted=2)
    made = assign(dataset, cast.ben, by=cast.max)
    assert list(AssignedRecord.objects.values_list("record_id", flat=True)) == [free.pk]
    assert made.job.detail == (
        "1 record given to 1 person. Left out: 4 records, "
        "for everybody who was chosen wrote, has, or answered them."
    )


def test_a_record_that_others_hold_wants_one_answer_more(cast, dataset):
    record = make.record(dataset)
    lease_next(dataset, by=cast.max)
    assign(dataset, cast.ben, by=cast.max)
    item = QueueItem.objects.get(pk=record.pk)
    assert (item.target, item.open_places, item.reserved, item.raised) == (2, 1, 1, 1)
    make.response(record, cast.max)
    assert takes(dataset, cast.ben) == [record]


def test_the_same_record_is_given_to_nobody_twice(cast, dataset, mia):
    make.records(dataset, 4)
    assign(dataset, cast.ben, by=cast.max)
    second = assign(dataset, cast.ben, mia, by=cast.max, overlap=2)
    assert given(dataset, [cast.ben, mia]) == [4, 4]
    assert "4 records went to fewer people than wanted" in second.job.detail


def test_unassigned_records_are_open_to_all_or_not_as_the_dataset_says(cast, dataset):
    make.records(dataset, 4)
    assign(dataset, cast.ben, by=cast.max, number=2)
    assert len(takes(dataset, cast.max)) == 2
    make.records(dataset, 2)
    QueueRules.objects.filter(dataset=dataset).update(opens_unassigned=False)
    dataset = Dataset.objects.get(pk=dataset.pk)
    assert lease_next(dataset, by=cast.max).reason == "assigned"
    assert len(takes(dataset, cast.ben)) == 2


def test_what_somebody_takes_back_or_discards_or_lets_run_out_counts_as_it_is(cast, dataset):
    first, second, _ = make.records(dataset, 3)
    made = assign(dataset, cast.ben, by=cast.max)
    response = make.response(first, cast.ben)
    discard_response(second, {}, by=cast.ben)
    lease_next(dataset, by=cast.ben)
    assert states(dataset, cast.ben) == {"answered": 2, "held": 1}
    delete_response(response)
    Lease.objects.update(expires_at="2020-01-01T00:00Z")
    expire_leases()
    assert states(dataset, cast.ben) == {"answered": 1, "waiting": 2}
    assert made.shares.get().answered == 1


def test_answers_that_a_program_brings_count_for_what_was_given(cast, dataset):
    records = make.records(dataset, 3)
    made = assign(dataset, cast.ben, by=cast.max)
    lease_next(dataset, by=cast.ben)
    answer = {"values": {"ranking": {"value": make.RANKED["ranking"]}}, "status": "submitted"}
    entries = [
        {"id": str(one.pk), "responses": [{"user_id": str(cast.ben.pk), **answer}]} for one in records[:2]
    ]
    reply = cast.api(cast.ana).put(f"/datasets/{dataset.pk}/records/bulk", {"items": entries})
    assert reply.status_code == 200, reply.json()
    assert states(dataset, cast.ben) == {"answered": 2, "waiting": 1}
    assert made.shares.get().answered == 2


def test_others_complete_a_record_and_it_is_no_longer_needed(cast, dataset):
    record = make.record(dataset)
    assign(dataset, cast.ben, by=cast.max)
    answer = make.response(record, cast.max)
    assert states(dataset, cast.ben) == {"filled": 1}
    delete_response(answer)
    assert states(dataset, cast.ben) == {"waiting": 1}


def test_deleted_records_are_no_longer_counted(cast, dataset):
    records = make.records(dataset, 3)
    made = assign(dataset, cast.ben, by=cast.max)
    make.response(records[0], cast.ben)
    delete_records(dataset, [records[0].pk, records[1].pk])
    share = made.shares.get()
    assert (share.given, share.answered) == (1, 0)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"people": {}}, "Say to whom"),
        ({"overlap": 2}, "Each record is to go to 2 people, and only 1 were chosen."),
        ({"overlap": 0}, "at least one person"),
        ({"number": 0}, "at least one record"),
        ({"percent": 101}, "at most 100 percent"),
        ({"number": 1, "percent": 1}, "not both"),
        ({"note": "x" * 301}, "300 characters"),
        ({"weight": 0}, "That of these is not: Ben."),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_sentence(cast, dataset, wrong, sentence):
    given = {"people": {cast.ben.pk: wrong.pop("weight", 1)}, "by": cast.max, **wrong}
    with pytest.raises(Invalid, match=sentence):
        start_assignment(dataset, ALL, **given)
    assert not Assignment.objects.exists()


def test_who_does_not_work_there_is_named(cast, dataset):
    gone = make.member(cast.acme, "zoe", role=Role.ADMIN)
    for by, name in ((cast.ana, "Dov"), (cast.max, str(cast.dov.pk))):
        with pytest.raises(Invalid, match=f"do not work in acme-workspace.*{name}"):
            start_assignment(dataset, ALL, people={cast.ben.pk: 1, cast.dov.pk: 1}, by=by)
    for stranger in (gone, cast.cleo):
        with pytest.raises(Invalid, match="do not work in"):
            start_assignment(dataset, ALL, people={stranger.pk: 1}, by=cast.ana)
    assign(dataset, cast.ana, by=cast.max)  # owners work in every workspace


def test_a_draft_has_no_records_to_give(cast):
    with pytest.raises(Invalid, match="Publish it"):
        start_assignment(
            make.dataset(cast.workspace, published=False), ALL, people={cast.ben.pk: 1}, by=cast.max
        )


def test_a_worker_that_dies_is_followed_by_another_and_the_deal_is_the_same(cast, dataset, mia, monkeypatch):
    make.records(dataset, 30)
    monkeypatch.setattr(assigning, "CHUNK", 4)
    chunks = []
    deal = assigning._chunk

    def dies(*args):
        if len(chunks) == 3:
            raise KeyboardInterrupt
        chunks.append(deal(*args))

    weights = {cast.ben.pk: 1, mia.pk: 3, cast.max.pk: 1}
    made = start_assignment(dataset, ALL, people=weights, overlap=2, by=cast.max)
    monkeypatch.setattr(assigning, "_chunk", dies)
    with pytest.raises(KeyboardInterrupt):
        run_assign(str(cast.acme.pk), str(made.job.pk))
    assert AssignedRecord.objects.count() == 24
    monkeypatch.setattr(assigning, "_chunk", deal)
    Job.objects.update(leased_until="2020-01-01T00:00Z")
    run_assign(str(cast.acme.pk), str(made.job.pk))
    assert given(dataset, [cast.ben, mia, cast.max]) == [15, 30, 15]
    made.job.refresh_from_db()
    assert (made.job.done, made.job.total, made.job.state) == (30, 30, State.FINISHED)


def test_it_can_be_stopped_and_what_is_given_stays(cast, dataset, monkeypatch):
    make.records(dataset, 12)
    monkeypatch.setattr(assigning, "CHUNK", 5)
    deal = assigning._chunk
    made = start_assignment(dataset, ALL, people={cast.ben.pk: 1}, by=cast.max)

    def stops(*args):
        deal(*args)
        cancel_job(made.job)

    monkeypatch.setattr(assigning, "_chunk", stops)
    run_assign(str(cast.acme.pk), str(made.job.pk))
    made.job.refresh_from_db()
    assert made.job.state == State.CANCELED
    assert "What is done stays" in made.job.detail
    assert states(dataset, cast.ben) == {"waiting": 5}

"""Work given by name is taken back, handed over, left behind: nothing is lost, and nothing waits for nobody."""

from __future__ import annotations

import pytest

from accounts.access import Role
from accounts.actions import change_member, remove_member
from core.errors import Conflict, Invalid
from feedback.actions import handing_over, leaving, unassigning
from feedback.actions.assigning import start_assignment
from feedback.actions.handing_over import hand_over, run_hand_over
from feedback.actions.leaving import leave_behind, return_leases
from feedback.actions.nothing import Nothing
from feedback.actions.queue import lease_next
from feedback.actions.unassigning import run_unassign, take_back_assignment
from feedback.models import (
    AssignedRecord,
    Assignment,
    Dataset,
    DatasetCount,
    Job,
    Lease,
    QueueItem,
    QueueRules,
    Share,
)
from feedback.reports.progress import progress
from tests import make
from tests.feedback.assigned import ALL, assert_kept, assign, given, passed, states, take_back
from workspaces.actions import remove_from_workspace
from workspaces.models import WorkspaceMembership


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
    found = progress(dataset)
    completed = QueueItem.objects.filter(dataset=dataset, completed=True).count()
    assert found.completed == completed
    assert DatasetCount.objects.get(dataset=dataset).records == found.total


def plain(dataset):
    """Whether every record wants one answer, and waits for nobody by name."""
    return set(QueueItem.objects.filter(dataset=dataset).values_list("target", "raised", "reserved")) == {
        (1, 0, 0)
    }


# Taking back


def test_taking_back_leaves_what_is_answered_or_held(cast, dataset):
    make.records(dataset, 5)
    made = assign(dataset, cast.ben, by=cast.max)
    make.response(lease_next(dataset, by=cast.ben).record, cast.ben)
    lease_next(dataset, by=cast.ben)
    job = take_back(made, by=cast.max)
    assert job.detail == "3 records taken back. What somebody holds or has answered stays."
    assert states(dataset, cast.ben) == {"answered": 1, "held": 1}
    assert lease_next(dataset, by=cast.max).record
    assert take_back(made, by=cast.max).detail == "Nothing was left to take back."


def test_of_an_assignment_that_nobody_has_begun_nothing_is_left(cast, dataset, mia):
    make.records(dataset, 6)
    made = assign(dataset, cast.ben, mia, by=cast.max, overlap=2)
    take_back(made, by=cast.max)
    assert not Assignment.objects.exists()
    assert not Share.objects.exists()
    assert plain(dataset)


def test_one_persons_part_is_taken_back_and_the_records_want_no_more_answers_for_it(cast, dataset, mia):
    make.records(dataset, 4)
    made = assign(dataset, cast.ben, mia, by=cast.max, overlap=2)
    assert len({*QueueItem.objects.values_list("target", flat=True)}) == 1
    take_back(made.shares.get(membership=cast.ben), by=cast.max)
    assert (states(dataset, cast.ben), states(dataset, mia)) == ({}, {"waiting": 4})
    assert set(QueueItem.objects.values_list("target", "raised", "reserved")) == {(1, 0, 1)}
    assert isinstance(lease_next(dataset, by=cast.max), Nothing)


def test_a_record_that_has_the_answer_of_the_other_is_complete_then(cast, dataset, mia):
    record = make.record(dataset)
    made = assign(dataset, cast.ben, mia, by=cast.max, overlap=2)
    make.response(record, cast.ben)
    assert progress(dataset).completed == 0
    take_back(made.shares.get(membership=mia), by=cast.max)
    assert progress(dataset).completed == 1


def test_what_others_answered_keeps_counting(cast, mia):
    dataset = make.dataset(cast.workspace)
    record = make.record(dataset)
    made = assign(dataset, cast.ben, mia, by=cast.max, overlap=2)
    answer = make.response(record, cast.max)  # for whom it was not meant
    take_back(made, by=cast.max)
    answer.refresh_from_db()
    assert not answer.is_extra
    assert QueueItem.objects.get(pk=record.pk).completed


def test_nothing_is_taken_back_while_it_is_being_given(cast, dataset):
    make.record(dataset)
    made = start_assignment(dataset, ALL, people={cast.ben.pk: 1}, by=cast.max)
    with pytest.raises(Conflict, match="still being given"):
        take_back_assignment(made, by=cast.max)


def test_a_worker_that_dies_while_taking_back_is_followed_by_another(cast, dataset, monkeypatch):
    make.records(dataset, 10)
    made = assign(dataset, cast.ben, by=cast.max)
    job = take_back_assignment(made, by=cast.max)
    monkeypatch.setattr(unassigning, "CHUNK", 4)
    chunk, calls = unassigning._chunk, []

    def dies(job):
        calls.append(job)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return chunk(job)

    monkeypatch.setattr(unassigning, "_chunk", dies)
    with pytest.raises(KeyboardInterrupt):
        run_unassign(str(cast.acme.pk), str(job.pk))
    assert states(dataset, cast.ben) == {"waiting": 6}
    monkeypatch.setattr(unassigning, "_chunk", chunk)
    Job.objects.update(leased_until="2020-01-01T00:00Z")
    run_unassign(str(cast.acme.pk), str(job.pk))
    job.refresh_from_db()
    assert (job.done, job.total) == (10, 10)
    assert plain(dataset)


# Handing over


def test_what_waits_for_somebody_goes_to_others_by_weight(cast, dataset, mia):
    records = make.records(dataset, 9)
    made = assign(dataset, cast.ben, by=cast.max)
    make.response(records[0], cast.ben)
    job = hand_over(dataset, cast.ben, to={mia.pk: 3, cast.max.pk: 1}, by=cast.max)
    run_hand_over(str(cast.acme.pk), str(job.pk))
    assert given(dataset, [cast.ben, mia, cast.max]) == [1, 6, 2]
    assert {one.membership_id: one.given for one in made.shares.all()} == {
        cast.ben.pk: 1,
        mia.pk: 6,
        cast.max.pk: 2,
    }
    assert set(QueueItem.objects.values_list("target", flat=True)) == {1}


def test_what_nobody_may_have_stays_where_it_is(cast, dataset, mia):
    records = make.records(dataset, 3)
    assign(dataset, cast.ben, by=cast.max)
    assign(dataset, mia, by=cast.max, number=2)
    job = passed(dataset, cast.ben, mia, by=cast.max)
    assert job.detail == (
        "1 record handed over. 2 stayed where they were, "
        "for everybody who was chosen wrote, has, or answered them."
    )
    assert given(dataset, [cast.ben, mia]) == [2, 3]
    assert records


def test_only_one_assignments_part_is_handed_over_if_that_is_asked(cast, dataset, mia):
    make.records(dataset, 4)
    first = assign(dataset, cast.ben, by=cast.max, number=1)
    assign(dataset, cast.ben, by=cast.max, number=2)
    passed(dataset, cast.ben, mia, by=cast.max, only=first)
    assert given(dataset, [cast.ben, mia]) == [2, 1]
    assert [one.membership for one in first.shares.all()] == [mia]  # of Ben's part nothing is left to tell


def test_handing_over_names_who_may_not_have_it_and_refuses_where_there_is_nothing(cast, dataset, mia):
    make.record(dataset)
    with pytest.raises(Conflict, match="Nothing waits for Ben"):
        hand_over(dataset, cast.ben, to={mia.pk: 1}, by=cast.max)
    assign(dataset, cast.ben, by=cast.max)
    with pytest.raises(Invalid, match=r"do not work in acme-workspace.*Dov"):
        hand_over(dataset, cast.ben, to={cast.dov.pk: 1}, by=cast.ana)


def test_a_worker_that_dies_while_handing_over_is_followed_by_another(cast, dataset, mia, monkeypatch):
    make.records(dataset, 12)
    assign(dataset, cast.ben, by=cast.max)
    job = hand_over(dataset, cast.ben, to={mia.pk: 1, cast.max.pk: 1, cast.ana.pk: 1}, by=cast.max)
    monkeypatch.setattr(handing_over, "CHUNK", 4)
    chunk, calls = handing_over._chunk, []

    def dies(*args):
        calls.append(args)
        if len(calls) == 3:
            raise KeyboardInterrupt
        chunk(*args)

    monkeypatch.setattr(handing_over, "_chunk", dies)
    with pytest.raises(KeyboardInterrupt):
        run_hand_over(str(cast.acme.pk), str(job.pk))
    assert states(dataset, cast.ben) == {"waiting": 4}
    monkeypatch.setattr(handing_over, "_chunk", chunk)
    Job.objects.update(leased_until="2020-01-01T00:00Z")
    run_hand_over(str(cast.acme.pk), str(job.pk))
    assert given(dataset, [cast.ben, mia, cast.max, cast.ana]) == [0, 4, 4, 4]


# Leaving


@pytest.mark.parametrize("way", ["organization", "workspace"])
@pytest.mark.parametrize("opens", [True, False])
def test_who_goes_leaves_their_records_to_others(
    cast, dataset, mia, way, opens, django_capture_on_commit_callbacks
):
    make.records(dataset, 4)
    assign(dataset, mia, by=cast.max)
    make.response(lease_next(dataset, by=mia).record, mia)
    lease_next(dataset, by=mia)
    QueueRules.objects.filter(dataset=dataset).update(opens_unassigned=opens)
    dataset = Dataset.objects.get(pk=dataset.pk)
    with django_capture_on_commit_callbacks(execute=True):
        if way == "organization":
            remove_member(mia)
        else:
            remove_from_workspace(WorkspaceMembership.objects.get(membership=mia))
    assert states(dataset, mia) == {"answered": 1, "left": 3}
    assert not Lease.objects.exists()
    assert isinstance(lease_next(dataset, by=cast.max), Lease) == opens


def test_an_owner_who_becomes_a_labeler_elsewhere_leaves_their_records(
    cast, dataset, django_capture_on_commit_callbacks
):
    make.owner(cast.acme, "zoe")
    make.record(dataset)
    assign(dataset, cast.ana, by=cast.max)
    with django_capture_on_commit_callbacks(execute=True):
        change_member(cast.ana, role=Role.ANNOTATOR)
    assert states(dataset, cast.ana) == {"left": 1}


def test_who_is_forgotten_is_found_by_the_clock(cast, dataset, mia, monkeypatch):
    make.records(dataset, 5)
    monkeypatch.setattr(leaving, "CHUNK", 2)
    assign(dataset, mia, by=cast.max)
    remove_from_workspace(WorkspaceMembership.objects.get(membership=mia))
    assert leaving.organizations_left() == {str(cast.acme.pk)}
    leave_behind(str(cast.acme.pk))
    assert states(dataset, mia) == {"left": 5}
    assert leaving.organizations_left() == set()


def test_what_was_left_behind_is_handed_over_and_the_record_wants_an_answer_for_it(cast, dataset, mia):
    first, _ = make.records(dataset, 2)
    assign(dataset, mia, by=cast.max)
    remove_from_workspace(WorkspaceMembership.objects.get(membership=mia))
    leave_behind(str(cast.acme.pk))
    lease_next(dataset, by=cast.max)  # one of them is in work by somebody else meanwhile
    passed(dataset, mia, cast.ben, by=cast.max)
    assert states(dataset, cast.ben) == {"waiting": 2}
    assert sorted(QueueItem.objects.values_list("target", flat=True)) == [1, 2]
    assert lease_next(dataset, by=cast.ben).record == first


def test_who_comes_back_may_have_it_again(cast, dataset, mia):
    records = make.records(dataset, 3)
    made = assign(dataset, mia, by=cast.max)
    remove_from_workspace(WorkspaceMembership.objects.get(membership=mia))
    leave_behind(str(cast.acme.pk))
    make.place(cast.workspace, mia)
    assert lease_next(dataset, by=mia).record == records[0]  # as open to all
    make.response(records[0], mia)
    assert states(dataset, mia) == {"answered": 1, "left": 2}
    passed(dataset, mia, mia, by=cast.max)
    assert states(dataset, mia) == {"answered": 1, "waiting": 2}
    assert made.shares.get().given == 3


def test_what_was_left_behind_and_answered_by_others_is_needed_no_more(cast, dataset, mia):
    record = make.record(dataset)
    assign(dataset, mia, by=cast.max)
    remove_from_workspace(WorkspaceMembership.objects.get(membership=mia))
    leave_behind(str(cast.acme.pk))
    make.response(record, cast.ben)
    assert states(dataset, mia) == {"filled": 1}


# Signing out


def test_who_signs_out_holds_nothing(cast, dataset, django_capture_on_commit_callbacks):
    make.records(dataset, 2)
    assign(dataset, cast.ben, by=cast.max)
    lease = lease_next(dataset, by=cast.ben)
    with django_capture_on_commit_callbacks(execute=True):
        cast.pages(cast.ben).post("/accounts/logout/")
    assert not Lease.objects.filter(pk=lease.pk).exists()
    assert states(dataset, cast.ben) == {"waiting": 2}


def test_returning_leases_is_nothing_to_others(cast, dataset):
    make.records(dataset, 2)
    lease_next(dataset, by=cast.ben)
    lease_next(dataset, by=cast.max)
    return_leases(str(cast.acme.pk), str(cast.ben.pk))
    assert [one.membership for one in Lease.objects.all()] == [cast.max]
    assert not AssignedRecord.objects.exists()

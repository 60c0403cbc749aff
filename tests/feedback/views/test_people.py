"""The people of a dataset: what managers see of them, pausing, and taking a record back."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import now

from accounts.actions import remove_member
from accounts.models import Membership
from feedback.actions.labelers import pause_labeler
from feedback.actions.nothing import Nothing
from feedback.actions.one_response import Circumstances
from feedback.actions.queue import lease_next
from feedback.actions.responses import discard_response, save_draft, submit_response
from feedback.models import AssignedRecord, Assignment, DailyTally, Dataset, LabelerTally, Lease, Share
from feedback.models.queue import Ending, PastLease
from feedback.reports.labelers import labeler, labelers, shown
from tests import make
from tests.cast import Cast
from workspaces.models import WorkspaceMembership


@pytest.fixture
def dataset(cast: Cast) -> Dataset:
    dataset = make.dataset(cast.workspace)
    make.records(dataset, 6)
    return dataset


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def page(cast: Cast, dataset: Dataset, query: str = "") -> Any:
    response = cast.pages(cast.max).get(f"/acme/datasets/{dataset.pk}/people/{query}")
    assert response.status_code == 200
    return response


def names(response: Any) -> list[str]:
    return [one.member.username for one in response.context["people"]]


def test_everybody_who_may_label_is_there_begun_or_not(cast: Cast, dataset: Dataset) -> None:
    seen = page(cast, dataset)
    assert names(seen) == ["ben", "max"]
    assert text(seen).count("not begun") == 2
    make.response(dataset.records.all()[0], cast.ana)
    assert names(page(cast, dataset)) == ["ana", "ben", "max"]


def test_numbers_of_a_person_are_those_of_their_answers(cast: Cast, dataset: Dataset) -> None:
    one, two, three, four, *_ = dataset.records.all()
    submit_response(one, make.RANKED, by=cast.ben, how=Circumstances(active_ms=60_000))
    submit_response(two, make.RANKED, by=cast.ben, how=Circumstances(active_ms=30_000))
    discard_response(three, {}, by=cast.ben, reason="other")
    save_draft(four, {"comment": "Hm"}, by=cast.ben)
    DailyTally.objects.create(
        dataset=dataset,
        membership=cast.ben,
        organization=cast.acme,
        day=now().date() - timedelta(days=6),
        submitted=5,
    )
    DailyTally.objects.create(
        dataset=dataset,
        membership=cast.ben,
        organization=cast.acme,
        day=now().date() - timedelta(days=7),
        submitted=50,
    )
    ben = labeler(dataset, cast.ben.pk)
    assert (ben.submitted, ben.discarded, ben.drafts) == (2, 1, 1)
    assert (ben.today, ben.week) == (2, 7)
    assert ben.each_ms == 30_000
    assert ben.last_at is not None
    assert "0:30" in text(page(cast, dataset))


def test_other_datasets_count_for_nothing(cast: Cast, dataset: Dataset) -> None:
    make.response(make.record(make.dataset(cast.workspace)), cast.ben)
    ben = labeler(dataset, cast.ben.pk)
    assert (ben.submitted, ben.today, ben.last_at, ben.has_begun) == (0, 0, None, False)


def test_what_somebody_has_now_is_named_with_its_times(cast: Cast, dataset: Dataset) -> None:
    lease = lease_next(dataset, by=cast.ben)
    assert isinstance(lease, Lease)
    seen = page(cast, dataset)
    assert f"/records/{lease.record_id}/" in text(seen)
    assert lease.record.external_id in text(seen)
    assert seen.context["working"] == 1
    Lease.objects.update(expires_at=now() - timedelta(seconds=1))
    assert lease.record.external_id not in text(page(cast, dataset))


def test_records_given_by_name_show_what_waits(cast: Cast, dataset: Dataset) -> None:
    assignment = Assignment.objects.create(organization=cast.acme, dataset=dataset)
    share = Share.objects.create(
        organization=cast.acme,
        dataset=dataset,
        assignment=assignment,
        membership=cast.ben,
        given=4,
        answered=1,
    )
    states = ("waiting", "waiting", "answered", "filled")
    for record, state in zip(dataset.records.all(), states, strict=False):
        AssignedRecord.objects.create(
            organization=cast.acme,
            dataset=dataset,
            record=record,
            membership=cast.ben,
            share=share,
            rank=0,
            state=state,
        )
    ben = labeler(dataset, cast.ben.pk)
    assert (ben.given, ben.answered, ben.waiting) == (4, 1, 2)
    seen = text(page(cast, dataset))
    assert "1 of 4" in seen
    assert "2 wait" in seen


def test_the_list_is_sorted_as_one_asks(cast: Cast, dataset: Dataset) -> None:
    one, two, three, *_ = dataset.records.all()
    make.response(one, cast.max)
    make.response(two, cast.max)
    make.response(three, cast.ben)
    assert names(page(cast, dataset)) == ["ben", "max"]
    assert names(page(cast, dataset, "?order=done")) == ["max", "ben"]
    assert names(page(cast, dataset, "?order=name")) == ["ben", "max"]
    lease_next(dataset, by=cast.max)
    assert names(page(cast, dataset, "?order=now")) == ["max", "ben"]
    pause_labeler(dataset, cast.ben)
    assert names(page(cast, dataset, "?order=paused")) == ["ben", "max"]
    for order in ("waiting", "today", "week", "slow", "quick", "nonsense"):
        assert len(names(page(cast, dataset, f"?order={order}"))) == 2


def test_people_are_found_by_a_part_of_their_name(cast: Cast, dataset: Dataset) -> None:
    assert names(page(cast, dataset, "?q=BE")) == ["ben"]
    nobody = page(cast, dataset, "?q=zebra")
    assert "Nobody is found" in text(nobody)


def test_a_workspace_without_anybody_says_what_to_do(cast: Cast) -> None:
    dataset = make.dataset(make.workspace(cast.acme))
    seen = text(cast.pages(cast.ana).get(f"/acme/datasets/{dataset.pk}/people/"))
    assert "Nobody works here yet" in seen
    assert f"/acme/workspaces/{dataset.workspace_id}/" in seen


def test_five_hundred_people_have_pages_and_need_no_more_queries(
    cast: Cast, dataset: Dataset, django_assert_max_num_queries: Any
) -> None:
    people = Membership.objects.bulk_create(
        Membership(organization=cast.acme, username=f"p{n:03}", first_name=f"P{n:03}") for n in range(500)
    )
    WorkspaceMembership.objects.bulk_create(
        WorkspaceMembership(organization=cast.acme, workspace=cast.workspace, membership=one)
        for one in people
    )
    max_ = cast.pages(cast.max)
    max_.get("/acme/")
    with django_assert_max_num_queries(17):
        seen = max_.get(f"/acme/datasets/{dataset.pk}/people/?order=name&page=2")
    assert len(names(seen)) == 50
    assert "51–100 of 502" in text(seen)
    paused = max_.post(
        f"/acme/datasets/{dataset.pk}/people/{people[60].pk}/pause?order=name&page=2",
        headers={"HX-Request": "true"},
    )
    assert "51–100 of 502" in text(paused)
    assert "?order=name&amp;page=3" in text(paused)


def test_whoever_is_paused_gets_nothing_and_is_told_why(cast: Cast, dataset: Dataset) -> None:
    max_ = cast.pages(cast.max)
    address = f"/acme/datasets/{dataset.pk}/people/{cast.ben.pk}"
    done = max_.post(f"{address}/pause?order=name&nonsense=1")
    assert done.url == f"/acme/datasets/{dataset.pk}/people/?order=name"
    nothing = lease_next(dataset, by=cast.ben)
    assert isinstance(nothing, Nothing)
    assert nothing.reason == "paused_for_you"
    assert isinstance(lease_next(dataset, by=cast.max), Lease)
    assert "Resume" in text(page(cast, dataset))
    max_.post(f"{address}/resume")
    assert isinstance(lease_next(dataset, by=cast.ben), Lease)


def test_pausing_again_keeps_the_moment_and_the_record_in_hand(cast: Cast, dataset: Dataset) -> None:
    lease = lease_next(dataset, by=cast.ben)
    pause_labeler(dataset, cast.ben)
    since = LabelerTally.objects.get(dataset=dataset, membership=cast.ben).paused_at
    pause_labeler(dataset, cast.ben)
    assert LabelerTally.objects.get(dataset=dataset, membership=cast.ben).paused_at == since
    assert lease_next(dataset, by=cast.ben) == lease


def test_nobody_is_paused_who_does_not_work_there(cast: Cast, dataset: Dataset) -> None:
    max_ = cast.pages(cast.max)
    for stranger in (cast.dov, cast.cleo):
        response = max_.post(f"/acme/datasets/{dataset.pk}/people/{stranger.pk}/pause")
        assert response.status_code == 404
    assert not LabelerTally.objects.filter(membership__in=[cast.dov, cast.cleo]).exists()


def test_a_record_that_is_taken_back_goes_to_somebody_else(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace)
    make.record(dataset)
    lease = lease_next(dataset, by=cast.ben)
    assert isinstance(lease, Lease)
    max_ = cast.pages(cast.max)
    address = f"/acme/datasets/{dataset.pk}/leases/{lease.pk}/take-back"
    seen = max_.post(address, headers={"HX-Request": "true"})
    assert "Ben does not have that record any more" in text(seen)
    assert "<html" not in text(seen)
    assert PastLease.objects.get(membership=cast.ben).ending == Ending.TAKEN_BACK
    taken = lease_next(dataset, by=cast.max)
    assert isinstance(taken, Lease)
    assert taken.record_id == lease.record_id
    again = max_.post(address, headers={"HX-Request": "true"})
    assert "Nobody has that record any more" in text(again)
    assert Lease.objects.get().membership == cast.max


def test_a_draft_outlives_its_lease(cast: Cast, dataset: Dataset) -> None:
    lease = lease_next(dataset, by=cast.ben)
    assert isinstance(lease, Lease)
    save_draft(lease.record, {"comment": "Half"}, by=cast.ben)
    cast.pages(cast.max).post(f"/acme/datasets/{dataset.pk}/leases/{lease.pk}/take-back")
    assert lease.record.responses.get().status == "draft"
    assert labeler(dataset, cast.ben.pk).drafts == 1
    assert not Lease.objects.exists()


def test_who_left_is_shown_with_what_they_did(cast: Cast, dataset: Dataset) -> None:
    make.response(dataset.records.all()[0], cast.ben)
    remove_member(cast.ben)
    [gone] = [one for one in shown(dataset, list(labelers(dataset))) if one.member.pk == cast.ben.pk]
    assert gone.submitted == 1
    assert "Pause Ben" not in text(page(cast, dataset))

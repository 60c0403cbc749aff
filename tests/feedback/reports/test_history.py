"""What became of a record, in order: leases, answers, assignments, stops."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from feedback.actions.labelers import take_back_lease
from feedback.actions.queue import expire_leases, lease_next
from feedback.actions.responses import (
    delete_response,
    discard_response,
    save_draft,
    skip_record,
    submit_response,
)
from feedback.actions.stops import put_back
from feedback.models import AssignedRecord, Assignment, Lease, PastLease, Record, Response, Share
from feedback.reports.history import MOST, history
from tests import make
from tests.cast import Cast


@pytest.fixture
def record(cast: Cast) -> Record:
    return make.record(make.dataset(cast.workspace))


def events(record: Record) -> list[tuple[str, str | None]]:
    found = Record.objects.select_related("queue").get(pk=record.pk)
    return [(one.event, one.member.username if one.member else None) for one in history(found)]


def test_a_new_record_was_added_by_nobody_or_by_its_author(cast: Cast, record: Record) -> None:
    assert events(record) == [("added", None)]
    Record.objects.update(author=cast.ben)
    assert events(record) == [("added", "ben")]


def test_who_has_it_now_and_until_when(cast: Cast, record: Record) -> None:
    lease = lease_next(record.dataset, by=cast.ben)
    assert isinstance(lease, Lease)
    [now_, _] = history(record)
    assert (now_.event, now_.member, now_.until) == ("leased", cast.ben, lease.expires_at)


def test_a_lease_that_ran_out_says_so_before_and_after_a_worker_saw_it(cast: Cast, record: Record) -> None:
    lease_next(record.dataset, by=cast.ben)
    Lease.objects.update(expires_at=now() - timedelta(seconds=1))
    assert ("expired", "ben") in events(record)
    expire_leases()
    assert ("expired", "ben") in events(record)


def test_each_ending_of_a_lease_is_told(cast: Cast, record: Record) -> None:
    lease_next(record.dataset, by=cast.ben)
    skip_record(record, by=cast.ben)
    assert ("skipped", "ben") in events(record)
    lease = lease_next(record.dataset, by=cast.ana)
    assert isinstance(lease, Lease)
    take_back_lease(lease)
    assert ("taken_back", "ana") in events(record)
    lease_next(record.dataset, by=cast.ben)
    submit_response(record, make.RANKED, by=cast.max)
    assert {("taken", "ben"), ("submitted", "max"), ("completed", None)} <= set(events(record))


def test_answers_say_how_they_count(cast: Cast, record: Record) -> None:
    save_draft(record, {"comment": "Hm"}, by=cast.ben)
    assert events(record)[0] == ("draft", "ben")
    submit_response(record, make.RANKED, by=cast.max)
    submit_response(record, make.RANKED, by=cast.ben)
    words = {one.member.username: one.words for one in history(record) if one.response and one.member}
    assert words == {
        "max": "submitted an answer",
        "ben": "submitted an answer more than are wanted",
    }


def test_a_discard_has_its_reason_and_its_note(cast: Cast, record: Record) -> None:
    discard_response(record, {}, by=cast.ben, reason="needs_tool", note="A compiler")
    [said, *_] = history(record)
    assert said.event == "discarded"
    assert said.response is not None
    assert (said.response.reason, said.response.note) == ("needs_tool", "A compiler")


@pytest.mark.parametrize("rule", ["counted", "others"])
def test_a_skip_by_the_rules_of_the_dataset(cast: Cast, record: Record, rule: str) -> None:
    rules = record.dataset.rules
    rules.on_skip = rule
    rules.save()
    skip_record(record, by=cast.ben)
    [said] = [one for one in history(Record.objects.get(pk=record.pk)) if one.event == "discarded"]
    assert ("counts" in said.words) == (rule == "counted")


def test_a_draft_that_became_an_answer_says_since_when(cast: Cast, record: Record) -> None:
    save_draft(record, {"comment": "Hm"}, by=cast.ben)
    Response.objects.update(inserted_at=now() - timedelta(minutes=3))
    submit_response(record, make.RANKED, by=cast.ben)
    [said] = [one for one in history(record) if one.event == "submitted"]
    assert said.since is not None
    assert said.at - said.since > timedelta(minutes=2)


def test_stops_and_being_put_back(cast: Cast, record: Record) -> None:
    discard_response(record, {}, by=cast.ben, reason="bad_prompt")
    assert ("stopped", None) in events(record)
    put_back(record.dataset, [record.pk])
    assert ("stopped", None) not in events(record)
    assert ("put_back", None) in events(record)


def test_a_record_that_wants_answers_again(cast: Cast, record: Record) -> None:
    delete_response(make.response(record, cast.ben))
    assert ("reopened", None) in events(record)


@pytest.mark.parametrize("state", ["waiting", "held", "answered", "filled", "left"])
def test_to_whom_it_was_given_and_by_whom(cast: Cast, record: Record, state: str) -> None:
    given = {"organization": cast.acme, "dataset": record.dataset}
    act = Assignment.objects.create(by=cast.max, **given)
    share = Share.objects.create(assignment=act, membership=cast.ben, **given)
    AssignedRecord.objects.create(
        record=record, membership=cast.ben, share=share, rank=0, state=state, **given
    )
    [said] = [one for one in history(record) if one.event == "assigned"]
    assert (said.member, said.giver) == (cast.ben, cast.max)


def test_the_latest_comes_first_and_old_leases_are_cut(cast: Cast, record: Record) -> None:
    at = now()
    PastLease.objects.bulk_create(
        PastLease(
            organization=cast.acme,
            dataset=record.dataset,
            record=record,
            membership=cast.ben,
            leased_at=at - timedelta(hours=number, minutes=10),
            ended_at=at - timedelta(hours=number),
            ending="skipped",
        )
        for number in range(MOST + 20)
    )
    found = history(record)
    assert [one.at for one in found] == sorted((one.at for one in found), reverse=True)
    assert sum(one.event == "skipped" for one in found) == MOST
    assert min(one.at for one in found if one.event == "skipped") == at - timedelta(hours=MOST - 1)


def test_managers_read_it_on_the_records_page_and_labelers_do_not(cast: Cast, record: Record) -> None:
    make.response(record, cast.ben)
    make.response(record, cast.ana)
    address = f"/acme/datasets/{record.dataset_id}/records/{record.pk}/"
    page = cast.pages(cast.max).get(address).content.decode()
    assert "History" in page
    assert f'href="/acme/members/{cast.ben.pk}/"' in page
    assert f"/acme/members/{cast.ana.pk}/" not in page  # an owner, whose page Max may not see
    assert "History" not in cast.pages(cast.ben).get(address).content.decode()

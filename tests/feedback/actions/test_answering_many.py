"""One answer for many records at once: counted as any other, and taken back exactly."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Membership
from core.errors import Conflict, Invalid
from feedback.actions import bulk_answers
from feedback.actions.bulk_answers import run_answers, start_answers
from feedback.actions.jobs import cancel_job
from feedback.actions.queue import lease_next
from feedback.actions.responses import delete_response, discard_response, save_draft, submit_response
from feedback.actions.taking_back import run_take_back, take_back
from feedback.actions.webhooks import add_webhook
from feedback.models import (
    BulkAnswer,
    Dataset,
    Delivery,
    Job,
    LabelerTally,
    Lease,
    QueueItem,
    Record,
    Response,
)
from feedback.models.responses import Status
from feedback.models.webhooks import Event
from feedback.search import selection
from feedback.search.selection import Selection, meant
from tests import make
from tests.cast import Cast

QUESTIONS = {
    "quality": {"type": "rating", "options": [{"value": n} for n in range(1, 6)]},
    "comment": {"type": "text"},
}
ALL = Selection(None)


@pytest.fixture
def dataset(cast: Cast) -> Dataset:
    dataset = make.dataset(cast.workspace, questions=QUESTIONS)
    make.records(dataset, 6)
    return dataset


def give(dataset: Dataset, by: Membership, chosen: Selection = ALL, *, replaces: bool = False) -> Job:
    job = start_answers(dataset, chosen, values={"quality": 2}, replaces=replaces, by=by)
    run_answers(str(job.organization_id), str(job.pk))
    job.refresh_from_db()
    return job


def back(job: Job, by: Membership) -> Job:
    made = take_back(job, by=by)
    run_take_back(str(made.organization_id), str(made.pk))
    made.refresh_from_db()
    return made


def ordered(dataset: Dataset) -> list[Record]:
    return list(dataset.records.order_by("position"))


def snapshot(dataset: Dataset) -> Any:
    """All that counts: responses without what only ever grows, places, tallies."""
    names = [one.attname for one in Response._meta.concrete_fields if one.attname != "revision"]
    items = QueueItem.objects.filter(dataset=dataset).order_by("pk")
    tallies = LabelerTally.objects.filter(dataset=dataset).order_by("membership")
    counts = ("membership_id", "submitted", "discarded", "drafts", "completed", "active_ms")
    return (
        list(Response.objects.filter(dataset=dataset).order_by("pk").values(*names)),
        list(items.values_list("pk", "submitted", "open_places", "completed")),
        [row for row in tallies.values_list(*counts) if any(row[1:])],
    )


def holds(dataset: Dataset) -> None:
    """What is true of every record at any time."""
    for item in QueueItem.objects.filter(dataset=dataset):
        counted = Response.objects.filter(record=item.pk, status="submitted", is_extra=False).count()
        leased = Lease.objects.filter(record=item.pk).count()
        assert item.submitted == counted <= item.target
        assert item.open_places >= 0
        assert item.open_places + counted <= item.target
        if item.submitted < item.target:
            assert item.open_places + counted + leased >= item.target


def test_every_record_that_is_found_gets_the_answer(cast: Cast, dataset: Dataset, monkeypatch: Any) -> None:
    monkeypatch.setattr(bulk_answers, "CHUNK", 2)
    job = give(dataset, cast.max)
    assert (job.state, job.done, job.total) == ("finished", 6, 6)
    assert job.detail == "6 records got this answer."
    given = Response.objects.filter(dataset=dataset)
    assert {(one.membership_id, one.status, one.is_extra, one.values["quality"]) for one in given} == {
        (cast.max.pk, "submitted", False, 2)
    }
    assert given[0].presentation["at_once"] == str(job.pk)
    tally = LabelerTally.objects.get(dataset=dataset, membership=cast.max)
    assert (tally.submitted, tally.completed) == (6, 6)
    holds(dataset)


def test_a_search_decides_once_which_records_are_meant(
    cast: Cast, dataset: Dataset, monkeypatch: Any
) -> None:
    monkeypatch.setattr(bulk_answers, "CHUNK", 1)
    first, second, *_ = ordered(dataset)
    make.response(first, cast.ben, {"quality": 5})
    job = give(dataset, cast.max, Selection(None, "status=pending"))
    assert job.counts == {"answered": 5}
    assert set(Response.objects.filter(membership=cast.max).values_list("record", flat=True)) == {
        one.pk for one in ordered(dataset)[1:]
    }
    assert give(dataset, cast.ana, Selection([first.pk, second.pk])).total == 2
    holds(dataset)


def test_own_answers_are_kept_unless_they_are_to_be_replaced(cast: Cast, dataset: Dataset) -> None:
    first, second, third, *_ = ordered(dataset)
    submit_response(first, {"quality": 5}, by=cast.max)
    save_draft(second, {"comment": "Hm"}, by=cast.max)
    discard_response(third, {}, by=cast.max, reason="other", note="Odd")
    counted = meant(ALL, dataset, cast.max)
    assert (counted.total, counted.answered, counted.new) == (6, 3, 3)
    before = {one.pk: one.values for one in Response.objects.filter(membership=cast.max)}
    assert give(dataset, cast.max).detail == "3 records got this answer. 3 kept the answer that they had."
    assert {one.pk: one.values for one in Response.objects.filter(pk__in=before)} == before
    job = give(dataset, cast.max, replaces=True)
    assert job.detail == "6 records got this answer, 6 of them in place of an earlier one."
    mine = Response.objects.filter(membership=cast.max)
    assert {(one.status, one.reason, one.note, one.values["quality"]) for one in mine} == {
        ("submitted", None, "", 2)
    }
    assert Response.objects.filter(pk__in=before).count() == 3
    holds(dataset)


def test_places_are_never_overshot_and_later_answers_are_extra(cast: Cast, dataset: Dataset) -> None:
    first, second, *_ = ordered(dataset)
    make.response(first, cast.ben, {"quality": 5})
    lease = lease_next(dataset, by=cast.ben)
    assert isinstance(lease, Lease)
    assert lease.record_id == second.pk
    give(dataset, cast.max)
    assert Response.objects.get(record=first, membership=cast.max).is_extra
    assert not Response.objects.get(record=second, membership=cast.max).is_extra
    late = submit_response(second, {"quality": 1}, by=cast.ben)
    assert late.is_extra
    holds(dataset)


def test_taking_back_restores_exactly_what_was_there(cast: Cast, monkeypatch: Any) -> None:
    monkeypatch.setattr(bulk_answers, "CHUNK", 2)
    dataset = make.dataset(cast.workspace, questions=QUESTIONS, min_submitted=2)
    first, second, third, fourth, *_ = make.records(dataset, 6)
    for person in (cast.ben, cast.ana):
        make.response(first, person, {"quality": 5})
    submit_response(second, {"quality": 5, "comment": "بئر 🕳️"}, by=cast.max)
    save_draft(third, {"comment": "Hm"}, by=cast.max)
    discard_response(fourth, {"comment": "?"}, by=cast.max, reason="other", note="Odd")
    before = snapshot(dataset)
    job = give(dataset, cast.max, replaces=True)
    holds(dataset)
    assert snapshot(dataset) != before
    undone = back(job, cast.max)
    assert undone.detail == "Taken back from 6 records. The earlier answer is there again on 3."
    assert snapshot(dataset) == before
    assert not BulkAnswer.objects.exists()
    holds(dataset)


def test_what_was_changed_since_stays(cast: Cast, dataset: Dataset) -> None:
    first, second, third, *_ = ordered(dataset)
    job = give(dataset, cast.max)
    submit_response(first, {"quality": 4}, by=cast.max)
    delete_response(Response.objects.get(record=second, membership=cast.max))
    submit_response(second, {"quality": 4}, by=cast.max)
    delete_response(Response.objects.get(record=third, membership=cast.max))
    undone = back(job, cast.max)
    assert (
        undone.detail == "Taken back from 3 records. Left on 3: somebody changed or deleted the answer since."
    )
    assert {one.record_id: one.values for one in Response.objects.filter(membership=cast.max)} == {
        first.pk: {"quality": 4},
        second.pk: {"quality": 4},
    }
    holds(dataset)


def test_taking_back_passes_the_place_on_to_whoever_was_extra(cast: Cast, dataset: Dataset) -> None:
    first, *_ = ordered(dataset)
    job = give(dataset, cast.max, Selection([first.pk]))
    assert submit_response(first, {"quality": 1}, by=cast.ben).is_extra
    back(job, cast.max)
    assert not Response.objects.get(record=first, membership=cast.ben).is_extra
    assert QueueItem.objects.get(pk=first.pk).completed
    holds(dataset)


def test_it_is_taken_back_once(cast: Cast, dataset: Dataset) -> None:
    job = give(dataset, cast.max)
    back(job, cast.max)
    with pytest.raises(Conflict, match="done already"):
        take_back(job, by=cast.max)
    waiting = start_answers(dataset, ALL, values={"quality": 2}, replaces=False, by=cast.max)
    with pytest.raises(Conflict, match="still being given"):
        take_back(waiting, by=cast.max)


def test_what_was_canceled_half_way_is_taken_back_as_far_as_it_got(
    cast: Cast, dataset: Dataset, monkeypatch: Any
) -> None:
    monkeypatch.setattr(bulk_answers, "CHUNK", 2)
    go_on = bulk_answers._chunk

    def cancel_first(job: Job, by: Membership) -> bool:
        if job.done == 2:
            cancel_job(job)
        return go_on(job, by)

    monkeypatch.setattr(bulk_answers, "_chunk", cancel_first)
    job = give(dataset, cast.max)
    assert (job.state, job.detail) == ("canceled", "Canceled after 2 of 6 records. What is done stays.")
    assert Response.objects.filter(membership=cast.max).count() == 2
    back(job, cast.max)
    assert not Response.objects.filter(membership=cast.max).exists()
    holds(dataset)


def test_a_worker_that_died_is_followed_by_one_that_goes_on(
    cast: Cast, dataset: Dataset, monkeypatch: Any
) -> None:
    monkeypatch.setattr(bulk_answers, "CHUNK", 2)
    write = bulk_answers._give

    def die(dataset: Dataset, records: Any, job: Job, by: Membership) -> Any:
        if job.done == 2:
            raise KeyboardInterrupt
        return write(dataset, records, job, by)

    monkeypatch.setattr(bulk_answers, "_give", die)
    job = start_answers(dataset, ALL, values={"quality": 2}, replaces=False, by=cast.max)
    with pytest.raises(KeyboardInterrupt):
        run_answers(str(job.organization_id), str(job.pk))
    assert Response.objects.filter(membership=cast.max).count() == 2
    monkeypatch.setattr(bulk_answers, "_give", write)
    Job.objects.filter(pk=job.pk).update(leased_until="2001-01-01T00:00:00Z")
    run_answers(str(job.organization_id), str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.done, job.counts) == ("finished", 6, {"answered": 6})
    assert set(Response.objects.values_list("revision", flat=True)) == {1}


def test_what_cannot_be_answered_at_once_is_refused(cast: Cast, dataset: Dataset, monkeypatch: Any) -> None:
    ranked = make.dataset(cast.workspace)
    make.records(ranked, 2)
    with pytest.raises(Invalid, match="for each record by itself"):
        start_answers(ranked, ALL, values={"quality": 2}, replaces=False, by=cast.max)
    with pytest.raises(Invalid, match="needs an answer"):
        start_answers(dataset, ALL, values={"comment": "Hm"}, replaces=False, by=cast.max)
    with pytest.raises(Invalid, match="Choose one of the ratings"):
        start_answers(dataset, ALL, values={"quality": 9}, replaces=False, by=cast.max)
    monkeypatch.setattr(selection, "MOST", 5)
    with pytest.raises(Invalid, match="More than 5 records match"):
        meant(ALL, dataset, cast.max)
    with pytest.raises(Invalid, match="No record is left"):
        meant(Selection(None, "q=zebra"), dataset, cast.max)


def test_webhooks_hear_of_each_answer(cast: Cast, dataset: Dataset) -> None:
    add_webhook(
        cast.acme,
        url="https://127.0.0.1/hook",
        events=[Event.RESPONSE_CREATED, Event.RESPONSE_DELETED, Event.RECORD_COMPLETED],
    )
    job = give(dataset, cast.max)
    back(job, cast.max)
    heard = list(Delivery.objects.values_list("event", flat=True))
    assert {one: heard.count(one) for one in heard} == {
        Event.RESPONSE_CREATED: 6,
        Event.RECORD_COMPLETED: 6,
        Event.RESPONSE_DELETED: 6,
    }
    assert Status.SUBMITTED in Delivery.objects.filter(event=Event.RESPONSE_CREATED)[0].body


def test_more_records_need_no_more_queries_for_each(
    cast: Cast, dataset: Dataset, django_assert_max_num_queries: Any
) -> None:
    make.records(dataset, 100)
    job = start_answers(dataset, ALL, values={"quality": 2}, replaces=False, by=cast.max)
    with django_assert_max_num_queries(60):
        run_answers(str(job.organization_id), str(job.pk))

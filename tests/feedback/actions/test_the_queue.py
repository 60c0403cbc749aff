"""Who gets what next, act by act. Under load: tests/feedback/test_queue_under_load.py."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import now

from core.errors import NotFound
from feedback.actions.nothing import Nothing
from feedback.actions.queue import expire_leases, heartbeat, lease_next, release
from feedback.actions.responses import (
    delete_response,
    discard_response,
    save_draft,
    skip_record,
    submit_response,
)
from feedback.models import LabelerTally, Lease, QueueItem, Response
from feedback.reports.progress import mine, progress
from tests import make


@pytest.fixture
def dataset(cast):
    return make.dataset(cast.workspace)


def places(record):
    item = QueueItem.objects.get(pk=record.pk)
    return item.open_places, item.submitted, Lease.objects.filter(record=record).count()


def test_records_are_handed_out_in_their_order(cast, dataset):
    first, second = make.records(dataset, 2)
    assert lease_next(dataset, by=cast.ben).record == first
    submit_response(first, make.RANKED, by=cast.ben)
    assert lease_next(dataset, by=cast.ben).record == second


def test_asking_again_gives_the_same_record(cast, dataset):
    make.records(dataset, 2)
    assert lease_next(dataset, by=cast.ben) == lease_next(dataset, by=cast.ben)


def test_two_people_get_different_records(cast, dataset):
    make.records(dataset, 2)
    assert lease_next(dataset, by=cast.ben).record != lease_next(dataset, by=cast.max).record


def test_a_record_with_enough_answers_is_not_handed_out(cast, dataset):
    record = make.record(dataset)
    make.response(record, cast.ben)
    nothing = lease_next(dataset, by=cast.max)
    assert isinstance(nothing, Nothing)
    assert nothing.reason == "done"


def test_the_last_place_is_given_once(cast, dataset):
    record = make.record(dataset)
    assert lease_next(dataset, by=cast.ben).record == record
    nothing = lease_next(dataset, by=cast.max)
    assert (nothing.reason, places(record)) == ("leased", (0, 0, 1))


def test_a_submit_takes_the_place_that_was_held(cast, dataset):
    record = make.record(dataset)
    lease_next(dataset, by=cast.ben)
    assert not make.response(record, cast.ben).is_extra
    assert places(record) == (0, 1, 0)
    assert QueueItem.objects.get(pk=record.pk).completed


def test_a_submit_without_a_lease_counts_and_frees_the_place_of_another(cast, dataset):
    record = make.record(dataset)
    lease_next(dataset, by=cast.ben)
    assert not make.response(record, cast.max).is_extra
    assert places(record) == (0, 1, 0)
    assert make.response(record, cast.ben).is_extra
    assert places(record) == (0, 1, 0)


def test_a_late_submit_is_kept_as_extra(cast, dataset):
    record = make.record(dataset)
    lease_next(dataset, by=cast.ben)
    Lease.objects.update(expires_at=now() - timedelta(seconds=1))
    assert expire_leases() == 1
    make.response(record, cast.max)
    late = make.response(record, cast.ben)
    assert late.is_extra
    assert Response.objects.get(pk=late.pk).values == make.RANKED


def test_taking_back_a_counted_answer_promotes_an_extra_one(cast, dataset):
    record = make.record(dataset)
    first, second = make.response(record, cast.ben), make.response(record, cast.max)
    delete_response(first)
    second.refresh_from_db()
    assert not second.is_extra
    assert places(record) == (0, 1, 0)


def test_an_answer_that_was_promoted_a_moment_ago_opens_its_place_when_it_goes(cast, dataset):
    record = make.record(dataset)
    first = make.response(record, cast.ben)
    read_before = make.response(record, cast.max)
    assert read_before.is_extra
    delete_response(first)
    delete_response(read_before)
    assert places(record) == (1, 0, 0)


def test_taking_back_the_only_answer_opens_the_place(cast, dataset):
    record = make.record(dataset)
    delete_response(make.response(record, cast.ben))
    assert places(record) == (1, 0, 0)
    assert progress(dataset).completed == 0


def test_editing_a_submitted_answer_to_a_draft_opens_the_place(cast, dataset):
    record = make.record(dataset)
    make.response(record, cast.ben)
    save_draft(record, {}, by=cast.ben)
    assert places(record) == (1, 0, 0)


def test_discarding_gives_the_record_to_somebody_else(cast, dataset):
    record = make.record(dataset)
    lease_next(dataset, by=cast.ben)
    discard_response(record, {}, by=cast.ben, reason="no_expertise")
    assert places(record) == (1, 0, 0)
    assert lease_next(dataset, by=cast.ben).reason == "answered"
    assert lease_next(dataset, by=cast.max).record == record


def test_what_was_skipped_comes_after_everything_else(cast, dataset):
    first, second = make.records(dataset, 2)
    release(lease_next(dataset, by=cast.ben))
    assert lease_next(dataset, by=cast.ben).record == second
    submit_response(second, make.RANKED, by=cast.ben)
    assert lease_next(dataset, by=cast.ben).record == first


def test_a_draft_is_finished_first(cast, dataset):
    first, _ = make.records(dataset, 2)
    lease_next(dataset, by=cast.ben)
    save_draft(first, {}, by=cast.ben)
    Lease.objects.update(expires_at=now() - timedelta(seconds=1))
    expire_leases()
    assert lease_next(dataset, by=cast.ben).record == first


def test_a_heartbeat_holds_the_place(cast, dataset):
    make.record(dataset)
    lease = lease_next(dataset, by=cast.ben)
    Lease.objects.update(expires_at=now() + timedelta(seconds=1))
    assert heartbeat(lease) > now() + timedelta(minutes=5)


def test_a_heartbeat_after_the_lease_ended_says_so(cast, dataset):
    make.record(dataset)
    lease = lease_next(dataset, by=cast.ben)
    Lease.objects.update(expires_at=now() - timedelta(seconds=1))
    with pytest.raises(NotFound):
        heartbeat(lease)


def test_nobody_judges_what_they_wrote(cast, dataset):
    record = make.record(dataset)
    QueueItem.objects.filter(pk=record.pk).update(author=cast.ben)
    assert isinstance(lease_next(dataset, by=cast.ben), Nothing)
    assert lease_next(dataset, by=cast.max).record == record


def test_an_empty_dataset_says_so(cast, dataset):
    assert lease_next(dataset, by=cast.ben).reason == "empty"


def test_the_database_refuses_an_overshoot(cast, dataset):
    record = make.record(dataset)
    with pytest.raises(IntegrityError), transaction.atomic():
        QueueItem.objects.filter(pk=record.pk).update(open_places=-1)
    with pytest.raises(IntegrityError), transaction.atomic():
        QueueItem.objects.filter(pk=record.pk).update(open_places=2)


def test_tallies_follow_every_change(cast, dataset):
    one, two, three = make.records(dataset, 3)
    make.response(one, cast.ben)
    discard_response(two, {}, by=cast.ben)
    save_draft(three, {}, by=cast.ben)
    numbers = mine(dataset, cast.ben)
    assert (numbers.submitted, numbers.discarded, numbers.draft, numbers.pending) == (1, 1, 1, 0)
    discard_response(one, {}, by=cast.ben)
    submit_response(three, make.RANKED, by=cast.ben)
    numbers = mine(dataset, cast.ben)
    assert (numbers.submitted, numbers.discarded, numbers.draft) == (1, 2, 0)
    assert (progress(dataset).total, progress(dataset).completed) == (3, 1)
    assert LabelerTally.objects.get(membership=cast.ben).completed == 1


def test_claiming_reads_only_open_records(cast, dataset):
    """The plan of the pick: the partial index, however many records are done."""
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        cursor.execute("set local enable_bitmapscan = off")  # as claim_place has it
        cursor.execute("set local enable_sort = off")
        cursor.execute(
            "explain select record_id from feedback_queueitem "
            "where dataset_id = %s and needs = '' and free and rank > -1 "
            "order by rank limit 1",
            [dataset.pk],
        )
        assert "queue_free_by_rank" in "".join(row[0] for row in cursor.fetchall())


def test_a_draft_that_was_skipped_comes_last_and_keeps_its_text(cast, dataset):
    first, second = make.records(dataset, 2)
    lease_next(dataset, by=cast.ben)
    save_draft(first, {"comment": "Half a thought"}, by=cast.ben)
    skip_record(first, by=cast.ben)
    assert places(first) == (1, 0, 0)
    assert lease_next(dataset, by=cast.ben).record == second
    assert lease_next(dataset, by=cast.ben).record == second
    submit_response(second, make.RANKED, by=cast.ben)
    assert lease_next(dataset, by=cast.ben).record == first
    assert Response.objects.get(record=first).values == {"comment": "Half a thought"}


def test_going_on_with_a_skipped_draft_brings_it_to_the_front_again(cast, dataset):
    first, _, third = make.records(dataset, 3)
    save_draft(first, {}, by=cast.ben)
    skip_record(first, by=cast.ben)
    assert lease_next(dataset, by=cast.ben).record != first
    save_draft(third, {}, by=cast.ben)
    save_draft(first, {"comment": "More"}, by=cast.ben)
    Lease.objects.all().delete()
    assert lease_next(dataset, by=cast.ben).record == first

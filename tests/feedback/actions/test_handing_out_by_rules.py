"""What rules of handing out mean for those who ask, where two of them meet."""

from datetime import timedelta

from django.utils.timezone import now

from feedback.actions.datasets import update_dataset
from feedback.actions.queue import expire_leases, lease_next
from feedback.models import AssignedRecord, Assignment, Lease, QueueItem, Share
from tests import make
from tests.cast import Cast


def test_what_others_began_further_on_comes_first_at_once(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace, min_submitted=2)
    one, _, three = make.records(dataset, 3)
    dataset.rules.started = "first"
    dataset.rules.save()
    found = lease_next(dataset, by=cast.ben)
    assert isinstance(found, Lease)
    assert found.record == one
    make.response(one, cast.ben)
    make.response(three, cast.max)
    found = lease_next(dataset, by=cast.ben)
    assert isinstance(found, Lease)
    assert found.record == three


def test_nobody_waits_for_a_record_that_got_its_answers_while_they_held_it(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace, min_submitted=2)
    record = make.record(dataset)
    common = {"organization": cast.acme, "dataset": dataset}
    share = Share.objects.create(
        assignment=Assignment.objects.create(**common), membership=cast.ben, given=1, **common
    )
    AssignedRecord.objects.create(record=record, membership=cast.ben, share=share, rank=0, **common)
    QueueItem.objects.update(reserved=1)
    assert isinstance(lease_next(dataset, by=cast.ben), Lease)
    make.response(record, cast.max)
    update_dataset(dataset, min_submitted=1)
    assert QueueItem.objects.get().completed
    Lease.objects.update(expires_at=now() - timedelta(seconds=1))
    assert expire_leases() == 1
    assert AssignedRecord.objects.get().state == "filled"
    assert QueueItem.objects.get().reserved == 0

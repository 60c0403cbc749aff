"""What must hold of a queue at any moment when nobody is in the middle of something."""

from collections import Counter

from django.db.models import Sum

from feedback.models import (
    AssignedRecord,
    DailyTally,
    Dataset,
    LabelerTally,
    Lease,
    QueueItem,
    Record,
    Response,
    Share,
)
from feedback.reports.progress import progress


def assert_everything_adds_up(dataset: Dataset) -> None:
    """Places, reservations, tallies and progress equal a count of what is there."""
    places_add_up(dataset)
    assignments_add_up(dataset)
    tallies_add_up(dataset)
    completed = QueueItem.objects.filter(dataset=dataset, completed=True).count()
    found = progress(dataset)
    assert (found.total, found.completed) == (Record.objects.filter(dataset=dataset).count(), completed)


def places_add_up(dataset: Dataset) -> None:
    """Open, leased and filled places are what is wanted; nobody is handed what they have answered."""
    leased = Counter(Lease.objects.filter(dataset=dataset).values_list("record_id", flat=True))
    answers = Response.objects.filter(dataset=dataset)
    counted = Counter(answers.filter(status="submitted", is_extra=False).values_list("record_id", flat=True))
    counted += Counter(answers.filter(is_counted=True).values_list("record_id", flat=True))
    assert not answers.filter(is_counted=True).exclude(status="discarded").exists()
    for item in QueueItem.objects.filter(dataset=dataset):
        assert item.submitted == counted[item.pk] <= item.target, item.pk
        assert item.open_places == max(0, item.target - item.submitted - leased[item.pk]), item.pk
    final = set(answers.exclude(status="draft").values_list("record_id", "membership_id"))
    held = set(Lease.objects.filter(dataset=dataset).values_list("record_id", "membership_id"))
    assert not final & held


def assignments_add_up(dataset: Dataset) -> None:
    """As many places are kept as people wait for them, and each share knows what of it is answered."""
    rows = AssignedRecord.objects.filter(dataset=dataset)
    waiting = Counter(rows.filter(state="waiting").values_list("record_id", flat=True))
    for item in QueueItem.objects.filter(dataset=dataset):
        assert item.reserved == waiting[item.pk], item.pk
        assert not (item.completed and waiting[item.pk]), item.pk
    held = set(Lease.objects.filter(dataset=dataset).values_list("record_id", "membership_id"))
    of_assigned = set(rows.values_list("record_id", "membership_id"))
    assert set(rows.filter(state="held").values_list("record_id", "membership_id")) == held & of_assigned
    answered = Counter(rows.filter(state="answered").values_list("share", flat=True))
    for share in Share.objects.filter(dataset=dataset):
        assert share.answered == answered[share.pk], share.pk


def tallies_add_up(dataset: Dataset) -> None:
    """What each person's tallies say is what their responses say."""
    for tally in LabelerTally.objects.filter(dataset=dataset):
        mine = Counter(
            Response.objects.filter(dataset=dataset, membership=tally.membership_id).values_list(
                "status", flat=True
            )
        )
        assert (tally.submitted, tally.discarded, tally.drafts) == (
            mine["submitted"],
            mine["discarded"],
            mine["draft"],
        )
        days = DailyTally.objects.filter(dataset=dataset, membership=tally.membership_id)
        of_days = days.aggregate(submitted=Sum("submitted"), active=Sum("active_ms"))
        assert (of_days["active"] or 0) == tally.active_ms

"""Who gets what next: places, leases, tallies. Narrow rows beside the record, changed by the functions in
feedback/migrations/0011_handing_out.py and nowhere else (docs/decisions/0003-the-queue.md)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from accounts.scoped import Scoped, WorkspaceQuerySet
from core.models import new_id
from feedback.models.datasets import Dataset, tenant
from feedback.models.records import Record

# A rank is (9 - priority) << 59 | key << 31 | position: lowest first. The key is what the dataset's order goes by.
POSITION_BITS, KEY_BITS = 31, 28
POSITION = (1 << POSITION_BITS) - 1
NORMAL = 5  # the priority of a record of which nobody said otherwise; 9 is handed out first, 0 last


class QueueItem(models.Model):
    """The places of one record: `target` wanted, `submitted` filled, `open_places` open, the rest leased.

    `reserved` of the open ones wait for people whom the record was assigned to; those that are left are free.
    """

    record = models.OneToOneField(
        Record, models.DO_NOTHING, primary_key=True, related_name="queue", db_constraint=False
    )
    organization = tenant()
    dataset = models.ForeignKey(
        Dataset, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    author = models.ForeignKey(
        Membership, models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )
    rank = models.BigIntegerField()
    shuffle = (
        models.IntegerField()
    )  # random: for shares of a dataset, and for an order that is nobody's choice
    # What a labeler must know, by the dataset's rules: words in order, each followed by a line feed.
    needs = models.TextField(default="", db_default="")
    target = models.IntegerField()
    raised = models.IntegerField(default=0, db_default=0)  # so many more than the rules want
    open_places = models.IntegerField()
    reserved = models.IntegerField(default=0, db_default=0)
    submitted = models.IntegerField(default=0)
    # When it last became completed, or pending again. In an index, and yet no claim writes to one on its account: it
    # moves only together with `completed`, which is in one too.
    turned_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(
        null=True
    )  # handed to nobody since: somebody said that the prompt is bad
    cleared_at = models.DateTimeField(
        null=True
    )  # a manager found it good: what was said before does not stop it
    # Whether it has some of its answers; only kept where the order of the dataset asks, for it stands in an index.
    started = models.BooleanField(default=False, db_default=False)
    # Generated, because an index on `open_places > 0` itself would make each claim rewrite index entries.
    free = models.GeneratedField(
        expression=Q(open_places__gt=F("reserved"), stopped_at__isnull=True),  # type: ignore[arg-type]
        output_field=models.BooleanField(),
        db_persist=True,
    )
    completed = models.GeneratedField(
        expression=Q(submitted__gte=F("target")),  # type: ignore[arg-type]
        output_field=models.BooleanField(),
        db_persist=True,
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["dataset", "needs", "rank"], condition=Q(free=True), name="queue_free_by_rank"
            ),
            models.Index(
                fields=["dataset", "needs", "rank"],
                condition=Q(free=True, started=True),
                name="queue_started_by_rank",
            ),
            # Whether it is complete in the order of positions, and everybody's own order: for search.
            models.Index("dataset", "completed", F("rank").bitand(POSITION), name="records_by_completion"),
            models.Index(fields=["dataset", "shuffle"], name="records_shuffled"),
            models.Index(
                fields=["dataset", "turned_at"], condition=Q(turned_at__isnull=False), name="records_by_turn"
            ),
            models.Index(
                fields=["dataset", "stopped_at"],
                condition=Q(stopped_at__isnull=False),
                name="records_stopped",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(open_places__gte=0, submitted__gte=0, reserved__gte=0, raised__gte=0),
                name="places_are_never_negative",
            ),
            models.CheckConstraint(
                condition=Q(open_places=0) | Q(target__gte=F("open_places") + F("submitted")),
                name="no_more_places_than_wanted",
            ),
        ]

    @property
    def priority(self) -> int:
        """0 to 9; 9 is handed out first."""
        return 9 - (self.rank >> (KEY_BITS + POSITION_BITS))


class LeaseQuerySet(WorkspaceQuerySet["Lease"]):
    """Places that are held, by whom."""

    def of_people_gone(self) -> LeaseQuerySet:
        """Those of people who may not answer in the dataset any more."""
        working = Membership.objects.working_in(OuterRef(OuterRef("dataset__workspace")))
        here = self.filter(dataset__deleted_at=None)
        return here.exclude(Exists(working.filter(pk=OuterRef("membership"))))


class Lease(Scoped):
    """A place that somebody holds for a while. Gone with the submit, the skip, or its expiry."""

    workspace_path = "dataset__workspace"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = tenant()
    dataset = models.ForeignKey(Dataset, models.DO_NOTHING, related_name="+", db_constraint=False)
    record = models.ForeignKey(
        Record, models.DO_NOTHING, related_name="leases", db_constraint=False, db_index=False
    )
    membership = models.ForeignKey(Membership, models.DO_NOTHING, related_name="leases", db_constraint=False)
    leased_at = models.DateTimeField(db_default=models.functions.Now(), editable=False)
    expires_at = models.DateTimeField(db_index=True)

    objects = LeaseQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["record", "membership"], name="one_lease_per_person_and_record"),
        ]


class Ending(models.TextChoices):
    """How a lease ended without an answer."""

    SKIPPED = "skipped", _("Skipped")
    EXPIRED = "expired", _("Ran out")
    TAKEN = "taken", _("Given to a submit that came without one")
    TAKEN_BACK = "taken_back", _("Taken back by a manager")


class PastLease(Scoped):
    """A lease that ended without an answer: who else had a record, and when. Answers themselves are responses."""

    workspace_path = "dataset__workspace"

    id = models.BigAutoField(primary_key=True)
    organization = tenant()
    dataset = models.ForeignKey(
        Dataset, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    record = models.ForeignKey(Record, models.DO_NOTHING, related_name="past_leases", db_constraint=False)
    membership = models.ForeignKey(
        Membership, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    leased_at = models.DateTimeField()
    ended_at = models.DateTimeField(db_default=models.functions.Now())
    ending = models.CharField(max_length=10)

    objects = WorkspaceQuerySet["PastLease"].as_manager()


class TallyQuerySet(models.QuerySet["LabelerTally"]):
    """What people did, by dataset."""

    def last_answers(self, datasets: Iterable[Dataset]) -> dict[UUID, datetime]:
        """Dataset id -> when somebody last answered there; without those where nobody did."""
        answered = self.filter(dataset__in=datasets, last_at__isnull=False)
        return dict(answered.values_list("dataset").annotate(at=models.Max("last_at")))


class LabelerTally(models.Model):
    """What one person did in one dataset: a lock (one claim at a time), a cursor, and counts for screens."""

    pk = models.CompositePrimaryKey("dataset_id", "membership_id")
    organization = tenant()
    dataset = models.ForeignKey(Dataset, models.DO_NOTHING, related_name="tallies", db_constraint=False)
    membership = models.ForeignKey(Membership, models.DO_NOTHING, related_name="tallies", db_constraint=False)
    submitted = models.IntegerField(default=0)
    discarded = models.IntegerField(default=0)
    drafts = models.IntegerField(default=0)
    completed = models.IntegerField(
        default=0
    )  # records that this person's submits completed, less those reopened
    cursor = models.BigIntegerField(default=-1)  # of the first pass over what is free, and of the second
    second_cursor = models.BigIntegerField(default=-1, db_default=-1)
    lap_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)  # handed nothing since, in this dataset
    active_ms = models.BigIntegerField(default=0)
    first_at = models.DateTimeField(null=True)  # when this person's first response came
    last_at = models.DateTimeField(null=True)
    guidelines_read = models.PositiveIntegerField(null=True)  # the version that they said they have read

    objects = TallyQuerySet.as_manager()


class DailyTally(models.Model):
    """What one person did in one dataset on one day (UTC): for limits by the day, and for the pace."""

    pk = models.CompositePrimaryKey("dataset_id", "membership_id", "day")
    organization = tenant()
    dataset = models.ForeignKey(Dataset, models.DO_NOTHING, related_name="+", db_constraint=False)
    membership = models.ForeignKey(Membership, models.DO_NOTHING, related_name="+", db_constraint=False)
    day = models.DateField()
    submitted = models.IntegerField(default=0)
    discarded = models.IntegerField(default=0)
    active_ms = models.BigIntegerField(default=0)

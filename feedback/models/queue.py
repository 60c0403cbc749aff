"""Who gets what next: places, leases, tallies. Narrow rows beside the record, changed by the functions in
feedback/migrations/0002_queue.py and nowhere else (docs/decisions/0003-the-queue.md)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import F, Q

from accounts.access import Scoped, WorkspaceQuerySet
from accounts.models import Membership
from core.models import new_id
from feedback.models.datasets import Dataset, tenant
from feedback.models.records import Record

POSITION = (1 << 48) - 1  # the part of a rank that is the record's position


class QueueItem(models.Model):
    """The places of one record: `target` wanted, `submitted` filled, `open_places` free, the rest leased."""

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
    rank = models.BigIntegerField()  # (9 - priority) << 48 | position: lowest first
    shuffle = models.IntegerField()  # random, for datasets handed out in random order
    target = models.IntegerField()
    open_places = models.IntegerField()
    submitted = models.IntegerField(default=0)
    # When it last became completed, or pending again. In an index, and yet no claim writes to one on its account: it
    # moves only together with `completed`, which is in one too.
    turned_at = models.DateTimeField(null=True)
    # Generated, because an index on `open_places > 0` itself would make each claim rewrite index entries.
    open = models.GeneratedField(
        expression=Q(open_places__gt=0),  # type: ignore[arg-type]
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
            models.Index(fields=["dataset", "rank"], condition=Q(open=True), name="queue_open_by_rank"),
            # Whether it is complete in the order of positions, and everybody's own order: for search.
            models.Index("dataset", "completed", F("rank").bitand(POSITION), name="records_by_completion"),
            models.Index(fields=["dataset", "shuffle"], name="records_shuffled"),
            models.Index(
                fields=["dataset", "turned_at"], condition=Q(turned_at__isnull=False), name="records_by_turn"
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(open_places__gte=0, submitted__gte=0), name="places_are_never_negative"
            ),
            models.CheckConstraint(
                condition=Q(open_places=0) | Q(target__gte=F("open_places") + F("submitted")),
                name="no_more_places_than_wanted",
            ),
        ]


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
    rank = models.BigIntegerField()
    expires_at = models.DateTimeField(db_index=True)

    objects = WorkspaceQuerySet["Lease"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["record", "membership"], name="one_lease_per_person_and_record"),
        ]


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
    cursor = models.BigIntegerField(default=-1)
    lap_at = models.DateTimeField(null=True)
    active_ms = models.BigIntegerField(default=0)
    first_at = models.DateTimeField(null=True)  # when this person's first response came
    last_at = models.DateTimeField(null=True)
    guidelines_read = models.PositiveIntegerField(null=True)  # the version that they said they have read

    objects = TallyQuerySet.as_manager()

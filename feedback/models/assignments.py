"""Work that was given to people by name: which records, to whom, and what became of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organization
from accounts.scoped import Scoped, WorkspaceQuerySet
from core.models import Base
from feedback.models.datasets import Dataset, tenant
from feedback.models.jobs import Job
from feedback.models.records import Record


class Assignment(Scoped, Base):
    """One act of giving records to people. The job that does it knows what was meant, and how far it is."""

    workspace_path = "dataset__workspace"

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    dataset = models.ForeignKey(Dataset, models.DO_NOTHING, related_name="assignments", db_constraint=False)
    by = models.ForeignKey(Membership, models.DO_NOTHING, null=True, related_name="+", db_constraint=False)
    job = models.ForeignKey(Job, models.DO_NOTHING, null=True, related_name="+", db_constraint=False)
    note = models.CharField(max_length=300, blank=True, default="")
    due_at = models.DateTimeField(null=True, blank=True)

    objects = WorkspaceQuerySet["Assignment"].as_manager()

    class Meta:
        ordering = ("-inserted_at", "-id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "id"], name="assignment_with_organization"),
        ]

    def __str__(self) -> str:
        return self.note or f"Assignment of {self.inserted_at:%Y-%m-%d}"


class ShareQuerySet(WorkspaceQuerySet["Share"]):
    """People's parts, by who they are."""

    def of_people_gone(self) -> ShareQuerySet:
        """Those of people who may not answer in the dataset any more, for whom records of it wait all the same."""
        working = Membership.objects.working_in(OuterRef(OuterRef("dataset__workspace")))
        waiting = AssignedRecord.objects.filter(
            dataset=OuterRef("dataset"), membership=OuterRef("membership"), state=AssignedState.WAITING
        )
        here = self.filter(dataset__deleted_at=None)
        return here.exclude(Exists(working.filter(pk=OuterRef("membership")))).filter(Exists(waiting))


class Share(Scoped, Base):
    """One person's part of an assignment. `given` records, `answered` of them by that person.

    Both are kept: `given` is the number of its rows in AssignedRecord, `answered` of those in that state.
    """

    workspace_path = "dataset__workspace"

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    dataset = models.ForeignKey(Dataset, models.DO_NOTHING, related_name="shares", db_constraint=False)
    assignment = models.ForeignKey(Assignment, models.DO_NOTHING, related_name="shares", db_constraint=False)
    membership = models.ForeignKey(Membership, models.DO_NOTHING, related_name="shares", db_constraint=False)
    weight = models.FloatField(default=1)
    given = models.PositiveIntegerField(default=0, db_default=0)
    answered = models.PositiveIntegerField(default=0, db_default=0)

    objects = ShareQuerySet.as_manager()

    class Meta:
        ordering = ("inserted_at", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["assignment", "membership"], name="one_share_per_person"),
            models.UniqueConstraint(fields=["organization", "id"], name="share_with_organization"),
        ]


class AssignedState(models.TextChoices):
    """Where a record that was given to somebody stands with them."""

    WAITING = "waiting", _("Waiting")  # a place of the record is reserved
    HELD = "held", _("In work")
    ANSWERED = "answered", _("Answered")
    FILLED = "filled", _("No longer needed")  # others gave all answers that are wanted
    LEFT = "left", _("Left behind")  # the person went: nobody has it until it is handed over, or open to all


class AssignedRecord(models.Model):
    """A record that was given to somebody. Changed under the lock of its queue item, together with `reserved`."""

    pk = models.CompositePrimaryKey("record_id", "membership_id")
    organization = tenant()
    dataset = models.ForeignKey(
        Dataset, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    record = models.ForeignKey(
        Record, models.DO_NOTHING, related_name="assigned", db_constraint=False, db_index=False
    )
    membership = models.ForeignKey(
        Membership, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    share = models.ForeignKey(
        Share, models.DO_NOTHING, related_name="records", db_constraint=False, db_index=False
    )
    rank = models.BigIntegerField()  # that of the queue item
    state = models.CharField(max_length=10, default=AssignedState.WAITING)
    has_raised = models.BooleanField(default=False)  # whether the record wants one answer more because of it

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["dataset", "membership", "rank"],
                condition=Q(state="waiting"),
                name="assigned_and_waiting",
            ),
            models.Index(fields=["share", "state"], name="assigned_by_share"),
        ]

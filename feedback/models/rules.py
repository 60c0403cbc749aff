"""How a dataset hands out its records: in which order, to whom, how many, and what a skip means."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from accounts.scoped import Scoped, WorkspaceQuerySet
from feedback.models.datasets import Dataset


class Order(models.TextChoices):
    """What comes first, among records of one priority."""

    OLDEST = "oldest", _("Oldest first")
    RANDOM = "random", _("At random, for each labeler anew")
    METADATA = "metadata", _("By a metadata property")
    SCORE = "score", _("By the score of a suggestion")


class Started(models.TextChoices):
    """Whether records that have some of their answers come before or after the others."""

    ANY = "", _("No matter")
    FIRST = "first", _("First, to finish them")
    LAST = "last", _("Last, to begin many")


class Again(models.TextChoices):
    """What becomes of a record that somebody did not answer."""

    LATER = "later", _("It comes back to them later")
    OTHERS = "others", _("It goes to somebody else")
    COUNTED = "counted", _("It counts as one of the answers wanted")


# What numbers may be, both ends included.
BOUNDS = {
    "overlap_percent": (0, 100),
    "overlap_answers": (1, 1000),
    "opinion_most": (1, 1000),
    "most_held": (1, 100),
    "most_records": (1, 10**9),
    "most_percent": (1, 100),
    "most_per_day": (1, 10**6),
}


def orders() -> list[tuple[str, str]]:
    """For `QueueRules.order`."""
    return [(value, str(label)) for value, label in Order.choices]


def started() -> list[tuple[str, str]]:
    """For `QueueRules.started`."""
    return [(value, str(label)) for value, label in Started.choices]


def again() -> list[tuple[str, str]]:
    """For `QueueRules.on_skip` and `on_discard`."""
    return [(value, str(label)) for value, label in Again.choices]


class QueueRules(Scoped):
    """The rules of one dataset. Each has them, from the beginning."""

    workspace_path = "dataset__workspace"

    dataset = models.OneToOneField(
        Dataset, models.DO_NOTHING, primary_key=True, related_name="rules", db_constraint=False
    )
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")

    order = models.CharField(max_length=10, choices=orders, default=Order.OLDEST)
    order_by = models.CharField(max_length=200, blank=True, default="")  # the property, or the question
    order_values = ArrayField(
        models.TextField(), default=list, blank=True
    )  # of a property of terms, in their order
    is_descending = models.BooleanField(default=False)
    started = models.CharField(max_length=5, choices=started, blank=True, default=Started.ANY)

    # More answers for a share of the records, of those alone that have one of these values, if a property is named.
    overlap_percent = models.PositiveSmallIntegerField(default=0)
    overlap_answers = models.PositiveIntegerField(default=2)
    overlap_property = models.CharField(max_length=200, blank=True, default="")
    overlap_values = ArrayField(models.TextField(), default=list, blank=True)

    # One more answer where two are further apart than this, by the question's own distance; up to so many.
    opinion_question = models.CharField(max_length=200, blank=True, default="")
    opinion_distance = models.FloatField(default=0)
    opinion_most = models.PositiveIntegerField(default=3)

    match_properties = ArrayField(
        models.TextField(), default=list, blank=True
    )  # matched with a labeler's skills
    opens_unassigned = models.BooleanField(default=True)  # to everybody

    most_held = models.PositiveSmallIntegerField(default=1)  # leases of one person at once
    most_records = models.PositiveIntegerField(null=True, blank=True)  # answers of one person
    most_percent = models.PositiveSmallIntegerField(null=True, blank=True)  # the same, of all records
    most_per_day = models.PositiveIntegerField(null=True, blank=True)

    on_skip = models.CharField(max_length=10, choices=again, default=Again.LATER)
    on_discard = models.CharField(max_length=10, choices=again, default=Again.OTHERS)
    stops_bad_prompts = models.BooleanField(default=True)

    is_paused = models.BooleanField(default=False)
    pause_note = models.CharField(max_length=300, blank=True, default="")
    due_at = models.DateTimeField(null=True, blank=True)
    closes_when_due = models.BooleanField(default=False)

    objects = WorkspaceQuerySet["QueueRules"].as_manager()

    class Meta:
        verbose_name = "queue rules"
        verbose_name_plural = "queue rules"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(overlap_percent__lte=100)
                & (Q(most_percent=None) | Q(most_percent__range=(1, 100))),
                name="a_share_is_at_most_everything",
            ),
            models.CheckConstraint(condition=Q(most_held__gte=1), name="everybody_may_hold_one_record"),
        ]

    def __str__(self) -> str:
        return f"Rules of {self.dataset}"

    @property
    def is_overdue(self) -> bool:
        return self.due_at is not None and self.due_at < now()

    @property
    def is_plain(self) -> bool:
        """Whether all records want what the dataset says, in their order, from anybody."""
        return self.order == Order.OLDEST and not self.overlap_percent and not self.match_properties

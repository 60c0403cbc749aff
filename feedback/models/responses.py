"""Responses: what people answered."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from accounts.scoped import Scoped, WorkspaceQuerySet
from core.models import Base
from feedback.models.datasets import Dataset, tenant
from feedback.models.records import Record


class Status(models.TextChoices):
    """The contract's words."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    DISCARDED = "discarded", _("Discarded")


class Reason(models.TextChoices):
    """Why somebody could not judge a record."""

    NO_EXPERTISE = "no_expertise", _("I do not know the subject")
    NOT_MY_LANGUAGE = "not_my_language", _("It is not in my language")
    NEEDS_TOOL = "needs_tool", _("I would need a tool")
    BAD_PROMPT = "bad_prompt", _("The prompt is bad")
    ALL_UNACCEPTABLE = "all_unacceptable", _("No answer is acceptable")
    OTHER = "other", _("Something else")
    SKIPPED = "skipped", _("Skipped")  # where the dataset gives what is skipped to somebody else


ELSEWHERE = (
    Reason.NO_EXPERTISE,
    Reason.NOT_MY_LANGUAGE,
)  # for somebody else to judge, whatever the dataset's rules


# What the page noticed about how an answer came about (static/js/elements/read-guard.js). It stops nobody.
NOTICED = {
    "fast": _("quicker than one reads"),
    "unseen_end": _("an end was not seen"),
    "same_pattern": _("same ranking ten times"),
}


def statuses() -> list[tuple[str, str]]:
    """For `Response.status`."""
    return [(value, str(label)) for value, label in Status.choices]


def reasons() -> list[tuple[str, str]]:
    """For `Response.reason`."""
    return [(value, str(label)) for value, label in Reason.choices]


class Response(Scoped, Base):
    """One person's answers to one record. `values`: question name -> answer in its kind's stored form."""

    workspace_path = "dataset__workspace"

    organization = tenant()
    dataset = models.ForeignKey(
        Dataset, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    record = models.ForeignKey(
        Record, models.DO_NOTHING, related_name="responses", db_constraint=False, db_index=False
    )
    membership = models.ForeignKey(
        Membership, models.DO_NOTHING, related_name="responses", db_constraint=False, db_index=False
    )
    values = models.JSONField(default=dict)
    status = models.CharField(max_length=10, choices=statuses)
    is_extra = models.BooleanField(
        default=False
    )  # beyond the answers wanted: kept, and counted for nobody's place
    is_counted = models.BooleanField(
        default=False, db_default=False
    )  # discarded, and yet one of the answers wanted
    is_set_aside = models.BooleanField(default=False, db_default=False)  # a draft that its author skipped
    reason = models.CharField(max_length=30, choices=reasons, null=True, blank=True)
    note = models.TextField(blank=True, default="")
    # How it was shown: {"version": 1, "seed": int, "shown": {field: [ids in order]}, "device": str, "noticed": [word],
    # "suggested": {question: {"value", "agent"}}}. What was suggested at first stays, whatever becomes of it.
    presentation = models.JSONField(default=dict)
    guidelines_version = models.PositiveIntegerField(null=True)
    active_ms = models.PositiveIntegerField(null=True)
    revision = models.PositiveIntegerField(default=1)
    submission = models.UUIDField(null=True)  # made by the client: the same submit twice is one submit
    submitted_at = models.DateTimeField(null=True)

    objects = WorkspaceQuerySet["Response"].as_manager()

    class Meta:
        ordering = ("inserted_at", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["record", "membership"], name="one_response_per_person_and_record"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["dataset", "membership", "updated_at"], name="responses_of_a_person"),
            # Looked up with every next record: the answers that somebody gave before must not be walked for it.
            models.Index(
                fields=["dataset", "membership", "updated_at"],
                condition=Q(status="draft"),
                name="drafts_of_a_person",
            ),
            models.Index(fields=["dataset", "status", "record"], name="responses_by_status"),
        ]

"""What people ask about their own data: a file of all that is there, or that nothing of them is left."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.access import Verb, is_everywhere
from accounts.models import Membership, Organization
from accounts.scoped import ScopedQuerySet
from core.models import Base
from feedback.models.job_states import State

LEASE = timedelta(minutes=5)  # a worker that is silent for so long is taken for dead


class PersonalKind(models.TextChoices):
    """What is asked."""

    EXPORT = "export", _("Copy of all data")
    ERASURE = "erasure", _("Erasure")


def personal_kinds() -> list[tuple[str, str]]:
    """For `PersonalRequest.kind`."""
    return [(value, str(label)) for value, label in PersonalKind.choices]


def personal_states() -> list[tuple[str, str]]:
    """For `PersonalRequest.state`."""
    return [(value, str(label)) for value, label in State.choices]


class PersonalRequestQuerySet(ScopedQuerySet["PersonalRequest"]):
    """Owners reach all of the organization; everybody, those about themselves."""

    def reach(self, verb: Verb, by: Membership) -> Q:
        return Q() if is_everywhere(by) else Q(membership=by.pk)

    def abandoned(self) -> PersonalRequestQuerySet:
        """Waiting for long, or begun without a sign of life: offered to a worker again."""
        silent = Q(state=State.RUNNING, updated_at__lt=now() - LEASE)
        return self.filter(silent | Q(state=State.WAITING, updated_at__lt=now() - LEASE / 5))


class PersonalRequest(Base):
    """Work about one person, done by a worker. No `Job`: those are about datasets, in whose workspaces they are seen.

    `file`: the copy, until `expires_at`. `counts`: what there was, by noun; no text in it is the person's.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    membership = models.ForeignKey(Membership, models.DO_NOTHING, related_name="+", db_constraint=False)
    asked_by = models.ForeignKey(
        Membership, models.DO_NOTHING, null=True, related_name="+", db_constraint=False
    )
    kind = models.CharField(max_length=10, choices=personal_kinds)
    state = models.CharField(max_length=10, choices=personal_states, default=State.WAITING)
    deletes_answers = models.BooleanField(default=False)
    file = models.FileField(upload_to="personal/", blank=True, default="", max_length=500)
    counts = models.JSONField(default=dict)
    detail = models.TextField(blank=True, default="")
    ended_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    objects = PersonalRequestQuerySet.as_manager()

    class Meta:
        ordering = ("-inserted_at", "-id")
        verbose_name = "request"
        verbose_name_plural = "requests about personal data"

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.membership}"

    @property
    def has_ended(self) -> bool:
        return self.state in (State.FINISHED, State.FAILED)

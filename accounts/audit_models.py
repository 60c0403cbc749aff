"""The audit log: who did what to what from where. Rows are added and never changed.

The application's role may not change or delete them (migration 0010); the database does, when they are older than
their organization keeps them. So nothing here refers to anything by a foreign key: names are as they were.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import audit_words
from accounts.audit_acts import ACTS
from accounts.scoped import OwnerQuerySet
from core.models import new_id
from core.origin import Door

LEAST_DAYS, USUAL_DAYS, MOST_DAYS = 90, 365, 3650  # that entries are kept


class AuditEntry(models.Model):
    """One act. `actor` and `object` are as they were called then; `details` holds what changed, and never a secret."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(
        "accounts.Organization", models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    at = models.DateTimeField(_("when"), db_default=Now(), editable=False)
    act = models.CharField(max_length=60)
    door = models.CharField(max_length=10)
    actor_id = models.UUIDField(null=True)  # the membership; None: nobody's, or the operator's act
    actor_name = models.CharField(max_length=400, blank=True)
    is_service = models.BooleanField(default=False)
    is_operator = models.BooleanField(default=False)
    means = models.CharField(max_length=10, blank=True)  # session, key, token
    key_id = models.UUIDField(null=True)
    key_name = models.CharField(max_length=200, blank=True)
    object_kind = models.CharField(max_length=40, blank=True)
    object_id = models.UUIDField(null=True)
    object_name = models.CharField(max_length=400, blank=True)
    address = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=200, blank=True)
    details = models.JSONField(default=dict)

    objects = OwnerQuerySet["AuditEntry"].as_manager()

    class Meta:
        verbose_name = "audit entry"
        verbose_name_plural = "audit log"
        ordering = ("-at", "-id")
        indexes: ClassVar = [
            models.Index(fields=["organization", "-at", "-id"], name="audit_by_time"),
            models.Index(fields=["organization", "actor_id", "-at"], name="audit_by_actor"),
            models.Index(fields=["organization", "object_id", "-at"], name="audit_by_object"),
        ]

    def __str__(self) -> str:
        return f"{self.who} {self.sentence}"

    @property
    def who(self) -> str:
        """Whoever acted, by the name that they had."""
        if self.is_operator or (self.door == Door.TERMINAL and not self.actor_name):
            return gettext("The operator")
        return self.actor_name or (gettext("Somebody") if self.door != Door.WORKER else "Assay")

    @property
    def sentence(self) -> str:
        """What they did, in the reader's language. An act that is known no longer is told by its word."""
        act = ACTS.get(self.act)
        return (
            act.told(**audit_words.told(self.details) | {"object": self.object_name})
            if act
            else f"{self.act} {self.object_name}"
        )

    @property
    def lines(self) -> list[tuple[str, Any]]:
        """`details` for people: name and what it is, or what it was and became."""
        return [audit_words.line(name, value) for name, value in self.details.items()]

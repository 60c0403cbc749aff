"""Webhooks, and their deliveries: each is a row before it is a request, so that none is lost or forgotten."""

from __future__ import annotations

import secrets
from base64 import b64encode
from datetime import datetime, timedelta
from typing import ClassVar
from urllib.parse import urlsplit
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from accounts.scoped import OwnerQuerySet, Scoped, WorkspaceQuerySet
from core.models import Base
from feedback.models.datasets import tenant
from workspaces.models import Workspace

LEASE = timedelta(seconds=60)  # a sender that is silent for so long is taken for dead
LANES = 3  # deliveries under way to one webhook: a slow receiver must not keep everybody who sends
RETRIES = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 180))
SECRET_BYTES = 64


class Event(models.TextChoices):
    """What one can be told about (contract section 9.1)."""

    DATASET_CREATED = "dataset.created", _("A dataset is made")
    DATASET_UPDATED = "dataset.updated", _("A dataset's settings change")
    DATASET_PUBLISHED = "dataset.published", _("A dataset is published")
    DATASET_DELETED = "dataset.deleted", _("A dataset is deleted")
    RECORD_CREATED = "record.created", _("A record is added")
    RECORD_UPDATED = "record.updated", _("A record's fields, metadata or status change")
    RECORD_COMPLETED = "record.completed", _("A record has all answers that it wants")
    RECORD_DELETED = "record.deleted", _("A record is deleted")
    RESPONSE_CREATED = "response.created", _("Somebody saves or submits a first response")
    RESPONSE_UPDATED = "response.updated", _("A response's answers or status change")
    RESPONSE_DELETED = "response.deleted", _("A response is deleted")


class DeliveryState(models.TextChoices):
    """What becomes of a delivery."""

    WAITING = "waiting", _("Waiting")  # for its turn, or for the next attempt
    SENDING = "sending", _("Sending")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Given up")


UNDER_WAY = (DeliveryState.WAITING, DeliveryState.SENDING)


def events() -> list[tuple[str, str]]:
    """For `Webhook.events` and `Delivery.event`."""
    return [(value, str(label)) for value, label in Event.choices]


def delivery_states() -> list[tuple[str, str]]:
    """For `Delivery.state`."""
    return [(value, str(label)) for value, label in DeliveryState.choices]


def make_secret() -> str:
    """What both sides sign and verify with: 64 random bytes in base64, without a prefix (contract section 4.11)."""
    return b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


class WebhookQuerySet(OwnerQuerySet["Webhook"]):
    """Webhooks, oldest first."""

    def listening(self, organization_id: UUID, *names: str) -> WebhookQuerySet:
        """Those of the organization that want to be told about any of these events."""
        return self.filter(organization=organization_id, enabled=True, events__overlap=list(names))

    def with_something_due(self) -> WebhookQuerySet:
        """Those to which something should be sent now."""
        return self.filter(
            models.Exists(Delivery.objects.due().filter(webhook=models.OuterRef("pk"))), enabled=True
        )


class Webhook(Base):
    """An address that is told what happens in the organization."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    url = models.TextField("address")
    secret = models.CharField(max_length=200, default=make_secret, editable=False)
    events = ArrayField(models.CharField(max_length=40, choices=events))
    enabled = models.BooleanField(default=True)
    description = models.CharField(max_length=1000, null=True, blank=True)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        ordering = ("inserted_at", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "id"], name="webhook_with_organization"),
        ]

    def __str__(self) -> str:
        return self.description or self.url

    @property
    def host(self) -> str:
        """What managers see of the address: the rest may hold somebody's token."""
        return urlsplit(self.url).netloc


class DeliveryQuerySet(WorkspaceQuerySet["Delivery"]):
    """Deliveries, newest first."""

    def due(self) -> DeliveryQuerySet:
        """To be sent now: their time has come, or whoever was sending them is dead."""
        return self.filter(state__in=UNDER_WAY, next_attempt_at__lte=now())

    def claim_for(self, webhook_id: UUID) -> Delivery | None:
        """Become the one who sends the next delivery of this webhook, for a while. None: nothing is due, it is
        switched off, or enough others are at it; each of them looks again when done, so that nothing is left."""
        with transaction.atomic():
            # The lock on the webhook makes claims go one after another; counting needs that, and it is short.
            lock = Webhook.objects.select_for_update(no_key=True)
            if lock.filter(pk=webhook_id, enabled=True).first() is None:
                return None
            mine = self.filter(webhook=webhook_id)
            if mine.filter(state=DeliveryState.SENDING, next_attempt_at__gt=now()).count() >= LANES:
                return None
            found = mine.due().select_related("webhook").order_by("next_attempt_at", "id").first()
            if found:
                found.begin()
            return found


class Delivery(Scoped, Base):
    """One event for one webhook: what is sent, as it was when it happened, and what came of it."""

    workspace_path = "workspace"

    organization = tenant()
    webhook = models.ForeignKey(
        Webhook, models.DO_NOTHING, related_name="deliveries", db_constraint=False, db_index=False
    )
    workspace = models.ForeignKey(
        Workspace, models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )
    event = models.CharField(max_length=40, choices=events)
    body = models.TextField()  # JSON, to the letter as it is sent and signed
    state = models.CharField(max_length=10, choices=delivery_states, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    # When somebody may try; while it is being sent, when whoever does is taken for dead.
    next_attempt_at = models.DateTimeField(db_default=models.functions.Now())
    status = models.PositiveSmallIntegerField(null=True)  # of the last answer
    answer = models.TextField(blank=True, default="")  # its beginning
    detail = models.TextField(blank=True, default="")  # what came of the last attempt, in a sentence
    ended_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        verbose_name_plural = "deliveries"
        indexes: ClassVar = [
            models.Index(
                fields=["webhook", "next_attempt_at"],
                condition=Q(state__in=("waiting", "sending")),
                name="deliveries_under_way",
            ),
            models.Index(fields=["organization", "-id"], name="deliveries_newest_first"),
            models.Index(fields=["webhook", "-id"], name="deliveries_of_a_webhook"),
            models.Index(fields=["workspace", "-id"], name="deliveries_of_a_workspace"),
            models.Index(fields=["ended_at"], condition=Q(ended_at__isnull=False), name="deliveries_ended"),
        ]

    def __str__(self) -> str:
        return f"{self.event} of {self.inserted_at:%Y-%m-%d %H:%M:%S}"

    @property
    def message_id(self) -> str:
        """What the receiver knows it by: the same at each attempt, so that it can tell what it has had already."""
        return f"msg_{self.pk.hex}"

    @property
    def has_ended(self) -> bool:
        return self.state not in UNDER_WAY

    def begin(self) -> None:
        """Take the lease. Under the lock of the webhook."""
        self.state, self.attempts, self.next_attempt_at = (
            DeliveryState.SENDING,
            self.attempts + 1,
            now() + LEASE,
        )
        self.save(update_fields=["state", "attempts", "next_attempt_at"])

    def conclude(self, *, succeeded: bool, status: int | None, answer: str, detail: str) -> None:
        """Write down what came of the attempt. If it failed it waits for the next one, or is given up.

        Nothing is written by one who was taken for dead: somebody else is at it, or has ended it.
        """
        again = None if succeeded else self.try_again_after
        changes: dict[str, object] = {"status": status, "answer": answer, "detail": detail}
        if again is not None:
            changes |= {"state": DeliveryState.WAITING, "next_attempt_at": now() + again}
        else:
            state = DeliveryState.DELIVERED if succeeded else DeliveryState.FAILED
            changes |= {"state": state, "ended_at": now()}
        mine = Delivery.objects.filter(
            pk=self.pk, state=DeliveryState.SENDING, next_attempt_at=self.next_attempt_at
        )
        mine.update(updated_at=now(), **changes)

    @property
    def try_again_after(self) -> timedelta | None:
        """How long until the next attempt; None if this was the last one."""
        return RETRIES[self.attempts - 1] if self.attempts <= len(RETRIES) else None

    @property
    def will_try_at(self) -> datetime | None:
        """When it is tried again; None if it is not waiting for that."""
        return self.next_attempt_at if self.state == DeliveryState.WAITING and self.attempts else None

"""Keys, by which programs act as a member, or less than that."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.access import KeyScope
from accounts.reach import KeyQuerySet
from core.models import Base


def key_scopes() -> list[tuple[str, Any]]:
    """For `ApiKey.scope`."""
    return list(KeyScope.choices)


class ApiKey(Base):
    """A key for programs. Only its hash is kept; the key itself is shown once, when it is made."""

    organization = models.ForeignKey("accounts.Organization", models.CASCADE, related_name="+")
    membership = models.ForeignKey(
        "accounts.Membership", models.DO_NOTHING, related_name="api_keys", db_constraint=False
    )
    name = models.CharField(max_length=200)
    prefix = models.CharField(max_length=16, db_index=True)
    digest = models.CharField(max_length=64, unique=True)
    scope = models.CharField(
        "may", max_length=10, choices=key_scopes, default=KeyScope.MANAGE, db_default=KeyScope.MANAGE
    )
    workspace_ids = ArrayField(
        models.UUIDField(), null=True, blank=True
    )  # the only ones that it reaches; None: all
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = KeyQuerySet["ApiKey"].as_manager()

    class Meta:
        ordering = ("inserted_at", "id")
        verbose_name = "API key"

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def is_valid(self, at: datetime) -> bool:
        """Neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > at)

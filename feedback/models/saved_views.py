"""Searches that people keep under a name."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.access import Verb
from accounts.models import Membership, Organization
from accounts.scoped import Scoped, WorkspaceQuerySet
from core.models import Base
from feedback.models.datasets import Dataset


class SavedViewQuerySet(WorkspaceQuerySet["SavedView"]):
    """Everybody reaches their own; others see those that are shared, and managers change them."""

    def reach(self, verb: Verb, by: Membership) -> Q:
        """Within the workspaces where the role grants it, one's own, and what is shared."""
        own, shared = Q(owner=by), Q(is_shared=True)
        return super().reach(verb, by) & (own | shared)


class SavedView(Scoped, Base):
    """A search of one dataset with the way it is shown. `address`: the parameters (feedback/search/address.py)."""

    workspace_path = "dataset__workspace"

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    dataset = models.ForeignKey(Dataset, models.DO_NOTHING, related_name="saved_views", db_constraint=False)
    owner = models.ForeignKey(Membership, models.DO_NOTHING, related_name="+", db_constraint=False)
    name = models.CharField(max_length=100)
    address = models.TextField(blank=True)
    is_shared = models.BooleanField("shared with the workspace", default=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ("name", "id")
        verbose_name = "saved view"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["dataset", "owner", "name"], name="one_view_name_per_person_and_dataset"
            ),
        ]

    def __str__(self) -> str:
        return self.name

"""Snapshots: exports that can be made again, byte for byte, whatever becomes of the dataset."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from accounts.models import Membership, Organization
from accounts.scoped import Scoped, WorkspaceQuerySet
from core.models import Base
from feedback.models.datasets import Dataset
from feedback.models.jobs import Job


class Snapshot(Scoped, Base):
    """An export under a name. `data`: the records and answers that it was made from, as they were, never changed.

    `plan`: what was asked for (feedback/exports/plan.py); `files`: what came of it, as `Job.files`, for comparison.
    """

    workspace_path = "dataset__workspace"

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    dataset = models.ForeignKey(Dataset, models.DO_NOTHING, related_name="snapshots", db_constraint=False)
    by = models.ForeignKey(Membership, models.DO_NOTHING, null=True, related_name="+", db_constraint=False)
    job = models.ForeignKey(Job, models.DO_NOTHING, null=True, related_name="+", db_constraint=False)
    name = models.CharField(max_length=200)
    plan = models.JSONField(default=dict)
    data = models.FileField(upload_to="snapshots/", null=True, blank=True, max_length=500)
    files = models.JSONField(default=list)
    records = models.BigIntegerField(default=0)
    rows = models.BigIntegerField(default=0)

    objects = WorkspaceQuerySet["Snapshot"].as_manager()

    class Meta:
        ordering = ("-inserted_at", "-id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dataset", "name"], name="one_snapshot_name_per_dataset"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_frozen(self) -> bool:
        """Whether its data is kept; before that it is being made, or its job did not end well."""
        return bool(self.data)

"""Records in the trash: their rows, and those that hang on them, as they were in their tables."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import ngettext

from accounts.kept import TrashQuerySet
from accounts.models import Organization
from accounts.scoped import Scoped
from accounts.trash import Deletable
from core.models import Base
from feedback.models.datasets import Dataset, DeletedDataset, tenant
from workspaces.models import DeletedWorkspace


class DeletedRecords(Deletable, Scoped, Base):
    """Records of a dataset that were deleted together, and come back together.

    `columns`: table -> the columns that it had, so that rows fit again when the table has others.
    """

    workspace_path = "dataset__workspace"

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    dataset = models.ForeignKey(
        Dataset, models.DO_NOTHING, related_name="deleted_records", db_constraint=False
    )
    records = models.PositiveIntegerField(default=0)
    columns = models.JSONField(default=dict)

    objects = TrashQuerySet["DeletedRecords"].as_manager()

    class Meta:
        ordering = ("-deleted_at", "-id")
        verbose_name = "set of deleted records"
        verbose_name_plural = "deleted records"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "id"], name="deleted_records_with_organization"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """How many, of what."""
        said = ngettext("%(number)s record of %(dataset)s", "%(number)s records of %(dataset)s", self.records)
        return said % {"number": self.records, "dataset": self.dataset.name}


class DeletedRecord(models.Model):
    """One of them. `contents`: table -> its rows of the record, each by column."""

    pk = models.CompositePrimaryKey("batch_id", "record_id")
    organization = tenant()
    batch = models.ForeignKey(
        DeletedRecords, models.DO_NOTHING, related_name="rows", db_constraint=False, db_index=False
    )
    record_id = models.UUIDField()
    external_id = models.TextField(null=True)
    contents = models.JSONField()


Deleted = DeletedDataset | DeletedRecords | DeletedWorkspace  # what can lie in the trash

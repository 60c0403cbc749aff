"""Where the columns of a file went, kept for the next file that has the same."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from accounts.models import Organization
from accounts.scoped import Scoped, WorkspaceQuerySet
from core.models import Base
from feedback.models.datasets import Dataset


class KeptMapping(Scoped, Base):
    """The mapping that an import into a dataset had. `columns`: a digest of the names of the file's columns."""

    workspace_path = "dataset__workspace"

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    dataset = models.ForeignKey(Dataset, models.DO_NOTHING, related_name="kept_mappings", db_constraint=False)
    columns = models.CharField(max_length=64)
    mapping = models.JSONField()

    objects = WorkspaceQuerySet["KeptMapping"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["dataset", "columns"], name="one_mapping_per_dataset_and_columns"
            ),
        ]

    def __str__(self) -> str:
        return f"Mapping of {self.dataset}"

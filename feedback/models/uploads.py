"""Files that come in parts, so that an upload goes on where the line broke. Written by feedback/actions/resuming.py."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.access import Verb
from accounts.models import Membership, Organization
from accounts.scoped import Scoped, WorkspaceQuerySet
from core.models import Base
from feedback.models.datasets import Dataset, tenant


class UploadSessionQuerySet(WorkspaceQuerySet["UploadSession"]):
    """Uploads that have begun. Nobody but whoever began one goes on with it, or knows of it."""

    def reach(self, verb: Verb, by: Membership) -> Q:
        """Within the workspace, one's own."""
        return super().reach(verb, by) & Q(by=by)


class UploadSession(Scoped, Base):
    """A file on its way into a dataset: `size` bytes are expected, the first `received` of them are here.

    `fingerprint`: whatever the sender knows the file by, to find it again after a reload. `sha256`: of the whole file,
    in hexadecimal, if it was told; then the file is held against it.
    """

    workspace_path = "dataset__workspace"

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    dataset = models.ForeignKey(Dataset, models.DO_NOTHING, related_name="uploads", db_constraint=False)
    by = models.ForeignKey(Membership, models.DO_NOTHING, related_name="+", db_constraint=False)
    filename = models.CharField(max_length=300)
    fingerprint = models.CharField(max_length=500, blank=True, default="")
    size = models.BigIntegerField()
    received = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    expires_at = models.DateTimeField(db_index=True)

    objects = UploadSessionQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        verbose_name = "upload"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "id"], name="upload_with_organization"),
            models.CheckConstraint(
                condition=Q(size__gte=1, received__gte=0, received__lte=models.F("size")),
                name="no_more_comes_than_was_said",
            ),
        ]

    def __str__(self) -> str:
        return self.filename

    @property
    def is_complete(self) -> bool:
        return self.received == self.size

    @property
    def percent(self) -> int:
        return self.received * 100 // self.size

    def name_at(self, offset: int) -> str:
        """Where in the storage the part lies that begins there."""
        return f"uploads/{self.pk}/{offset}"


class UploadPart(models.Model):
    """A piece of such a file: `size` bytes from `offset` on."""

    id = models.BigAutoField(primary_key=True)
    organization = tenant()
    session = models.ForeignKey(
        UploadSession, models.DO_NOTHING, related_name="parts", db_constraint=False, db_index=False
    )
    offset = models.BigIntegerField()
    size = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "offset"], name="one_part_per_offset"),
        ]

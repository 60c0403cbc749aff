"""Records: what is judged. Written in bulk by feedback/actions/records.py, never one `save` at a time."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Greatest

from accounts.models import Membership
from accounts.scoped import Scoped, WorkspaceQuerySet
from core.models import Base
from feedback.item import Item, seed_for
from feedback.models.datasets import Dataset, tenant
from feedback.models.schema import VectorSettings

if TYPE_CHECKING:
    from feedback.models.responses import Response
    from feedback.models.suggestions import Suggestion

BLOCK = 1000  # positions in a block: what a deep page has to skip at most


class RecordQuerySet(WorkspaceQuerySet["Record"]):
    """Records, in the order in which they came."""

    fetched_with = ("dataset",)  # without which a record says little

    def dated(self) -> RecordQuerySet:
        """With `changed_at`: when they were written or their status turned (contract section 7.2).

        Turns are noted at the queue's item, because a submit never writes to the record
        (docs/decisions/0003-the-queue.md).
        """
        return self.annotate(  # type: ignore[no-redef]
            changed_at=Greatest("updated_at", "queue__turned_at")
        )

    def from_offset(self, dataset: Dataset, offset: int) -> RecordQuerySet:
        """The dataset's records from the offset-th on. A deep page costs what the first one costs.

        Blocks of positions know how many records are left in them; only inside one block are rows skipped.
        """
        blocks = RecordBlock.objects.filter(dataset=dataset).order_by("block").values_list("block", "records")
        for block, records in blocks:
            if offset < records:
                return self.filter(dataset=dataset, position__gte=block * BLOCK).order_by("position")[offset:]
            offset -= records
        return self.none()


class Record(Scoped, Base):
    """One thing to judge. `fields` and `metadata` hold what was sent, by name, unaltered."""

    workspace_path = "dataset__workspace"

    organization = tenant()
    dataset = models.ForeignKey(Dataset, models.DO_NOTHING, related_name="records", db_constraint=False)
    position = models.BigIntegerField()
    external_id = models.TextField(null=True, blank=True)
    fields = models.JSONField()
    metadata = models.JSONField(null=True, blank=True)
    author = models.ForeignKey(
        Membership, models.DO_NOTHING, null=True, blank=True, related_name="+", db_constraint=False
    )

    # Filled by feedback/reports/records.py, where asked for; the first also by `dated`.
    changed_at: datetime
    is_completed: bool
    responses_read: list[Response]
    suggestions_read: list[Suggestion]
    vectors_read: list[Vector]

    _item: tuple[tuple[object, ...], Item] | None = (
        None  # the last one that was asked for, and of what it was made
    )

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dataset", "position"], name="one_record_per_position"),
            models.UniqueConstraint(
                fields=["dataset", "external_id"],
                condition=Q(external_id__isnull=False),
                name="one_record_per_external_id",
            ),
            models.UniqueConstraint(fields=["organization", "id"], name="record_with_organization"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["dataset", "inserted_at"], name="records_by_age"),
            models.Index(fields=["dataset", "updated_at"], name="records_by_change"),
        ]

    def __str__(self) -> str:
        return self.external_id or str(self.pk)[:8]

    def item_for(self, member: Membership | None) -> Item:
        """It as this person sees it; the same order of candidates each time. An answer asks for it several times."""
        made_of = (member, self.fields, self.dataset.shape)
        if self._item is None or any(old is not new for old, new in zip(self._item[0], made_of, strict=True)):
            seed = seed_for(self.pk, member.pk) if member else 0
            self._item = (made_of, self.dataset.shape.item(self.fields, seed=seed))
        return self._item[1]


class RecordBlock(models.Model):
    """How many records are left among a thousand positions of a dataset."""

    pk = models.CompositePrimaryKey("dataset_id", "block")
    organization = tenant()
    dataset = models.ForeignKey(Dataset, models.DO_NOTHING, related_name="+", db_constraint=False)
    block = models.BigIntegerField()
    records = models.IntegerField()


class Vector(models.Model):
    """A record's vector of one setting."""

    pk = models.CompositePrimaryKey("record_id", "settings_id")
    organization = tenant()
    record = models.ForeignKey(Record, models.DO_NOTHING, related_name="vectors", db_constraint=False)
    settings = models.ForeignKey(
        VectorSettings, models.DO_NOTHING, related_name="vectors", db_constraint=False
    )
    value = ArrayField(models.FloatField())

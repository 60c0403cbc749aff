"""Datasets, the versions of their guidelines, and their counts."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID, uuid4

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.kept import KeptQuerySet, TrashQuerySet
from accounts.models import Membership, Organization
from accounts.scoped import Scoped, WorkspaceQuerySet
from accounts.trash import KEPT, Deletable
from core.models import Base
from feedback.shape import DatasetShape, FieldShape, PropertyShape, QuestionShape
from workspaces.models import Workspace

if TYPE_CHECKING:
    from feedback.models.rules import QueueRules


def tenant() -> Any:
    """The organization of a row of which there are millions: neither index nor constraint of its own.

    The composite key to the parent (feedback/migrations/0001_initial.py) holds it to the right organization.
    """
    return models.ForeignKey(
        Organization, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )


class Status(models.TextChoices):
    """The contract's words: a draft is being set up, a ready dataset takes records and answers."""

    DRAFT = "draft", _("Draft")
    READY = "ready", _("Published")


def statuses() -> list[tuple[str, str]]:
    """For `Dataset.status`."""
    return [(value, str(label)) for value, label in Status.choices]


class Dataset(Deletable, Scoped, Base):
    """Records of one shape, the questions asked about them, and how many answers each record needs."""

    workspace_path = "workspace"

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    workspace = models.ForeignKey(Workspace, models.DO_NOTHING, related_name="datasets", db_constraint=False)
    name = models.CharField(max_length=200)
    guidelines = models.TextField(null=True, blank=True)
    guidelines_version = models.PositiveIntegerField(default=1)
    allow_extra_metadata = models.BooleanField(default=True)
    status = models.CharField(max_length=10, choices=statuses, default=Status.DRAFT)
    min_submitted = models.PositiveIntegerField("answers wanted per record", default=1)
    invites_records = models.BooleanField("labelers may add records", default=False, db_default=False)
    metadata = models.JSONField(null=True, blank=True)
    last_activity_at = models.DateTimeField(db_default=models.functions.Now(), editable=False)
    # Another one after each change of its parts, made by a trigger: what was read under it is never out of date.
    shape_token = models.UUIDField(default=uuid4, db_default=RandomUUID(), editable=False)

    rules: QueueRules  # how it hands out its records

    objects = KeptQuerySet["Dataset"].as_manager()

    class Meta:
        ordering = ("inserted_at", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "name"], condition=KEPT, name="one_dataset_name_per_workspace"
            ),
            models.UniqueConstraint(fields=["organization", "id"], name="dataset_with_organization"),
            models.CheckConstraint(
                condition=models.Q(min_submitted__gte=1), name="at_least_one_answer_is_wanted"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_published(self) -> bool:
        return self.status == Status.READY

    @cached_property
    def shape(self) -> DatasetShape:
        """Its kinds by name, read once in a process, and again when they change."""
        return replace(_shape(self.pk, self.shape_token), allow_extra_metadata=self.allow_extra_metadata)


class DeletedDataset(Dataset):
    """One in the trash."""

    objects = TrashQuerySet["DeletedDataset"].as_manager()  # type: ignore[misc]

    class Meta:
        proxy = True
        ordering = ("-deleted_at", "id")


@lru_cache(maxsize=500)
def _shape(dataset_id: UUID, token: UUID) -> DatasetShape:
    """The parts of a dataset as they are under this token. To have both is to have been allowed to see it."""
    dataset = Dataset(pk=dataset_id)
    return DatasetShape(
        fields={f.name: FieldShape(f.name, f.title, f.required, f.kind) for f in dataset.fields.all()},
        questions={
            q.name: QuestionShape(str(q.pk), q.name, q.title, q.required, q.kind, q.description)
            for q in dataset.questions.all()
        },
        metadata={p.name: PropertyShape(p.name, p.title, p.kind) for p in dataset.metadata_properties.all()},
        vectors={one.name: one.dimensions for one in dataset.vectors_settings.all()},
    )


class GuidelinesVersion(Scoped, Base):
    """The guidelines as they stood: responses name the version that they were given under."""

    workspace_path = "dataset__workspace"

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    dataset = models.ForeignKey(
        Dataset, models.DO_NOTHING, related_name="guidelines_versions", db_constraint=False
    )
    number = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    author = models.ForeignKey(
        Membership, models.DO_NOTHING, null=True, related_name="+", db_constraint=False
    )

    objects = WorkspaceQuerySet["GuidelinesVersion"].as_manager()

    class Meta:
        ordering = ("-number",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dataset", "number"], name="one_guidelines_version_per_number"),
        ]

    def __str__(self) -> str:
        return f"{self.dataset} guidelines, version {self.number}"


class DatasetCount(models.Model):
    """Kept counts, so that no page counts a million rows. Beside the dataset, for its row is read by everybody.

    Only writers of records touch it. What labelers complete is counted in their own tallies: one counter that all of
    them update would halve the queue's throughput.
    """

    dataset = models.OneToOneField(
        Dataset, models.DO_NOTHING, primary_key=True, related_name="count", db_constraint=False
    )
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    next_position = models.BigIntegerField(default=0)
    records = models.BigIntegerField(default=0)
    completed = models.BigIntegerField(
        default=0
    )  # completed by other ways than a labeler's submit; may be negative

"""What a dataset is made of: fields, questions, metadata properties, vector settings."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar

from django.db import models

from accounts.models import Organization
from accounts.scoped import Scoped, WorkspaceQuerySet
from core.errors import Invalid
from core.models import Base
from feedback import fields, metadata, questions
from feedback.models.datasets import Dataset

LARGEST = 3.4e38  # of single precision, in which vectors are compared


class Part(Scoped, Base):
    """A part of a dataset with a name of its own."""

    workspace_path = "dataset__workspace"

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    title = models.CharField(max_length=500)

    class Meta:
        abstract = True
        ordering = ("inserted_at", "id")

    def __str__(self) -> str:
        return self.title or self.name


class Field(Part):
    """One of the texts, chats or lists of answers that a record consists of."""

    dataset = models.ForeignKey(Dataset, models.DO_NOTHING, related_name="fields", db_constraint=False)
    type = models.CharField("kind", max_length=40, choices=fields.choices)
    required = models.BooleanField(default=False)
    settings = models.JSONField(default=dict)

    objects = WorkspaceQuerySet["Field"].as_manager()

    class Meta(Part.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dataset", "name"], name="one_field_name_per_dataset"),
        ]

    @cached_property
    def kind(self) -> fields.Kind[Any]:
        return fields.kinds[self.type](self.settings)


class Question(Part):
    """Something that people are asked about each record."""

    dataset = models.ForeignKey(Dataset, models.DO_NOTHING, related_name="questions", db_constraint=False)
    type = models.CharField("kind", max_length=40, choices=questions.choices)
    description = models.CharField(max_length=1000, null=True, blank=True)
    required = models.BooleanField(default=False)
    settings = models.JSONField(default=dict)

    objects = WorkspaceQuerySet["Question"].as_manager()

    class Meta(Part.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dataset", "name"], name="one_question_name_per_dataset"),
            models.UniqueConstraint(fields=["organization", "id"], name="question_with_organization"),
        ]

    @cached_property
    def kind(self) -> questions.Kind[Any]:
        return questions.kinds[self.type](self.settings)


class MetadataProperty(Part):
    """Something known about records, to filter and sort them by."""

    dataset = models.ForeignKey(
        Dataset, models.DO_NOTHING, related_name="metadata_properties", db_constraint=False
    )
    type = models.CharField("kind", max_length=40, choices=metadata.choices)
    settings = models.JSONField(default=dict)
    visible_for_annotators = models.BooleanField("visible to labelers", default=True)
    is_indexed = models.BooleanField(
        default=True, editable=False
    )  # whether `MetadataValue` has all values; until then records are read as they stand

    objects = WorkspaceQuerySet["MetadataProperty"].as_manager()

    class Meta(Part.Meta):
        verbose_name_plural = "metadata properties"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dataset", "name"], name="one_metadata_name_per_dataset"),
        ]

    @cached_property
    def kind(self) -> metadata.Kind[Any]:
        return metadata.kinds[self.type](self.settings)


class VectorSettings(Part):
    """A vector that each record may have, by name and number of dimensions."""

    dataset = models.ForeignKey(
        Dataset, models.DO_NOTHING, related_name="vectors_settings", db_constraint=False
    )
    dimensions = models.PositiveIntegerField()

    objects = WorkspaceQuerySet["VectorSettings"].as_manager()

    class Meta(Part.Meta):
        verbose_name_plural = "vector settings"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dataset", "name"], name="one_vector_name_per_dataset"),
            models.UniqueConstraint(fields=["organization", "id"], name="vector_settings_with_organization"),
            models.CheckConstraint(condition=models.Q(dimensions__gte=1), name="a_vector_has_dimensions"),
        ]

    def check_vector(self, value: Sequence[float]) -> None:
        """`Invalid` unless it is a vector of these settings, of numbers that single precision can hold."""
        if len(value) != self.dimensions:
            raise Invalid(f"The vector {self.name!r} needs {self.dimensions} numbers, not {len(value)}.")
        if not all(-LARGEST <= number <= LARGEST for number in value):
            raise Invalid(f"The vector {self.name!r} holds a value that is not finite in single precision.")

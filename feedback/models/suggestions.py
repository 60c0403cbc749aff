"""Suggestions: what a model, or somebody else, proposes as an answer."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from accounts.scoped import Scoped, WorkspaceQuerySet
from core.models import Base
from feedback.models.datasets import tenant
from feedback.models.records import Record
from feedback.models.schema import Question


class Origin(models.TextChoices):
    """The contract's words."""

    MODEL = "model", "Model"
    HUMAN = "human", "Human"


def origins() -> list[tuple[str, str]]:
    """For `Suggestion.type`."""
    return list(Origin.choices)


class Suggestion(Scoped, Base):
    """A proposed answer to one question of one record, with who proposed it and how sure it is."""

    workspace_path = "record__dataset__workspace"

    organization = tenant()
    record = models.ForeignKey(
        Record, models.DO_NOTHING, related_name="suggestions", db_constraint=False, db_index=False
    )
    question = models.ForeignKey(
        Question, models.DO_NOTHING, related_name="suggestions", db_constraint=False, db_index=False
    )
    value = models.JSONField()
    score = models.JSONField(null=True)  # a number in 0..1, or one for each item of a list
    agent = models.CharField(max_length=200, null=True, blank=True)
    type = models.CharField(max_length=10, choices=origins, null=True, blank=True)

    # What it is filtered and sorted by: a single value as text, and the least and the greatest of its scores.
    term = models.GeneratedField(
        expression=models.Func("value", function="json_term"),
        output_field=models.TextField(null=True),
        db_persist=True,
    )
    score_low = models.GeneratedField(
        expression=models.Func("score", function="json_least"),
        output_field=models.FloatField(null=True),
        db_persist=True,
    )
    score_high = models.GeneratedField(
        expression=models.Func("score", function="json_most"),
        output_field=models.FloatField(null=True),
        db_persist=True,
    )

    objects = WorkspaceQuerySet["Suggestion"].as_manager()

    class Meta:
        ordering = ("inserted_at", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["record", "question"], name="one_suggestion_per_question_and_record"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["question", "term"], name="suggestions_by_term"),
            models.Index(fields=["question", "agent"], name="suggestions_by_agent"),
            models.Index(fields=["question", "score_low"], name="suggestions_by_low_score"),
            models.Index(fields=["question", "score_high"], name="suggestions_by_high_score"),
        ]

"""What one act of answering many records at once means to do, and did, to each of them: for progress, and for undo."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from feedback.models.datasets import tenant
from feedback.models.jobs import Job
from feedback.models.records import Record


class BulkAnswer(models.Model):
    """A record that a job answers. Once it is answered: which response, at which revision, and what it was before.

    `response_id`: null until then. `before`: the response's columns, null if there was none. The row goes when the
    answer is taken back.
    """

    id = models.BigAutoField(primary_key=True)
    organization = tenant()
    job = models.ForeignKey(
        Job, models.DO_NOTHING, related_name="answers", db_constraint=False, db_index=False
    )
    record = models.ForeignKey(
        Record, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    response_id = models.UUIDField(null=True)
    revision = models.PositiveIntegerField(null=True)
    before = models.JSONField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["record", "job"], name="one_bulk_answer_per_record_and_job"),
        ]
        indexes: ClassVar = [models.Index(fields=["job", "id"], name="bulk_answers_of_a_job")]

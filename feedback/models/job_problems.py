"""Rows of files that could not come in."""

from __future__ import annotations

from django.db import models

from feedback.models.datasets import tenant
from feedback.models.jobs import Job


class JobProblem(models.Model):
    """A row of a file that could not come in: where it stands, what is wrong, and the row itself."""

    id = models.BigAutoField(primary_key=True)
    organization = tenant()
    job = models.ForeignKey(Job, models.DO_NOTHING, related_name="problems", db_constraint=False)
    file = models.TextField(blank=True, default="", db_default="")  # its name, where the import has several
    line = models.BigIntegerField()
    column = models.TextField(blank=True, default="")
    reason = models.TextField()
    row = models.BinaryField()  # as it stood in the file, so that it can be corrected and imported again

    class Meta:
        ordering = ("id",)  # as they stand in the files

"""Imports in two steps: a file is kept, looked at, and only then taken in. In one step: `jobs.start_import`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any, BinaryIO, cast

from django.core.files.base import File
from django.db import transaction
from django.utils.timezone import now

from accounts.models import Membership
from core.errors import Conflict, Invalid
from core.later import later
from core.schema import parse
from feedback import imports
from feedback.actions.jobs import sample
from feedback.imports.convert import as_kind_takes
from feedback.imports.guess import guess
from feedback.imports.mapping import SKIP, check
from feedback.imports.mapping import Mapping as ColumnMapping
from feedback.models import Dataset, Job
from feedback.models.jobs import JobKind, State

KEPT = timedelta(days=1)  # an upload that nobody started is deleted after that


@transaction.atomic
def keep_upload(dataset: Dataset, file: BinaryIO, *, filename: str, by: Membership | None) -> Job:
    """Keep the file with a guessed mapping, until somebody starts or cancels its import. `Invalid` if unreadable."""
    if not dataset.is_published:
        raise Invalid("The dataset is a draft. Publish it before importing records.")
    reader, rows = sample(file, filename)
    total = reader.count(file)
    file.seek(0)
    if not rows:
        raise Invalid("This file has no row that can be read. It needs one JSON object a line.")
    job = Job(
        organization_id=dataset.organization_id,
        dataset=dataset,
        by=by,
        kind=JobKind.IMPORT,
        state=State.UPLOADED,
        format=reader.name,
        options={"mapping": guess(rows, dataset.shape).model_dump()},
        total=total,
        filename=filename[:300],
    )
    job.source.save(f"{job.pk}.{reader.name}", File(file), save=False)
    job.save(force_insert=True)
    return job


@transaction.atomic
def begin_import(job: Job, mapping: Mapping[str, str]) -> Job:
    """Take the kept file in, by this mapping. `Invalid.errors` names columns that do not fit."""
    job = Job.objects.select_for_update(no_key=True).select_related("dataset").get(pk=job.pk)
    if job.state != State.UPLOADED:
        raise Conflict("This import was started or canceled already.")
    columns = parse(ColumnMapping, dict(mapping), sentence="This mapping does not work.")
    found = {name for row in first_rows(job) for name, _ in columns.spread(row)}
    check(columns, job.dataset.shape, found, complete=False)
    job.options, job.state, job.updated_at = (
        job.options | {"mapping": columns.model_dump()},
        State.WAITING,
        now(),
    )
    job.save(update_fields=["options", "state", "updated_at"])
    later(f"feedback.run_{job.kind}", str(job.organization_id), str(job.pk))
    return job


def first_rows(job: Job) -> list[dict[str, Any]]:
    """The first good rows of the kept file. Of a table on the Hub they alone are kept."""
    kept = job.format if job.format in imports.kinds else None
    with job.source.open("rb") as file:
        return sample(cast(BinaryIO, file), job.filename, kept)[1]


def mapped_rows(job: Job, columns: ColumnMapping) -> list[dict[str, Any]]:
    """The same, as they will come in by this mapping: values of a typed table as the kinds take them."""
    rows, shape = first_rows(job), job.dataset.shape
    if job.format in imports.kinds:
        return rows
    targets = columns.root
    return [
        {name: as_kind_takes(value, targets.get(name, SKIP), shape) for name, value in row.items()}
        for row in rows
    ]


@transaction.atomic
def forget_uploads() -> int:
    """Delete uploads that nobody started, with their files; how many."""
    old = list(Job.objects.filter(state=State.UPLOADED, updated_at__lt=now() - KEPT)[:100])
    for job in old:
        transaction.on_commit(partial(job.source.storage.delete, str(job.source.name)))
        job.delete()
    return len(old)

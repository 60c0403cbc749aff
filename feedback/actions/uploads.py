"""Beginning imports. In two steps: files are kept, looked at, and only then taken in. Or in one: `start_import`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, BinaryIO

from django.core.files.base import File
from django.db import connection, transaction
from django.utils.timezone import now

from accounts.audit import note
from accounts.models import Membership
from core.errors import Conflict, Invalid
from core.later import later
from core.schema import parse
from feedback import imports
from feedback.actions import sources
from feedback.actions.kept_mappings import first_mapping, keep_mapping
from feedback.actions.known_people import shape_for_import
from feedback.actions.limits import count_import
from feedback.imports.files import DataFile, format_of, look, sample
from feedback.imports.guess import guess
from feedback.imports.mapping import EXTERNAL_ID, check
from feedback.imports.mapping import Mapping as ColumnMapping
from feedback.models import Dataset, Job
from feedback.models.jobs import JobKind, State

KEPT = timedelta(days=1)  # an upload that nobody started is deleted after that
UNDER_WAY = (State.WAITING, State.RUNNING)

Rows = list[dict[str, Any]]


@transaction.atomic
def start_import(
    dataset: Dataset,
    file: BinaryIO,
    *,
    filename: str,
    by: Membership | None,
    mapping: Mapping[str, str] | None = None,
    format: str | None = None,
) -> Job:
    """Keep the file and ask for its import. `Invalid` if it cannot be read or the mapping does not fit.

    Several files come as one (feedback/imports/archive.py). `mapping`: column -> target; what it does not name goes
    home by its name. None: it is guessed. `Conflict` if the same rows are coming in just now, and nothing tells them
    apart.
    """
    _refuse_draft(dataset)
    files, rows = sample(file, filename, format)
    job = job_for(dataset, files, filename, sources.digest_of(file), by)
    job.options["mapping"] = _mapping(job, rows, mapping).model_dump()
    job.source.save(f"{job.pk}.{job.format}", File(file), save=False)
    return _ask(job)


@transaction.atomic
def start_prefix_import(
    dataset: Dataset, prefix: str, *, by: Membership | None, mapping: Mapping[str, str] | None = None
) -> Job:
    """Ask for an import of all files below a prefix of the organization's folder, which stay where they lie."""
    job, rows = _below(dataset, prefix, by)
    job.options["mapping"] = _mapping(job, rows, mapping).model_dump()
    return _ask(job)


@transaction.atomic
def keep_upload(dataset: Dataset, file: BinaryIO, *, filename: str, by: Membership | None) -> Job:
    """Keep the file with a guessed mapping, until somebody starts or cancels its import. `Invalid` if unreadable."""
    _refuse_draft(dataset)
    files, rows = sample(file, filename)
    job = job_for(dataset, files, filename, sources.digest_of(file), by)
    _guess(job, rows)
    job.source.save(f"{job.pk}.{job.format}", File(file), save=False)
    job.save(force_insert=True)
    return job


@transaction.atomic
def keep_prefix(dataset: Dataset, prefix: str, *, by: Membership | None) -> Job:
    """The same for all files below a prefix of the organization's folder."""
    job, rows = _below(dataset, prefix, by)
    _guess(job, rows)
    job.save(force_insert=True)
    return job


@transaction.atomic
def begin_import(job: Job, mapping: Mapping[str, str]) -> Job:
    """Take the kept file in, by this mapping. `Invalid.errors` names columns that do not fit."""
    job = Job.objects.select_for_update(no_key=True).select_related("dataset").get(pk=job.pk)
    if job.state != State.UPLOADED:
        raise Conflict("This import was started or canceled already.")
    columns = parse(ColumnMapping, dict(mapping), sentence="This mapping does not work.")
    rows = first_rows(job)
    found = {name for row in rows for name, _ in columns.spread(row)}
    check(columns, job.dataset.shape, found, complete=False)
    keep_mapping(job.dataset, rows, columns)
    job.options, job.state, job.updated_at = (
        job.options | {"mapping": columns.model_dump()},
        State.WAITING,
        now(),
    )
    _refuse_twin(job)
    job.save(update_fields=["options", "state", "updated_at"])
    _note(job)
    later(f"feedback.run_{job.kind}", str(job.organization_id), str(job.pk))
    return job


def first_rows(job: Job) -> Rows:
    """The first good rows of the kept files. Of a table on the Hub they alone are kept."""
    return look(sources.files_of(job), sources.opener_of(job))[1]


def is_table(job: Job) -> bool:
    """Whether texts and numbers pass for each other in what it reads."""
    if sources.FILES not in job.options:
        return True  # from the Hub
    return any(imports.kinds[one.format].is_table for one in sources.files_of(job))


def kept_until(job: Job) -> datetime:
    """When an upload that nobody starts is deleted."""
    return job.updated_at + KEPT


@transaction.atomic
def forget_uploads() -> int:
    """Delete uploads that nobody started, with their files; how many."""
    old = list(Job.objects.filter(state=State.UPLOADED, updated_at__lt=now() - KEPT)[:100])
    for job in old:
        if job.source:
            transaction.on_commit(partial(job.source.storage.delete, str(job.source.name)))
        job.delete()
    return len(old)


def _below(dataset: Dataset, prefix: str, by: Membership | None) -> tuple[Job, Rows]:
    _refuse_draft(dataset)
    found, opener, digest = sources.files_below(dataset.organization.slug, prefix)
    files, rows = look(found, opener)
    job = job_for(dataset, files, prefix.strip("/") or dataset.organization.slug, digest, by)
    job.options[sources.PREFIX] = prefix
    return job, rows


def _refuse_draft(dataset: Dataset) -> None:
    if not dataset.is_published:
        raise Invalid("The dataset is a draft. Publish it before importing records.")


def job_for(
    dataset: Dataset, files: list[DataFile], filename: str, digest: str, by: Membership | None
) -> Job:
    """A job that reads these files; not yet saved."""
    known = [one.rows for one in files if one.rows is not None]
    return Job(
        organization_id=dataset.organization_id,
        dataset=dataset,
        by=by,
        kind=JobKind.IMPORT,
        format=format_of(files),
        options=sources.as_options(files, digest),
        total=sum(known) if len(known) == len(files) else None,
        filename=filename[:300],
    )


def _guess(job: Job, rows: Rows) -> None:
    if not rows:
        raise Invalid("This file has no row that can be read.")
    job.state = State.UPLOADED
    job.options["mapping"] = first_mapping(job.dataset, rows, is_table=is_table(job)).model_dump()


def _mapping(job: Job, rows: Rows, given: Mapping[str, str] | None) -> ColumnMapping:
    """The mapping that was given, or a guess. Where no row can be read, only its targets are checked."""
    shape = shape_for_import(job.dataset)
    if given is None:
        chosen = guess(rows, shape, is_table=is_table(job))
    else:
        chosen = parse(ColumnMapping, dict(given), sentence="This mapping does not work.")
    found = {name for row in rows for name, _ in chosen.spread(row)}
    check(chosen, shape, found if rows else shape.fields, complete=False)
    return chosen


def _ask(job: Job) -> Job:
    _refuse_twin(job)
    job.save(force_insert=True)
    _note(job)
    later("feedback.run_import", str(job.organization_id), str(job.pk))
    return job


def _note(job: Job) -> None:
    count_import(job.organization_id)
    note("import.started", job.dataset, by=job.by, file=job.filename, format=job.format, job=job.pk)


def _refuse_twin(job: Job) -> None:
    """Rows without an external id would come in twice if two jobs read the same file at once.

    Those who begin such jobs at the same moment wait for each other here.
    """
    digest = job.options.get(sources.DIGEST)
    if not digest or EXTERNAL_ID in job.options["mapping"].values():
        return
    with connection.cursor() as cursor:
        key = f"import {job.dataset_id} {digest}"
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
    twins = Job.objects.filter(dataset=job.dataset, state__in=UNDER_WAY, options__digest=digest)
    if twins.exclude(pk=job.pk).exists():
        raise Conflict(
            "This very file is being imported into this dataset just now, and its rows have no external ids: they "
            "would come in twice. Wait until that import has ended, or cancel it."
        )

"""Starting and stopping long work. What the work is: feedback/actions/importing.py and exporting.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, BinaryIO

import structlog
from django.core.files.base import File
from django.db import InterfaceError, OperationalError, transaction
from django.utils.timezone import now

from accounts.models import Membership
from core.errors import DomainError, Invalid
from core.later import later
from core.schema import parse
from core.tenancy import acting_for
from feedback import exports, imports
from feedback.imports.guess import guess
from feedback.imports.mapping import Mapping as ColumnMapping
from feedback.imports.mapping import check
from feedback.models import Dataset, Job
from feedback.models.jobs import JobKind, State

HEAD = 1 << 16  # bytes that tell what kind of file it is
SAMPLE = 1000  # rows that a mapping is guessed from

log = structlog.get_logger(__name__)


def sample(file: BinaryIO, filename: str) -> tuple[imports.Kind, list[dict[str, Any]]]:
    """The kind of the file and its first good rows: what a mapping is guessed from and a preview shows."""
    reader = imports.recognize(file.read(HEAD), filename)
    file.seek(0)
    rows: list[dict[str, Any]] = []
    for number, row in enumerate(reader.rows(file)):
        if isinstance(row, imports.Row):
            rows.append(row.data)
        if number + 1 >= SAMPLE:
            break
    file.seek(0)
    return reader, rows


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
    """Keep the file and ask for its import; without a mapping, as guessed. `Invalid` if either does not fit."""
    if not dataset.is_published:
        raise Invalid("The dataset is a draft. Publish it before importing records.")
    found, rows = sample(file, filename)
    reader = imports.kinds[format]() if format else found
    if mapping is None:
        columns = guess(rows, dataset.shape)
    else:
        columns = parse(ColumnMapping, dict(mapping), sentence="This mapping does not work.")
    check(columns, dataset.shape, {name for row in rows for name, _ in columns.spread(row)}, complete=False)
    job = Job(
        organization_id=dataset.organization_id,
        dataset=dataset,
        by=by,
        kind=JobKind.IMPORT,
        format=reader.name,
        options={"mapping": columns.model_dump()},
        filename=filename[:300],
    )
    job.source.save(f"{job.pk}.{reader.name}", File(file), save=False)
    job.save(force_insert=True)
    later("feedback.run_import", str(job.organization_id), str(job.pk))
    return job


@transaction.atomic
def start_export(
    dataset: Dataset, *, format: str, options: Mapping[str, Any] | None = None, by: Membership | None
) -> Job:
    """Ask for an export. `Invalid` if the dataset does not suit the format, or an option does not fit."""
    kind = exports.kinds[format]()
    chosen = kind.options(dict(options or {}), dataset.shape)
    job = Job.objects.create(
        organization_id=dataset.organization_id,
        dataset=dataset,
        by=by,
        kind=JobKind.EXPORT,
        format=kind.name,
        options=chosen.model_dump(mode="json"),
        filename=f"{kind.name}.jsonl",
    )
    later("feedback.run_export", str(job.organization_id), str(job.pk))
    return job


@transaction.atomic
def cancel_job(job: Job) -> Job:
    """Stop it: at once if it waits, else after the rows that are on their way. What came in stays."""
    job = Job.objects.select_for_update(no_key=True).get(pk=job.pk)
    if job.has_ended:
        return job
    if job.state == State.WAITING:
        job.finish(State.CANCELED, "Canceled before it began.")
    else:
        Job.objects.filter(pk=job.pk).update(wants_cancel=True)
        job.wants_cancel = True
    return job


def run(organization_id: str, job_id: str, work: Callable[[Job], None]) -> None:
    """Do a job once, whoever else was asked to. A mistake of ours ends it with a sentence and is logged."""
    with acting_for(organization_id):
        with transaction.atomic():
            job = Job.objects.select_related("dataset", "by").filter(pk=job_id).first()
            if job is None or not job.claim():
                return
        try:
            work(job)
        except (OperationalError, InterfaceError):
            raise  # the database is away: the job's lease ends, and it is taken up at its checkpoint
        except DomainError as error:
            end(job, State.FAILED, str(error))
        except Exception:
            end(
                job,
                State.FAILED,
                "Something went wrong here; what came before is kept. Our log has the reason.",
            )
            log.exception("job failed", job=job_id)
            raise


def end(job: Job, state: State, detail: str, **changes: Any) -> None:
    """End it in a transaction of its own."""
    with transaction.atomic():
        job.finish(state, detail, **changes)


def stopped(job: Job) -> None:
    """Somebody canceled the job, or another worker took it over: end it, or leave it to that one."""
    with transaction.atomic():
        job.refresh_from_db()
        if job.wants_cancel and job.state == State.RUNNING:
            job.finish(State.CANCELED, f"Canceled after {job.done:,} rows.")


def sweep_jobs() -> int:
    """Ask again for jobs that nobody does: the broker forgot them, or their worker died. How many."""
    abandoned = list(Job.objects.abandoned()[:100])
    for job in abandoned:
        Job.objects.filter(pk=job.pk).update(updated_at=now())
        later(f"feedback.run_{job.kind}", str(job.organization_id), str(job.pk))
    return len(abandoned)


def forget_files(older_than: timedelta) -> None:
    """Delete uploads of imports that ended well long ago; the records hold everything that was in them."""
    old = Job.objects.filter(kind=JobKind.IMPORT, state=State.FINISHED, ended_at__lt=now() - older_than)
    for job in old.exclude(source="").exclude(source=None)[:100]:
        job.source.delete(save=True)

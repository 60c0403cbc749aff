"""Starting and stopping long work. What the work is: feedback/actions/importing.py and exporting.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as first_of
from itertools import islice
from typing import Any, BinaryIO, TypeVar

import structlog
from django.core.files.base import File
from django.db import InterfaceError, OperationalError, transaction
from django.utils.timezone import now
from django.utils.translation import gettext

from accounts.models import Membership
from core.errors import Conflict, DomainError, Invalid
from core.later import later
from core.schema import parse
from core.tenancy import acting_for
from feedback import exports, imports
from feedback.imports.guess import guess
from feedback.imports.mapping import Mapping as ColumnMapping
from feedback.imports.mapping import check
from feedback.models import Dataset, Job
from feedback.models.jobs import JobKind, State

T = TypeVar("T")
BEAT = 15  # seconds between signs of life of a worker that waits for something
HEAD = 1 << 16  # bytes that tell what kind of file it is
SAMPLE = 1000  # rows that a mapping is guessed from

log = structlog.get_logger(__name__)


class Stopped(Exception):
    """The job was canceled, taken over or deleted while it was being done."""


def sample(
    file: BinaryIO, filename: str, format: str | None = None
) -> tuple[imports.Kind, list[dict[str, Any]]]:
    """The kind of the file and the good ones among its first rows: what a mapping is guessed from.

    `Invalid` if it cannot be read, or has no row at all.
    """
    file.seek(0)
    reader = imports.kinds[format]() if format else imports.recognize(file.read(HEAD), filename)
    file.seek(0)
    rows = list(islice(reader.rows(file), SAMPLE))
    file.seek(0)
    if not rows:
        raise Invalid("The file is empty. Choose one that has at least one row.")
    return reader, [row.data for row in rows if isinstance(row, imports.Row)]


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

    `mapping`: column -> target; what it does not name goes home by its name. None: it is guessed.
    """
    if not dataset.is_published:
        raise Invalid("The dataset is a draft. Publish it before importing records.")
    reader, rows = sample(file, filename, format)
    columns = _mapping(dataset, rows, mapping)
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


def _mapping(dataset: Dataset, rows: list[dict[str, Any]], given: Mapping[str, str] | None) -> ColumnMapping:
    """The mapping that was given, or a guess. Where no row can be read, only its targets are checked."""
    shape = dataset.shape
    if given is None:
        chosen = guess(rows, shape)
    else:
        chosen = parse(ColumnMapping, dict(given), sentence="This mapping does not work.")
    found = {name for row in rows for name, _ in chosen.spread(row)}
    check(chosen, shape, found if rows else shape.fields, complete=False)
    return chosen


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
    if not job.may_be_stopped:
        raise Conflict(
            gettext(
                "The queue is being put in order, which cannot be stopped halfway. Change the rules instead."
            )
        )
    if job.state in (State.UPLOADED, State.WAITING):
        job.finish(State.CANCELED, "Canceled before it began.")
    else:
        job.wants_cancel, job.updated_at = True, now()
        job.save(update_fields=["wants_cancel", "updated_at"])
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
        except Stopped:
            stopped(job)
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


def attend(job: Job, work: Callable[[], T]) -> T:
    """The result of work that may take long, such as talking to another server. The lease is kept meanwhile.

    It is done in another thread, which has no transaction: it must not ask the database anything.
    """
    with ThreadPoolExecutor(1) as worker:
        return await_result(job, worker.submit(work))


def await_result(job: Job, coming: Future[T]) -> T:
    """What another thread is at, as soon as it is there; `Stopped` if the job is not ours any more."""
    while not first_of([coming], timeout=BEAT).done:
        with transaction.atomic():
            if not job.proceed():
                raise Stopped
    return coming.result()


def end(job: Job, state: State, detail: str, **changes: Any) -> None:
    """End it in a transaction of its own."""
    with transaction.atomic():
        job.finish(state, detail, **changes)


def stopped(job: Job) -> None:
    """Somebody canceled the job, took it over, or deleted it: end it, or leave it to that one."""
    with transaction.atomic():
        found = Job.objects.filter(pk=job.pk, state=State.RUNNING, wants_cancel=True).first()
        if found:
            of = f" of {found.total:,}" if found.total else ""
            noun = "records" if found.stays_inside else "rows"
            kept = (
                " What came in stays."
                if found.brings_in
                else " What is done stays."
                if found.stays_inside
                else ""
            )
            found.finish(State.CANCELED, f"Canceled after {found.done:,}{of} {noun}.{kept}")


def sweep_jobs() -> int:
    """Ask again for jobs that nobody does: the broker forgot them, or their worker died. How many."""
    abandoned = list(Job.objects.abandoned()[:100])
    for job in abandoned:
        Job.objects.filter(pk=job.pk).update(updated_at=now())
        later(f"feedback.run_{job.kind}", str(job.organization_id), str(job.pk))
    return len(abandoned)

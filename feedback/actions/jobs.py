"""Starting and stopping long work. What the work is: feedback/actions/importing.py and exporting.py.

How imports begin: uploads.py.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as first_of
from typing import Any, TypeVar

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.utils.timezone import now
from django.utils.translation import gettext

from accounts.audit import note
from core.errors import Conflict, DomainError
from core.later import later
from core.origin import asked_by
from core.tenancy import acting_for
from feedback.models import Job
from feedback.models.jobs import State

T = TypeVar("T")
BEAT = 15  # seconds between signs of life of a worker that waits for something

log = structlog.get_logger(__name__)


class Stopped(Exception):
    """The job was canceled, taken over or deleted while it was being done."""


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
    note("job.canceled", job.dataset, job=job.pk, kind=job.kind)
    if job.state in (State.UPLOADED, State.WAITING):
        # Of an upload it is noted that nobody has said yet what goes where (retrying.py).
        where = {"uploaded": True} if job.state == State.UPLOADED else job.checkpoint
        job.finish(State.CANCELED, "Canceled before it began.", checkpoint=where)
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
        asked_by(job.by, "")
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
        keep(job)
    return coming.result()


def keep(job: Job) -> None:
    """Give a sign of life; `Stopped` if the job is not ours any more."""
    with transaction.atomic():
        if not job.proceed():
            raise Stopped


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

"""Importing files: chunk by chunk, each with its progress and checkpoint in one transaction.

So each row comes in once, whatever dies in between. A bad row is listed and stops nothing. How files are read:
reading.py.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial
from typing import TypeVar

from django.conf import settings
from django.db import transaction

from core.schema import parse
from feedback.actions import brought_answers, jobs, sources
from feedback.actions.apart import apart
from feedback.actions.known_people import shape_for_import
from feedback.actions.reading import Chunk, Reading
from feedback.actions.records import import_records
from feedback.imports.mapping import Mapping
from feedback.models import Job, JobProblem
from feedback.models.jobs import State

T = TypeVar("T")


def run_import(organization_id: str, job_id: str) -> None:
    """Do the import, unless somebody else is at it."""
    jobs.run(organization_id, job_id, _import)


def _import(job: Job) -> None:
    files = sources.files_of(job)
    with transaction.atomic():
        shape = shape_for_import(job.dataset)
        known = [one.rows for one in files]
        if job.total is None and None not in known:
            job.proceed(total=sum(filter(None, known)))
    opener = sources.opener_of(job, is_apart=settings.IMPORT_PROCESS)
    mapping = parse(Mapping, job.options["mapping"])
    reading = Reading(files, opener, mapping, shape, dict(job.checkpoint))
    if settings.IMPORT_PROCESS:
        return _write(job, apart(reading.chunks, partial(jobs.keep, job), jobs.BEAT))
    return take_in(job, reading.chunks())


def take_in(job: Job, chunks: Iterator[Chunk]) -> None:
    """Write the chunks, which are read in a thread meanwhile, and end the job with a sentence of what came of it."""
    _write(job, _ahead(job, chunks))


def _write(job: Job, chunks: Generator[Chunk, None, None]) -> None:
    is_counted = job.total is not None
    with closing(chunks) as ready, _settled():
        for chunk in ready:
            if is_counted:
                chunk.share = 0
            if not _take(job, chunk):
                _count_authors(job)
                return jobs.stopped(job)
    _count_authors(job)
    damage = job.checkpoint.get("damage")
    said = {} if is_counted and not damage else {"total": job.done}
    if damage:
        return jobs.end(job, State.FAILED, f"{damage} {_summary(job)}", **said)
    return jobs.end(job, State.FINISHED, _summary(job), **said)


@contextmanager
def _settled() -> Iterator[None]:
    """Whatever was there before is no garbage: looking for some among it would take a tenth of the time."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _ahead(job: Job, chunks: Iterator[T]) -> Generator[T, None, None]:
    """The same, but the next one is read and checked while PostgreSQL writes the last.

    Reading happens in another thread, which has no transaction: it must not ask the database anything.
    """
    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(next, chunks, None)
        while chunk := jobs.await_result(job, coming):
            coming = reader.submit(next, chunks, None)
            yield chunk


@transaction.atomic
def _count_authors(job: Job) -> None:
    """If answers of people came in: their own numbers, once for all chunks."""
    mapping = job.options.get("mapping")
    if mapping and parse(Mapping, mapping).brings_answers:
        brought_answers.count_authors(job.dataset)


@transaction.atomic
def _take(job: Job, chunk: Chunk) -> bool:
    """Write a chunk together with its progress. False: stop, and nothing of this chunk is written."""
    counts = dict(job.counts)
    done = job.done + chunk.rows
    kept = {
        "done": done,
        "problems_count": job.problems_count + len(chunk.problems),
        "checkpoint": chunk.checkpoint,
    }
    if chunk.share:
        kept["total"] = max(done, _about(done / chunk.share))
    if not job.proceed(**kept):
        return False
    if chunk.entries:
        written = import_records(job.dataset, chunk.entries)
        came = Counter(created=len(written.new), updated=len(written.updated))
        came["unchanged"] = len(chunk.entries) - came.total()
        counts = {name: counts.get(name, 0) + number for name, number in came.items()}
    JobProblem.objects.bulk_create(
        JobProblem(
            organization_id=job.organization_id,
            job=job,
            file=one.file,
            line=one.line,
            column=one.column,
            reason=one.reason,
            row=one.row,
        )
        for one in chunk.problems
    )
    Job.objects.filter(pk=job.pk).update(counts=counts)
    job.counts = counts
    return True


def _about(number: float) -> int:
    """An estimate, as exact as it can be: two digits."""
    return int(round(number, 2 - len(str(int(number)))))


def _summary(job: Job) -> str:
    """What happened, in one or two sentences."""
    counts = job.counts
    parts = [
        f"{counts[name]:,} {words}"
        for name, words in (("created", "new"), ("updated", "changed"), ("unchanged", "already there"))
        if counts.get(name)
    ]
    came = sum(counts.values())
    noun = "row" if came == 1 else "rows"
    first = f"{came:,} {noun} came in: {', '.join(parts)}." if came else "No row came in."
    if not job.problems_count:
        return first
    return f"{first} {job.problems_count:,} could not: download them, correct them, import that file."

"""Importing a file: chunk by chunk, each with its progress and checkpoint in one transaction.

So each row comes in once, whatever dies in between. A bad row is listed and stops nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, BinaryIO, cast

from django.db import transaction

from core.errors import Invalid
from core.schema import parse
from feedback import imports
from feedback.actions import brought_answers, jobs
from feedback.actions.entries import ABSENT, Entry
from feedback.actions.known_people import shape_for_import
from feedback.actions.records import import_records
from feedback.actions.suggestions import Given
from feedback.imports.convert import Incoming, convert
from feedback.imports.mapping import Mapping
from feedback.imports.targets import RESPONSES
from feedback.models import Job, JobProblem
from feedback.models.jobs import State
from feedback.shape import DatasetShape

CHUNK = 2000  # rows in a transaction
HEAVY = 8 << 20  # bytes in a transaction: rows may be large, and memory stays the same


@dataclass
class Chunk:
    """Some rows, read and checked: what comes in, what cannot, and where the file goes on."""

    rows: int = 0
    checkpoint: dict[str, Any] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    problems: list[JobProblem] = field(default_factory=list)


def run_import(organization_id: str, job_id: str) -> None:
    """Do the import, unless somebody else is at it."""
    jobs.run(organization_id, job_id, _import)


def _import(job: Job) -> None:
    with job.source.open("rb") as opened:
        file = cast(BinaryIO, opened)
        with transaction.atomic():
            shape = shape_for_import(job.dataset)
            if job.total is None:
                job.proceed(total=imports.kinds[job.format]().count(file))
        take_in(job, _chunks(job, file, shape))


def take_in(job: Job, chunks: Iterator[Chunk]) -> None:
    """Write the chunks, each with its progress, and end the job with a sentence of what came of it."""
    with closing(_ahead(job, chunks)) as ready:
        for chunk in ready:
            if not _take(job, chunk):
                _count_authors(job)
                return jobs.stopped(job)
    _count_authors(job)
    return jobs.end(job, State.FINISHED, _summary(job))


def _ahead(job: Job, chunks: Iterator[Chunk]) -> Generator[Chunk, None, None]:
    """The same, but the next one is read and checked while PostgreSQL writes the last.

    Reading happens in another thread, which has no transaction: it must not ask the database anything.
    """
    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(next, chunks, None)
        while chunk := jobs.await_result(job, coming):
            coming = reader.submit(next, chunks, None)
            yield chunk


def _count_authors(job: Job) -> None:
    targets = {str(target) for target in job.options.get("mapping", {}).values()}
    if any(target.partition(".")[0] == RESPONSES for target in targets) or "*" in job.options.get(
        "mapping", {}
    ):
        brought_answers.count_authors(job.dataset)


@transaction.atomic
def _take(job: Job, chunk: Chunk) -> bool:
    """Write a chunk together with its progress. False: stop, and nothing of this chunk is written."""
    counts = dict(job.counts)
    kept = {
        "done": job.done + chunk.rows,
        "problems_count": job.problems_count + len(chunk.problems),
        "checkpoint": chunk.checkpoint,
    }
    if not job.proceed(**kept):
        return False
    if chunk.entries:
        written = import_records(job.dataset, chunk.entries)
        came = Counter(created=len(written.new), updated=len(written.updated))
        came["unchanged"] = len(chunk.entries) - came.total()
        counts = {name: counts.get(name, 0) + number for name, number in came.items()}
    JobProblem.objects.bulk_create(chunk.problems)
    Job.objects.filter(pk=job.pk).update(counts=counts)
    job.counts = counts
    return True


def _chunks(job: Job, file: BinaryIO, shape: DatasetShape) -> Iterator[Chunk]:
    """From the checkpoint on."""
    mapping = parse(Mapping, job.options["mapping"])
    begin = job.checkpoint or {"offset": 0, "line": 0}
    rows = imports.kinds[job.format]().rows(file, begin["offset"], begin["line"])
    questions = {name: question.id for name, question in shape.questions.items()}
    chunk, size = Chunk(), 0
    for row in rows:
        _read(job, row, mapping, shape, questions, chunk)
        chunk.rows, size = chunk.rows + 1, size + len(row.raw)
        chunk.checkpoint = {"offset": row.end, "line": row.line}
        if chunk.rows >= CHUNK or size >= HEAVY:
            yield chunk
            chunk, size = Chunk(), 0
    if chunk.rows:
        yield chunk


def _read(
    job: Job,
    row: imports.Row | imports.BadRow,
    mapping: Mapping,
    shape: DatasetShape,
    questions: dict[str, Any],
    chunk: Chunk,
) -> None:
    """Put a row where it belongs: among the entries, or among the problems."""
    if isinstance(row, imports.BadRow):
        chunk.problems.append(problem(job, row.line, row.column, row.reason, row.raw))
        return
    try:
        incoming = convert(row.data, mapping, shape)
    except Invalid as error:
        for column, reason in (error.errors or {"": str(error)}).items():
            chunk.problems.append(problem(job, row.line, column, reason, row.raw))
            break  # one problem a row, so that the file of bad rows has each of them once
        return
    chunk.entries.append(entry(incoming, questions))


def entry(incoming: Incoming, questions: dict[str, Any]) -> Entry:
    """A checked row as records are written. `questions`: name -> id."""
    return Entry(
        id=incoming.id,
        external_id=incoming.external_id,
        fields=incoming.fields,
        metadata=incoming.metadata or ABSENT,  # none is no change: an export writes none as {}
        suggestions=[
            Given(questions[name], one.value, one.score, one.agent, one.type)
            for name, one in incoming.suggestions.items()
        ],
        responses=brought_answers.given(incoming.answers),
        vectors=incoming.vectors,
        inserted_at=incoming.inserted_at,
        updated_at=incoming.updated_at,
    )


def problem(job: Job, line: int, column: str, reason: str, raw: bytes) -> JobProblem:
    """A row that cannot come in."""
    return JobProblem(
        organization_id=job.organization_id, job=job, line=line, column=column, reason=reason, row=raw
    )


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

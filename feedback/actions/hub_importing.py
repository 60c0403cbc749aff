"""Importing from the Hub: rows of a split become records, by the same chunks as those of a file."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import closing
from dataclasses import asdict
from functools import partial

from django.core.files.base import ContentFile
from django.db import transaction

from core.errors import Invalid
from core.sealed import unseal
from feedback.actions import importing, jobs
from feedback.actions.hub_rows import way_of
from feedback.actions.kept_mappings import first_mapping
from feedback.actions.known_people import shape_for_import
from feedback.actions.reading import CHUNK, HEAVY, Chunk, Problem, entry
from feedback.hub.repository import Repository
from feedback.hub.split import Place, Split, find
from feedback.imports.files import refuse_too_wide
from feedback.models import Job
from feedback.models.jobs import FOUND, SEALED, State
from feedback.shape import DatasetShape

LOOKED_AT = 50  # rows that a mapping is guessed from


def run_hub_import(organization_id: str, job_id: str) -> None:
    """Do the import, unless somebody else is at it."""
    jobs.run(organization_id, job_id, _import)


def _import(job: Job) -> None:
    with transaction.atomic():
        shape = shape_for_import(job.dataset)
    repository = repository_of(job)
    split = _split(job, repository)
    if not job.options.keys() & {"pairs", "mapping"}:
        return _look(job, repository, split)
    with closing(_chunks(job, repository, split, shape)) as chunks:
        return importing.take_in(job, chunks)


def _look(job: Job, repository: Repository, split: Split) -> None:
    """Keep the first rows, and where their columns go: as last time, or guessed as of a file; then it is somebody's
    turn (uploads.py)."""
    rows = jobs.attend(job, partial(split.first, repository, LOOKED_AT))
    if not rows:
        raise Invalid("This split has no row that can be read. Choose another.")
    refuse_too_wide(len({name for row in rows for name in row}))
    text = "".join(json.dumps(row) + "\n" for row in rows)
    job.source.save(f"{job.pk}.jsonl", ContentFile(text.encode()), save=False)
    with transaction.atomic():
        mapping = first_mapping(job.dataset, rows, is_table=True).model_dump()
        if not job.proceed(options={**job.options, "mapping": mapping}, source=job.source.name):
            raise jobs.Stopped
        Job.objects.filter(pk=job.pk).update(state=State.UPLOADED, leased_until=None, started_at=None)


def repository_of(job: Job) -> Repository:
    """The one that the job names, as the account whose token it has."""
    sealed = job.options.get(SEALED)
    return Repository(job.options["name"], unseal(sealed) if sealed else None)


def _split(job: Job, repository: Repository) -> Split:
    """What to read: looked up once, so that a worker that takes over goes on in the very same data."""
    if found := job.options.get(FOUND):
        return Split(**found)
    split = jobs.attend(job, partial(find, repository, job.options["subset"], job.options["split"]))
    with transaction.atomic():
        if not job.proceed(options={**job.options, FOUND: asdict(split)}, total=split.total):
            raise jobs.Stopped
    return split


def _chunks(
    job: Job, repository: Repository, split: Split, shape: DatasetShape
) -> Generator[Chunk, None, None]:
    """From the checkpoint on."""
    way = way_of(job.options, shape)
    questions = {name: question.id for name, question in shape.questions.items()}
    place = Place(**job.checkpoint) if job.checkpoint else None
    chunk, size = Chunk(), 0
    for row in split.rows(repository, way.columns, place, but=way.left_out):
        try:
            if row.bad:
                raise Invalid(row.bad[1], {row.bad[0]: row.bad[1]})
            incoming = way.incoming(row.values, f"{job.options['split']}_{row.number}")
        except Invalid as error:
            column, reason = next(iter(error.errors.items()), ("", str(error)))
            raw = row.raw or json.dumps(row.values, ensure_ascii=False, default=str).encode()
            chunk.problems.append(Problem(row.number + 1, column, reason, raw))
        else:
            chunk.entries.append(entry(incoming, questions))
        chunk.rows, chunk.checkpoint, size = chunk.rows + 1, asdict(row.after), size + row.size
        if chunk.rows >= CHUNK or size >= HEAVY:
            yield chunk
            chunk, size = Chunk(), 0
    if chunk.rows:
        yield chunk

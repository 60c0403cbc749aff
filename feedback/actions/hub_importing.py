"""Importing from the Hub: rows of a split become records, by the same chunks as those of a file."""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import asdict
from functools import partial
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from core.errors import Invalid
from core.sealed import unseal
from core.text import check_json
from feedback.actions import importing, jobs
from feedback.actions.known_people import shape_for_import
from feedback.actions.reading import CHUNK, HEAVY, Chunk, Problem, entry
from feedback.hub.columns import guess_ours
from feedback.hub.repository import Repository
from feedback.hub.split import Place, Split, SplitRow, find
from feedback.imports.convert import Incoming, as_kind_takes, convert
from feedback.imports.guess import guess
from feedback.imports.mapping import EXTERNAL_ID, SKIP
from feedback.imports.mapping import Mapping as ColumnMapping
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
        return _look(job, repository, split, shape)
    with closing(_chunks(job, repository, split, shape)) as chunks:
        return importing.take_in(job, chunks)


def _look(job: Job, repository: Repository, split: Split, shape: DatasetShape) -> None:
    """Keep the first rows and a guess of where their columns go; then it is somebody's turn (uploads.py)."""
    rows = jobs.attend(job, partial(split.first, repository, LOOKED_AT))
    if not rows:
        raise Invalid("This split has no row that can be read. Choose another.")
    mapping = guess_ours(rows[0], shape) or guess(rows, shape).model_dump()
    text = "".join(json.dumps(row) + "\n" for row in rows)
    job.source.save(f"{job.pk}.jsonl", ContentFile(text.encode()), save=False)
    with transaction.atomic():
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
    pairs = _pairs(job, shape)
    questions = {name: question.id for name, question in shape.questions.items()}
    place = Place(**job.checkpoint) if job.checkpoint else None
    chunk, size = Chunk(), 0
    for row in split.rows(repository, sorted({column for column, _ in pairs}), place):
        try:
            incoming = _converted(row, pairs, shape, f"{job.options['split']}_{row.number}")
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


def _pairs(job: Job, shape: DatasetShape) -> list[tuple[str, str]]:
    """Each (column, target); what the dataset does not have is passed over (contract section 10)."""
    given = job.options.get("pairs") or job.options["mapping"].items()
    return [(column, target) for column, target in given if _is_there(target, shape)]


def _is_there(target: str, shape: DatasetShape) -> bool:
    part, _, name = target.partition(".")
    known: Mapping[str, Any] = {"fields": shape.fields, "suggestions": shape.questions}.get(part, {})
    if part == "metadata":
        return name in shape.metadata or shape.allow_extra_metadata
    return target == EXTERNAL_ID or (target != SKIP and name in known)


def _converted(row: SplitRow, pairs: list[tuple[str, str]], shape: DatasetShape, own_id: str) -> Incoming:
    """The record that the row is, with the suggestions that came with it; `Invalid` names the column."""
    if row.bad:
        raise Invalid(row.bad[1], {row.bad[0]: row.bad[1]})
    placed: dict[str, Any] = {}
    columns: dict[str, str] = {}
    for column, target in pairs:
        columns[target] = column
        if (value := row.values.get(column)) is not None:
            placed[target] = as_kind_takes(value, target, shape)
    if placed.get(EXTERNAL_ID) in (None, ""):
        placed[EXTERNAL_ID] = own_id
    try:
        check_json(placed)
        return convert(placed, ColumnMapping({target: target for target in placed}), shape)
    except Invalid as error:
        blamed = {_column_of(target, columns): reason for target, reason in error.errors.items()}
        raise Invalid(str(error), blamed) from None


def _column_of(target: str, columns: Mapping[str, str]) -> str:
    """What stands in the table for what `convert` blames: a target, or the bare name of a field."""
    return columns.get(target) or columns.get(f"fields.{target}") or target

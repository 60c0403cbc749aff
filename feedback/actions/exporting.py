"""Exporting: records go out chunk by chunk into a file that trainers load. Memory is constant."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import blake2b
from tempfile import TemporaryFile
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.db import transaction

from feedback import exports
from feedback.actions import jobs
from feedback.exports import Answer, ExportRecord, Tally
from feedback.exports import Suggestion as ExportSuggestion
from feedback.exports.provenance import provenance, summary
from feedback.exports.writers import write
from feedback.models import Dataset, Job, Record
from feedback.models.jobs import State

CHUNK = 500  # records read at a time; a long transaction would slow the queue down


class _StoppedError(Exception):
    """The job was canceled or taken over."""


def run_export(organization_id: str, job_id: str) -> None:
    """Make the file, unless somebody else is at it."""
    jobs.run(organization_id, job_id, _export)


def _export(job: Job) -> None:
    with transaction.atomic():
        shape, total = job.dataset.shape, job.dataset.count.records
        if not job.proceed(total=total, done=0):
            return jobs.stopped(job)
    kind = exports.kinds[job.format]()
    options = kind.options(job.options, shape)
    tally = Tally()
    with TemporaryFile() as file:
        try:
            written = write(kind.rows(_records(job), options, shape, tally), file)
        except _StoppedError:
            return jobs.stopped(job)
        about = provenance(
            kind, options, tally, written, {"name": job.dataset.name, "id": str(job.dataset_id)}
        )
        kept: dict[str, Any] = {"counts": about}
        if written.rows:
            file.seek(0)
            kept["result"] = _keep(job, f"exports/{job.pk}.jsonl", File(file))
            text = json.dumps(about, indent=2, ensure_ascii=False)
            _keep(job, f"exports/{job.pk}.provenance.json", ContentFile(text.encode()))
    return jobs.end(job, State.FINISHED, summary(tally, written), **kept)


def _keep(job: Job, name: str, file: File[bytes]) -> str:
    """Store it, in the place of what a worker that died may have left there; the name it got."""
    job.result.storage.delete(name)
    return job.result.storage.save(name, file)


def _records(job: Job) -> Iterator[ExportRecord]:
    """All records of the dataset, oldest first, by keyset. Each chunk is a transaction of its own."""
    after = -1
    while True:
        with transaction.atomic():
            rows = list(_page(job.dataset, after))
            found = [_export_record(row) for row in rows]
            if rows and not job.proceed(done=job.done + len(rows)):
                raise _StoppedError
        if not rows:
            return
        yield from found
        after = rows[-1].position


def _page(dataset: Dataset, after: int) -> Any:
    rows = Record.objects.filter(dataset=dataset, position__gt=after).select_related("queue")
    return rows.prefetch_related("responses", "suggestions__question").order_by("position")[:CHUNK]


def _export_record(record: Record) -> ExportRecord:
    return ExportRecord(
        id=str(record.pk),
        external_id=record.external_id,
        status="completed" if record.queue.completed else "pending",
        fields=record.fields,
        metadata=record.metadata or {},
        suggestions={
            one.question.name: ExportSuggestion(one.value, one.agent, one.score, one.type)
            for one in record.suggestions.all()
        },
        answers=[
            Answer(
                person=pseudonym(one.membership_id),
                status=one.status,  # type: ignore[arg-type]
                values=one.values,
                presentation=one.presentation,
                active_ms=one.active_ms,
                guideline_version=one.guidelines_version,
                is_extra=one.is_extra,
                reason=one.reason,
                inserted_at=one.inserted_at,
                updated_at=one.updated_at,
            )
            for one in record.responses.all()
        ],
        inserted_at=record.inserted_at,
        updated_at=record.updated_at,
    )


def pseudonym(person_id: UUID) -> str:
    """The same word for the same person in every export of this installation, and nobody's name."""
    key = settings.SECRET_KEY.encode()[:64]
    return "labeler-" + blake2b(person_id.bytes, key=key, digest_size=5).hexdigest()

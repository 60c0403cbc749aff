"""Exporting: records go out chunk by chunk into a file that trainers load. Memory is constant."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import blake2b
from tempfile import TemporaryFile
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.db.models import F

from feedback import exports
from feedback.actions import jobs
from feedback.exports import Answer, ExportRecord, Tally
from feedback.exports import Suggestion as ExportSuggestion
from feedback.exports.provenance import provenance, summary
from feedback.exports.writers import write
from feedback.models import Dataset, Job, Record, Response, Suggestion
from feedback.models.jobs import State

CHUNK = 500  # records read at a time; a long transaction would slow the queue down


def run_export(organization_id: str, job_id: str) -> None:
    """Make the file, unless somebody else is at it."""
    jobs.run(organization_id, job_id, _export)


def _export(job: Job) -> None:
    with transaction.atomic():
        shape, total = job.dataset.shape, job.dataset.count.records
        if not job.proceed(total=total, done=0):
            raise jobs.Stopped
    kind = exports.kinds[job.format]()
    options = kind.options(job.options, shape)
    tally = Tally()
    with TemporaryFile() as file:
        written = write((row.data for row in kind.rows(records_of(job), options, shape, tally)), file)
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


def pseudonym(person_id: UUID) -> str:
    """The same word for the same person in every export of this installation, and nobody's name."""
    key = settings.SECRET_KEY.encode()[:64]
    return "labeler-" + blake2b(person_id.bytes, key=key, digest_size=5).hexdigest()


def records_of(job: Job, called: Callable[[UUID], str] = pseudonym) -> Iterator[ExportRecord]:
    """All records of the dataset, oldest first, by keyset. Each chunk is a transaction of its own."""
    after = -1
    while True:
        with transaction.atomic():
            rows = _page(job.dataset, after)
            found = _export_records(rows, called)
            if rows and not job.proceed(done=job.done + len(rows)):
                raise jobs.Stopped
        if not rows:
            return
        yield from found
        after = rows[-1]["position"]


def _page(dataset: Dataset, after: int) -> list[dict[str, Any]]:
    """Plain values: model instances with what belongs to them are cycles, which stay in memory for a while."""
    names = ("pk", "position", "external_id", "fields", "metadata", "inserted_at", "changed_at")
    rows = Record.objects.dated().filter(dataset=dataset, position__gt=after).order_by("position")
    return list(rows.values(*names, completed=F("queue__completed"))[:CHUNK])


def _export_records(rows: Sequence[Mapping[str, Any]], called: Callable[[UUID], str]) -> list[ExportRecord]:
    ids = [row["pk"] for row in rows]
    answers, suggestions = _answers(ids, called), _suggestions(ids)
    return [
        ExportRecord(
            id=str(row["pk"]),
            external_id=row["external_id"],
            status="completed" if row["completed"] else "pending",
            fields=row["fields"],
            metadata=row["metadata"] or {},
            suggestions=suggestions.get(row["pk"], {}),
            answers=answers.get(row["pk"], []),
            inserted_at=row["inserted_at"],
            updated_at=row["changed_at"],
        )
        for row in rows
    ]


def _suggestions(records: Sequence[UUID]) -> dict[UUID, dict[str, ExportSuggestion]]:
    found: dict[UUID, dict[str, ExportSuggestion]] = {}
    rows = Suggestion.objects.filter(record__in=records).order_by("inserted_at", "pk")
    for record, name, *rest in rows.values_list(
        "record_id", "question__name", "value", "agent", "score", "type"
    ):
        found.setdefault(record, {})[name] = ExportSuggestion(*rest)
    return found


def _answers(records: Sequence[UUID], called: Callable[[UUID], str]) -> dict[UUID, list[Answer]]:
    found: dict[UUID, list[Answer]] = {}
    for one in Response.objects.filter(record__in=records).order_by("inserted_at", "pk"):
        answer = Answer(
            id=str(one.pk),
            person=called(one.membership_id),
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
        found.setdefault(one.record_id, []).append(answer)
    return found

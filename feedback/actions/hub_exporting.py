"""Pushing to the Hub: all records as Parquet, with what published clients need to set the dataset up again.

First the rows wait on disk until the type of each column is known; then files go up one at a time, and one commit
makes all of them visible.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
from django.db import transaction

from feedback.actions import jobs
from feedback.actions.exporting import records_of
from feedback.actions.hub_definition import definition
from feedback.actions.hub_importing import repository_of
from feedback.exports import ExportRecord
from feedback.hub.card import Pushed, card
from feedback.hub.columns import MOMENTS, RESPONSES, SUGGESTION, VECTOR, Columns
from feedback.hub.push import CARD, Push
from feedback.hub.refusals import on_disk
from feedback.hub.shards import ROWS, Spool
from feedback.hub.types import MOMENT, NUMBER, TEXT
from feedback.models import Job, Vector, VectorSettings
from feedback.models.jobs import State


def run_hub_export(organization_id: str, job_id: str) -> None:
    """Push the dataset, unless somebody else is at it."""
    jobs.run(organization_id, job_id, _export)


def _export(job: Job) -> None:
    with transaction.atomic():
        if not job.proceed(total=job.dataset.count.records, done=0):
            raise jobs.Stopped
        columns = Columns(job.dataset.shape, _vector_names(job))
        about = definition(job.dataset)
    push = Push(repository_of(job))
    jobs.attend(job, partial(push.begin, private=job.options["private"]))  # a wrong token is told at once
    spool = Spool(_known(columns))
    try:
        with on_disk():
            for rows in _rows(job, columns):
                spool.add(rows)
        with TemporaryDirectory(prefix="assay-hub-") as folder:
            size = _send(job, push, spool, columns, Path(folder))
            address = jobs.attend(job, partial(_finish, job, push, spool.rows, size, columns, about))
    finally:
        spool.close()
    counts = {"rows": spool.rows, "bytes": size, "files": spool.shards, "address": address}
    noun = "record is" if spool.rows == 1 else "records are"
    sentence = f"{spool.rows:,} {noun} on the Hub: {push.repository.name}, {_where(job)}."
    return jobs.end(job, State.FINISHED, sentence, counts=counts)


def _rows(job: Job, columns: Columns) -> Iterator[list[dict[str, Any]]]:
    records = records_of(job, str)
    while some := list(islice(records, ROWS)):
        vectors = _vectors(some) if columns.vectors else {}
        yield [columns.row(record, vectors.get(record.id, {})) for record in some]


def _send(job: Job, push: Push, spool: Spool, columns: Columns, folder: Path) -> int:
    """Upload the files; how many bytes they have."""
    files, size = spool.write(columns.names, folder), 0
    for number in range(spool.shards):
        name = f"{_stem(job)}-{number:05}-of-{spool.shards:05}.parquet"
        with on_disk():
            path = jobs.attend(job, partial(next, files))
        size += path.stat().st_size
        jobs.attend(job, partial(push.send, path, name))
    return size


def _finish(
    job: Job, push: Push, rows: int, size: int, columns: Columns, about: dict[str, dict[str, Any]]
) -> str:
    pushed = Pushed(
        name=push.repository.name,
        title=job.dataset.name,
        subset=job.options["subset"],
        split=job.options["split"],
        rows=rows,
        bytes=size,
        pattern=f"{_stem(job)}-*.parquet",
    )
    text = card(push.old_card(), pushed, columns.shape, job.dataset.guidelines or "")
    files = {f".argilla/{name}.json": json.dumps(said, ensure_ascii=False) for name, said in about.items()}
    stem = _stem(job) + "-"
    return push.finish(
        {CARD: text, **files},
        replaced=lambda path: path.startswith(stem) and path.endswith(".parquet"),
        message=f"Push {rows:,} records of {job.dataset.name}",
    )


def _stem(job: Job) -> str:
    """How the files of the split begin: data/train, or <subset>/train."""
    subset = job.options["subset"]
    return f"{'data' if subset == 'default' else subset}/{job.options['split']}"


def _where(job: Job) -> str:
    return f"subset {job.options['subset']}, split {job.options['split']}"


def _known(columns: Columns) -> dict[str, pa.DataType]:
    """The types of columns that do not depend on what stands in them."""
    known = dict.fromkeys(("id", "status", "_server_id"), TEXT) | dict.fromkeys(MOMENTS, MOMENT)
    for name in columns.shape.questions:
        known[f"{name}{RESPONSES}.users"] = known[f"{name}{RESPONSES}.status"] = pa.list_(TEXT)
        known[f"{name}{SUGGESTION}.agent"] = TEXT
    return known | {VECTOR + name: pa.list_(NUMBER) for name in columns.vectors}


def _vector_names(job: Job) -> Sequence[str]:
    return list(VectorSettings.objects.filter(dataset=job.dataset).values_list("name", flat=True))


@transaction.atomic
def _vectors(records: Sequence[ExportRecord]) -> dict[str, dict[str, Any]]:
    """Record -> name -> vector."""
    found: dict[str, dict[str, Any]] = {}
    rows = Vector.objects.filter(record__in=[one.id for one in records])
    for record, name, value in rows.values_list("record_id", "settings__name", "value"):
        found.setdefault(str(record), {})[name] = [float(part) for part in value]
    return found

"""Where the records of an export come from: the dataset as it is now, or a snapshot of it as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any

from django.db import connection, transaction

from feedback import imports
from feedback.actions import jobs
from feedback.actions.export_files import open_file
from feedback.actions.export_reading import Reader
from feedback.exports import ExportRecord, Tally, kinds, snapshot
from feedback.exports.contamination import Known, prompt_of, spoken
from feedback.exports.plan import Against, Plan
from feedback.exports.prompts import Prompts
from feedback.exports.snapshot import Source
from feedback.hub.tables import Wanted, reader_of
from feedback.models import Dataset, Job, Snapshot
from feedback.shape import DatasetShape

HEAD = 1 << 16  # bytes that tell what kind of file it is
STEP = 500  # records of a snapshot between two signs of life
TABLES = (".parquet", ".jsonl", ".csv", ".tsv")


@dataclass(frozen=True)
class Stream:
    """Records on their way. `total`: about how many; `tally` of whoever asked counts what is left out before."""

    source: Source
    total: int
    records: Iterable[ExportRecord]


def live(job: Job, plan: Plan, tally: Tally) -> Stream:
    """The records as they are now, that the plan lets pass."""
    with transaction.atomic():
        reader = Reader(job.dataset, plan.filters, plan.weights)
        source = source_of(job.dataset)
        positions = reader.positions()
        total = source.records if positions is None else len(positions)
        if not job.proceed(total=total, done=0):
            raise jobs.Stopped
    records = reader.records(positions, tally, progress(job))
    if plan.against:
        records = kept_apart(records, known(job, plan.against), plan, source.shape, tally)
    return Stream(source, total, records)


def frozen(job: Job, kept: Snapshot, file: IO[bytes], tally: Tally) -> Stream:
    """The records as they were when the snapshot was made."""
    source = snapshot.source_of(file)
    file.seek(0)
    with transaction.atomic():
        if not job.proceed(total=kept.records, done=0):
            raise jobs.Stopped
    return Stream(source, kept.records, _watched(snapshot.records_of(file, tally), progress(job)))


def source_of(dataset: Dataset) -> Source:
    """The dataset as far as files tell of it."""
    dataset.refresh_from_db(fields=["name", "guidelines", "guidelines_version"])
    fields = dataset.fields.values("name", "title", "required", "type", "settings")
    questions = dataset.questions.values("id", "name", "title", "required", "type", "settings", "description")
    metadata = dataset.metadata_properties.values("name", "title", "type", "settings")
    return Source(
        id=str(dataset.pk),
        name=dataset.name,
        guidelines=dataset.guidelines or "",
        guidelines_version=dataset.guidelines_version,
        records=dataset.count.records,
        parts={
            "fields": [dict(one) for one in fields],
            "questions": [{**one, "id": str(one["id"])} for one in questions],
            "metadata": [dict(one) for one in metadata],
        },
    )


def progress(job: Job) -> Callable[[int], None]:
    """What tells a job that so many records more are read; `Stopped` if it is not ours any more."""

    def watch(read: int) -> None:
        with (
            connection.cursor() as cursor
        ):  # should the server fall, progress may be lost: it is read again anyway
            cursor.execute("set local synchronous_commit to off")
        if not job.proceed(done=job.done + read):
            raise jobs.Stopped

    return watch


def kept_apart(
    records: Iterable[ExportRecord], known: Known, plan: Plan, shape: DatasetShape, tally: Tally
) -> Iterator[ExportRecord]:
    """The records whose prompts are not among the known ones (feedback/exports/contamination.py)."""
    kind = kinds[plan.format]()
    prompts = Prompts(shape, kind.prompt_fields(kind.options(plan.options, shape)))
    for record in records:
        asked = prompts.of(record, Tally())
        if asked and known.holds(spoken(asked)):
            tally.left_out["records_whose_prompt_is_in_the_other_file"] += 1
        else:
            yield record


def known(job: Job, against: Against) -> Known:
    """The prompts of the file that was sent along, or of all files of an earlier export."""
    with transaction.atomic():
        earlier = Job.objects.filter(pk=against.job).first() if against.job else None
    return jobs.attend(job, lambda: Known(_prompts(job, earlier), against.words))


def _prompts(job: Job, earlier: Job | None) -> Iterator[str]:
    if job.source:
        with job.source.open("rb") as file:
            yield from map(prompt_of, _rows(file, str(job.source.name)))
    for one in earlier.data_files if earlier else ():
        with open_file(earlier, one["name"]) as file:  # type: ignore[arg-type]
            yield from map(prompt_of, _rows(file, one["name"]))


def _rows(file: Any, name: str) -> Iterator[dict[str, Any]]:
    if name.lower().endswith(TABLES):
        yield from (one.values for one in reader_of(name)(file, name, Wanted(), 0, 0) if one.bad is None)
        return
    reader = imports.recognize(file.read(HEAD), name)
    file.seek(0)
    yield from (row.data for row in reader.rows(file) if isinstance(row, imports.Row))


def _watched(records: Iterable[ExportRecord], watch: Callable[[int], None]) -> Iterator[ExportRecord]:
    number = 0
    for number, record in enumerate(records, 1):
        if number % STEP == 0:
            with transaction.atomic():
                watch(STEP)
        yield record
    with transaction.atomic():
        watch(number % STEP)

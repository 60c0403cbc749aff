"""Snapshots: exports that are kept with what they were made from, made again, and deleted."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.db import IntegrityError, transaction

from accounts.audit import note
from accounts.models import Membership
from core.errors import Conflict, Invalid
from core.later import later
from feedback.actions import jobs
from feedback.actions.export_files import forget_stored
from feedback.actions.limits import count_export
from feedback.exports import kinds
from feedback.exports.plan import Plan
from feedback.models import Dataset, Job, Snapshot
from feedback.models.jobs import JobKind

MOST = 200  # of a dataset


def name_snapshot(dataset: Dataset, job: Job, name: str) -> Snapshot:
    """Have the job freeze what it reads under this name. `Conflict` if there is a snapshot of that name."""
    if dataset.snapshots.count() >= MOST:
        raise Invalid(f"There are {MOST} snapshots of this dataset already. Delete one that nobody needs.")
    try:
        with transaction.atomic():
            made = Snapshot.objects.create(
                organization_id=dataset.organization_id,
                dataset=dataset,
                by=job.by,
                job=job,
                name=name,
                plan=job.options,
            )
            note("snapshot.made", made, by=job.by, dataset=dataset.name)
            return made
    except IntegrityError:
        sentence = f"There is a snapshot called {name!r} of this dataset already. Choose another name."
        raise Conflict(sentence) from None


@transaction.atomic
def produce_again(snapshot: Snapshot, *, by: Membership | None) -> Job:
    """Ask for the files of a snapshot once more, from the data as it was. `Conflict` while it is being made."""
    if not snapshot.is_frozen:
        raise Conflict("This snapshot has no data: its export has not ended yet, or did not end well.")
    count_export(snapshot.organization_id)
    plan = Plan.model_validate(snapshot.plan).model_copy(update={"snapshot": snapshot.pk})
    kind = kinds[plan.format]
    job = Job.objects.create(
        organization_id=snapshot.organization_id,
        dataset=snapshot.dataset,
        by=by,
        kind=JobKind.EXPORT,
        format=kind.name,
        options=plan.model_dump(mode="json"),
        filename=snapshot.name,
    )
    note("export.started", snapshot.dataset, by=by, format=kind.name, snapshot=snapshot.name, job=job.pk)
    later("feedback.run_export", str(job.organization_id), str(job.pk))
    return job


@transaction.atomic
def delete_snapshot(snapshot: Snapshot) -> None:
    """Forget it and its data. Files that jobs made of it stay with the jobs."""
    if snapshot.data:
        forget_stored(Job(), [str(snapshot.data.name)])
    note("snapshot.deleted", snapshot, dataset=snapshot.dataset.name)
    snapshot.delete()


def keep_data(job: Job, snapshot: Snapshot, path: Path) -> str:
    """Store the frozen data; the name it got."""
    return jobs.attend(job, partial(_keep, snapshot, path))


def _keep(snapshot: Snapshot, path: Path) -> str:
    storage, place = snapshot.data.storage, f"snapshots/{snapshot.pk}.jsonl.gz"
    storage.delete(place)
    with path.open("rb") as file:
        return str(storage.save(place, File(file)))


def compared(snapshot: Snapshot, files: Sequence[dict[str, Any]]) -> str:
    """Whether these files are those that were made when it was frozen, as a sentence."""
    before, now = ({one["name"]: one["sha256"] for one in some} for some in (snapshot.files, files))
    other = sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
    if not other:
        return f"The files are the same as when “{snapshot.name}” was frozen, byte for byte."
    return (
        f"Made from the same data as “{snapshot.name}”, but by another version of this program: not the same bytes are "
        f"{', '.join(other[:5])}{' and more' if len(other) > 5 else ''}."
    )

"""Pushing the files of an export to the Hub: one after the other, and one commit makes all of them visible."""

from __future__ import annotations

import re
import shutil
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import transaction

from feedback.actions import jobs
from feedback.actions.export_files import open_file
from feedback.actions.hub_importing import repository_of
from feedback.hub.push import Push
from feedback.hub.refusals import on_disk
from feedback.models import Job
from feedback.models.jobs import State

# What an earlier push of an export may have left there: files with rows by their splits, and what belongs to them.
OURS = re.compile(
    r"(\w+/)?(train|validation|test)(-\d{5}-of-\d{5})?\.(jsonl|json|csv|parquet)|trace\.jsonl|provenance\.json"
)


def run_hub_folder(organization_id: str, job_id: str) -> None:
    """Push the files, unless somebody else is at it."""
    jobs.run(organization_id, job_id, _push)


def _push(job: Job) -> None:
    with transaction.atomic():
        export = Job.objects.filter(pk=job.options["export"]).first()
        files = export.files if export else []
        dataset = job.dataset.name
        if not job.proceed(total=len(files), done=0):
            raise jobs.Stopped
    if export is None or not files:
        jobs.end(job, State.FAILED, "The files of the export are gone. Export again, then push.")
        return
    push = Push(repository_of(job))
    jobs.attend(job, partial(push.begin, private=job.options["private"]))  # a wrong token is told at once
    with TemporaryDirectory(prefix="assay-hub-") as folder:
        for number, one in enumerate(files, 1):
            path = Path(folder) / str(number)
            with on_disk():
                jobs.attend(job, partial(_fetch, export, one["name"], path))
            jobs.attend(job, partial(push.send, path, one["name"]))
            with transaction.atomic():
                if not job.proceed(done=number):
                    raise jobs.Stopped
        rows = sum(one["rows"] or 0 for one in files)
        message = f"Push {rows:,} rows of {dataset}"
        address = jobs.attend(job, partial(push.finish, {}, _is_ours, message))
    size = sum(one["bytes"] for one in files)
    counts = {"rows": rows, "bytes": size, "files": len(files), "address": address}
    noun = "row is" if rows == 1 else "rows are"
    jobs.end(job, State.FINISHED, f"{rows:,} {noun} on the Hub: {push.repository.name}.", counts=counts)


def _fetch(export: Job, name: str, path: Path) -> None:
    with open_file(export, name) as source, path.open("wb") as target:
        shutil.copyfileobj(source, target)


def _is_ours(path: str) -> bool:
    return OURS.fullmatch(path) is not None

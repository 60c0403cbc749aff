"""Exporting: records become rows, rows a folder of files that trainers load. Memory is constant."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from django.db import transaction

from core.garbage import seldom_collected
from feedback import exports
from feedback.actions import jobs
from feedback.actions.export_faults import Faults
from feedback.actions.export_files import keep_files
from feedback.actions.export_reading import Reader, pseudonym
from feedback.actions.export_sources import Stream, frozen, live, progress
from feedback.actions.snapshots import compared, keep_data
from feedback.exports import ExportRecord, Tally, snapshot
from feedback.exports.files import card, read_back
from feedback.exports.files.account import Account
from feedback.exports.files.folder import Folder
from feedback.exports.files.lines import Spoilt
from feedback.exports.plan import Plan
from feedback.exports.provenance import PROVENANCE, Made, provenance, summary
from feedback.models import Job, Snapshot
from feedback.models.jobs import State


def run_export(organization_id: str, job_id: str) -> None:
    """Make the files, unless somebody else is at it."""
    with seldom_collected():
        jobs.run(organization_id, job_id, _export)


def records_of(job: Job, called: Callable[[UUID], str] = pseudonym) -> Iterator[ExportRecord]:
    """All records of the job's dataset with all that was said about them."""
    return Reader(job.dataset, called=called).records(None, Tally(), progress(job))


def _export(job: Job) -> None:
    plan = Plan.model_validate(job.options)
    with TemporaryDirectory(prefix="assay-export-") as name:
        place = Path(name)
        with transaction.atomic():
            again = Snapshot.objects.filter(pk=plan.snapshot).first() if plan.snapshot else None
            named = Snapshot.objects.filter(job=job).first()
        if again:
            with again.data.open("rb") as file:
                made = _make(job, plan, lambda tally: frozen(job, again, file, tally), place)
        elif named:
            count = _freeze(job, plan, place / "data")
            with (place / "data").open("rb") as file:
                named.records = count
                made = _make(job, plan, lambda tally: frozen(job, named, file, tally), place)
        else:
            made = _make(job, plan, lambda tally: live(job, plan, tally), place)
        _hand_out(job, made, place, named, again)


def _freeze(job: Job, plan: Plan, path: Path) -> int:
    """Read the data into a file, from which the rows are made now and later."""
    tally = Tally()
    stream = live(job, plan, tally)
    return snapshot.keep(path, stream.source, stream.records, tally)


def _make(job: Job, plan: Plan, opened: Callable[[Tally], Stream], place: Path) -> Made:
    """Write the folder. Rows that break a rule are listed with the job."""
    tally = Tally()
    stream = opened(tally)
    shape = stream.source.shape
    kind = exports.kinds[plan.format]()
    options = kind.options(plan.options, shape)
    account, faults = Account(shape, stream.total), Faults(job, tally)
    seed = plan.splits.seed if plan.shuffle else None
    folder = Folder(
        place / "folder",
        kind.columns(options, shape),
        file_type=plan.file_type,
        splits=plan.splits,
        seed=seed,
    )
    try:
        for row in kind.rows(account.of(stream.records), options, shape, tally):
            reason = kind.check(row.data, options)
            try:
                if reason is None:
                    folder.add(row)
            except Spoilt as spoilt:
                reason = str(spoilt)
            if reason is not None:
                faults.note(row, reason)
    finally:
        folder.close()
    faults.close()
    return Made(kind, options, plan, stream.source, account, tally, folder, read_back.dates(folder))


def _hand_out(job: Job, made: Made, place: Path, named: Snapshot | None, again: Snapshot | None) -> None:
    """Look at what was written, and keep it if all is well. Without rows there is nothing to keep."""
    about, sentence = provenance(made), summary(made)
    kept: dict[str, Any] = {"counts": about}
    if made.rows:
        texts = {
            **made.kind.companions(made.options, made.folder.written),
            PROVENANCE: json.dumps(about, indent=2, ensure_ascii=False) + "\n",
            card.CARD: card.card(made),
        }
        for name, text in texts.items():
            (made.folder.path / name).write_text(text, encoding="utf-8")
        rows = {name: number for one in made.folder.parts for name, number in one.files.items()}
        wrong = [*read_back.problems(made.folder), *card.problems(texts[card.CARD], rows)]
        if wrong:
            sentence = f"The files did not pass the check, so they are not handed out. {' '.join(wrong)}"
            jobs.end(job, State.FAILED, sentence, **kept)
            return
        files = keep_files(job, made.folder.path, rows)
        kept |= {"files": files, "result": files[0]["path"], "filename": files[0]["name"]}
    if again:
        sentence += " " + compared(again, kept.get("files", []))
    data = keep_data(job, named, place / "data") if named else ""
    with transaction.atomic():
        if job.finish(State.FINISHED, sentence, **kept) and named:
            Snapshot.objects.filter(pk=named.pk).update(
                data=data, files=kept.get("files", []), records=named.records, rows=made.rows
            )

"""Starting imports from the Hugging Face Hub and pushes to it. What they do: hub_importing.py, hub_exporting.py."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from accounts.audit import note
from accounts.models import Membership
from core.errors import Invalid
from core.later import later
from core.sealed import seal
from feedback.actions.limits import count_export, count_import
from feedback.hub.repository import check_name
from feedback.imports.mapping import EXTERNAL_ID
from feedback.models import Dataset, Job
from feedback.models.jobs import GUARDED, SEALED, JobKind

FORMAT = "hub"
SUBSET = re.compile(r"[\w][\w .-]{0,95}", re.ASCII)
SPLIT = re.compile(r"\w+(\.\w+)*", re.ASCII)

Pairs = Sequence[tuple[str, str]]  # (column, name of what it becomes)


@transaction.atomic
def start_hub_import(
    dataset: Dataset,
    *,
    name: str,
    subset: str,
    split: str,
    fields: Pairs,
    metadata: Pairs = (),
    suggestions: Pairs = (),
    external_id: str | None = None,
    token: str | None = None,
    by: Membership | None,
) -> Job:
    """Ask for the rows of a split. `Invalid` if the dataset is a draft, or no data set can be called so."""
    pairs = [
        *((column, f"fields.{to}") for column, to in fields),
        *((column, f"metadata.{to}") for column, to in metadata),
        *((column, f"suggestions.{to}") for column, to in suggestions),
        *([(external_id, EXTERNAL_ID)] if external_id else []),
    ]
    job = _import_job(dataset, name, subset, split, token, by)
    job.options["pairs"] = pairs
    return _ask(job)


@transaction.atomic
def look_at_hub(
    dataset: Dataset, *, name: str, subset: str, split: str, token: str | None = None, by: Membership | None
) -> Job:
    """Ask for the first rows of a split, with a guess of where its columns go.

    Once they are here, the job waits as an upload does, until somebody starts it by `begin_import`.
    """
    return _ask(_import_job(dataset, name, subset, split, token, by))


@transaction.atomic
def start_hub_export(
    dataset: Dataset,
    *,
    name: str,
    token: str,
    subset: str = "default",
    split: str = "train",
    private: bool = False,
    by: Membership | None,
) -> Job:
    """Ask for a push of all records. `Invalid` if there are none, or nothing can be called so."""
    if not dataset.count.records:
        raise Invalid("The dataset has no records. Import some before pushing it to the Hub.")
    options = {**_place(name, subset, split), "private": private, SEALED: seal(token)}
    job = Job(
        organization_id=dataset.organization_id,
        dataset=dataset,
        by=by,
        kind=JobKind.HUB_EXPORT,
        format=FORMAT,
        options=options,
        filename=f"{name} ({subset}, {split})",
    )
    return _ask(job)


@transaction.atomic
def start_hub_folder(
    export: Job, *, name: str, token: str, private: bool = False, by: Membership | None
) -> Job:
    """Ask for a push of the files that an export made. `Invalid` if it made none, or nothing can be called so."""
    if not export.files:
        raise Invalid("This export made no files, or none yet. Push one that did.")
    job = Job(
        organization_id=export.organization_id,
        dataset=export.dataset,
        by=by,
        kind=JobKind.HUB_FOLDER,
        format=export.format,
        options={"name": check_name(name), "export": str(export.pk), "private": private, SEALED: seal(token)},
        filename=name,
    )
    return _ask(job)


def _ask(job: Job) -> Job:
    job.save(force_insert=True)
    is_import = job.kind == JobKind.HUB_IMPORT
    count = count_import if is_import else count_export
    count(job.organization_id)
    act = "import.started" if is_import else "export.started"
    note(act, job.dataset, by=job.by, format=job.format, hub=job.options["name"], job=job.pk)
    later(f"feedback.run_{job.kind}", str(job.organization_id), str(job.pk))
    return job


def _import_job(
    dataset: Dataset, name: str, subset: str, split: str, token: str | None, by: Membership | None
) -> Job:
    if not dataset.is_published:
        raise Invalid("The dataset is a draft. Publish it before importing records.")
    options: dict[str, Any] = dict(_place(name, subset, split))
    return Job(
        organization_id=dataset.organization_id,
        dataset=dataset,
        by=by,
        kind=JobKind.HUB_IMPORT,
        format=FORMAT,
        options=options | ({SEALED: seal(token), GUARDED: True} if token else {}),
        filename=f"{name} ({subset}, {split})",
    )


def _place(name: str, subset: str, split: str) -> Mapping[str, str]:
    errors = {}
    if not SUBSET.fullmatch(subset):
        errors["subset"] = "A subset has letters, digits, spaces, dots and dashes in its name."
    if not SPLIT.fullmatch(split):
        errors["split"] = "A split has letters and digits in its name, such as train."
    if errors:
        raise Invalid(next(iter(errors.values())), errors)
    return {"name": check_name(name), "subset": subset, "split": split}

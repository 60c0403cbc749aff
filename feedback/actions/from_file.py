"""A new dataset out of a file: a draft that is planned by its columns, then made, published and filled in one go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import PurePath
from types import MappingProxyType
from typing import Any, BinaryIO

from django.core.files.base import File
from django.db import transaction
from django.utils.timezone import now

from accounts.models import Membership
from core.errors import Conflict, Invalid
from feedback.actions import sources
from feedback.actions.datasets import create_dataset, publish_dataset, remove_dataset, update_dataset
from feedback.actions.schema import add_field, add_metadata_property, add_question, add_vector_settings
from feedback.actions.uploads import KEPT, begin_import, first_rows, is_table, job_for
from feedback.imports.files import sample
from feedback.imports.guess import unfolded
from feedback.imports.planning import Plan, plan_of
from feedback.imports.proposals import Planned, propose
from feedback.imports.shapes import Kind, kinds, looks_like
from feedback.models import Dataset, Job
from feedback.models.jobs import PLAN, State
from workspaces.models import Workspace

LONGEST_NAME = 200  # characters


@transaction.atomic
def begin_from_file(
    workspace: Workspace, file: BinaryIO, *, filename: str, by: Membership | None, name: str | None = None
) -> Job:
    """Keep the file with a draft, and with a plan of what its columns could be. `Invalid` if it cannot be read."""
    files, rows = sample(file, filename)
    if not rows:
        raise Invalid("This file has no row that can be read.")
    named = name or _free_name(workspace, PurePath(filename).name.partition(".")[0] or "Dataset")
    dataset = create_dataset(workspace, name=named, by=by)
    job = job_for(dataset, files, filename, sources.digest_of(file), by)
    rows = unfolded(rows) if is_table(job) else rows
    shape = looks_like(rows)
    job.state = State.UPLOADED
    job.options |= {"mapping": {}, PLAN: as_options(propose(rows, shape), shape)}
    job.source.save(f"{job.pk}.{job.format}", File(file), save=False)
    job.save(force_insert=True)
    return job


@transaction.atomic
def dataset_from_file(
    workspace: Workspace,
    file: BinaryIO,
    *,
    filename: str,
    by: Membership | None,
    name: str | None = None,
    roles: Mapping[str, str] = MappingProxyType({}),
    **given: Any,
) -> Job:
    """Both steps at once: what is proposed is made, but where `roles` (column -> role) say something else."""
    job = begin_from_file(workspace, file, filename=filename, by=by, name=name)
    planned = [
        replace(one, role=roles[one.column], labels="") if one.column in roles else one
        for one in planned_in(job.options)
    ]
    if strangers := roles.keys() - {one.column for one in planned}:
        raise Invalid(
            "The file has no such column.", dict.fromkeys(strangers, "The file has no such column.")
        )
    make_from_file(job, planned, shape_in(job.options), by=by, **given)
    job.refresh_from_db()
    return job


@transaction.atomic
def make_from_file(
    job: Job,
    planned: Sequence[Planned],
    shape: Kind | None,
    *,
    by: Membership | None,
    **given: Any,
) -> Dataset:
    """Make the dataset that is planned, publish it, and ask for the import; all of it or nothing. `given`: as for
    `update_dataset`. `Invalid.errors` names columns that cannot be what they are planned to be.
    """
    job = Job.objects.select_for_update(no_key=True).select_related("dataset").get(pk=job.pk)
    if job.state != State.UPLOADED or job.dataset.is_published:
        raise Conflict("This dataset was made already.")
    plan = plan_of(planned, rows_of(job), shape)
    dataset = update_dataset(job.dataset, by=by, **given)
    add_parts(dataset, plan)
    dataset = publish_dataset(dataset)
    job.dataset = dataset
    job.options.pop(PLAN, None)
    job.save(update_fields=["options"])
    begin_import(job, plan.mapping)
    return dataset


@transaction.atomic
def add_parts(dataset: Dataset, plan: Plan) -> None:
    """Give a draft the parts that are planned."""
    for part in plan.fields:
        add_field(dataset, **vars(part))
    for part in plan.questions:
        add_question(dataset, **vars(part))
    for prop in plan.metadata:
        add_metadata_property(dataset, **vars(prop))
    for name, dimensions in plan.vectors.items():
        add_vector_settings(dataset, name=name, title=name, dimensions=dimensions)


@transaction.atomic
def drop_from_file(job: Job) -> None:
    """Forget the file, with the draft that was only there for it."""
    job = Job.objects.select_for_update(no_key=True).select_related("dataset").get(pk=job.pk)
    if job.state != State.UPLOADED or job.dataset.is_published:
        raise Conflict("This dataset was made already. Delete it on its page of settings.")
    remove_dataset(job.dataset)


@transaction.atomic
def forget_plans() -> int:
    """Delete drafts that were only there for a file, which nobody made a dataset of in a day; how many."""
    old = Job.objects.filter(
        state=State.UPLOADED, inserted_at__lt=now() - KEPT, options__has_key=PLAN
    ).select_related("dataset")
    abandoned = [job for job in old[:100] if not job.dataset.is_published and not job.dataset.fields.exists()]
    for job in abandoned:
        remove_dataset(job.dataset)
    return len(abandoned)


@transaction.atomic
def keep_plan(job: Job, planned: Sequence[Planned], shape: Kind | None) -> None:
    """Remember what somebody corrected."""
    job.options = job.options | {PLAN: as_options(planned, shape)}
    job.save(update_fields=["options"])


def rows_of(job: Job) -> list[dict[str, Any]]:
    """The first rows of the file, with the lists and objects that stand in them as texts if it is a table."""
    rows = first_rows(job)
    return unfolded(rows) if is_table(job) else rows


def as_options(planned: Sequence[Planned], shape: Kind | None) -> dict[str, Any]:
    """A plan as a job keeps it."""
    return {"shape": shape.name if shape else "", "columns": [asdict(one) for one in planned]}


def planned_in(options: Mapping[str, Any]) -> list[Planned]:
    """The plan that a job keeps."""
    return [Planned(**one) for one in options[PLAN]["columns"]]


def shape_in(options: Mapping[str, Any]) -> Kind | None:
    """The shape as which the rows are read."""
    name = options[PLAN]["shape"]
    return kinds[name]() if name in kinds else None


def _free_name(workspace: Workspace, stem: str) -> str:
    stem = stem.strip()[: LONGEST_NAME - 10] or "Dataset"
    taken = set(
        Dataset.objects.filter(workspace=workspace, name__startswith=stem).values_list("name", flat=True)
    )
    names = (stem, *(f"{stem} {number}" for number in range(2, len(taken) + 3)))
    return next(one for one in names if one not in taken)

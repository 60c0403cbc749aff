"""Starting exports. What they do: feedback/actions/exporting.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, BinaryIO

from django.core.files.base import File
from django.db import transaction

from accounts.audit import note
from accounts.models import Membership
from core.errors import Invalid
from core.later import later
from feedback.actions.export_plans import plan_export
from feedback.actions.limits import count_export
from feedback.actions.snapshots import name_snapshot
from feedback.models import Dataset, Job
from feedback.models.jobs import JobKind


@transaction.atomic
def start_export(
    dataset: Dataset,
    *,
    format: str,
    by: Membership | None,
    options: Mapping[str, Any] | None = None,
    file: BinaryIO | None = None,
    **asked: Any,
) -> Job:
    """Ask for an export. `Invalid` if the dataset does not suit the format, or something asked does not fit.

    `asked`: the rest of a `Plan` (feedback/exports/plan.py); `file`: prompts to keep apart from (`against`).
    """
    count_export(dataset.organization_id)
    plan = plan_export(dataset, {**asked, "format": format, "options": options or {}})
    given = [one for one in (file, plan.against and plan.against.job) if one]
    if len(given) != bool(plan.against):
        sentence = "Name an earlier export to keep apart from, or send a file along: one of them."
        raise Invalid(sentence, {"against": sentence})
    job = Job(
        organization_id=dataset.organization_id,
        dataset=dataset,
        by=by,
        kind=JobKind.EXPORT,
        format=plan.format,
        options=plan.model_dump(mode="json"),
        filename=f"{plan.format}.{plan.file_type}",
    )
    if plan.against and file is not None:
        name = str(getattr(file, "name", "") or "prompts.jsonl").rpartition("/")[2]
        job.source.save(f"{job.pk}.{name.rpartition('.')[2] or 'jsonl'}", File(file), save=False)
    job.save(force_insert=True)
    if plan.name:
        name_snapshot(dataset, job, plan.name)
    note("export.started", dataset, by=by, format=plan.format, file_type=plan.file_type, job=job.pk)
    later("feedback.run_export", str(job.organization_id), str(job.pk))
    return job

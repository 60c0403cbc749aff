"""Cloning a dataset: what it is made of at once, its records by a job. Statements: cloned_rows.py.

A chunk of records comes with everything that belongs to them, its progress and its checkpoint in one transaction, so
that each comes once, whatever dies. Search finds them at once and reads their words later, as with every import.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.audit import note
from accounts.models import Membership
from core.errors import Invalid
from core.later import later
from core.models import new_id
from feedback.actions import answers, cloned_rows, indexing, jobs, record_rows
from feedback.actions.datasets import create_dataset
from feedback.events import announce, announce_records
from feedback.models import Dataset, Job, QueueRules, Response
from feedback.models.datasets import Status
from feedback.models.jobs import JobKind, State
from feedback.models.schema import Part
from feedback.models.webhooks import Event
from workspaces.models import Workspace

CHUNK = 500  # records in one transaction
OWN = {"dataset", "organization"}  # columns that are not copied
OF_THE_MOMENT = {
    "is_paused",
    "pause_note",
    "due_at",
    "closes_when_due",
}  # rules that are about the work at hand


@dataclass(frozen=True)
class With:
    """What comes along. Responses, suggestions and vectors only with the records; assignments and drafts never do."""

    records: bool = True
    responses: bool = True
    suggestions: bool = True
    vectors: bool = True
    rules: bool = True


@transaction.atomic
def clone_dataset(
    dataset: Dataset, workspace: Workspace, *, name: str, by: Membership | None, what: With | None = None
) -> Job:
    """Make another dataset like this one, and ask for its records. Returns the job, which is the new dataset's.

    `Conflict` if the workspace has one of that name.
    """
    what = what or With()
    made = _definition(dataset, workspace, name, by)
    if what.rules:
        _copy_rules(dataset, made)
    job = Job.objects.create(
        organization_id=made.organization_id,
        dataset=made,
        by=by,
        kind=JobKind.CLONE,
        options={"of": str(dataset.pk), **asdict(what)},
        total=dataset.count.records if what.records else 0,
        filename=dataset.name[:300],
    )
    note("dataset.cloned", dataset, by=by, name=made.name, workspace=workspace.name, clone=made.pk)
    later("feedback.run_clone", str(job.organization_id), str(job.pk))
    return job


def _definition(dataset: Dataset, workspace: Workspace, name: str, by: Membership | None) -> Dataset:
    made = create_dataset(
        workspace,
        name=name,
        by=by,
        guidelines=dataset.guidelines,
        guidelines_version=dataset.guidelines_version,
        allow_extra_metadata=dataset.allow_extra_metadata,
        min_submitted=dataset.min_submitted,
        invites_records=dataset.invites_records,
        metadata=dataset.metadata,
    )
    for parts in (dataset.fields, dataset.questions, dataset.metadata_properties, dataset.vectors_settings):
        _copy(list(parts.all()), made)
    versions = list(dataset.guidelines_versions.exclude(number=dataset.guidelines_version))
    _copy(versions, made)
    made.refresh_from_db()  # its shape is another since
    if dataset.is_published:
        made.status = Status.READY
        made.save(update_fields=["status"])
        announce(Event.DATASET_PUBLISHED, made)
    return made


def _copy(rows: list[Any], made: Dataset) -> None:
    """Rows of a dataset as rows of another, in their order; `is_indexed` holds there, for each chunk is indexed."""
    for row in rows:
        row.pk, row.dataset = new_id(), made
        if isinstance(row, Part) and hasattr(row, "is_indexed"):
            row.is_indexed = True
    if rows:
        type(rows[0]).objects.bulk_create(rows)


def _copy_rules(dataset: Dataset, made: Dataset) -> None:
    rules = QueueRules.objects.get(dataset=dataset)
    names = {field.name for field in QueueRules._meta.fields} - OWN - OF_THE_MOMENT
    QueueRules.objects.filter(dataset=made).update(**{name: getattr(rules, name) for name in names})


def run_clone(organization_id: str, job_id: str) -> None:
    """Bring the records in, unless somebody else is at it."""
    jobs.run(organization_id, job_id, _clone)


def _clone(job: Job) -> None:
    with transaction.atomic():
        source = Dataset.objects.filter(pk=job.options["of"]).first()
    if source is None:
        raise Invalid("The dataset that it copies was deleted. What came before stays.")
    try:
        while job.options["records"] and _chunk(job, source):
            pass
    finally:
        _count_people(job.dataset)
    jobs.end(job, State.FINISHED, _summary(job.counts))


@transaction.atomic
def _chunk(job: Job, source: Dataset) -> bool:
    """The next records with what belongs to them. False: there are none left."""
    dataset, options = job.dataset, job.options
    count = record_rows.lock(dataset)
    found = cloned_rows.next_records(source, job.checkpoint.get("after", -1), CHUNK)
    if not found:
        return False
    taken = record_rows.known(dataset, [], [name for _, _, name in found if name is not None])
    new = {pk: new_id() for pk, _, name in found if name not in taken}
    is_asked = indexing.has_backlog(dataset)
    cloned_rows.insert_records(dataset, count, new, keeps_turn=options["rules"])
    indexing.note_changes(dataset, list(new.values()), [], is_asked=is_asked)
    counts = {"records": len(new), "left": len(found) - len(new)} | _belongings(dataset, new, options)
    completed = answers.recount(dataset, list(new.values()), by_rules=True)
    if options["responses"]:
        cloned_rows.keep_turning_dates(new)
    announce_records(
        dataset,
        {
            Event.RECORD_CREATED: list(new.values()),
            Event.RECORD_COMPLETED: [pk for pk, is_completed in completed.items() if is_completed],
        },
    )
    counted = {name: job.counts.get(name, 0) + number for name, number in counts.items()}
    if not job.proceed(done=job.done + len(found), checkpoint={"after": found[-1][1]}, counts=counted):
        raise jobs.Stopped
    return True


def _belongings(dataset: Dataset, new: Mapping[UUID, UUID], options: Mapping[str, Any]) -> dict[str, int]:
    """Suggestions, vectors and responses of these records; how many of each."""
    counts = {}
    if options["suggestions"]:
        counts["suggestions"] = cloned_rows.insert_suggestions(dataset, new)
    if options["vectors"]:
        counts["vectors"] = cloned_rows.insert_vectors(dataset, new)
    if options["responses"]:
        answers.lock_tallies(dataset, answers.people_of(list(new)))
        counts["responses"] = cloned_rows.insert_responses(dataset, new)
    return counts


@transaction.atomic
def _count_people(dataset: Dataset) -> None:
    """Each author's own numbers, once: with every chunk they would be counted from the first record on."""
    record_rows.lock(dataset)
    people = set(Response.objects.filter(dataset=dataset).values_list("membership_id", flat=True).distinct())
    answers.lock_tallies(dataset, people)
    answers.retally(dataset, people)


def _summary(counts: Mapping[str, int]) -> str:
    named = ("records", "responses", "suggestions", "vectors")
    parts = [f"{counts[name]:,} {name}" for name in named if counts.get(name)]
    if not parts:
        return "The dataset is there, without records."
    left = counts.get("left", 0)
    more = f" {left:,} were left out: records with their external ids were there before." if left else ""
    return f"Copied: {', '.join(parts)}.{more}"

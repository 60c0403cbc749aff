"""Datasets: made as drafts, published once, changed, deleted, and brought back from the trash."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.timezone import now

from accounts.audit import note
from accounts.models import Membership
from accounts.trash import take_out, throw_away
from core.errors import Conflict, Invalid, NotFound
from core.text import check_text
from feedback.actions import record_rows
from feedback.actions.forgetting import forget_all
from feedback.actions.jobs import cancel_job
from feedback.actions.targets import put_in_order
from feedback.events import announce
from feedback.invitation import check_invitation
from feedback.models import Dataset, DatasetCount, DeletedDataset, GuidelinesVersion, Job, QueueRules
from feedback.models.datasets import Status
from feedback.models.jobs import State
from feedback.models.webhooks import Event
from workspaces.models import Workspace

CHANGEABLE = ("name", "guidelines", "allow_extra_metadata", "min_submitted", "invites_records", "metadata")

UNTOLD = ("guidelines", "metadata")  # in the audit log: long texts


@transaction.atomic
def create_dataset(workspace: Workspace, *, name: str, by: Membership | None = None, **given: Any) -> Dataset:
    """A draft in this workspace. `given`: its id, and what of CHANGEABLE is not as usual."""
    _check(name=name, **given)
    _hold(workspace.pk)
    dataset = Dataset(organization_id=workspace.organization_id, workspace=workspace, name=name, **given)
    _save(dataset, force_insert=True)
    DatasetCount.objects.create(dataset=dataset, organization_id=dataset.organization_id)
    QueueRules.objects.create(dataset=dataset, organization_id=dataset.organization_id)
    _keep_guidelines(dataset, by)
    announce(Event.DATASET_CREATED, dataset)
    note("dataset.created", dataset, by=by, workspace=workspace.name)
    return dataset


@transaction.atomic
def update_dataset(dataset: Dataset, *, by: Membership | None = None, **given: Any) -> Dataset:
    """Change what is given. New guidelines become a new version; a new number of answers recounts the queue."""
    changed = {name: value for name, value in given.items() if getattr(dataset, name) != value}
    _check(**changed)
    if changed.get("invites_records"):
        check_invitation(dataset.shape)
    if "min_submitted" in changed:
        record_rows.lock(dataset)  # before the dataset itself, as whoever writes records does …
        record_rows.hold(dataset, [])  # … or answers: another name would keep them from the dataset's key
    before = {name: getattr(dataset, name) for name in changed}
    for name, value in changed.items():
        setattr(dataset, name, value)
    if "guidelines" in changed:
        dataset.guidelines_version += 1
        _keep_guidelines(dataset, by)
    if (
        changed or "min_submitted" in given
    ):  # the contract moves the date with every mention of the distribution
        dataset.updated_at = dataset.last_activity_at = now()
        dates = ("updated_at", "last_activity_at")
        _save(dataset, update_fields=[*changed, "guidelines_version", *dates])
    if changed:
        announce(Event.DATASET_UPDATED, dataset)
        _note_changes(dataset, by, before, changed)
    if "min_submitted" in changed:
        put_in_order(dataset, by=by)
    return dataset


@transaction.atomic
def publish_dataset(dataset: Dataset) -> Dataset:
    """Open it for records and answers. From now on fields and questions stay as they are."""
    dataset = Dataset.objects.select_for_update(no_key=True).get(pk=dataset.pk)
    if dataset.is_published:
        raise Invalid("The dataset is published already.")
    if not dataset.fields.exists():
        raise Invalid("A dataset needs at least one field before it can be published.")
    questions = list(dataset.questions.all())
    if not any(question.required for question in questions):
        raise Invalid("A dataset needs at least one required question before it can be published.")
    fields = {field.name: field.type for field in dataset.fields.all()}
    for question in questions:
        question.kind.suits(fields)
    if dataset.invites_records:
        check_invitation(dataset.shape)
    dataset.status = Status.READY
    dataset.updated_at = dataset.last_activity_at = now()
    dataset.save(update_fields=["status", "updated_at", "last_activity_at"])
    announce(Event.DATASET_PUBLISHED, dataset)
    note("dataset.published", dataset)
    return dataset


@transaction.atomic
def delete_dataset(dataset: Dataset, *, by: Membership | None = None) -> None:
    """Put it into the trash with everything below it, whatever its size. Its jobs are stopped, its name is free."""
    for job in Job.objects.filter(dataset=dataset, state__in=(State.WAITING, State.RUNNING)):
        if job.may_be_stopped:
            cancel_job(job)
    announce(Event.DATASET_DELETED, dataset)
    note("dataset.deleted", dataset, by=by, workspace=dataset.workspace.name)
    throw_away(dataset, by=by)


@transaction.atomic
def remove_dataset(dataset: Dataset) -> None:
    """Delete it for good, with its files: one that never held anybody's work, or whose time in the trash is over.

    PostgreSQL deletes what is below it, row by row, without our reading any.
    """
    forget_all(dataset)
    if dataset.deleted_at is None:
        announce(Event.DATASET_DELETED, dataset)
    Dataset._base_manager.filter(pk=dataset.pk)._raw_delete(using="default")


@transaction.atomic
def restore_dataset(deleted: DeletedDataset, *, name: str | None = None) -> Dataset:
    """Bring it back as it was, or under another name. `Conflict` if the name is taken by now."""
    name = deleted.name if name is None else name
    _check(name=name)
    _hold(deleted.workspace_id)
    try:
        with transaction.atomic():
            take_out(deleted, name=name)
    except IntegrityError:
        raise _clash(name) from None
    dataset = Dataset.objects.get(pk=deleted.pk)
    note("dataset.restored", dataset)
    announce(Event.DATASET_CREATED, dataset)
    if dataset.is_published:
        announce(Event.DATASET_PUBLISHED, dataset)
    return dataset


def _hold(workspace_id: UUID) -> None:
    """Let nobody delete the workspace meanwhile."""
    if Workspace.objects.select_for_update(no_key=True).filter(pk=workspace_id).first() is None:
        raise NotFound("There is no such workspace.")


def _note_changes(
    dataset: Dataset, by: Membership | None, before: dict[str, Any], changed: dict[str, Any]
) -> None:
    """Guidelines by their version: texts are kept with the dataset."""
    if "guidelines" in changed:
        number = dataset.guidelines_version
        note("dataset.guidelines_changed", dataset, by=by, version=(number - 1, number))
    told: dict[str, Any] = {name: (before[name], changed[name]) for name in changed if name not in UNTOLD}
    if "metadata" in changed:
        told["changed"] = ["metadata"]
    if told:
        note("dataset.changed", dataset, by=by, **told)


def _check(**given: Any) -> None:
    errors: dict[str, str] = {}
    if "name" in given and not 1 <= len(given["name"].strip()) <= 200:
        errors["name"] = "A dataset needs a name of 1 to 200 characters."
    if "min_submitted" in given and not 1 <= given["min_submitted"] <= 1000:
        errors["min_submitted"] = "Each record needs between 1 and 1000 answers."
    if given.get("guidelines") and len(given["guidelines"]) > 10_000:
        errors["guidelines"] = "Guidelines may have 10,000 characters."
    if errors:
        raise Invalid(next(iter(errors.values())), errors)
    for text in (given.get("name"), given.get("guidelines")):
        if text:
            check_text(text)


def _save(dataset: Dataset, **options: Any) -> None:
    try:
        with transaction.atomic():
            dataset.save(**options)
    except IntegrityError as error:
        if "one_dataset_name_per_workspace" not in str(error):
            raise
        raise _clash(dataset.name) from None


def _clash(name: str) -> Conflict:
    return Conflict(f"The workspace already has a dataset named {name!r}.")


def _keep_guidelines(dataset: Dataset, by: Membership | None) -> None:
    GuidelinesVersion.objects.create(
        organization_id=dataset.organization_id,
        dataset=dataset,
        number=dataset.guidelines_version,
        text=dataset.guidelines or "",
        author=by,
    )

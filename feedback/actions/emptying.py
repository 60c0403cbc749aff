"""Emptying the trash: what nobody can bring back any more goes for good, some records at a time."""

from __future__ import annotations

from time import monotonic
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from accounts.audit import note
from accounts.trash import NO_MORE, Deletable, give_up
from core.later import later
from feedback.actions.datasets import remove_dataset
from feedback.models import Dataset, DeletedRecord, DeletedRecords, Record
from workspaces.models import Workspace

CHUNK = 2000  # records in a transaction
SLICE = 3.0  # seconds of a worker at a time, so that imports and exports need not wait for long


@transaction.atomic
def delete_for_good(deleted: Deletable) -> None:
    """Nobody can bring it back from now on; a task does the rest."""
    give_up(deleted)
    if isinstance(deleted, DeletedRecords):
        note("records.given_up", deleted.dataset, records=deleted.records)
    else:
        note("workspace.given_up" if isinstance(deleted, Workspace) else "dataset.given_up", deleted)
    organization_id: UUID = deleted.organization_id  # type: ignore[attr-defined]
    later("feedback.empty_trash", str(organization_id))


def organizations_due() -> set[UUID]:
    """Those in whose trash something's time is over."""
    return {pk for rows in _due() for pk in rows.values_list("organization", flat=True)[:1000]}


def go_on_emptying(organization_id: str) -> None:
    """Empty it for a while, and ask for the rest later."""
    if not empty_trash():
        later("feedback.empty_trash", organization_id)


def empty_trash(*, seconds: float = SLICE) -> bool:
    """Let go what is due in the organization that one acts for. False: some is left for the next time."""
    until = monotonic() + seconds
    records, datasets, workspaces = _due()
    return (
        all(_purge_records(pk, until) for pk in _ids(records))
        and all(_purge_dataset(pk, until) for pk in _ids(datasets))
        and all(_purge_workspace(pk, until) for pk in _ids(workspaces))
    )


def _due() -> list[QuerySet[Any]]:
    return [model._base_manager.filter(NO_MORE) for model in (DeletedRecords, Dataset, Workspace)]


@transaction.atomic
def _ids(rows: QuerySet[Any]) -> list[UUID]:
    return list(rows.values_list("pk", flat=True))


def _purge_records(pk: UUID, until: float) -> bool:
    """A set of records. False: some are left."""
    if not _empty(DeletedRecord.objects.filter(batch=pk), until):
        return False
    with transaction.atomic():
        rows = DeletedRecords._base_manager.filter(NO_MORE, pk=pk)
        for batch in rows.select_related("dataset").select_for_update(of=("self",)):
            note("records.purged", batch.dataset, records=batch.records)
        rows._raw_delete(using="default")
    return True


def _purge_dataset(pk: UUID, until: float) -> bool:
    """A dataset with its files, its largest tables first. PostgreSQL does that without our reading any row."""
    deleted = DeletedRecord.objects.filter(batch__dataset=pk)
    if not _empty(deleted, until) or not _empty(Record.objects.filter(dataset=pk), until):
        return False
    with transaction.atomic():
        for dataset in Dataset._base_manager.filter(pk=pk, deleted_at__isnull=False).select_for_update():
            note("dataset.purged", dataset)
            remove_dataset(dataset)
    return True


def _purge_workspace(pk: UUID, until: float) -> bool:
    """A workspace, with the datasets that lay in the trash before it: they cannot be without it."""
    with transaction.atomic():
        datasets = list(Dataset._base_manager.filter(workspace=pk).values_list("pk", flat=True))
    if not all(_purge_dataset(one, until) for one in datasets):
        return False
    with transaction.atomic():
        rows = Workspace._base_manager.filter(NO_MORE, pk=pk)
        for workspace in rows.select_for_update():
            note("workspace.purged", workspace)
        rows._raw_delete(using="default")
    return True


def _empty(rows: QuerySet[Any], until: float) -> bool:
    """Delete rows with everything below them, a transaction for each chunk. False: the time is over."""
    while monotonic() < until:
        with transaction.atomic():
            chunk = list(rows.values_list("pk", flat=True)[:CHUNK])
            rows.model._base_manager.filter(pk__in=chunk)._raw_delete(using="default")
        if len(chunk) < CHUNK:
            return True
    return False

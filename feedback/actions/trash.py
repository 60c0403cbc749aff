"""Bringing back what was deleted, whatever it is."""

from __future__ import annotations

from accounts.models import Membership
from core.errors import Invalid
from feedback.actions.datasets import restore_dataset
from feedback.actions.deleted_records import restore_records
from feedback.models import Dataset, DeletedDataset
from feedback.models.deleted_records import Deleted
from workspaces.actions import restore_workspace
from workspaces.models import DeletedWorkspace, Workspace


def restore(
    deleted: Deleted, *, name: str | None = None, by: Membership | None = None
) -> Dataset | Workspace:
    """Bring it back; where it is now. `name`: another one, for what has one. `Conflict` says what stands in its way."""
    if isinstance(deleted, DeletedWorkspace):
        return restore_workspace(deleted, name=name, by=by)
    if isinstance(deleted, DeletedDataset):
        return restore_dataset(deleted, name=name)
    if name is not None:
        raise Invalid("Records have no name of their own. Restore them without one.")
    return restore_records(deleted)

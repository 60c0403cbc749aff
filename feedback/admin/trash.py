"""The trash in the admin: what was deleted, brought back or let go for ever."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.access import Verb
from accounts.admin.base import TenantAdmin
from accounts.admin.reach import ReachableFilter, who
from feedback.actions.emptying import delete_for_good
from feedback.actions.trash import restore
from feedback.models import DeletedDataset, DeletedRecords
from workspaces.models import DeletedWorkspace

WHEN = ("deleted_at", "deleted_by", "purge_at")


class TrashAdmin(TenantAdmin):
    """Deleting here is for ever: within a few minutes it is gone."""

    ordering = ("-deleted_at",)
    actions = ("restore",)
    delete_verb = Verb.MANAGE

    def remove(self, request: HttpRequest, obj: Any) -> None:
        delete_for_good(obj)

    @admin.action(description="Restore", permissions=["delete"])
    def restore(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Each with its own message: a name may be taken by now."""
        assert self.delete_verb is not None
        act = partial(restore, by=who(request))
        self.one_by_one(request, queryset, self.delete_verb, act, log="Restored.", said="is back.")


@admin.register(DeletedDataset)
class DeletedDatasetAdmin(TrashAdmin):
    """Datasets of the workspaces that whoever asks manages."""

    list_display = ("name", "workspace", "records", *WHEN)
    list_filter = (("workspace", ReachableFilter),)
    list_select_related = ("workspace", "deleted_by", "count")
    search_fields = ("name",)
    fields = readonly_fields = ("name", "workspace", "records", *WHEN)

    @admin.display(description="records")
    def records(self, dataset: DeletedDataset) -> str:
        """How many are in it."""
        return f"{dataset.count.records:,}"


@admin.register(DeletedRecords)
class DeletedRecordsAdmin(TrashAdmin):
    """Records of their datasets."""

    list_display = ("__str__", "dataset", "records", *WHEN)
    search_fields = ("dataset__name",)
    list_filter = (("dataset", ReachableFilter),)
    list_select_related = ("dataset", "deleted_by")
    fields = readonly_fields = ("dataset", "records", *WHEN)


@admin.register(DeletedWorkspace)
class DeletedWorkspaceAdmin(TrashAdmin):
    """Workspaces, which owners alone bring back."""

    list_display = ("name", *WHEN)
    list_select_related = ("deleted_by",)
    search_fields = ("name",)
    fields = readonly_fields = ("name", *WHEN)
    view_verb = delete_verb = Verb.OWN

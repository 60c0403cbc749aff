"""Workspaces in the admin: owners make, rename and delete them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from accounts.access import Verb
from accounts.admin.base import TenantAdmin
from accounts.admin.reach import who
from accounts.admin.refusals import ActionForm
from core.counting import counting
from workspaces.actions import create_workspace, delete_workspace, rename_workspace
from workspaces.models import Workspace


@admin.register(Workspace)
class WorkspaceAdmin(TenantAdmin):
    """Managers see those that they belong to."""

    product_page = ("workspace", "pk")
    list_display = ("name", "people", "holdings", "inserted_at")
    search_fields = ("name",)
    ordering = ("name",)
    add_verb = change_verb = delete_verb = Verb.OWN

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.rows(request)
        counted: QuerySet[Any] = rows.annotate(
            members_count=counting(Workspace, "workspace_memberships"),
            datasets_count=counting(Workspace, "datasets"),
        )
        return counted

    @admin.display(description="members")
    def people(self, workspace: Any) -> str:
        """How many, with the way to them."""
        url = f"{reverse('admin:workspaces_workspacemembership_changelist')}?workspace__id__exact={workspace.pk}"
        return format_html('<a href="{}">{}</a>', url, workspace.members_count)

    @admin.display(description="datasets")
    def holdings(self, workspace: Any) -> int:
        """How many."""
        return int(workspace.datasets_count)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None:
            return ("name", "people", "holdings", "inserted_at")
        return ("name",) if who(request) else ("organization", "name")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None else ("people", "holdings", "inserted_at")

    def add(self, request: HttpRequest, form: ActionForm) -> Any:
        by = who(request)
        return create_workspace(by.organization if by else form.given["organization"], form.given["name"])

    def change(self, request: HttpRequest, obj: Workspace, form: ActionForm) -> Any:
        return rename_workspace(obj, form.given["name"])

    def remove(self, request: HttpRequest, obj: Workspace) -> None:
        delete_workspace(obj, by=who(request))

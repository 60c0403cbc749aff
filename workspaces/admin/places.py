"""Workspace members in the admin: who works where."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.access import Verb
from accounts.admin.base import TenantAdmin
from accounts.admin.reach import ReachableFilter
from accounts.admin.refusals import ActionForm
from accounts.models import Membership
from workspaces.actions import add_to_workspace, remove_from_workspace
from workspaces.models import WorkspaceMembership


@admin.register(WorkspaceMembership)
class WorkspaceMembershipAdmin(TenantAdmin):
    """Let somebody of the organization into a workspace, or out."""

    fields = ("workspace", "membership")
    list_display = ("membership", "username", "role", "workspace", "inserted_at")
    list_display_links = ("membership",)
    list_filter = (("workspace", ReachableFilter), "membership__role")
    list_select_related = ("membership", "workspace")
    search_fields = ("membership__username", "membership__first_name", "membership__last_name")
    search_help_text = "Name or username"
    ordering = ("workspace__name", "membership__username")
    add_verb = delete_verb = Verb.MANAGE

    @admin.display(ordering="membership__username")
    def username(self, place: WorkspaceMembership) -> str:
        """Theirs."""
        return place.membership.username

    @admin.display(ordering="membership__role")
    def role(self, place: WorkspaceMembership) -> str:
        """Theirs."""
        return place.membership.get_role_display()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Managers let in whom they see, not only whom they manage."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None and db_field.related_model is Membership:
            field.queryset = self.reachable(request, Membership, Verb.VIEW).filter(left_at=None)
        return field

    def add(self, request: HttpRequest, form: ActionForm) -> Any:
        return add_to_workspace(form.given["workspace"], form.given["membership"])

    def remove(self, request: HttpRequest, obj: WorkspaceMembership) -> None:
        remove_from_workspace(obj)

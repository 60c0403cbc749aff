"""Workspace members in the admin: who works where."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from accounts.access import Verb, WorkspaceRole
from accounts.admin.base import TenantAdmin
from accounts.admin.reach import ReachableFilter, who
from accounts.admin.refusals import ActionForm
from accounts.models import Membership
from workspaces.actions import add_to_workspace, change_role_in_workspace, remove_from_workspace
from workspaces.forms import workspace_roles_for
from workspaces.models import WorkspaceMembership


class PlaceForm(ActionForm):
    """Who works where, and as what; only owners make managers."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by = who(self.request)
        if by is not None and "role" in self.fields:
            cast(forms.ChoiceField, self.fields["role"]).choices = workspace_roles_for(by)


@admin.register(WorkspaceMembership)
class WorkspaceMembershipAdmin(TenantAdmin):
    """Let somebody of the organization into a workspace, or out."""

    product_page = ("workspace", "workspace_id")
    form = PlaceForm
    fields = ("workspace", "membership", "role")
    list_display = ("membership", "username", "role", "workspace", "role_set_by", "role_set_at")
    list_display_links = ("membership",)
    list_filter = (("workspace", ReachableFilter), "role")
    list_select_related = ("membership", "workspace", "role_set_by")
    search_fields = ("membership__username", "membership__first_name", "membership__last_name")
    search_help_text = "Name or username"
    ordering = ("workspace__name", "membership__username")
    add_verb = change_verb = delete_verb = Verb.MANAGE

    @admin.display(ordering="membership__username")
    def username(self, place: WorkspaceMembership) -> str:
        """Theirs."""
        return place.membership.username

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Managers let in whom they see, not only whom they manage."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None and db_field.related_model is Membership:
            field.queryset = self.reachable(request, Membership, Verb.VIEW).filter(left_at=None)
        return field

    def add(self, request: HttpRequest, form: ActionForm) -> Any:
        given = form.given
        return add_to_workspace(given["workspace"], given["membership"], role=given["role"], by=who(request))

    def change(self, request: HttpRequest, obj: WorkspaceMembership, form: ActionForm) -> Any:
        return change_role_in_workspace(obj, form.given["role"], by=who(request))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("workspace", "membership") if obj else ()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only owners change what managers are."""
        of_manager = obj is not None and obj.role == WorkspaceRole.MANAGER
        return self.may(request, Verb.OWN if of_manager else Verb.MANAGE, obj)

    def remove(self, request: HttpRequest, obj: WorkspaceMembership) -> None:
        remove_from_workspace(obj)

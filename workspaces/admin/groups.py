"""Groups of people in the admin."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.access import Verb
from accounts.admin.base import TenantAdmin
from accounts.admin.reach import ReachableFilter
from accounts.admin.refusals import ActionForm
from accounts.models import Membership
from core.counting import counting
from workspaces.actions import change_group, create_group, delete_group, people_of
from workspaces.models import Group


class GroupForm(ActionForm):
    """A name, and people whom whoever asks can see; the action says which of them can be in it."""

    members: Any = forms.ModelMultipleChoiceField(
        queryset=None, required=False, help_text="Members of the workspace, or owners."
    )


@admin.register(Group)
class GroupAdmin(TenantAdmin):
    """The groups of the workspaces that whoever asks manages."""

    product_page = ("group", "workspace_id", "pk")
    form = GroupForm
    list_display = ("name", "workspace", "people", "inserted_at")
    list_filter = (("workspace", ReachableFilter),)
    list_select_related = ("workspace",)
    search_fields = ("name",)
    ordering = ("workspace__name", "name")
    add_verb = change_verb = delete_verb = Verb.MANAGE

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.rows(request)
        counted: QuerySet[Any] = rows.annotate(people_count=counting(Group, "places"))
        return counted

    @admin.display(description="members")
    def people(self, group: Any) -> int:
        """How many."""
        return int(group.people_count)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        members = cast("forms.ModelMultipleChoiceField[Any]", form.base_fields["members"])
        members.queryset = self.reachable(request, Membership, Verb.VIEW).filter(left_at=None)
        members.initial = people_of([obj])[obj.pk] if obj else None
        return form

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("workspace", "name", "members")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("workspace",) if obj else ()

    def add(self, request: HttpRequest, form: ActionForm) -> Any:
        given = form.given
        return create_group(given["workspace"], name=given["name"], members=list(given["members"]))

    def change(self, request: HttpRequest, obj: Group, form: ActionForm) -> Any:
        return change_group(obj, name=form.given["name"], members=list(form.given["members"]))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The action has written who is in it."""

    def remove(self, request: HttpRequest, obj: Group) -> None:
        delete_group(obj)

"""Assignments in the admin: seen with their people, their notes and due dates changed, taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet, Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.access import Verb
from accounts.admin.base import TenantAdmin
from accounts.admin.reach import ReachableFilter, who
from accounts.admin.refusals import ActionForm
from core.errors import DomainError
from feedback.actions.assignments import change_assignment
from feedback.actions.unassigning import take_back_assignment
from feedback.models import Assignment, Share

if TYPE_CHECKING:
    TabularInline = admin.TabularInline[Any, Any]
else:
    TabularInline = admin.TabularInline


class ShareInline(TabularInline):
    """People and what they were given, to be read: handing over is done on the dataset's own pages."""

    model = Share
    verbose_name_plural = "people"
    fields = readonly_fields = ("membership", "weight", "given", "answered")
    extra = 0
    can_delete = False
    show_change_link = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True  # of an assignment that was obtained by permission

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("membership")


@admin.register(Assignment)
class AssignmentAdmin(TenantAdmin):
    """Newest first. New ones are made on the dataset's own pages, or by the API."""

    product_page = ("assignment", "dataset_id", "pk")
    asks_first: ClassVar = {
        "take_back": "Records that nobody has begun are free again. What is answered stays."
    }
    list_display = ("__str__", "dataset", "progress", "due_at", "by", "inserted_at")
    list_filter = (("dataset", ReachableFilter),)
    list_select_related = ("dataset", "by")
    search_fields = ("note", "dataset__name", "shares__membership__username")
    search_help_text = "Note, dataset, or username of somebody who was given records"
    ordering = ("-id",)
    actions = ("take_back",)
    inlines = (ShareInline,)
    fields = ("dataset", "note", "due_at", "progress", "made_by", "by", "inserted_at")
    readonly_fields = ("dataset", "progress", "made_by", "by", "inserted_at")
    change_verb = Verb.MANAGE

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        sums = {"given": Sum("shares__given"), "answered": Sum("shares__answered")}
        rows: QuerySet[Any] = self.rows(request).annotate(**sums)
        return rows

    @admin.display(description="answered")
    def progress(self, assignment: Any) -> str:
        """Records answered, of how many."""
        return f"{assignment.answered or 0:,} of {assignment.given or 0:,}"

    @admin.display(description="job")
    def made_by(self, assignment: Assignment) -> SafeString | str:
        """The one that gives the records."""
        if assignment.job is None:
            return "–"
        url = reverse("admin:feedback_job_change", args=[assignment.job_id])
        state = assignment.job.get_state_display()
        return format_html('<a href="{}">{}</a> {}', url, state, assignment.job.detail)

    def change(self, request: HttpRequest, obj: Assignment, form: ActionForm) -> Any:
        return change_assignment(obj, note=form.given["note"], due_at=form.given["due_at"])

    def has_manage_permission(self, request: HttpRequest) -> bool:
        """For the action."""
        return self.may(request, Verb.MANAGE)

    @admin.action(description="Take back what nobody has begun", permissions=["manage"])
    def take_back(self, request: HttpRequest, queryset: QuerySet[Assignment]) -> None:
        """Of each of those selected, as a job."""
        for assignment in queryset:
            try:
                job = take_back_assignment(self.held(request, Verb.MANAGE, assignment.pk), by=who(request))
            except DomainError as error:
                self.message_user(request, f"{assignment}: {error}", messages.WARNING)
                continue
            self.log_change(request, assignment, "Taken back.")
            url = reverse("admin:feedback_job_change", args=[job.pk])
            text = format_html('{} is being taken back: <a href="{}">follow it</a>.', assignment, url)
            self.message_user(request, text, messages.SUCCESS)

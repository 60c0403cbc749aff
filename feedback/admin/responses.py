"""Responses in the admin, to be read."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.admin.reach import ReachableFilter
from feedback.admin import shown
from feedback.admin.listing import InDatasetAdmin
from feedback.models import Response


@admin.register(Response)
class ResponseAdmin(InDatasetAdmin):
    """What people answered in a dataset, by person."""

    product_page = ("record", "dataset_id", "record_id")
    list_display = ("membership", "status", "summary", "is_extra", "minutes", "updated_at")
    list_filter = (("dataset", ReachableFilter), "status", "reason")
    list_select_related = ("membership", "dataset")
    search_fields = ("membership__username",)
    search_help_text = "Username"
    ordering = ("-membership_id", "-updated_at")  # as the index has them
    sortable_by = ()
    fields = (
        "dataset", "subject", "membership", "status", "reason", "note", "is_extra", "said", "guidelines_version",
        "minutes", "revision", "inserted_at", "updated_at", "submitted_at",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return self.rows(request).select_related("membership", "dataset")

    @admin.display(description="record")
    def subject(self, response: Response) -> SafeString:
        """With the way to it."""
        url = reverse("admin:feedback_record_change", args=[response.record_id])
        return format_html('<a href="{}">{}</a>', url, response.record)

    @admin.display(description="answers")
    def summary(self, response: Response) -> str:
        """In short."""
        text = "; ".join(value for _, value in shown.answers(response.dataset, response.values))
        return text if len(text) <= 80 else f"{text[:80]}…"

    @admin.display(description="answers")
    def said(self, response: Response) -> SafeString:
        """By question."""
        return shown.rendered("pairs", pairs=shown.answers(response.dataset, response.values))

    @admin.display(description="active time")
    def minutes(self, response: Response) -> str:
        """Minutes and seconds of work."""
        seconds = (response.active_ms or 0) // 1000
        return f"{seconds // 60}:{seconds % 60:02}"

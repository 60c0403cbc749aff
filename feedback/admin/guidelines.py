"""Versions of guidelines in the admin, to be read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.admin.base import TenantAdmin
from accounts.admin.reach import ReachableFilter
from feedback.models import GuidelinesVersion


@admin.register(GuidelinesVersion)
class GuidelinesVersionAdmin(TenantAdmin):
    """Which guidelines held when."""

    product_page = ("guidelines_version", "dataset_id", "number")
    list_display = ("dataset", "number", "author", "inserted_at")
    list_display_links = ("number",)
    list_filter = (("dataset", ReachableFilter),)
    list_select_related = ("dataset", "author")
    search_fields = ("dataset__name", "author__username")
    search_help_text = "Dataset or username"
    ordering = ("-id",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("dataset", "number", "author", "inserted_at", "text")

"""Requests for organizations in the admin: the operator of the installation approves or declines them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.access import Verb
from accounts.actions import approve_request, decline_request
from accounts.admin.base import TenantAdmin
from accounts.admin.reach import who
from accounts.models import OrganizationRequest
from core.errors import DomainError


@admin.register(OrganizationRequest)
class OrganizationRequestAdmin(TenantAdmin):
    """For the operator alone."""

    list_display = ("name", "slug", "user", "first_name", "inserted_at", "decided_at", "is_approved")
    list_filter = ("is_approved",)
    list_select_related = ("user",)
    search_fields = ("name", "slug", "user__email")
    fields = readonly_fields = list_display
    actions = ("approve", "decline")

    def rows(self, request: HttpRequest, verb: Verb | None = None) -> QuerySet[Any]:
        """All of them, or none."""
        if who(request) is not None:
            return admin.ModelAdmin.get_queryset(self, request).none()
        return super().rows(request, verb)

    def may(self, request: HttpRequest, verb: Verb | None, obj: Any = None) -> bool:
        return who(request) is None and super().may(request, verb, obj)

    @admin.action(description="Approve: make the organization, and write to its owner", permissions=["view"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Each by itself: one that cannot be keeps no other back."""
        self._decide(request, queryset, approve_request, "made")

    @admin.action(description="Decline, and write to whoever asked", permissions=["view"])
    def decline(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Each by itself."""
        self._decide(request, queryset, decline_request, "declined")

    def _decide(
        self, request: HttpRequest, queryset: QuerySet[Any], act: Callable[[Any], Any], word: str
    ) -> None:
        for asked in queryset.select_related("user"):
            try:
                act(asked)
            except DomainError as error:
                self.message_user(request, f"{asked}: {error}", messages.ERROR)
            else:
                self.message_user(request, f"{asked} is {word}.")

"""What people asked about their own data, in the admin: copies and erasures, and trying again what failed."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from accounts.access import Verb
from accounts.admin.base import TenantAdmin
from accounts.admin.reach import who
from feedback.actions.personal import ask_again
from feedback.admin import shown
from feedback.models import PersonalRequest


@admin.register(PersonalRequest)
class PersonalRequestAdmin(TenantAdmin):
    """For owners and the operator. The copy itself is for whom it concerns, and not here."""

    view_verb: ClassVar[Verb] = Verb.OVERSEE
    product_page = ("persons_data", "membership_id")
    asks_first: ClassVar = {"again": "What failed is begun again. What was done of it stays done."}
    actions = ("again",)
    list_display = ("kind", "membership", "state", "asked_by", "inserted_at", "ended_at", "has_file")
    list_filter = ("kind", "state")
    list_select_related = ("membership", "asked_by")
    search_fields = ("membership__username", "membership__first_name", "asked_by__username")
    search_help_text = "Username or name"
    ordering = ("-inserted_at", "-id")
    fields = readonly_fields = (
        "kind", "membership", "state", "detail", "asked_by", "deletes_answers", "counted", "inserted_at", "ended_at",
        "has_file", "expires_at",
    )  # fmt: skip

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.may(request, Verb.OVERSEE)

    def has_view_permission(self, request: HttpRequest, obj: PersonalRequest | None = None) -> bool:
        return self.may(request, Verb.OVERSEE, obj)

    @admin.action(description="Try again", permissions=["view"])
    def again(self, request: HttpRequest, queryset: QuerySet[PersonalRequest]) -> None:
        """Those that failed, each by itself."""
        act, said = partial(ask_again, by=who(request)), "is tried again."
        self.one_by_one(request, queryset, Verb.OVERSEE, act, log="Tried again.", said=said)

    @admin.display(description="what there was")
    def counted(self, asked: PersonalRequest) -> SafeString:
        """By noun."""
        return shown.rendered("pairs", pairs=asked.counts.items())

    @admin.display(description="file", boolean=True)
    def has_file(self, asked: PersonalRequest) -> bool:
        """Whether the copy can still be downloaded."""
        return bool(asked.file)

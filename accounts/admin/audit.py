"""The audit log in the admin, to be read."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from accounts.access import Verb
from accounts.admin.base import TenantAdmin
from accounts.audit_acts import Kind, of_kind
from accounts.audit_models import AuditEntry
from core.origin import Door


class KindFilter(admin.SimpleListFilter):
    """By kinds of acts, as they are in the code: nobody looks through the log for what there is."""

    title = "kind of act"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Kind.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        return queryset.filter(act__in=of_kind(self.value() or "")) if self.value() else queryset


class DoorFilter(admin.SimpleListFilter):
    """By the way in."""

    title = "door"
    parameter_name = "door"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(door.value, door.value) for door in Door]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        return queryset.filter(door=self.value()) if self.value() else queryset


@admin.register(AuditEntry)
class AuditAdmin(TenantAdmin):
    """For owners and the operator. Nobody adds, changes or deletes anything."""

    view_verb: ClassVar[Verb] = Verb.OVERSEE
    list_display = ("at", "actor", "did", "door", "address")
    list_filter = (KindFilter, DoorFilter)
    ordering = ("-at", "-id")
    search_fields = ("actor_name", "object_name", "act")
    fields = (
        "at", "actor", "did", "act", "door", "means", "key_name", "object_kind", "object_id", "address", "agent",
        "told",
    )  # fmt: skip
    readonly_fields = fields

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.may(request, Verb.OVERSEE)

    def has_view_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        return self.may(request, Verb.OVERSEE, obj)

    @admin.display(description="who")
    def actor(self, entry: AuditEntry) -> str:
        """By the name of then."""
        return entry.who

    @admin.display(description="what")
    def did(self, entry: AuditEntry) -> str:
        """As a sentence."""
        return entry.sentence

    @admin.display(description="details")
    def told(self, entry: AuditEntry) -> SafeString:
        """What changed."""
        return format_html_join("\n", "<div><b>{}</b>: {}</div>", entry.lines)

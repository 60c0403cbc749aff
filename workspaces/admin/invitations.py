"""Invitations in the admin: who was asked, whether they came, sent again, withdrawn."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.timezone import now
from django.views.decorators.debug import sensitive_variables

from accounts.access import Verb
from accounts.admin.base import TenantAdmin
from accounts.admin.refusals import REFUSALS
from workspaces import emails
from workspaces.actions import renew_invitation, withdraw_invitation
from workspaces.models import Invitation


class StateFilter(admin.SimpleListFilter):
    """By whether somebody can still come by it."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("waiting", "Waiting"), ("accepted", "Used up"), ("expired", "Expired")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> QuerySet[Invitation]:
        chosen = {
            "waiting": Q(accepted_at=None, expires_at__gt=now()),
            "accepted": Q(accepted_at__isnull=False),
            "expired": Q(accepted_at=None, expires_at__lte=now()),
        }
        return queryset.filter(chosen.get(self.value() or "", Q()))


@admin.register(Invitation)
class InvitationAdmin(TenantAdmin):
    """Owners see all of them, managers those that they sent. The secret of a link is shown nowhere."""

    asks_first: ClassVar = {
        "send_again": "Each gets a letter with a new link. The link before it opens nothing any more."
    }
    list_display = (
        "__str__",
        "role",
        "state",
        "uses",
        "most_uses",
        "expires_at",
        "invited_by",
        "inserted_at",
    )
    list_filter = (StateFilter, "role")
    list_select_related = ("invited_by",)
    search_fields = ("email", "name", "domain")
    search_help_text = "E-mail, name, or domain"
    ordering = ("-inserted_at", "-id")
    actions = ("send_again",)
    fields = readonly_fields = (
        "email", "name", "role", "state", "domain", "uses", "most_uses", "invited_by", "inserted_at", "sent_at",
        "failure", "expires_at", "accepted_at",
    )  # fmt: skip
    delete_verb = Verb.MANAGE

    @admin.display(description="state")
    def state(self, invitation: Invitation) -> str:
        """In a word or two."""
        if invitation.accepted_at:
            return "Used up"
        if invitation.expires_at <= now():
            return "Expired"
        return "Letter did not go" if invitation.failure else "Waiting"

    def remove(self, request: HttpRequest, obj: Invitation) -> None:
        withdraw_invitation(obj)

    @admin.action(description="Send again", permissions=["delete"])
    @sensitive_variables("invited")
    def send_again(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> None:
        """To those with an e-mail. A link is shown by the product's page, which alone can."""
        for one in queryset:
            if one.is_link:
                self.message_user(
                    request, f"{one} is a link to share: renew it under People.", messages.WARNING
                )
                continue
            try:
                invited = renew_invitation(self.held(request, Verb.MANAGE, one.pk))
            except REFUSALS as why:
                self.message_user(request, f"{one}: {why}", messages.ERROR)
                continue
            self.log_change(request, one, "Sent again.")
            if failure := emails.send(invited):
                self.message_user(request, f"{one}: {failure}", messages.ERROR)
            else:
                self.message_user(request, f"{one} was sent another letter.", messages.SUCCESS)

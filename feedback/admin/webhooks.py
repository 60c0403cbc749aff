"""Webhooks in the admin, for owners; and their deliveries, also for managers."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.access import Verb
from accounts.admin.base import TenantAdmin
from accounts.admin.reach import who
from accounts.admin.refusals import ActionForm
from core.errors import DomainError, Invalid
from feedback.actions.webhooks import (
    add_webhook,
    change_webhook,
    in_words,
    ping_webhook,
    remove_webhook,
    retry_delivery,
)
from feedback.models import Delivery, Webhook
from feedback.models.webhooks import Event

TONES = {"delivered": "ok", "failed": "danger", "sending": "accent"}


class WebhookAdminForm(ActionForm):
    """Events as boxes to tick."""

    url = forms.CharField(label="Address", widget=forms.URLInput(attrs={"class": "vTextField"}))
    events = forms.MultipleChoiceField(
        label="Tell when", choices=Event.choices, widget=forms.CheckboxSelectMultiple
    )


@admin.register(Webhook)
class WebhookAdmin(TenantAdmin):
    """At most ten in an organization."""

    form = WebhookAdminForm
    list_display = ("url", "description", "told_about", "enabled", "inserted_at")
    list_filter = ("enabled",)
    search_fields = ("url", "description")
    ordering = ("inserted_at",)
    actions = ("ping",)
    add_verb = change_verb = delete_verb = Verb.OWN

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.may(request, Verb.OWN)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, Verb.OWN, obj)

    @admin.display(description="told about")
    def told_about(self, webhook: Webhook) -> str:
        """The events."""
        return ", ".join(webhook.events)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None:
            return ("url", "events", "description", "enabled", "secret", "inserted_at", "updated_at")
        fields = ("url", "events", "description")
        return fields if who(request) else ("organization", *fields)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None else ("secret", "inserted_at", "updated_at")

    def add(self, request: HttpRequest, form: ActionForm) -> Any:
        by = who(request)
        given = {name: form.given[name] for name in ("url", "events")}
        organization = by.organization if by else form.given["organization"]
        return add_webhook(organization, description=form.given["description"] or None, **given)

    def change(self, request: HttpRequest, obj: Webhook, form: ActionForm) -> Any:
        given = {name: form.given[name] for name in ("url", "events", "enabled")}
        return change_webhook(obj, description=form.given["description"] or None, **given)

    def remove(self, request: HttpRequest, obj: Webhook) -> None:
        remove_webhook(obj)

    @admin.action(description="Send a ping", permissions=["change"])
    def ping(self, request: HttpRequest, queryset: QuerySet[Webhook]) -> None:
        """To each of those selected."""
        for webhook in queryset:
            try:
                answer = ping_webhook(webhook)
            except Invalid as error:
                self.message_user(request, str(error), messages.ERROR)
            else:
                level = messages.SUCCESS if answer.is_success else messages.WARNING
                self.message_user(request, f"{webhook.host} answered {in_words(answer.status)}.", level)


@admin.register(Delivery)
class DeliveryAdmin(TenantAdmin):
    """Newest first. They are written by what happens, and read here."""

    list_display = ("event", "receiver", "status_tag", "attempts", "status", "detail", "inserted_at")
    list_filter = ("state", "event")
    list_select_related = ("webhook",)
    search_fields = ("event", "detail", "webhook__url")
    search_help_text = "Event, address, or what went wrong"
    ordering = ("-id",)
    actions = ("send_again",)
    fields = (
        "event", "receiver", "status_tag", "detail", "attempts", "next_attempt_at", "status", "answer", "message",
        "payload", "inserted_at", "ended_at",
    )  # fmt: skip

    @admin.display(description="to")
    def receiver(self, delivery: Delivery) -> str:
        """The host: the address may hold somebody's token."""
        return delivery.webhook.host

    @admin.display(description="state", ordering="state")
    def status_tag(self, delivery: Delivery) -> SafeString:
        """In a word."""
        tone = TONES.get(delivery.state, "")
        return format_html('<span class="tag {}">{}</span>', tone, delivery.get_state_display())

    @admin.display(description="webhook-id")
    def message(self, delivery: Delivery) -> str:
        """What the receiver knows it by."""
        return delivery.message_id

    @admin.display(description="payload")
    def payload(self, delivery: Delivery) -> SafeString:
        """As it was when it happened."""
        text = json.dumps(json.loads(delivery.body), indent=2, ensure_ascii=False)
        return format_html('<pre class="plain">{}</pre>', text)

    def has_manage_permission(self, request: HttpRequest) -> bool:
        """For the action."""
        return self.may(request, Verb.MANAGE)

    @admin.action(description="Send again", permissions=["manage"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        """Those selected, as if they were new."""
        sent = 0
        for delivery in queryset:
            try:
                retry_delivery(self.held(request, Verb.MANAGE, delivery.pk))
            except DomainError as error:
                self.message_user(request, f"{delivery}: {error}", messages.WARNING)
            else:
                sent += 1
                self.log_change(request, delivery, "Sent again.")
        if sent:
            self.message_user(request, f"{sent} will be sent again.", messages.SUCCESS)

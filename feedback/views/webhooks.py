"""Webhooks, for owners."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import Verb, demand
from accounts.forms import explain
from core.errors import DomainError, Invalid
from core.http import Request
from feedback.actions.webhooks import (
    MOST,
    add_webhook,
    change_webhook,
    in_words,
    ping_webhook,
    remove_webhook,
    renew_secret,
)
from feedback.models import Delivery, Webhook
from feedback.webhook_forms import ChangedWebhookForm, WebhookForm

LATEST = 5  # deliveries on the page of a webhook


@require_GET
def webhooks(request: Request) -> HttpResponse:
    """All of the organization."""
    demand(Verb.OWN, request.membership)
    found = Webhook.objects.allowing(Verb.OWN, request.membership)
    context = {"nav": "webhooks", "webhooks": found, "may_add": len(found) < MOST, "most": MOST}
    return render(request, "feedback/webhooks.html", context)


@require_http_methods(["GET", "POST"])
def new_webhook(request: Request) -> HttpResponse:
    """Add one."""
    demand(Verb.OWN, request.membership)
    form = WebhookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = add_webhook(request.organization, **form.cleaned_data)
        except DomainError as error:
            explain(form, error)
        else:
            messages.success(
                request, gettext("The webhook is added. Give its secret to the receiver, then try it out.")
            )
            return redirect("webhook", request.organization.slug, made.pk)
    context = {"nav": "webhooks", "form": form}
    return render(request, "feedback/new_webhook.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@never_cache
def webhook(request: Request, pk: UUID) -> HttpResponse:
    """One: what it is told, its secret, what was sent lately."""
    found = _fetch(request, pk)
    form = ChangedWebhookForm(request.POST or None, webhook=found)
    if request.method == "POST" and form.is_valid():
        try:
            change_webhook(found, **form.cleaned_data)
        except DomainError as error:
            explain(form, error)
        else:
            messages.success(request, gettext("The webhook is saved."))
            return redirect("webhook", request.organization.slug, found.pk)
    context: dict[str, Any] = {
        "nav": "webhooks",
        "webhook": found,
        "form": form,
        "deliveries": Delivery.objects.allowing(Verb.MANAGE, request.membership).filter(webhook=found)[
            :LATEST
        ],
    }
    return render(request, "feedback/webhook.html", context, status=422 if form.errors else 200)


@require_POST
def ping(request: Request, pk: UUID) -> HttpResponse:
    """Try it out, and say what was answered."""
    found = _fetch(request, pk)
    try:
        answer = ping_webhook(found)
    except Invalid as error:
        messages.error(request, str(error))
    else:
        says = messages.success if answer.is_success else messages.warning
        says(
            request,
            gettext("A ping was sent. The receiver answered %(status)s.")
            % {"status": in_words(answer.status)},
        )
    return redirect("webhook", request.organization.slug, found.pk)


@require_POST
def renew(request: Request, pk: UUID) -> HttpResponse:
    """Another secret."""
    found = renew_secret(_fetch(request, pk))
    messages.success(
        request, gettext("There is a new secret. Give it to the receiver; the old one is worth nothing now.")
    )
    return redirect("webhook", request.organization.slug, found.pk)


@require_http_methods(["GET", "POST"])
def delete(request: Request, pk: UUID) -> HttpResponse:
    """Ask, then delete."""
    found = _fetch(request, pk)
    if request.method == "GET":
        return render(request, "feedback/delete_webhook.html", {"nav": "webhooks", "webhook": found})
    remove_webhook(found)
    messages.success(request, gettext("The webhook to %(host)s is deleted.") % {"host": found.host})
    return redirect("webhooks", request.organization.slug)


def _fetch(request: Request, pk: UUID) -> Webhook:
    demand(Verb.OWN, request.membership)
    return Webhook.objects.fetch(Verb.OWN, request.membership, pk=pk)

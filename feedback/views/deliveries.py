"""What was sent to webhooks: for owners all of it, for managers what is about their workspaces."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from pydantic import BaseModel

from accounts.access import Verb, demand
from core.errors import Conflict
from core.http import Request, asked
from feedback.actions.webhooks import retry_delivery
from feedback.models import Delivery
from feedback.models.webhooks import DeliveryState
from workspaces.views.nowhere import says_why_it_is_empty

PER_PAGE = 25


class Wanted(BaseModel):
    """The query of the page: of which webhook, in which state, older than which."""

    webhook: UUID | None = None
    state: DeliveryState | None = None
    before: UUID | None = None


@require_GET
@never_cache
@says_why_it_is_empty("webhooks")
def deliveries(request: Request) -> HttpResponse:
    """Newest first. Pages go by the last one seen: nobody counts a million rows."""
    demand(Verb.MANAGE, request.membership)
    wanted = asked(request, Wanted)
    found = Delivery.objects.allowing(Verb.MANAGE, request.membership).defer("body", "answer")
    which: dict[str, Any] = {"webhook": wanted.webhook, "state": wanted.state, "pk__lt": wanted.before}
    found = found.filter(**{name: value for name, value in which.items() if value is not None})
    page = list(found.select_related("webhook")[: PER_PAGE + 1])
    context = {
        "nav": "webhooks",
        "deliveries": page[:PER_PAGE],
        "older": page[PER_PAGE - 1].pk if len(page) > PER_PAGE else None,
        "wanted": wanted,
        "states": DeliveryState.choices,
    }
    return render(request, "feedback/deliveries.html", context)


@require_GET
@never_cache
def delivery(request: Request, pk: UUID) -> HttpResponse:
    """One: what was sent, what came of it."""
    found = Delivery.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    payload = json.dumps(json.loads(found.body), indent=2, ensure_ascii=False)
    context = {"nav": "webhooks", "delivery": found, "payload": payload}
    return render(request, "feedback/delivery.html", context)


@require_POST
def retry(request: Request, pk: UUID) -> HttpResponse:
    """Send it again."""
    found = Delivery.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    try:
        retry_delivery(found)
    except Conflict as error:
        messages.error(request, str(error))
    else:
        messages.success(request, gettext("It is sent again. Reload the page to see what comes of it."))
    return redirect("delivery", request.organization.slug, found.pk)

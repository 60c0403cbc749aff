"""JSON about webhooks (contract sections 3.8 and 4.11). For owners, who see the secret."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field, StringConstraints
from rest_framework.request import Request
from rest_framework.response import Response as Reply

from accounts.access import Verb, demand
from core import addresses
from core.api import ApiView, body, path_id
from core.changes import Changes
from core.errors import Invalid
from feedback.actions.webhooks import add_webhook, change_webhook, ping_webhook, remove_webhook
from feedback.models import Webhook
from feedback.models.webhooks import Event


def _address(url: str) -> str:
    try:
        return addresses.normal(url)
    except Invalid as error:
        raise ValueError(str(error)) from None


def _different(events: list[Event]) -> list[Event]:
    if len(set(events)) < len(events):
        raise ValueError("An event is there twice")
    return events


Url = Annotated[str, AfterValidator(_address)]
Events = Annotated[list[Event], Field(min_length=1), AfterValidator(_different)]
Description = Annotated[str, StringConstraints(min_length=1, max_length=1000)]


class WebhookCreate(BaseModel):
    """The body of POST /webhooks."""

    url: Url
    events: Events
    description: Description | None = None


class WebhookUpdate(Changes):
    """The body of PATCH /webhooks/{id}. A secret is not read: the server makes it."""

    never_null = frozenset({"url", "events", "enabled"})

    url: Url | None = None
    events: Events | None = None
    enabled: bool | None = None
    description: Description | None = None


def webhook_json(webhook: Webhook) -> dict[str, Any]:
    """A webhook as the contract shows it."""
    return {
        "id": webhook.pk,
        "url": webhook.url,
        "secret": webhook.secret,
        "events": webhook.events,
        "enabled": webhook.enabled,
        "description": webhook.description,
        "inserted_at": webhook.inserted_at,
        "updated_at": webhook.updated_at,
    }


def fetch_webhook(view: ApiView, webhook_id: str) -> Webhook:
    """The webhook in the path, for an owner."""
    pk = path_id(webhook_id, "webhook_id")
    demand(Verb.OWN, view.by)
    return Webhook.objects.fetch(Verb.OWN, view.by, pk=pk)


class Webhooks(ApiView):
    """All of the organization, oldest first."""

    def get(self, request: Request) -> Reply:
        demand(Verb.OWN, self.by)
        return Reply({"items": [webhook_json(one) for one in Webhook.objects.allowing(Verb.OWN, self.by)]})

    def post(self, request: Request) -> Reply:
        new = body(request, WebhookCreate)
        demand(Verb.OWN, self.by)
        webhook = add_webhook(
            self.by.organization, url=new.url, events=new.events, description=new.description
        )
        return Reply(webhook_json(webhook), status=201)


class WebhookDetail(ApiView):
    """One webhook."""

    def patch(self, request: Request, webhook_id: str) -> Reply:
        path_id(webhook_id, "webhook_id")
        changes = body(request, WebhookUpdate).given()
        return Reply(webhook_json(change_webhook(fetch_webhook(self, webhook_id), **changes)))

    def delete(self, request: Request, webhook_id: str) -> Reply:
        webhook = fetch_webhook(self, webhook_id)
        shown = webhook_json(webhook)
        remove_webhook(webhook)
        return Reply(shown)


class WebhookPing(ApiView):
    """Trying a webhook out: 204 if somebody answered, whatever it was."""

    def post(self, request: Request, webhook_id: str) -> Reply:
        ping_webhook(fetch_webhook(self, webhook_id))
        return Reply(status=204)

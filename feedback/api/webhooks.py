"""JSON about webhooks (contract sections 3.8 and 4.11). For owners, who see the secret."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, StringConstraints, WithJsonSchema
from rest_framework.request import Request
from rest_framework.response import Response as Reply
from typing_extensions import TypedDict

from accounts.access import OWNERS, Verb, demand
from core import addresses
from core.api import ApiView, body, path_id
from core.changes import Changes
from core.errors import Invalid
from core.operations import Items, Time, operation
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


Url = Annotated[
    str,
    AfterValidator(_address),
    WithJsonSchema({"type": "string", "format": "uri", "maxLength": addresses.LONGEST_URL}),
]
Events = Annotated[
    list[Event], Field(min_length=1, json_schema_extra={"uniqueItems": True}), AfterValidator(_different)
]
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


class WebhookJson(TypedDict):
    """An address that is told about events. `secret`: what its messages are signed with."""

    id: UUID
    url: str
    secret: str
    events: list[Event]
    enabled: bool
    description: str | None
    inserted_at: Time
    updated_at: Time


def webhook_json(webhook: Webhook) -> WebhookJson:
    """A webhook as the contract shows it."""
    return {
        "id": webhook.pk,
        "url": webhook.url,
        "secret": webhook.secret,
        "events": [Event(name) for name in webhook.events],
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

    @operation("list_webhooks", OWNERS, gives={200: Items[WebhookJson]})
    def get(self, request: Request) -> Reply:
        """List the webhooks of the organization, the oldest first."""
        demand(Verb.OWN, self.by)
        return Reply({"items": [webhook_json(one) for one in Webhook.objects.allowing(Verb.OWN, self.by)]})

    @operation("add_webhook", OWNERS, body=WebhookCreate, gives={201: WebhookJson})
    def post(self, request: Request) -> Reply:
        """Add a webhook: an address that is told about events."""
        new = body(request, WebhookCreate)
        demand(Verb.OWN, self.by)
        webhook = add_webhook(
            self.by.organization, url=new.url, events=new.events, description=new.description
        )
        return Reply(webhook_json(webhook), status=201)


class WebhookDetail(ApiView):
    """One webhook."""

    @operation("change_webhook", OWNERS, body=WebhookUpdate, gives={200: WebhookJson})
    def patch(self, request: Request, webhook_id: str) -> Reply:
        """Change an address, its events or its description; switch it on or off."""
        path_id(webhook_id, "webhook_id")
        changes = body(request, WebhookUpdate).given()
        return Reply(webhook_json(change_webhook(fetch_webhook(self, webhook_id), **changes)))

    @operation("remove_webhook", OWNERS, gives={200: WebhookJson})
    def delete(self, request: Request, webhook_id: str) -> Reply:
        """Delete a webhook; the answer shows it as it was."""
        webhook = fetch_webhook(self, webhook_id)
        shown = webhook_json(webhook)
        remove_webhook(webhook)
        return Reply(shown)


class WebhookPing(ApiView):
    """Trying a webhook out."""

    @operation("ping_webhook", OWNERS, gives={204: None})
    def post(self, request: Request, webhook_id: str) -> Reply:
        """Send a ping to a webhook: 204 if somebody answered, whatever it was."""
        ping_webhook(fetch_webhook(self, webhook_id))
        return Reply(status=204)

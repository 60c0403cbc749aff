"""Webhooks with the client that Argilla publishes: its own calls, and its own reading of what we deliver."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import argilla as rg
import pytest
from argilla.webhooks._event import WebhookEvent
from argilla.webhooks._handler import WebhookHandler
from standardwebhooks import WebhookVerificationError

from core.tenancy import across
from tests import make
from tests.feedback.webhooks.receiver import Received, Receiver, listening

pytestmark = [pytest.mark.live, pytest.mark.django_db(transaction=True)]

EVERYTHING = [
    "dataset.created", "dataset.updated", "dataset.published", "dataset.deleted", "record.created", "record.updated",
    "record.completed", "record.deleted", "response.created", "response.updated", "response.deleted",
]  # fmt: skip


@pytest.fixture
def client(live_server: Any) -> Iterator[rg.Argilla]:
    """With the key of an owner."""
    with across():
        key = make.key(make.owner(make.organization("Acme"), "ana", first_name="Ana"))
    connected = rg.Argilla(api_url=live_server.url, api_key=key)
    yield connected
    connected.http_client.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as found:
        yield found


class AsSent:
    """A request as FastAPI hands it to the client's handler."""

    def __init__(self, received: Received) -> None:
        self.headers = received.headers
        self._body = received.body

    async def body(self) -> bytes:
        return self._body


def read(webhook: rg.Webhook, received: Received) -> WebhookEvent:
    """Verified and parsed by the client's handler."""
    verify = WebhookHandler(webhook)._verify_request
    with ThreadPoolExecutor(1) as apart:  # a browser's loop may be running in this thread
        return apart.submit(lambda: asyncio.run(verify(AsSent(received)))).result()


def test_webhooks_are_made_listed_changed_and_deleted(client: rg.Argilla) -> None:
    made = rg.Webhook(
        url="http://127.0.0.1:8000/react", events=["record.completed"], description="Mine", _client=client
    ).create()
    assert isinstance(made.id, UUID)
    assert made.secret
    [listed] = client.webhooks
    # What the client compares to find one again instead of making another.
    assert (listed.url, listed.events) == ("http://127.0.0.1:8000/react", ["record.completed"])
    listed.enabled = False
    listed.events = ["record.completed", "record.deleted"]
    listed.update()
    [again] = client.webhooks
    assert (again.enabled, again.events, again.secret) == (False, listed.events, made.secret)
    again.delete()
    assert list(client.webhooks) == []


def test_the_clients_listener_understands_every_event(client: rg.Argilla, receiver: Receiver) -> None:
    webhook = rg.Webhook(url=receiver.url, events=EVERYTHING, _client=client).create()
    workspace = rg.Workspace(name="research", client=client).create()
    settings = rg.Settings(
        fields=[rg.TextField(name="prompt")], questions=[rg.RatingQuestion(name="quality", values=[1, 2, 3])]
    )
    dataset = rg.Dataset(name="wells", workspace=workspace, settings=settings, client=client).create()
    dataset.records.log([{"id": "a", "prompt": "What is a well?"}])
    dataset.records.log([{"id": "a", "prompt": "What is a deep well?"}])
    [record] = dataset.records
    body = {"status": "submitted", "values": {"quality": {"value": 3}}}
    answer = client.http_client.post(f"/api/v1/records/{record._server_id}/responses", json=body)
    response = f"/api/v1/responses/{answer.json()['id']}"
    client.http_client.put(response, json={**body, "status": "draft"})

    events = [read(webhook, one).parsed(client) for one in receiver.received]
    found = {event.type.value: event for event in events}
    assert found["dataset.published"].dataset.name == "wells"
    assert found["dataset.published"].dataset.workspace.name == "research"
    assert (
        found["record.created"].record.fields["prompt"] == "What is a deep well?"
    )  # read again by the client
    assert found["record.completed"].record.id == "a"
    assert found["response.created"].response.responses[0].value == 3
    assert str(found["response.created"].response.user_id) == answer.json()["user_id"]

    client.http_client.delete(response)
    dataset.records.delete([record])
    dataset.delete()
    seen = len(events)
    gone = [read(webhook, one).parsed(client) for one in receiver.received[seen:]]
    assert [event.type.value for event in gone] == ["response.deleted", "record.deleted", "dataset.deleted"]
    assert {event.type.value for event in events + gone} == set(EVERYTHING)


def test_the_clients_listener_refuses_what_we_did_not_sign(client: rg.Argilla, receiver: Receiver) -> None:
    webhook = rg.Webhook(url=receiver.url, events=EVERYTHING, _client=client).create()
    workspace = rg.Workspace(name="research", client=client).create()
    body = {"name": "wells", "workspace_id": str(workspace.id)}
    client.http_client.post("/api/v1/datasets", json=body).raise_for_status()
    [got] = receiver.received
    assert read(webhook, got).type == "dataset.created"
    forged = Received(got.path, got.headers, got.body.replace(b"draft", b"ready"))
    with pytest.raises(WebhookVerificationError):
        read(webhook, forged)

"""Webhooks for programs: contract sections 3.8 and 4.11."""

from __future__ import annotations

from base64 import b64decode

import pytest

from feedback.models import Webhook
from feedback.models.webhooks import Event
from tests.feedback.webhooks.receiver import listening

HOOK = {"url": "https://example.com", "events": ["record.completed", "dataset.deleted"]}


@pytest.fixture
def ana(cast):
    return cast.api(cast.ana)


def test_a_webhook_is_made_with_a_secret_of_the_servers(ana):
    sent = {**HOOK, "enabled": False, "secret": "mine", "description": "For the warehouse"}
    made = ana.post("/webhooks", sent)
    assert made.status_code == 201
    shown = made.json()
    assert shown.keys() == {
        "id", "url", "secret", "events", "enabled", "description", "inserted_at", "updated_at",
    }  # fmt: skip
    assert (shown["url"], shown["events"], shown["enabled"]) == ("https://example.com/", HOOK["events"], True)
    assert shown["description"] == "For the warehouse"
    assert len(b64decode(shown["secret"], validate=True)) == 64
    assert shown["inserted_at"] == shown["updated_at"]
    assert ana.get("/webhooks").json() == {"items": [shown]}


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "ftp://example.com"},
        {"url": "example.com"},
        {"url": None},
        {"url": 7},
        {"events": []},
        {"events": ["record.completed", "record.completed"]},
        {"events": ["ping"]},
        {"events": ["record.read"]},
        {"events": None},
        {"description": ""},
        {"description": "x" * 1001},
        {"description": "\0"},
        {"url": "http://\0"},
    ],
    ids=str,
)
def test_what_is_wrong_is_refused_with_its_place(ana, wrong):
    answer = ana.post("/webhooks", HOOK | wrong)
    assert answer.status_code == 422
    assert answer.json()["detail"]["code"] == "argilla.api.errors::ValidationError"
    made = ana.post("/webhooks", HOOK).json()
    if wrong != {"description": None}:
        assert ana.patch(f"/webhooks/{made['id']}", wrong).status_code == 422
    assert Webhook.objects.get().url == "https://example.com/"


def test_a_private_address_is_refused_with_a_sentence(ana, settings):
    settings.OUTGOING_ALLOW = []
    answer = ana.post("/webhooks", HOOK | {"url": "http://169.254.169.254/latest"})
    assert answer.status_code == 422
    assert "169.254.169.254 is a private address" in answer.json()["detail"]


def test_an_organization_has_ten_at_most(cast, ana):
    for number in range(10):
        assert ana.post("/webhooks", HOOK | {"url": f"https://example.com/{number}"}).status_code == 201
    refused = ana.post("/webhooks", HOOK)
    assert refused.status_code == 422
    assert "at most 10 webhooks" in refused.json()["detail"]
    assert [one["url"][-1] for one in ana.get("/webhooks").json()["items"]] == list("0123456789")
    assert cast.api(cast.cleo).post("/webhooks", HOOK).status_code == 201


def test_a_change_changes_what_it_mentions(ana):
    made = ana.post("/webhooks", HOOK | {"description": "Old"}).json()
    path = f"/webhooks/{made['id']}"
    assert ana.patch(path).json() == made
    changed = ana.patch(path, {"enabled": False, "secret": "mine", "description": None, "id": "x"}).json()
    moved = {"enabled": False, "description": None, "updated_at": changed["updated_at"]}
    assert changed == made | moved
    assert changed["updated_at"] > made["updated_at"]
    assert ana.patch(path, {"enabled": None}).status_code == 422
    assert ana.patch(path, {"url": "HTTP://Example.com:80", "events": Event.values}).json()["url"] == (
        "http://example.com/"
    )


def test_a_webhook_that_is_deleted_is_shown_once_more(ana):
    made = ana.post("/webhooks", HOOK).json()
    answer = ana.delete(f"/webhooks/{made['id']}")
    assert (answer.status_code, answer.json()) == (200, made)
    assert ana.delete(f"/webhooks/{made['id']}").status_code == 404
    assert ana.delete("/webhooks/seven").status_code == 422


def test_a_ping_is_sent_at_once_also_when_it_is_off_and_whatever_is_answered(ana):
    with listening() as receiver:
        made = ana.post("/webhooks", HOOK | {"url": receiver.url}).json()
        ana.patch(f"/webhooks/{made['id']}", {"enabled": False})
        receiver.answers = [500]
        answer = ana.post(f"/webhooks/{made['id']}/ping")
        assert (answer.status_code, answer.content) == (204, b"")
        payload = receiver.received[0].verified(made["secret"])
    assert payload["type"] == "ping"
    assert payload["data"] == {"agent": "argilla-server", "version": "2.8.0"}
    answer = ana.post(f"/webhooks/{made['id']}/ping")
    assert answer.status_code == 422
    assert "could not be reached. The connection was refused" in answer.json()["detail"]


def test_webhooks_of_others_are_not_there(cast, ana):
    theirs = cast.api(cast.cleo).post("/webhooks", HOOK).json()
    assert ana.get("/webhooks").json() == {"items": []}
    assert ana.patch(f"/webhooks/{theirs['id']}", {"enabled": False}).status_code == 404

"""Three lines of an application register what the OpenAI client gave it, as it is."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import httpx
import openai
import pytest
from django.db import transaction

from feedback.actions.datasets import publish_dataset
from feedback.actions.drafts import begin_dataset
from feedback.models import Record
from feedback.presets import preset
from tests import make

pytestmark = pytest.mark.live
CALL = {
    "id": "call_1",
    "type": "function",
    "function": {"name": "weather", "arguments": '{"city": "Cairo"}'},
}


class Model(BaseHTTPRequestHandler):
    """Answers as many times as it is asked to, and calls a tool if it may."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        said = {"role": "assistant", "content": None, "tool_calls": [CALL]} if asked.get("tools") else None
        choices = [
            {
                "index": number,
                "finish_reason": "tool_calls" if said else "stop",
                "message": said or {"role": "assistant", "content": f"Answer {number}"},
            }
            for number in range(asked.get("n", 1))
        ]
        usage = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}
        answer = {"id": "chatcmpl-7", "object": "chat.completion", "created": 1, "model": "stand-in"}
        self._send({**answer, "choices": choices, "usage": usage})

    def _send(self, answer: dict[str, Any]) -> None:
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def model() -> Iterator[openai.OpenAI]:
    """The client of a model that lives here."""
    with HTTPServer(("127.0.0.1", 0), Model) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        with openai.OpenAI(base_url=f"http://127.0.0.1:{server.server_port}/v1", api_key="none") as client:
            yield client
        server.shutdown()
        thread.join()


@pytest.fixture
def place(live_server: Any) -> tuple[str, dict[str, str]]:
    """The address and the headers for a dataset of interactions."""
    with transaction.atomic():
        acme = make.organization("Acme")
        key = make.key(make.owner(acme, "ana"))
        dataset = begin_dataset(make.workspace(acme), name="Talks", preset=preset("interactions"))
        publish_dataset(dataset)
    return f"{live_server.url}/api/v1/datasets/{dataset.pk}/interactions", {"X-Argilla-Api-Key": key}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "more", [{}, {"n": 3}, {"tools": [{"type": "function", "function": {"name": "weather"}}]}]
)
def test_the_clients_response_comes_in_as_it_is(
    model: openai.OpenAI, place: tuple[str, dict[str, str]], more: dict[str, Any]
) -> None:
    url, headers = place
    kwargs = {"model": "stand-in", "messages": [{"role": "user", "content": "What is a well?"}], **more}
    response = model.chat.completions.create(**kwargs)
    body = {"request": kwargs, "response": response.model_dump()}
    sent = httpx.post(url, json=body, headers=headers)
    assert sent.status_code == 200, sent.text
    with transaction.atomic():
        record = Record.objects.get()
        assert record.external_id == "chatcmpl-7"
        assert len(record.fields["answers"]) == more.get("n", 1)
        assert record.metadata["total_tokens"] == 5
    assert httpx.post(url, json=body, headers=headers).json()["items"][0]["result"] == "unchanged"

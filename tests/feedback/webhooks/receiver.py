"""A program that receives webhooks, on a port of its own; and what it was sent."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook as Verifier


@dataclass(frozen=True)
class Received:
    """One request, as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def event(self) -> str:
        return str(self.json["type"])

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    def verified(self, secret: str) -> Any:
        """The payload, if the signature is right; an error if it is not."""
        return Verifier(secret).verify(self.body, self.headers)


@dataclass
class Receiver:
    """Listens on this machine. `answers`: statuses for the next requests; 200 when there are none left."""

    url: str = ""
    received: list[Received] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    location: str = ""  # where redirects lead
    says: bytes = b"thanks"
    slow: float = 0.0  # seconds until it answers
    under_way: int = 0
    most_at_once: int = 0

    @property
    def events(self) -> list[str]:
        return [one.event for one in self.received]

    def of(self, event: str) -> list[Any]:
        """The data of what came about this event."""
        return [one.json["data"] for one in self.received if one.event == event]


@contextmanager
def listening() -> Iterator[Receiver]:
    """Until the block ends."""
    receiver, counting = Receiver(), threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            with counting:
                receiver.received.append(Received(self.path, headers, body))
                receiver.under_way += 1
                receiver.most_at_once = max(receiver.most_at_once, receiver.under_way)
                status = receiver.answers.pop(0) if receiver.answers else 200
            time.sleep(receiver.slow)
            with counting:
                receiver.under_way -= 1
            self.send_response(status)
            if receiver.location:
                self.send_header("location", receiver.location)
            self.send_header("content-length", str(len(receiver.says)))
            self.end_headers()
            self.wfile.write(receiver.says)

        do_GET = do_POST  # noqa: N815

        def log_message(self, *args: Any) -> None:
            """Quietly."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()

"""A server that answers like Argilla, from a dictionary, and misbehaves as one wishes."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid5

KEY = "argilla.apikey"
EARLY = "2025-03-01T10:00:00.000001"
SPACE = UUID("00000000-0000-4000-8000-00000000abcd")
Fault = Callable[["Standin", str, dict[str, list[str]]], "tuple[int, Any] | None"]


def some_id(name: str) -> str:
    """The id of what has this name, always the same."""
    return str(uuid5(SPACE, name))


def row(name: str, /, at: str = EARLY, **more: Any) -> dict[str, Any]:
    """What everything has."""
    return {"id": some_id(name), "inserted_at": at, "updated_at": at, **more}


def user(name: str, role: str = "annotator", **more: Any) -> dict[str, Any]:
    """A user, with the key that Argilla shows."""
    names = {"first_name": name.title(), "last_name": None}
    return row(f"user {name}", username=name, role=role, api_key=f"key-of-{name}", **names) | more


def part(name: str, dataset: str = "replies", /, **more: Any) -> dict[str, Any]:
    """A field, question, metadata property or vector setting."""
    return row(f"{dataset} {name}", name=name, title=name.title(), dataset_id=some_id(dataset), **more)


def record(number: int, **more: Any) -> dict[str, Any]:
    """A record of the dataset below, with a suggestion, a vector, and a response of Ben's."""
    return (
        row(
            f"record {number}",
            external_id=None,
            fields={"prompt": f"Prompt {number}"},
            metadata={"source": "web"},
            status="completed",
            responses=[response(number, "ben")],
            suggestions=[
                row(
                    f"suggestion {number}",
                    question_id=some_id("replies quality"),
                    value=2,
                    score=0.5,
                    agent="judge-1",
                    type="model",
                )
            ],
            vectors={"embedding": [number / 7, -1.0]},
        )
        | more
    )


def response(number: int, username: str, **more: Any) -> dict[str, Any]:
    """A submitted response to a record of the dataset below."""
    return (
        row(
            f"response {number} {username}",
            user_id=some_id(f"user {username}"),
            status="submitted",
            values={"quality": {"value": number % 3 + 1}},
        )
        | more
    )


class Standin:
    """What the server holds. `faults` see each request first, and may answer it otherwise: (status, body)."""

    def __init__(self, records: int = 3) -> None:
        self.users = [user("olga", "owner"), user("mara", "admin"), user("ben"), user("dora")]
        self.workspaces = [row("research", name="research")]
        self.members = {"research": ["mara", "ben"]}
        self.datasets = [
            row(
                "replies",
                name="Replies",
                workspace_id=some_id("research"),
                guidelines="Be fair.",
                allow_extra_metadata=True,
                status="ready",
                distribution={"strategy": "overlap", "min_submitted": 1},
                metadata={"team": "wells"},
                last_activity_at=EARLY,
            )
        ]
        self.fields = [part("prompt", required=True, settings={"type": "text", "use_markdown": True})]
        self.questions = [
            part(
                "quality",
                required=True,
                description="How good?",
                settings={"type": "rating", "options": [{"value": n} for n in (1, 2, 3)]},
            ),
            part(
                "comment", required=False, description=None, settings={"type": "text", "use_markdown": False}
            ),
        ]
        self.properties = [
            part("source", visible_for_annotators=False, settings={"type": "terms", "values": None})
        ]
        self.vectors = [part("embedding", dimensions=2)]
        self.records = [record(number) for number in range(records)]
        self.faults: list[Fault] = []
        self.asked: Counter[str] = Counter()
        self.retry_after = ""

    def answer(self, path: str, query: dict[str, list[str]]) -> tuple[int, Any]:
        """The status and the body for a GET."""
        self.asked[path] += 1
        for fault in self.faults:
            if (wrong := fault(self, path, query)) is not None:
                return wrong
        if path.endswith("/records"):
            return 200, self.page(query)
        if path == "/me":
            return 200, self.users[0]
        if path.startswith("/workspaces/"):
            place = next(one["name"] for one in self.workspaces if one["id"] in path)
            return 200, {"items": [one for one in self.users if one["username"] in self.members[place]]}
        lists = {
            "/users": self.users,
            "/me/workspaces": self.workspaces,
            "/me/datasets": self.datasets,
            "fields": self.fields,
            "questions": self.questions,
            "metadata-properties": self.properties,
            "vectors-settings": self.vectors,
        }
        found = lists.get(path, lists.get(path.rpartition("/")[2]))
        return (404, {"detail": "Not Found"}) if found is None else (200, {"items": found})

    def page(self, query: dict[str, list[str]]) -> dict[str, Any]:
        """A page of records, with those relations that are asked for."""
        offset, limit = int(query["offset"][0]), int(query["limit"][0])
        left = {"responses", "suggestions", "vectors"} - set(query.get("include", []))
        items = [
            {key: value for key, value in one.items() if key not in left}
            for one in self.records[offset : offset + limit]
        ]
        return {"items": items, "total": len(self.records)}


@contextmanager
def serving(standin: Standin) -> Iterator[str]:
    """The stand-in behind a real socket; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if self.headers["X-Argilla-Api-Key"] != KEY:
                status, body = 401, {"detail": {"code": "argilla.api.errors::UnauthorizedError"}}
            else:
                status, body = standin.answer(parts.path.removeprefix("/api/v1"), parse_qs(parts.query))
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            if standin.retry_after:
                self.send_header("Retry-After", standin.retry_after)
            if status == 307:
                self.send_header("Location", "https://argilla.example/")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

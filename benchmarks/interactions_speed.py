"""What applications wait for that register interactions: `python -m benchmarks.interactions_speed`.

The same requests and responses as lines of one streamed request, as lists of 100, and, turned into records beforehand,
by the bulk endpoint for records, a hundred and five hundred at once. In turns, for the machine drifts; one client.
"""

from __future__ import annotations

import argparse
import http.client
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import orjson

from benchmarks.installation import installation, rows, table
from benchmarks.queue_attack import free_port

KEY = "benchmark.apikey"
NDJSON, JSON = "application/x-ndjson", "application/json"
TURN = 1000  # interactions that each way registers before it is the next one's turn
LEAST = 0.5  # of the rate of records in bulk, a hundred at once

Pair = dict[str, Any]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--interactions", type=int, default=10_000, help="that each way registers")
    chosen = parser.parse_args()
    with installation() as family:
        from core import serving
        from core.tenancy import across

        with across():
            datasets = {name: _dataset(number) for number, name in enumerate(WAYS)}
        port = free_port()
        server = family.start(serving.web("127.0.0.1", port, 1))
        serving.wait_for(server, "127.0.0.1", port)
        seconds = _in_turns(datasets, http.client.HTTPConnection("127.0.0.1", port), chosen.interactions)
    bulk = seconds["records in bulk, 100 at once"]
    lines = [
        [name, f"{chosen.interactions / taken:,.0f}", f"{bulk / taken:.2f}", _promise(name, bulk / taken)]
        for name, taken in seconds.items()
    ]
    head = ["", "a second", "of records, 100 at once", f"at least {LEAST}"]
    table("Registering interactions", head, lines)


def _promise(name: str, ratio: float) -> str:
    if not name.startswith("interactions"):
        return ""
    return "kept" if ratio >= LEAST else "BROKEN"


def _dataset(number: int) -> str:
    """A published one whose fields suit interactions; its id."""
    from django.db import transaction

    from accounts.actions.owners import set_up_owner
    from accounts.models import Organization
    from feedback.actions.datasets import create_dataset, publish_dataset
    from feedback.actions.schema import add_field, add_question
    from workspaces.actions import create_workspace
    from workspaces.models import Workspace

    with transaction.atomic():
        if number == 0:
            owner = set_up_owner("Benchmark", username="ana", password="correct horse battery", key=KEY)
            create_workspace(owner.organization, "benchmark")
        workspace = Workspace.objects.get(
            organization=Organization.objects.get(name="Benchmark"), name="benchmark"
        )
        made = create_dataset(workspace, name=f"Way {number}")
        add_field(made, name="messages", title="Messages", settings={"type": "chat"}, required=True)
        add_field(made, name="answers", title="Answers", settings={"type": "candidates"}, required=True)
        ranking = {"type": "ranking", "field": "answers"}
        add_question(made, name="ranking", title="Ranking", settings=ranking, required=True)
        return str(publish_dataset(made).pk)


def _in_turns(datasets: dict[str, str], web: http.client.HTTPConnection, number: int) -> dict[str, float]:
    """Way -> seconds."""
    pairs = list(interactions(number))
    seconds = dict.fromkeys(WAYS, 0.0)
    for name, way in WAYS.items():
        way(web, datasets[name], [one | {"response": one["response"] | {"id": "warm"}} for one in pairs[:1]])
    for first in range(0, number, TURN):
        for name, way in WAYS.items():
            seconds[name] += way(web, datasets[name], pairs[first : first + TURN])
    return seconds


def interactions(number: int) -> Iterator[Pair]:
    """Requests with two messages, and responses with four choices of about 600 characters."""
    for row in rows(number):
        asked = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": row["prompt"]}]
        choices = [
            {
                "index": place,
                "finish_reason": "stop",
                "message": {"role": "assistant", "content": answer["text"], "refusal": None},
            }
            for place, answer in enumerate(row["answers"])
        ]
        usage = {"prompt_tokens": 60, "completion_tokens": 600, "total_tokens": 660}
        said = {"id": f"chatcmpl-{row['id']}", "object": "chat.completion", "created": 1_790_000_000}
        yield {
            "request": {"model": "model-1", "messages": asked, "temperature": 0.2, "n": 4},
            "response": {**said, "model": "model-1", "choices": choices, "usage": usage},
        }


def by_lines(web: http.client.HTTPConnection, dataset: str, pairs: Sequence[Pair]) -> float:
    """All in one request, a line each, without saying how long it is."""
    sent = [orjson.dumps(one) + b"\n" for one in pairs]
    begun = time.perf_counter()
    answer = _post(web, f"datasets/{dataset}/interactions", iter(sent), NDJSON)
    taken = time.perf_counter() - begun
    results = [orjson.loads(line)["result"] for line in answer.splitlines()]
    assert results == ["created"] * len(pairs), results[:3]
    return taken


def by_lists(web: http.client.HTTPConnection, dataset: str, pairs: Sequence[Pair]) -> float:
    """A hundred in each request."""
    return _several(web, f"datasets/{dataset}/interactions", [*pairs], 100, lambda items: items)


def in_bulk(several: int) -> Callable[[http.client.HTTPConnection, str, Sequence[Pair]], float]:
    """As records, so many in each request."""

    def way(web: http.client.HTTPConnection, dataset: str, pairs: Sequence[Pair]) -> float:
        records = [_record(one) for one in pairs]
        return _several(
            web, f"datasets/{dataset}/records/bulk", records, several, lambda items: {"items": items}
        )

    return way


def _record(pair: Pair) -> dict[str, Any]:
    """What the interaction becomes, as a program would send it."""
    answers = [
        {
            "id": str(one["index"]),
            "text": one["message"]["content"],
            "finish_reason": "stop",
            "model": "model-1",
        }
        for one in pair["response"]["choices"]
    ]
    usage = pair["response"]["usage"]
    return {
        "external_id": pair["response"]["id"],
        "fields": {"messages": pair["request"]["messages"], "answers": {"candidates": answers}},
        "metadata": {
            "model": "model-1",
            "created": 1_790_000_000,
            "request": {"temperature": 0.2, "n": 4},
            **usage,
        },
    }


def _several(
    web: http.client.HTTPConnection,
    path: str,
    items: list[dict[str, Any]],
    number: int,
    body: Callable[[list[dict[str, Any]]], Any],
) -> float:
    sent = [orjson.dumps(body(items[first : first + number])) for first in range(0, len(items), number)]
    begun = time.perf_counter()
    for one in sent:
        _post(web, path, one, JSON)
    return time.perf_counter() - begun


def _post(web: http.client.HTTPConnection, path: str, content: bytes | Iterator[bytes], type: str) -> bytes:
    headers = {"Content-Type": type, "X-Argilla-Api-Key": KEY}
    web.request("POST", f"/api/v1/{path}", content, headers, encode_chunked=not isinstance(content, bytes))
    answer = web.getresponse()
    found = answer.read()
    assert answer.status in (200, 201), (answer.status, found[:500])
    return found


WAYS = {
    "interactions, as lines": by_lines,
    "interactions, lists of 100": by_lists,
    "records in bulk, 100 at once": in_bulk(100),
    "records in bulk, 500 at once": in_bulk(500),
}


if __name__ == "__main__":
    main()

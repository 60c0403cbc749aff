"""Requests in turns, one way and another way, and what they cost whatever else the machine does.

What is compared is processor time, of this process and of its PostgreSQL: others who use the machine do not lengthen
it, and what they do to caches and clocks they do to both, since turns follow each other.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

WARM = 3  # requests before those that count: connections are new, or plans are made anew
ANSWER = {"ranking": {"value": [{"value": letter, "rank": place} for place, letter in enumerate("BACD", 1)]}}


def spent(act: Callable[[], None], requests: int) -> float:
    """Milliseconds of processor a request, here and in the process of PostgreSQL that works for us."""
    for _ in range(WARM):
        act()
    begun = _processor()
    for _ in range(requests):
        act()
    return (_processor() - begun) / requests


def _processor() -> float:
    from django.db import connection

    connection.ensure_connection()
    backend = connection.connection.info.backend_pid
    of_database = int(Path(f"/proc/{backend}/schedstat").read_text(encoding="ascii").split()[0])
    return 1000 * time.process_time() + of_database / 1e6


def line(name: str, ours: Sequence[float], other: Sequence[float], *, most: float) -> list[str]:
    """A line of a table: what a request costs one way, the other way, and how much more the first is."""
    ratio = median(one / two for one, two in zip(ours, other, strict=True))
    verdict = "kept" if ratio <= most else f"BROKEN: {most}"
    return [name, f"{median(ours):.2f}", f"{median(other):.2f}", f"{ratio:.2f} ({verdict})"]


def loop(client: Any, pk: Any) -> Callable[[], None]:
    """The next record, and an answer to it."""

    def act() -> None:
        found = client.post(f"/api/v1/me/datasets/{pk}/next", {}, content_type="application/json").json()
        body = {"status": "submitted", "values": ANSWER}
        address = f"/api/v1/records/{found['record']['id']}/responses"
        reply = client.post(address, body, content_type="application/json")
        assert reply.status_code == 201, reply.content

    return act


def getting(client: Any, address: str) -> Callable[[], None]:
    """A page that is looked at."""

    def act() -> None:
        reply = client.get(address)
        assert reply.status_code == 200, (address, reply.status_code)

    return act

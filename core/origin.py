"""Where an act comes from: through which door, from which address, by what program, and who asks.

Edges say so (the middleware below, whoever finds out who asks, the workers); whoever keeps account of acts reads it.
Where nobody said anything a command runs in a terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

LONGEST_AGENT = 200


class Door(StrEnum):
    """Ways in."""

    PAGE = "page"
    ADMIN = "admin"
    API = "api"
    TERMINAL = "terminal"
    WORKER = "worker"


@dataclass
class Origin:
    """`by`: the member who asks, or the account of the operator; None if nobody does. `means`: session, key, token."""

    door: str
    address: str | None = None
    agent: str = ""
    by: Any = None
    means: str = ""


_origin: ContextVar[Origin | None] = ContextVar("origin", default=None)


def current() -> Origin:
    """Of what runs now."""
    return _origin.get() or Origin(Door.TERMINAL)


@contextmanager
def coming_from(door: str, by: Any = None, **given: str | None) -> Iterator[Origin]:
    """Run the block as something that comes through this door."""
    origin = Origin(door, by=by, **given)  # type: ignore[arg-type]
    token = _origin.set(origin)
    try:
        yield origin
    finally:
        _origin.reset(token)


def asked_by(by: Any, means: str = "session") -> None:
    """It is known now who asks."""
    if origin := _origin.get():
        origin.by, origin.means = by, means


class OriginMiddleware:
    """Remembers where a request comes from, until it has been answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        agent = "".join(filter(str.isprintable, request.headers.get("User-Agent", "")))[:LONGEST_AGENT]
        with coming_from(door_of(request), address=address_of(request), agent=agent):
            return self.get_response(request)


def door_of(request: HttpRequest) -> Door:
    """By the path."""
    if request.path_info.startswith("/api/"):
        return Door.API
    return Door.ADMIN if request.path_info.startswith("/admin/") else Door.PAGE


def address_of(request: HttpRequest) -> str | None:
    """Of the client: what the last proxy that is ours saw (TRUSTED_PROXIES), else whoever is connected to us.

    Anybody can write X-Forwarded-For; what stands left of our own proxies' words is not believed.
    """
    proxies: int = settings.TRUSTED_PROXIES
    seen = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",") if one.strip()]
    found = seen[-proxies] if proxies and len(seen) >= proxies else request.META.get("REMOTE_ADDR", "")
    try:
        return str(ip_address(found))
    except ValueError:
        return None  # a unix socket, or a proxy that says no address

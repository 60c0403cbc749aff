"""How often: counted in the broker, so that all processes count together.

A window is counted anew each time it begins; `Retry-After` says when the next one does. While the broker is away
nothing is limited (no job runs then either), and the log says so once a minute.
"""

from __future__ import annotations

import time
from functools import cache

import structlog
from django.conf import settings
from django.utils.translation import ngettext
from redis import Redis
from redis.exceptions import RedisError

from core.errors import TooOften

PATIENCE = 0.25  # seconds that a request waits for the broker
AWAY = 5.0  # seconds in which nobody asks a broker that did not answer
MINUTE = 60

log = structlog.get_logger(__name__)
_away_until = 0.0
_told_at = -MINUTE * 1.0


def spend(what: str, whose: object, *, most: int, seconds: int = MINUTE) -> None:
    """Count one. `TooOften` if there were `most` in this window already; 0 is no limit."""
    if most <= 0:
        return
    now = time.time()
    window, gone = divmod(now, seconds)
    spent = _count(f"assay:limit:{what}:{whose}:{seconds}:{int(window)}", seconds)
    if spent is not None and spent > most:
        left = max(1, int(seconds - gone) + 1)
        raise TooOften(
            ngettext(
                "That was too often: the limit is %(most)s in %(seconds)s s. Wait %(left)s second.",
                "That was too often: the limit is %(most)s in %(seconds)s s. Wait %(left)s seconds.",
                left,
            )
            % {"most": f"{most:,}", "seconds": f"{seconds:,}", "left": f"{left:,}"},
            left,
        )


def _count(key: str, seconds: int) -> int | None:
    """How many there are with this one; None if nobody knows."""
    global _away_until  # noqa: PLW0603  of the process: a broker is away for all its threads
    if time.monotonic() < _away_until:
        return None
    try:
        with _broker().pipeline(transaction=False) as line:
            line.incr(key)
            line.expire(key, seconds)
            return int(line.execute()[0])
    except RedisError as error:
        _away_until = time.monotonic() + AWAY
        _tell(error)
        return None


def _tell(error: RedisError) -> None:
    global _told_at  # noqa: PLW0603
    if time.monotonic() - _told_at >= MINUTE:
        _told_at = time.monotonic()
        log.warning("broker away: nothing is limited", reason=str(error))


@cache
def _broker() -> Redis:
    return Redis.from_url(settings.REDIS_URL, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE)

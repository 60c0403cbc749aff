"""Whether a worker is there. Each says so with every heartbeat, under a key that fades away."""

from enum import StrEnum
from typing import Any

from celery import Task as CeleryTask
from celery import current_app
from celery.signals import heartbeat_sent
from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

from core.origin import Door, coming_from


class Task(CeleryTask):  # type: ignore[type-arg]
    """A task of ours: what it does comes from a worker, for those who keep account of it."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with coming_from(Door.WORKER):
            return super().__call__(*args, **kwargs)


KEY = "assay:worker"
FADES = 12  # seconds; a heartbeat comes every two


@heartbeat_sent.connect
def say_that_we_live(**kwargs: Any) -> None:
    """Renew the key. A broker that is away for a moment is no reason to stop working."""
    try:
        with _broker() as broker:
            broker.set(KEY, "alive", ex=FADES)
    except RedisError:
        return


class Workers(StrEnum):
    """What is known of them."""

    THERE = "there"
    NONE = "none"
    UNKNOWN = "unknown"  # the broker does not answer, so that nobody can be asked for anything


def workers() -> Workers:
    """Whether somebody would take up a job now. Where tasks run at once (tests), somebody always does."""
    if current_app.conf.task_always_eager:
        return Workers.THERE
    try:
        with _broker() as broker:
            return Workers.THERE if broker.exists(KEY) else Workers.NONE
    except RedisError:
        return Workers.UNKNOWN


def worker_is_alive() -> bool:
    """Whether one is known to be there."""
    return workers() is Workers.THERE


def _broker() -> "Redis":
    return Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2)

"""The domain asks for later without knowing who will do it."""

from functools import partial

import structlog
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)


def later(task: str, *args: str) -> None:
    """Run the named task once the current transaction is real. Arguments are ids; an unknown name fails at once."""
    transaction.on_commit(partial(_send, current_app.tasks[task], *args))


def whatever_happens(task: str, *args: str) -> None:
    """Run the named task even if the current transaction is taken back: it is about none of its rows."""
    _send(current_app.tasks[task], *args)


def _send(task: "object", *args: str) -> None:
    """What was asked for is committed: a broker that is away is no reason to say otherwise. The sweep asks again."""
    try:
        task.delay(*args)  # type: ignore[attr-defined]
    except OperationalError as error:
        log.warning("broker away", task=getattr(task, "name", ""), reason=str(error))

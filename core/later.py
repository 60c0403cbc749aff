"""The domain asks for later without knowing who will do it."""

from functools import partial

from celery import current_app
from django.db import transaction


def later(task: str, *args: str) -> None:
    """Run the named task once the current transaction is real. Arguments are ids; an unknown name fails at once."""
    transaction.on_commit(partial(current_app.tasks[task].delay, *args))

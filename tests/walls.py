"""The product with one of its two walls between organizations torn down (docs/decisions/0006)."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from accounts.scoped import ScopedQuerySet, WorkspaceQuerySet


@contextmanager
def without_the_first_wall() -> Iterator[None]:
    """Every edge may fetch everything that PostgreSQL lets it see, whoever asks."""
    allowing = patch.object(ScopedQuerySet, "allowing", lambda self, verb, by: self)
    by_id = patch.object(WorkspaceQuerySet, "find", ScopedQuerySet.find)
    with allowing, by_id:
        yield

"""Refusing many for the sake of one: which record it was, for whoever knows its place in what was sent."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from core.errors import Invalid


class InvalidRecord(Invalid):
    """Something said about this record cannot be accepted."""

    def __init__(self, record_id: UUID, error: Invalid) -> None:
        super().__init__(str(error), error.errors)
        self.record_id = record_id


@contextmanager
def about(record_id: UUID) -> Iterator[None]:
    """Let a refusal in the block say which record it is about."""
    try:
        yield
    except Invalid as error:
        raise InvalidRecord(record_id, error) from None

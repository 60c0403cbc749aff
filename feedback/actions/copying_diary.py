"""What a copy says while it runs, and how ids there become ids here."""

from __future__ import annotations

from uuid import UUID, uuid5

from core.errors import DomainError, Invalid


class Diary:
    """Hears what happens. What may grow with the number of records is passed on and not kept."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.problems = 0

    def note(self, sentence: str) -> None:
        """Something was done otherwise than one may expect."""
        self.notes.append(sentence)

    def problem(self, what: str, reason: str) -> None:
        """This could not be copied, and why."""
        self.problems += 1

    def progress(self, what: str, done: int, total: int) -> None:
        """So many records were looked at, out of so many."""


def here(organization_id: UUID, there: UUID) -> UUID:
    """The id here of what has the id `there`: always the same, and another one in each organization.

    So nothing has to be remembered of earlier runs, and one server can be copied into two organizations.
    """
    return uuid5(organization_id, str(there))


def reason_of(error: DomainError) -> str:
    """A refusal with its parts, as one line."""
    parts = error.errors if isinstance(error, Invalid) else {}
    more = [f"{name}: {sentence}" for name, sentence in parts.items() if sentence not in str(error)]
    return " ".join([str(error), *more])

"""What is said about an assignment: its note, and until when."""

from __future__ import annotations

from typing import Any

from django.utils.timezone import now
from django.utils.translation import ngettext

from core.errors import Invalid
from core.text import check_text
from feedback.models import Assignment

LONGEST_NOTE = 300


def change_assignment(assignment: Assignment, **given: Any) -> Assignment:
    """Change what is given: note, due_at (None: no date)."""
    check_note(given.get("note", ""))
    changes = {name: value for name, value in given.items() if getattr(assignment, name) != value}
    for name, value in changes.items():
        setattr(assignment, name, value)
    if changes:
        assignment.updated_at = now()
        assignment.save(update_fields=[*changes, "updated_at"])
    return assignment


def check_note(note: str) -> None:
    """`Invalid` if it is too long, or cannot be kept."""
    check_text(note)
    if len(note) > LONGEST_NOTE:
        sentence = ngettext(
            "A note has at most %(number)s character.",
            "A note has at most %(number)s characters.",
            LONGEST_NOTE,
        ) % {"number": LONGEST_NOTE}
        raise Invalid(sentence, {"note": sentence})

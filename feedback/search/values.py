"""Values that filters compare with, as they stand in indexes."""

from __future__ import annotations

from hashlib import md5

LONGEST = 400  # characters; what is longer ends in its digest, as in `json_term` of the database


def term(value: str | float | bool) -> str:
    """The text of a value: true and false as JSON writes them, whole numbers without a fraction."""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    if len(text) <= LONGEST:
        return text
    return text[:LONGEST] + md5(text.encode(), usedforsecurity=False).hexdigest()

"""The query parameter `include`: which relations of records a client wants (contract section 7.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from core.errors import Invalid

RELATIONS = ("responses", "suggestions", "vectors")
IncludeParts = Annotated[
    list[str],
    Field(
        description="What to show with each record: `responses`, `suggestions`, `vectors`, or `vectors:first,second` "
        "for some of them. With commas between them, or the parameter several times.",
        examples=[["responses,suggestions"]],
    ),
]


@dataclass(frozen=True)
class Include:
    """Relations to show. `vectors`: None for none, an empty set for all of them, else their names."""

    responses: bool = False
    suggestions: bool = False
    vectors: frozenset[str] | None = None


EVERYTHING = Include(responses=True, suggestions=True, vectors=frozenset())
NOTHING = Include()


def read_include(values: list[str]) -> Include:
    """`responses,suggestions`, `vectors`, `vectors:a,b`; the parameter may repeat. `Invalid`, form B, otherwise."""
    plain: set[str] = set()
    vectors: set[str] = set()
    for value in values:
        key, colon, names = value.partition(":")
        if colon:
            chosen = _names(value, key, names)
            vectors |= chosen if key == "vectors" else set()
        else:
            plain |= {_relation(part) for part in value.split(",")}
    if "vectors" in plain and vectors:
        raise Invalid("Include either all vectors or those that you name, not both.")
    wanted = frozenset[str]() if "vectors" in plain else frozenset(vectors) or None
    return Include("responses" in plain, "suggestions" in plain, wanted)


def _relation(name: str) -> str:
    if name not in RELATIONS:
        raise Invalid(f"{name[:100]!r} cannot be included. Choose from {', '.join(RELATIONS)}.")
    return name


def _names(value: str, key: str, names: str) -> set[str]:
    chosen = set(names.split(","))
    if "" in chosen or ":" in names:
        raise Invalid(f"{value[:100]!r} cannot be included. Write vectors:first,second.")
    _relation(key)
    return chosen

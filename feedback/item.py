"""A record as one person sees it: its fields, and its candidates in an order of that person's own.

Pure: it knows no model and no request, so that kinds and exports can use it without a database.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from string import ascii_uppercase
from typing import Any

# Who speaks in a conversation, as trainers know them; and what else they are called.
ROLES = frozenset({"system", "user", "assistant", "tool"})
ALIASES = {"human": "user", "gpt": "assistant", "bot": "assistant", "ai": "assistant", "model": "assistant"}


@dataclass(frozen=True)
class Candidate:
    """One model answer. `model` and `extra` never leave the server towards a labeler."""

    id: str
    text: str = ""
    messages: Sequence[Mapping[str, str]] = ()
    model: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Item:
    """What questions are asked about.

    `fields`: name -> stored value. `candidates`: name of a candidates field -> candidates, in stored order.
    `markdown`: names of the fields whose text is Markdown; `pictures`: of those that hold addresses of images.
    `seed` decides the order in which this person sees candidates; the same seed gives the same order always.
    """

    fields: Mapping[str, Any]
    candidates: Mapping[str, Sequence[Candidate]] = field(default_factory=dict)
    seed: int = 0
    markdown: frozenset[str] = frozenset()
    pictures: frozenset[str] = frozenset()

    def shown(self, ids: Sequence[str]) -> list[str]:
        """`ids` in this person's order. Letters A, B, C … follow it."""
        # By hash, for `Random.shuffle` may give another order in another version of Python.
        return sorted(ids, key=lambda one: (blake2b(f"{self.seed}:{one}".encode()).digest(), one))

    def lettered(self, ids: Sequence[str]) -> dict[str, str]:
        """Letter -> id, in the order shown."""
        return dict(zip(letters(), self.shown(ids), strict=False))


def letters() -> Iterator[str]:
    """A to Z, then AA, AB …: what answers are called on screen."""
    yield from ascii_uppercase
    for first in ascii_uppercase:
        for second in ascii_uppercase:
            yield first + second


def turns(messages: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Who says what, and nothing else: further keys of a message may tell which model wrote it."""
    return [{"role": message["role"], "content": message["content"]} for message in messages]


def speaker(role: str) -> str:
    """Who it is, in the words of trainers; nothing if they know no such role."""
    return role if role in ROLES else ALIASES.get(role.lower(), "")


def next_speaker(messages: Sequence[Mapping[str, Any]]) -> str:
    """Whose turn comes next: the user's after the assistant's, or to begin with; else the assistant's."""
    last = speaker(messages[-1]["role"]) if messages else "system"
    return "user" if last in {"assistant", "system"} else "assistant"


def seed_for(record_id: object, person_id: object) -> int:
    """The seed of this person's order for this record: 31 bits, stable over machines and restarts."""
    return int.from_bytes(blake2b(f"{record_id}:{person_id}".encode(), digest_size=4).digest(), "big") >> 1

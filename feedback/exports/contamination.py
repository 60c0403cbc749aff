"""Prompts that must not be in an export, because they are in a file to test with.

The rule: a record stays out if the text of its prompt – all turns but a system message – equals one of the file's,
less case, spacing and the differences that Unicode calls compatible (NFKC); and, if a number of words is said, if
that many words in a row of it stand in one of the file's.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import Any
from unicodedata import normalize

import numpy as np

from core.errors import Invalid

MOST = 5_000_000  # prompts and runs of words of a file
COLUMNS = (
    "prompt",
    "messages",
    "conversations",
    "instruction",
    "question",
    "query",
    "input",
    "chosen",
    "text",
)
SPEECH = "\n\nAssistant:"


class Known:
    """The prompts of a file: 8 bytes for each, and for each run of `words` words."""

    def __init__(self, prompts: Iterable[str], words: int) -> None:
        self.words = words
        exact, runs = array("Q"), array("Q")
        for prompt in prompts:
            exact.append(_hash(plain(prompt)))
            runs.extend(_runs(prompt, words))
            if len(exact) + len(runs) > MOST:
                raise Invalid(
                    f"The file to keep apart holds more than {MOST:,} prompts and runs of words. Take a smaller one, "
                    "or compare whole prompts only (words 0)."
                )
        self.exact, self.runs = (np.unique(np.frombuffer(one, dtype=np.uint64)) for one in (exact, runs))

    def __len__(self) -> int:
        return len(self.exact)

    def holds(self, prompt: str) -> bool:
        """Whether a record with this prompt stays out."""
        text = plain(prompt)
        if not text:
            return False
        return _has(self.exact, _hash(text)) or any(_has(self.runs, one) for one in _runs(prompt, self.words))


def plain(text: str) -> str:
    """The text without what does not make it another one."""
    return " ".join(normalize("NFKC", text).casefold().split())


def spoken(messages: Iterable[Mapping[str, Any]]) -> str:
    """The text of a prompt: all turns but those of the system."""
    turns = ((one.get("role", one.get("from")), one.get("content", one.get("value"))) for one in messages)
    return "\n".join(said for role, said in turns if role != "system" and isinstance(said, str))


def prompt_of(row: Mapping[str, Any]) -> str:
    """The prompt of a row of a training file, as any of the usual formats has it; empty if there is none."""
    if isinstance(fields := row.get("fields"), Mapping):
        row = fields
    for name in COLUMNS:
        value = row.get(name)
        if name == "instruction" and isinstance(value, str) and isinstance(row.get("input"), str):
            value = f"{value}\n{row['input']}"
        if isinstance(value, Mapping):
            value = value.get("messages")
        if found := _asked(value):
            return found
    return next((one for one in row.values() if isinstance(one, str) and one.strip()), "")


def _asked(value: Any) -> str:
    if isinstance(value, str):
        return value[: value.rfind(SPEECH)].replace("\n\nHuman:", "\n") if SPEECH in value else value
    if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
        return ""
    last = value[-1].get("role", value[-1].get("from")) if value else None
    return spoken(value[:-1] if last in {"assistant", "gpt"} else value)


def _runs(text: str, words: int) -> Iterator[int]:
    if words:
        found = re.findall(r"\w+", plain(text))
        for start in range(len(found) - words + 1):
            yield _hash(" ".join(found[start : start + words]))


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


def _has(known: Any, number: int) -> bool:
    place = int(np.searchsorted(known, np.uint64(number)))
    return place < len(known) and int(known[place]) == number

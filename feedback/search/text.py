"""What somebody typed into a search box, as a tree: Lucene's simple query string (contract section 6.3).

`+` and, `|` or, `-` not, "a phrase", prefix*, parentheses, backslash escapes. Words side by side are and-ed, operators
hold from left to right, `~N` is passed over, and whatever makes no sense is passed over, too: nothing fails.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Literal, TypeAlias, Union

from feedback.search.words import WEIGHTS, ends_early, sought, weight_of

MOST_TERMS = 100  # of a query; what is behind them is passed over
DEEPEST = 50  # parentheses inside each other
TOKEN = re.compile(r'"(?:\\.|[^"\\])*"?(?:~\d*)?|[()|+]|(?:\\.|[^\s"()|+\\])+|\\$', re.DOTALL)
FUZZY = re.compile(r"~\d*$")
ESCAPED = re.compile(r"\\(.)", re.DOTALL)
STEADY = re.compile(r"[a-z0-9]+|[^\x00-\x7f]+")

Document = Sequence[Sequence[str]]  # the words of each field

# What a record's text must contain, in lower case, for it to be worth a closer look; None: that says nothing.
Needles: TypeAlias = Union[str, tuple[Literal["and", "or"], Sequence["Needles"]], None]  # noqa: UP007  it is recursive
NOTHING = "('#')"  # a lexeme that no record has


class Node(ABC):
    """A part of what is sought. `field`: the number of the one field to look into; None: all of them."""

    @abstractmethod
    def tsquery(self, field: int | None) -> str:
        """It as PostgreSQL reads it."""

    @abstractmethod
    def holds(self, document: Document) -> bool:
        """Whether these words have it."""

    def needles(self) -> Needles:
        """What it cannot hold without."""
        return None


@dataclass(frozen=True)
class Words(Node):
    """Words that follow each other; the last one may be a beginning only."""

    words: tuple[str, ...]
    prefix: bool = False

    def tsquery(self, field: int | None) -> str:
        mark, weight = ("", "")
        if field is not None and field < len(WEIGHTS) - 1:
            weight = weight_of(field)
        elif field is not None:
            mark = f"{field}:"
        last = len(self.words) - 1
        parts = []
        for place, word in enumerate(self.words):
            options = ("*" if self._begins(word) and place == last else "") + weight
            parts.append(f"'{mark}{word}'" + (f":{options}" if options else ""))
        return "(" + " <-> ".join(parts) + ")" if parts else NOTHING

    def holds(self, document: Document) -> bool:
        return any(self._in(words) for words in document)

    def needles(self) -> Needles:
        found: list[Needles] = [needle for word in self.words if (needle := steady(word))]
        if not found:
            return None
        return "and", found

    def _begins(self, word: str) -> bool:
        return self.prefix or ends_early(word)

    def _in(self, words: Sequence[str]) -> bool:
        *first, last = self.words
        for place in range(len(words) - len(first)):
            end = words[place + len(first)]
            if end != last and not (self._begins(last) and end.startswith(last)):
                continue
            if list(words[place : place + len(first)]) == first:
                return True
        return False


@dataclass(frozen=True)
class Nothing(Node):
    """What no record has: a query of signs without a word."""

    def tsquery(self, field: int | None) -> str:
        return NOTHING

    def holds(self, document: Document) -> bool:
        return False


@dataclass(frozen=True)
class Not(Node):
    """Whatever has it not."""

    part: Node

    def tsquery(self, field: int | None) -> str:
        return f"!{self.part.tsquery(field)}"

    def holds(self, document: Document) -> bool:
        return not self.part.holds(document)


@dataclass(frozen=True)
class Both(Node):
    """All of them, or one of them."""

    parts: tuple[Node, ...]
    needs_all: bool

    def tsquery(self, field: int | None) -> str:
        return "(" + (" & " if self.needs_all else " | ").join(one.tsquery(field) for one in self.parts) + ")"

    def holds(self, document: Document) -> bool:
        return (all if self.needs_all else any)(one.holds(document) for one in self.parts)

    def needles(self) -> Needles:
        found = [one.needles() for one in self.parts]
        if self.needs_all:
            some = [one for one in found if one is not None]
            return ("and", some) if some else None
        return None if None in found else ("or", found)


def steady(word: str) -> str | None:
    """The longest part of a word that PostgreSQL lowers as we do, whatever its locale: ASCII, or without cases."""
    runs = [run for run in STEADY.findall(word) if run.isascii() or run == run.upper()]
    return max(runs, key=len, default=None)


def read_text(text: str) -> Node | None:
    """The tree; None if nothing is asked for: blanks, or the star that stands for everything."""
    pieces = TOKEN.findall(text)[: 4 * MOST_TERMS]
    if all(piece == "*" for piece in pieces):
        return None
    return _group(iter(pieces), [MOST_TERMS], 0) or Nothing()


def _group(pieces: Iterator[str], left: list[int], depth: int) -> Node | None:
    """What stands between parentheses, or up to the end. `left`: how many terms may still come."""
    found: list[tuple[str, Node]] = []
    operator, negated = "+", False
    for piece in pieces:
        if piece == ")" and depth:
            break
        if piece in "+|)":
            operator = "|" if piece == "|" else "+"
            continue
        minuses = len(piece) - len(piece.lstrip("-"))
        rest, negated = piece[minuses:], negated != bool(minuses % 2)
        if not rest and minuses:
            continue
        node = _group(pieces, left, depth + 1) if rest == "(" and depth < DEEPEST else _term(rest, left)
        if node:
            found.append((operator, Not(node) if negated else node))
        operator, negated = "+", False
    if not found:
        return None
    return reduce(_join, found[1:], found[0][1])


def _join(before: Node, after: tuple[str, Node]) -> Node:
    operator, node = after
    needs_all = operator == "+"
    if isinstance(before, Both) and before.needs_all == needs_all:
        return Both((*before.parts, node), needs_all)
    return Both((before, node), needs_all)


def _term(piece: str, left: list[int]) -> Node | None:
    if piece == "*":
        return None
    phrase = piece.startswith('"')
    piece = FUZZY.sub("", piece) if phrase or not piece.startswith("~") else piece
    prefix = not phrase and piece.endswith("*") and not piece.endswith("\\*")
    found = tuple(sought(ESCAPED.sub(r"\1", piece.strip('"') if phrase else piece)))
    left[0] -= len(found)
    if not found or left[0] < 0:
        return None
    return Words(found, prefix)


def marked(node: Node) -> list[Words]:
    """The words that hits show marked: those that are sought, not those that must be absent."""
    if isinstance(node, Words):
        return [node]
    return [found for part in node.parts for found in marked(part)] if isinstance(node, Both) else []

"""The piece of a record's text that has what somebody looked for, with the words marked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from feedback.search.text import Node, marked
from feedback.search.words import LETTERS, ends_early, is_unspaced

LENGTH = 200  # characters shown
BEFORE = 60  # of them before the first hit
LOOKED_AT = 20_000  # characters of a field; a hit behind them is not shown

Span = tuple[int, int]


def excerpt(texts: Iterable[str], node: Node) -> SafeString | None:
    """From the first of these texts that has a hit; None if none has, as for words that must be absent."""
    sought = marks(node)
    for text in (whole[:LOOKED_AT] for whole in texts):
        if hits := list(_hits(text, sought)):
            return _cut(text, hits)
    return None


def marks(node: Node) -> list[tuple[str, bool]]:
    """The words to mark, each with whether it may be the beginning of a longer one."""
    return [(word, one.prefix or ends_early(word)) for one in marked(node) for word in one.words]


def _hits(text: str, sought: Sequence[tuple[str, bool]]) -> Iterator[Span]:
    whole = {word for word, _ in sought}
    begun = tuple(word for word, prefix in sought if prefix)
    for start, end in _words(text):
        word = text[start:end].lower()
        if word in whole or (begun and word.startswith(begun)):
            yield start, end


def _words(text: str) -> Iterator[Span]:
    """Where words stand, by the rules of feedback/search/words.py; scripts without spaces by pairs and characters."""
    start = None
    for place, sign in enumerate(text):
        kept = LETTERS[ord(sign)]
        if start is not None and not (isinstance(kept, int) and not is_unspaced(sign)):
            yield start, place
            start = None
        if isinstance(kept, str):
            if kept.strip():
                yield place, place + 1
        elif is_unspaced(sign):
            yield place, place + 1
            yield place, place + 2
        elif start is None:
            start = place
    if start is not None:
        yield start, len(text)


def _cut(text: str, hits: Sequence[Span]) -> SafeString:
    begin = max(0, hits[0][0] - BEFORE)
    if begin:
        begin = max(begin, text.find(" ", begin, hits[0][0]) + 1)
    end = min(len(text), begin + LENGTH)
    parts, place = [mark_safe("… " if begin else "")], begin  # noqa: S308  two texts of ours
    for start, stop in hits:
        if start < place or stop > end:
            continue
        parts += [conditional_escape(text[place:start]), format_html("<mark>{}</mark>", text[start:stop])]
        place = stop
    parts += [conditional_escape(text[place:end]), mark_safe(" …" if end < len(text) else "")]  # noqa: S308
    return SafeString("".join(parts))

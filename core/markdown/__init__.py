"""Texts of models and people as HTML for anybody: no script, nothing fetched, in bounded time."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

from core.markdown import blocks, clean, formulas
from core.markdown.clock import Clock, TooLong

LONGEST = 50_000  # characters; what is longer is shown as it was written
SECONDS = 0.5  # of this thread's work on one text, then it is shown as it was written


@dataclass(frozen=True)
class Heading:
    """An entry of a table of contents. `level`: 1 for the highest there is."""

    level: int
    text: str
    id: str


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 20})
    parser.enable(["table", "strikethrough"])
    formulas.install(parser)
    blocks.install(parser)
    return parser


PARSER = _parser()


@lru_cache(maxsize=256)
def render(text: str) -> SafeString:
    """Markdown as safe HTML; as plain text what cannot be read so in time. Nothing is ever raised."""
    return render_draft(text)


def render_draft(text: str) -> SafeString:
    """The same for a text that is still being written: nobody will ask for it again, so it is not remembered."""
    return _render(text, {"clock": Clock(SECONDS), "sink": 3})


def render_guidelines(text: str, before: str | None = None) -> tuple[SafeString, list[Heading]]:
    """The same for guidelines, with their table of contents: headings carry ids that begin with "g-".

    `before`: an older text; what differs from it gets the class "changed".
    """
    headings: list[Token] = []
    changed = frozenset[int]() if before is None else difference(before, text)[0]
    html = _render(text, {"clock": Clock(SECONDS), "sink": 2, "headings": headings, "changed": changed})
    if not headings:
        return html, []
    top = min(int(token.meta["level"]) for token in headings)
    return html, [
        Heading(int(token.meta["level"]) - top + 1, token.meta["text"], str(token.attrs["id"]))
        for token in headings
    ]


def difference(before: str, after: str) -> tuple[frozenset[int], list[str]]:
    """The numbers of the lines, from 0, that are new or other than before; and the lines that are there no more."""
    old, new = before.splitlines(), after.splitlines()
    changed: set[int] = set()
    gone: list[str] = []
    for act, from_old, to_old, from_new, to_new in SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if act != "equal":
            changed.update(range(from_new, to_new))
            gone += [line for line in old[from_old:to_old] if line.strip()]
    return frozenset(changed), gone


def plain(text: str) -> SafeString:
    """A text as it was written, every space and line of it."""
    return mark_safe(f'<div class="plain">{escape(text)}</div>')  # noqa: S308 - it was escaped


def _render(text: str, env: dict[str, Any]) -> SafeString:
    if len(text) > LONGEST:
        return plain(text)
    try:
        return mark_safe(clean.clean(PARSER.render(text, env)))  # noqa: S308 - it was cleaned
    except (TooLong, RecursionError):
        return plain(text)
    except Exception:  # noqa: BLE001 - a text that the parser has a bug with must not stop people from reading it
        return plain(text)


__all__: Sequence[str] = ("Heading", "difference", "plain", "render", "render_draft", "render_guidelines")

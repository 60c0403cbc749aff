"""Texts that labelers put into an answer by choosing them: a greeting, the parts of a review, a refusal."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from core.schema import Shape
from core.text import Storable

MOST = 30
HEADING = r"^===[ \t]+(\S.*?)[ \t]+===[ \t]*$"  # the name of a text; the lines below it are the text


def _without_edges(text: str) -> str:
    if not text.strip():
        raise ValueError("Write the text of the snippet.")
    return text.strip("\n")


def _is_no_heading(text: str) -> str:
    if found := re.search(HEADING, text, re.M):
        raise ValueError(f"The line {found[0]!r} would begin another snippet. Write it differently.")
    return text


Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=r"^[^\n]+$")
]
Text = Annotated[
    str,
    AfterValidator(_without_edges),
    StringConstraints(max_length=10_000),
    AfterValidator(_is_no_heading),
]


class Snippet(Shape):
    """One text, and what it is called in the menu. Line breaks around it are left out."""

    name: Annotated[Name, Storable]
    text: Annotated[Text, Storable]


def _names_differ(snippets: list[Snippet]) -> list[Snippet]:
    names = [one.name for one in snippets]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"Two snippets are called {name!r}. Give each a name of its own.")
    return snippets


Snippets = Annotated[list[Snippet], Field(max_length=MOST), AfterValidator(_names_differ)]


def read_named(text: str) -> list[dict[str, str]]:
    """The texts by their names; `ValueError` for a text without one."""
    before, *parts = re.split(HEADING, text.replace("\r\n", "\n"), flags=re.M)
    if before.strip():
        raise ValueError("Begin with a line that names the text, such as === Refusal ===.")
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return [{"name": name, "text": written.strip("\n")} for name, written in pairs]


def write_named(texts: Sequence[Mapping[str, str]]) -> str:
    """The lines that `read_named` reads."""
    return "\n\n".join(f"=== {one['name']} ===\n{one['text']}" for one in texts)

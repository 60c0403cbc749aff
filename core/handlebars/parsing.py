"""A template's text as a tree: pieces of HTML, values, blocks."""

import re
from dataclasses import dataclass, field

from core.handlebars.mistakes import Mistake
from core.handlebars.words import Path, Words, read

DEEPEST = 50  # blocks inside each other

_TAG = re.compile(
    r"\\?\{\{(?:(?P<trim>~?)!(?:--(?P<long>.*?)--|(?P<short>[^}]*))(?P<untrim>~?)\}\}"
    r"|\{(?P<raw>[^{}]*)\}\}\}"
    r"|(?P<before>~?)(?P<mark>[#^/&>*]?)(?P<words>[^{}]*?)(?P<after>~?)\}\})",
    re.DOTALL,
)


@dataclass(frozen=True)
class Value:
    """Something to be written out."""

    words: Words
    line: int
    is_raw: bool = False


@dataclass
class Block:
    """`{{#name …}} body {{else}} otherwise {{/name}}`; `inverted`: `{{^name}}`."""

    name: str
    words: Words
    line: int
    inverted: bool = False
    body: list["str | Value | Block"] = field(default_factory=list)
    otherwise: list["str | Value | Block"] = field(default_factory=list)
    is_chained: bool = False  # of an `else if`: closed together with the one around it


Node = str | Value | Block


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.root: list[Node] = []
        self.open: list[Block] = []
        self.into = self.root
        self.trimming = False

    def parse(self) -> list[Node]:
        at = 0
        for tag in _TAG.finditer(self.text):
            self._piece(self.text[at : tag.start()], trim_end="~" in (tag["before"] or "", tag["trim"] or ""))
            at = tag.end()
            self._tag(tag)
        self._piece(self.text[at:])
        if self.open:
            block = self.open[-1]
            raise Mistake(f"{{{{#{block.name}}}}} is never closed by {{{{/{block.name}}}}}.", block.line)
        return self.root

    def _piece(self, text: str, *, trim_end: bool = False) -> None:
        if self.trimming:
            text = text.lstrip()
        if text := text.rstrip() if trim_end else text:
            self.into.append(text)

    def _tag(self, tag: re.Match[str]) -> None:
        line = self.text.count("\n", 0, tag.start()) + 1
        self.trimming = "~" in (tag["after"] or "", tag["untrim"] or "")
        if tag[0].startswith("\\"):  # written as it is
            self.into.append(tag[0][1:])
        elif tag["raw"] is not None:
            self.into.append(Value(read(tag["raw"], line), line, is_raw=True))
        elif tag["words"] is not None:
            self._act(tag["mark"], tag["words"].strip(), line)

    def _act(self, mark: str, words: str, line: int) -> None:
        if mark == "#":
            self._begin(words, line)
        elif mark == "/":
            self._end(words, line)
        elif words == "else" or words.startswith("else ") or (mark == "^" and not words):
            self._otherwise(words.removeprefix("else").strip(), line)
        elif mark == "^":
            self._begin(words, line, inverted=True)
        elif mark in (">", "*"):
            raise Mistake("Partials and decorators are not understood here. Write the piece out.", line)
        else:
            self.into.append(Value(read(words, line), line, is_raw=mark == "&"))

    def _begin(self, words: str, line: int, *, inverted: bool = False, is_chained: bool = False) -> None:
        if len(self.open) >= DEEPEST:
            raise Mistake(f"Blocks lie more than {DEEPEST} deep inside each other.", line)
        if words.startswith((">", "*")):
            raise Mistake("Partials and decorators are not understood here. Write the piece out.", line)
        made = Block(_name(words), read(words, line), line, inverted, is_chained=is_chained)
        self.into.append(made)
        self.open.append(made)
        self.into = made.body

    def _otherwise(self, words: str, line: int) -> None:
        if not self.open or self.into is self.open[-1].otherwise:
            raise Mistake("{{else}} stands in no block that it could belong to.", line)
        self.into = self.open[-1].otherwise
        if words:
            self._begin(words, line, is_chained=True)

    def _end(self, words: str, line: int) -> None:
        while self.open and self.open[-1].is_chained:
            self.open.pop()
        if not self.open or self.open[-1].name != words:
            raise Mistake(f"{{{{/{words}}}}} closes nothing that is open.", line)
        self.open.pop()
        around = self.open[-1] if self.open else None
        if around is None:
            self.into = self.root
        else:
            self.into = around.otherwise if around.otherwise else around.body


def _name(words: str) -> str:
    return words.split(maxsplit=1)[0] if words else ""


def parse(text: str) -> list[Node]:
    """The tree of a template, or `Mistake`."""
    return _Parser(text).parse()


def is_path(words: Words) -> bool:
    """Whether the expression is a path and nothing more."""
    return isinstance(words.first, Path) and not words.rest

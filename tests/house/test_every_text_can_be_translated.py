"""Every text of ours on a page is marked for translation: what is marked stands in brackets here, and nothing else.

What people wrote stands in `bdi` or in elements with `dir="auto"`; what no language changes, in `code`, `kbd` and the
like.
"""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.utils import translation

from tests.cast import Cast
from tests.house.test_every_route_has_a_row import _call
from tests.permissions import ROWS, Row, Things

OPEN, CLOSE = "⟦", "⟧"
ATTRIBUTES = {"aria-label", "title", "placeholder", "alt", "aria-description", "content-label"}
SAME = {"code", "kbd", "samp", "time", "style", "script", "svg", "pre"}  # the same in every language
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
WORD = re.compile(r"[^\W\d_]{2,}")
NAMES = {"Assay"}
NOT_YET = ("/admin/", "/api/")


class Reader(HTMLParser):
    """Collects what a reader would read outside the brackets."""

    def __init__(self) -> None:
        super().__init__()
        self.stack: list[tuple[str, bool]] = []
        self.found: list[str] = []
        self.inside = 0  # how many texts are open: elements may stand inside one

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_data = tag in SAME or tag == "bdi" or given.get("dir") == "auto" or given.get("translate") == "no"
        quiet = is_data or bool(self.stack and self.stack[-1][1])
        if not quiet:
            for name in ATTRIBUTES & given.keys():
                self.look(f"{tag} {name}", given[name] or "")
            if tag == "input" and given.get("type") == "submit":
                self.look("input value", given.get("value") or "")
        if tag not in VOID:
            self.stack.append((tag, quiet))

    def handle_endtag(self, tag: str) -> None:
        while self.stack and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, text: str) -> None:
        tag, is_data = self.stack[-1] if self.stack else ("", False)
        outside = self.outside(text)
        if not is_data:
            self.note(tag, outside)

    def look(self, where: str, text: str) -> None:
        inside, self.inside = self.inside, 0
        self.note(where, self.outside(text))
        self.inside = inside

    def outside(self, text: str) -> str:
        """What stands in no brackets."""
        kept = ""
        for char in text:
            self.inside += (char == OPEN) - (char == CLOSE)
            kept += " " if self.inside or char == CLOSE else char
        return kept

    def note(self, where: str, outside: str) -> None:
        if words := [word for word in WORD.findall(outside) if word not in NAMES]:
            self.found.append(f"{where}: {' '.join(words)}")


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> None:
    def bracket(which: int) -> Any:
        return lambda *given: f"{OPEN}{given[which]}{CLOSE}"

    def plural(*given: Any) -> str:
        one, many, number = given[-3:]
        return f"{OPEN}{one if number == 1 else many}{CLOSE}"

    monkeypatch.setattr(translation._trans, "gettext", bracket(0), raising=False)
    monkeypatch.setattr(translation._trans, "pgettext", bracket(1), raising=False)
    monkeypatch.setattr(translation._trans, "ngettext", plural, raising=False)
    monkeypatch.setattr(translation._trans, "npgettext", plural, raising=False)


PAGES = [row for row in ROWS if row.method == "GET" and not row.path.startswith(NOT_YET)]


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.path)
def test_a_page_says_nothing_that_is_not_marked(row: Row, cast: Cast, marked: None) -> None:
    things = Things(cast)
    path = things.fill(row.path)
    for who in (cast.ben, cast.ana):
        response = _call(cast.pages(who), row, path, things.fill(row.send))
        if response.status_code != 200 or not response.headers.get("Content-Type", "").startswith(
            "text/html"
        ):
            continue
        reader = Reader()
        reader.feed(response.content.decode())
        assert reader.inside == 0, "A text was cut off after it was translated."
        assert not reader.found, f'Mark for translation (or as data, by dir="auto"): {reader.found}'

"""What a key does, and which, stands in one table (feedback/shortcuts.py): pages name acts, never keys."""

import re

from feedback.shortcuts import ACTS
from tests.house.sources import ROOT, name, text

NAMED = re.compile(r'data-key="([^"]*)"|<kbd[^>]* data-of="([^"{]*)"|{% (?:kbd|hint) "([^"]*)"')
SOURCES = sorted([*(ROOT / "templates").rglob("*.html"), *(ROOT / "static/js").rglob("*.js")])


def test_pages_name_acts_of_the_table() -> None:
    assert len(SOURCES) > 100
    wrong = [
        f"{name(path)}: {one}"
        for path in SOURCES
        for one in sorted({act for match in NAMED.findall(text(path)) for act in match} - {""})
        if "$" not in one and one not in ACTS
    ]
    assert not wrong, f"Add to feedback/shortcuts.py, with a key that is free: {wrong}"


def test_every_act_is_somewhere() -> None:
    everything = "\n".join(map(text, SOURCES))
    lost = [act for act in ACTS if not re.search(rf'data-key="{act}"|"{act}"|{act}:', everything)]
    assert not lost, f"Nothing on the page does these any more: {lost}"

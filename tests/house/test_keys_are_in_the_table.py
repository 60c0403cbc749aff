"""What a key does, and which, stands in one table (feedback/shortcuts.py): pages name acts, never keys."""

import re
from pathlib import Path

import pytest

from feedback.shortcuts import ACTS

ROOT = Path(__file__).resolve().parents[2]
NAMED = re.compile(r'data-key="([^"]*)"|<kbd[^>]* data-of="([^"{]*)"|{% (?:kbd|hint) "([^"]*)"')
SOURCES = sorted([*(ROOT / "templates").rglob("*.html"), *(ROOT / "static/js").rglob("*.js")])


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_page_names_acts_of_the_table(path: Path) -> None:
    named = {one for match in NAMED.findall(path.read_text(encoding="utf-8")) for one in match}
    wrong = {one for one in named - {""} if "$" not in one and one not in ACTS}
    assert not wrong, f"Add to feedback/shortcuts.py, with a key that is free: {wrong}"


def test_every_act_is_somewhere() -> None:
    everything = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    lost = [name for name in ACTS if not re.search(rf'data-key="{name}"|"{name}"|{name}:', everything)]
    assert not lost, f"Nothing on the page does these any more: {lost}"

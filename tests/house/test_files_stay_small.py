"""Files stay small enough to be read in one go, and have names that say what is in them."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(
    path
    for app in ("accounts", "workspaces", "feedback", "core", "config")
    for path in (ROOT / app).rglob("*.py")
    if "migrations" not in path.parts
)
MOST_LINES = 250  # aim for 165; a file that is one list of like things may be longer
VAGUE = {"utils", "helpers", "common", "services", "managers", "mixins", "serializers", "constants", "misc"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_short_and_says_what_it_holds(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    lines = len(text.splitlines())
    assert lines <= MOST_LINES, f"{lines} lines: find the second noun in it and give it a file of its own."
    assert not text.strip() or ast.get_docstring(ast.parse(text)), (
        "Begin with a sentence that says what it holds."
    )
    assert path.stem not in VAGUE, "This name says nothing: name the file for its noun."

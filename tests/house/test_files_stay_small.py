"""Files stay small enough to be read in one go, and have names that say what is in them."""

import ast
from pathlib import Path

from tests.house.sources import modules, name, text, tree

MOST_LINES = 250  # aim for 165; a file that is one list of like things may be longer
VAGUE = {"utils", "helpers", "common", "services", "managers", "mixins", "serializers", "constants", "misc"}


def test_a_file_is_short_and_says_what_it_holds() -> None:
    assert len(modules()) > 300
    wrong = [f"{name(path)}: {sentence}" for path in modules() for sentence in _wrong(path)]
    assert not wrong, "\n".join(wrong)


def _wrong(path: Path) -> list[str]:
    lines = len(text(path).splitlines())
    found = []
    if lines > MOST_LINES:
        found.append(f"{lines} lines: find the second noun in it and give it a file of its own.")
    if text(path).strip() and not ast.get_docstring(tree(path)):
        found.append("Begin with a sentence that says what it holds.")
    if path.stem in VAGUE:
        found.append("This name says nothing: name the file for its noun.")
    return found

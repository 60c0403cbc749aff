"""Nobody outside a family compares with the name of one of its kinds: ask the kind instead."""

import ast
from collections.abc import Iterator
from functools import cache

from tests.house.sources import ROOT, modules, name, tree

FAMILIES = ("questions", "fields", "metadata", "imports", "exports", "distribution")
ASKED = {"kind", "type", "question_type", "field_type", "format", "strategy", "name"}  # what one would ask
FILES = [
    path
    for path in modules()
    if not any(path.is_relative_to(ROOT / "feedback" / family) for family in FAMILIES)
]


@cache
def kinds() -> set[str]:
    """The names of all kinds: the modules of their families that define one by that name."""
    return {
        node.value.value
        for family in FAMILIES
        for path in (ROOT / "feedback" / family).glob("*.py")
        for cls in tree(path).body
        if isinstance(cls, ast.ClassDef)
        for node in cls.body
        if isinstance(node, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id == "name" for target in node.targets)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    }


def test_there_are_kinds_to_look_for() -> None:
    assert {"rating", "ranking", "text"} <= kinds()


def test_no_comparison_with_a_kinds_name() -> None:
    assert len(FILES) > 300
    wrong = [
        f"{name(path)}, line {line}: {text}"
        for path in FILES
        for line, text, words in _comparisons(tree(path))
        if words & kinds()
    ]
    assert not wrong, f"Give the kind a method and ask it: {wrong}"


def _comparisons(tree: ast.AST) -> Iterator[tuple[int, str, set[str]]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and _asks(node):
            yield node.lineno, ast.unparse(node), _texts(node)
        elif isinstance(node, ast.Match) and _asks(node.subject):
            yield node.lineno, f"match {ast.unparse(node.subject)}", _texts(node)


def _asks(node: ast.AST) -> bool:
    """Whether the name or type of something is looked at; other comparisons with such a word are innocent."""
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute) and part.attr in ASKED:
            return True
        if isinstance(part, ast.Name) and part.id in ASKED:
            return True
        if (
            isinstance(part, ast.Subscript)
            and isinstance(part.slice, ast.Constant)
            and part.slice.value in ASKED
        ):
            return True
    return False


def _texts(node: ast.AST) -> set[str]:
    return {
        part.value
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }

"""Edges obtain objects through `fetch` and `allowing` only: whoever holds an object was allowed to."""

import ast

from tests.house.sources import APPS, ROOT, name, tree

ALLOWED = {"fetch", "find", "allowing"}
MANAGERS = {"_base_manager", "_default_manager"}
EDGES = sorted(
    path
    for app in APPS
    for pattern in ("api.py", "api/**/*.py", "views.py", "views/**/*.py", "admin.py", "admin/**/*.py")
    for path in (ROOT / app).glob(pattern)
)


def test_an_edge_holds_nothing_unasked() -> None:
    assert len(EDGES) > 50
    wrong = [
        f"{name(path)}, line {node.lineno}: {ast.unparse(node)}"
        for path in EDGES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and (_is_unasked(node) or node.attr in MANAGERS)
    ]
    assert not wrong, f"Use .objects.fetch(Verb…, by, …) or .objects.allowing(Verb…, by): {wrong}"


def test_the_rule_finds_what_it_forbids() -> None:
    tree = ast.parse("Record.objects.get(pk=1)\nRecord._base_manager.all()\nRecord.objects.fetch(1)")
    attributes = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    assert [node.attr for node in attributes if _is_unasked(node)] == ["get"]
    assert any(node.attr in MANAGERS for node in attributes)


def _is_unasked(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Attribute) and node.value.attr == "objects" and node.attr not in ALLOWED

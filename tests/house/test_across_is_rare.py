"""Acting across organizations is a decision: the files that do it are listed here, each with its reason."""

import ast
from collections.abc import Iterator

from tests.house.sources import APPS, ROOT, name, tree

WORDS = {"across", "across_until_known", "enter_across", "ACROSS"}

MAY = {
    "accounts/actions/audit_log.py": "the database forgets what logs of all organizations keep no longer",
    "core/tenancy.py": "defines it",
    "accounts/directory.py": "finds out who somebody is, before it is known where they belong",
    "feedback/tasks.py": "gives back leases and takes up jobs, whoever's they are",
    "workspaces/migrations/0004_roles_in_workspaces.py": "gives everybody the role that they had, in all organizations",
    "accounts/middleware.py": "lets the operator of the installation into the admin",
}


def test_only_these_files_act_across_organizations() -> None:
    found = {
        name(path) for app in APPS for path in (ROOT / app).rglob("*.py") if WORDS & set(_names(tree(path)))
    }
    extra, gone = found - MAY.keys(), MAY.keys() - found
    assert not extra, f"Say in this test why these must act across organizations, or act for one: {extra}"
    assert not gone, f"These no longer do; take them off the list: {gone}"


def _names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.ImportFrom | ast.Import):
            yield from (alias.name for alias in node.names)

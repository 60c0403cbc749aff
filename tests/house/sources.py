"""The product's own files, each read and parsed once for all rules."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("accounts", "workspaces", "feedback", "core", "config")


def name(path: Path) -> str:
    """As it stands in the repository."""
    return str(path.relative_to(ROOT))


@cache
def text(path: Path) -> str:
    """What is in it."""
    return path.read_text(encoding="utf-8")


@cache
def tree(path: Path) -> ast.Module:
    """A Python file, parsed."""
    return ast.parse(text(path))


@cache
def modules() -> list[Path]:
    """All Python files of the product but migrations."""
    return sorted(
        path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts
    )

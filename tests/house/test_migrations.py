"""Migrations are complete, named for what they do, and one after the other."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

ROOT = Path(__file__).resolve().parents[2]
OURS = ("accounts", "workspaces", "feedback")


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    out = StringIO()
    try:
        call_command("makemigrations", *OURS, check=True, dry_run=True, stdout=out)
    except SystemExit:
        pytest.fail(f"Run makemigrations -n name: {out.getvalue()}")


@pytest.mark.parametrize("app", OURS)
def test_a_migration_says_what_it_does(app: str) -> None:
    names = [path.stem for path in (ROOT / app / "migrations").glob("0*.py")]
    vague = [name for name in names if re.search(r"_auto_|_alter_|_merge", name)]
    assert not vague, f"Name them with makemigrations -n: {vague}"


@pytest.mark.django_db
@pytest.mark.parametrize("app", OURS)
def test_migrations_stand_in_one_line(app: str) -> None:
    graph = MigrationLoader(connection).graph
    assert len(graph.leaf_nodes(app)) == 1, "Rebase the newer one onto the other; never merge."

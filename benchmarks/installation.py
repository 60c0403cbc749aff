"""An installation that lives as long as a benchmark: database and broker of its own, in a temporary folder."""

from __future__ import annotations

import os
import random
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import psycopg

from core import embedded
from core.embedded.family import Family
from core.embedded.launcher import running
from core.embedded.postgres import SUPERUSER

WORDS = 5000


@contextmanager
def installation() -> Iterator[Family]:
    """Start everything, as durable as in production, and make the tables. Import models only inside the block."""
    with tempfile.TemporaryDirectory(prefix="assay-benchmark-") as folder:
        data = Path(folder)
        with running(data, say=lambda sentence: print(sentence, file=sys.stderr)) as family:
            os.environ.update(
                ASSAY_DATA=str(data),
                DATABASE_URL=embedded.database_url(data),
                REDIS_URL=embedded.redis_url(data),
                DJANGO_SETTINGS_MODULE="config.settings",
            )
            import django
            from django.core.management import call_command

            django.setup()
            call_command("migrate", verbosity=0)
            yield family


def superuser(database: str = embedded.DATABASE) -> psycopg.Connection[Any]:
    """A connection that row-level security does not bind: for COPY and for bare SQL to compare with."""
    sockets = str(embedded.socket_folder(embedded.data_folder()))
    return psycopg.connect(host=sockets, port=embedded.PORT, user=SUPERUSER, dbname=database)


def dataset(
    labelers: int = 0, *, overlap: int = 1, more: Mapping[str, dict[str, Any]] = MappingProxyType({})
) -> tuple[Any, list[Any]]:
    """A published dataset of prompts with answers to rank, and its labelers. `more`: settings of more questions."""
    from django.db import transaction

    with transaction.atomic():
        return _dataset(labelers, overlap, more)


def _dataset(labelers: int, overlap: int, more: Mapping[str, dict[str, Any]]) -> tuple[Any, list[Any]]:
    from accounts.actions import add_member, create_organization
    from feedback.actions.datasets import create_dataset, publish_dataset
    from feedback.actions.schema import add_field, add_question
    from workspaces.actions import add_to_workspace, create_workspace

    tag = f"{random.getrandbits(32):x}"
    organization = create_organization(f"Benchmark {tag}")
    workspace = create_workspace(organization, "benchmark")
    made = create_dataset(workspace, name="Answers", min_submitted=overlap)
    add_field(made, name="prompt", title="Prompt", settings={"type": "text"}, required=True)
    add_field(made, name="answers", title="Answers", settings={"type": "candidates"}, required=True)
    ranking = {"type": "ranking", "field": "answers"}
    add_question(made, name="ranking", title="Ranking", settings=ranking, required=True)
    for name, settings in more.items():
        add_question(made, name=name, title=name.capitalize(), settings=settings, required=False)
    people = [
        add_member(organization, username=f"labeler-{number}", password="correct horse battery")
        for number in range(labelers)
    ]
    for person in people:
        add_to_workspace(workspace, person)
    return publish_dataset(made), people


def rows(number: int) -> Iterator[dict[str, Any]]:
    """Made-up rows of about 2.9 kB: a prompt, and four answers of about 600 characters."""
    chance = random.Random(7)
    letters = "abcdefghijklmnopqrstuvwxyzäéñöü"
    words = ["".join(chance.choices(letters, k=chance.randint(2, 9))) for _ in range(WORDS)]

    def text(length: int) -> str:
        return " ".join(chance.choices(words, k=length // 6))

    for row in range(number):
        answers = [{"id": f"m{n}", "model": f"model-{n}", "text": text(600)} for n in range(1, 5)]
        yield {"id": f"row-{row}", "prompt": text(200), "answers": answers, "topic": chance.choice(words)}


RANKED = {"ranking": {"version": 1, "tiers": [["m2"], ["m1", "m3"], ["m4"]]}}


def table(title: str, head: list[str], lines: list[list[str]]) -> None:
    """Print a small table of one run."""
    print(f"\n{title}")
    widths = [max(len(line[column]) for line in [head, *lines]) for column in range(len(head))]
    for line in [head, *lines]:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())

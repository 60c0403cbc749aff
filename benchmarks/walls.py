"""What the two walls between organizations cost: `python -m benchmarks.walls`.

Each request of the labeling loop and of the pages of records goes through all middleware in one process, with both
walls and with neither: then no table has row-level security, no transaction says for whom it acts, whatever is asked
for is looked up by its id alone, and what somebody may was known beforehand. What is compared: benchmarks/turns.py.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any
from unittest.mock import patch
from uuid import UUID

import psycopg

from benchmarks.installation import dataset, installation, superuser, table
from benchmarks.labeling_page import MARKS, fill
from benchmarks.turns import getting, line, loop, spent

MOST = 1.15
AT_ONCE = 10  # requests in a turn
ACTION = 'hx-post="'


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--turns", type=int, default=30)
    parser.add_argument("--without", choices=["both", "first", "second"], default="both")
    chosen = parser.parse_args()
    with installation():
        from django.core.management import call_command

        from core.tenancy import across

        call_command("collectstatic", interactive=False, verbosity=0)
        with across():
            target, (labeler,) = dataset(1)
            fill(target, chosen.records)
            acts = _acts(target, labeler)
        with superuser() as wall:
            wall.autocommit = True
            lines = [
                line(name, *compare(act, wall, chosen.turns, chosen.without), most=MOST)
                for name, act in acts.items()
            ]
    head = ["processor ms a request", "both walls", f"without {chosen.without}", "ratio"]
    table(f"{chosen.records:,} records, {chosen.turns} turns of {AT_ONCE} requests each", head, lines)


def compare(
    act: Callable[[], None], wall: psycopg.Connection[Any], turns: int, which: str
) -> tuple[list[float], list[float]]:
    """Milliseconds of processor a request, in each turn: with both walls, and without these."""
    both, without = [], []
    for turn in range(turns):
        order = (True, False) if turn % 2 else (False, True)
        for stands in order:
            if stands:
                both.append(spent(act, AT_ONCE))
            else:
                with torn_down(wall, which):
                    without.append(spent(act, AT_ONCE))
    return both, without


@contextmanager
def torn_down(wall: psycopg.Connection[Any], which: str) -> Iterator[None]:
    """The walls are gone in this block: both, the first or the second. `wall`: a connection of the superuser."""
    with ExitStack() as stack:
        if which != "second":
            stack.enter_context(_without_access())
        if which != "first":
            stack.enter_context(_without_row_level_security(wall))
        yield


@contextmanager
def _without_access() -> Iterator[None]:
    from accounts import access, scoped

    fetch = patch.object(scoped.ScopedQuerySet, "fetch", _look_up)
    allowing = patch.object(scoped.ScopedQuerySet, "allowing", _all_of_them)
    with fetch, allowing, _known_beforehand(access.may):
        yield


@contextmanager
def _without_row_level_security(wall: psycopg.Connection[Any]) -> Iterator[None]:
    from core import tenancy

    protected = wall.execute("select oid::regclass::text from pg_class where relrowsecurity").fetchall()
    _alter(wall, protected, "disable")
    try:
        with patch.object(tenancy, "tell", lambda raw: None):
            yield
    finally:
        _alter(wall, protected, "enable")


def _alter(wall: psycopg.Connection[Any], tables: list[Any], word: str) -> None:
    wall.execute("".join(f"alter table {name} {word} row level security;" for (name,) in tables))


@contextmanager
def _known_beforehand(may: Any) -> Iterator[None]:
    """Nobody who asks `may` waits for more than a look into a dictionary. The answers stay: pages go by them."""

    def known(verb: Any, by: Any, workspace: Any = None) -> bool:
        asked = (verb, by.pk, workspace)
        if asked not in _answers:
            _answers[asked] = may(verb, by, workspace)
        return _answers[asked]

    askers = [one for one in list(sys.modules.values()) if vars(one).get("may") is may]
    for one in askers:
        vars(one)["may"] = known
    try:
        yield
    finally:
        for one in askers:
            vars(one)["may"] = may


_answers: dict[Any, bool] = {}


def _look_up(rows: Any, verb: Any, by: Any, **lookup: Any) -> Any:
    from core.errors import NotFound

    if [*lookup] == ["pk"] and rows.is_whole:  # as quick a way as there is with walls
        found = _by_id_alone(rows.model)(lookup["pk"])
    else:
        found = rows.filter(**lookup)[:1]
    if not found:
        raise NotFound
    return found[0]


@cache
def _by_id_alone(model: Any) -> Any:
    from core.prepared import Prepared

    def by_id(pk: UUID) -> Any:
        rows = model.objects.filter(pk=pk).order_by()
        return rows.select_related(*rows.fetched_with) if rows.fetched_with else rows

    return Prepared(by_id, UUID(int=1))


def _all_of_them(rows: Any, verb: Any, by: Any) -> Any:
    return rows


def _acts(target: Any, labeler: Any) -> dict[str, Callable[[], None]]:
    """What is done, again and again: by a labeler, and by a manager of the workspace, who is no owner."""
    from django.db import transaction
    from django.test import Client
    from django.urls import reverse

    from accounts.actions import add_member, issue_api_key
    from workspaces.actions import add_to_workspace

    with transaction.atomic():
        manager = add_member(target.organization, username="manager", password="correct horse battery")
        add_to_workspace(target.workspace, manager, role="manager")
        keys = [issue_api_key(one, name="Benchmark").key for one in (labeler, manager)]
        page = Client()
        page.force_login(manager.user)
        labels = Client()
        labels.force_login(add_to(target, "page-labeler").user)
    slug, pk = target.organization.slug, target.pk
    mine, theirs = (Client(headers={"X-Argilla-Api-Key": key}) for key in keys)
    return {
        "labeling: next and submit, API": loop(mine, pk),
        "labeling: submit and next, page": LabelingPage(labels, reverse("label", args=[slug, pk])),
        "fifty records, API": getting(theirs, f"/api/v1/datasets/{pk}/records?include=responses"),
        "records, page": getting(page, reverse("dataset", args=[slug, pk])),
    }


def add_to(target: Any, name: str) -> Any:
    """One more labeler."""
    from accounts.actions import add_member
    from workspaces.actions import add_to_workspace

    person = add_member(target.organization, username=name, password="correct horse battery")
    add_to_workspace(target.workspace, person)
    return person


class LabelingPage:
    """A person who answers what is on the page, and is shown the next."""

    def __init__(self, client: Any, address: str) -> None:
        self.client, self.address, self.page = client, address, ""

    def __call__(self) -> None:
        page = self.page or self.client.get(self.address).content.decode()
        names = sorted(set(MARKS.findall(page.encode())))
        answers = {name.decode(): str(tier) for tier, name in enumerate(names, 1)}
        reply = self.client.post(self._action(page), answers, headers={"HX-Request": "true"})
        assert reply.status_code == 200, reply.content
        self.page = reply.content.decode()

    @staticmethod
    def _action(page: str) -> str:
        parts = (part.partition('"')[0] for part in page.split(ACTION)[1:])
        return next(part for part in parts if part.endswith("/submit"))


if __name__ == "__main__":
    main()

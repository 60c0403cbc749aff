"""A thousand organizations beside one: `python -m benchmarks.many_organizations`.

One organization with 100 members and 20 datasets is made by the actions of the product; then the database is copied,
and in the copy all rows of that organization are written again, 999 times, under other ids and names. The same
requests, of the same people, go to both databases in turns, through all middleware in one process. Passwords are hashed
by something quick here, for argon2 would hide the rest. What is compared: benchmarks/turns.py.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

from benchmarks.installation import installation, superuser, table
from benchmarks.turns import getting, line, loop, spent
from core.embedded import DATABASE

MOST = 1.3
MANY = "many"
PASSWORD = "correct horse battery"
RECORDS = 10  # in each dataset, but for the one that is labeled
AT_ONCE = 5  # requests in a turn
SHORT = {"prompt": "Which is best?", "answers": [{"id": f"m{n}", "text": f"Answer {n}"} for n in range(1, 5)]}
LABELED = 2000  # records of the dataset that is labeled, in each database


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--organizations", type=int, default=1000)
    parser.add_argument("--members", type=int, default=100)
    parser.add_argument("--datasets", type=int, default=20)
    parser.add_argument("--turns", type=int, default=20)
    chosen = parser.parse_args()
    with installation():
        from django.conf import settings
        from django.core.management import call_command

        from core.tenancy import across

        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
        settings.ACCOUNT_RATE_LIMITS = False
        call_command("collectstatic", interactive=False, verbosity=0)
        with across():
            made = _organization(chosen)
            wanted = acts(*made)
            begun = time.monotonic()
            multiply(made[0].organization_id, chosen.organizations)
            print(f"{chosen.organizations:,} organizations in {time.monotonic() - begun:.0f} s.", flush=True)
            for name in (DATABASE, MANY):
                with database(name):
                    _records(made[-1])
        lines = [line(name, *reversed(compare(act, chosen.turns)), most=MOST) for name, act in wanted.items()]
    each = f"of {chosen.members} members and {chosen.datasets} datasets each"
    head = ["processor ms a request", f"{chosen.organizations:,}", "one", "ratio"]
    table(f"{chosen.organizations:,} organizations {each} beside one", head, lines)


def compare(act: Callable[[], None], turns: int) -> tuple[list[float], list[float]]:
    """Milliseconds of processor a request, in each turn: with one organization, and with many."""
    one, many = [], []
    for _ in range(turns):
        with database(DATABASE):
            one.append(spent(act, AT_ONCE))
        with database(MANY):
            many.append(spent(act, AT_ONCE))
    return one, many


@contextmanager
def database(name: str) -> Iterator[None]:
    """Everything goes to this database, by a connection that stays open."""
    from django.db import connections

    before = connections["default"]
    if name not in _connections:
        _connections[name] = connections.create_connection("default")
        _connections[name].settings_dict["NAME"] = name
    connections["default"] = _connections[name]
    try:
        yield
    finally:
        connections["default"] = before


_connections: dict[str, Any] = {}


def _organization(chosen: Any) -> tuple[Any, Any, Any, Any]:
    """Its owner, a manager and a labeler of a workspace, and the dataset that is labeled."""
    from django.db import transaction

    from accounts.access import Role
    from accounts.actions import add_member, create_organization
    from feedback.actions.entries import Entry
    from feedback.actions.records import create_records
    from workspaces.actions import add_to_workspace, create_workspace

    with transaction.atomic():
        organization = create_organization("Acme")
        workspace = create_workspace(organization, "support")
        roles = [Role.OWNER, Role.ADMIN] + [Role.ANNOTATOR] * (chosen.members - 2)
        people = [
            add_member(
                organization,
                username=f"person-{number}",
                password=PASSWORD,
                role=role,
                email=f"person-{number}@acme.example",
            )
            for number, role in enumerate(roles)
        ]
        for person in people[1:]:
            add_to_workspace(workspace, person)
        datasets = [_dataset(workspace, number) for number in range(chosen.datasets)]
    for target in datasets[:-1]:
        create_records(target, [Entry(fields=SHORT)] * RECORDS)
        _job(target, people[1])
    return (*people[:3], datasets[-1])


def _dataset(workspace: Any, number: int) -> Any:
    from feedback.actions.datasets import create_dataset, publish_dataset
    from feedback.actions.schema import add_field, add_question

    made = create_dataset(workspace, name=f"Answers {number}", min_submitted=1)
    add_field(made, name="prompt", title="Prompt", settings={"type": "text"}, required=True)
    add_field(made, name="answers", title="Answers", settings={"type": "candidates"}, required=True)
    ranking = {"type": "ranking", "field": "answers"}
    add_question(made, name="ranking", title="Ranking", settings=ranking, required=True)
    return publish_dataset(made)


def _job(target: Any, by: Any) -> None:
    from feedback.actions.export_starts import start_export

    start_export(target, format="records", by=by)


def _records(target: Any) -> None:
    """In the dataset that is labeled, after the copy: a million of them would take all the time there is."""
    from django.db import connection

    from feedback.actions.entries import Entry
    from feedback.actions.records import create_records

    create_records(target, [Entry(fields=SHORT)] * LABELED)
    connection.close()
    with superuser(str(connection.settings_dict["NAME"])) as direct:
        direct.autocommit = True
        direct.execute("vacuum analyze")


def acts(owner: Any, manager: Any, labeler: Any, target: Any) -> dict[str, Callable[[], None]]:
    """What is asked of both databases. Sessions and keys are made before the copy, so that both know them."""
    from django.db import transaction
    from django.test import Client

    from accounts.actions import issue_api_key
    from accounts.models import User

    slug = owner.organization.slug
    owns, manages, operates = Client(), Client(), Client()
    with transaction.atomic():
        key = issue_api_key(labeler, name="Benchmark").key
        owns.force_login(owner.user)
        manages.force_login(manager.user)
        operates.force_login(User.objects.create_superuser("root", PASSWORD))
    labels = Client(headers={"X-Argilla-Api-Key": key})
    lists = ("accounts/membership", "feedback/dataset", "workspaces/workspace", "feedback/job")
    people = {"an owner": owns, "a manager": manages, "the operator": operates}
    return {
        "sign-in, the organization's page": signing_in(f"/{slug}/sign-in", labeler.username),
        "sign-in, by a username alone": signing_in("/accounts/login/", labeler.username),
        "sign-in, by an e-mail": signing_in("/accounts/login/", labeler.user.email),
        "first page": getting(owns, f"/{slug}/"),
        "datasets, page": getting(manages, f"/{slug}/datasets/"),
        "datasets, API": getting(labels, "/api/v1/me/datasets"),
        "members, page": getting(owns, f"/{slug}/members/"),
        "next and submit, API": loop(labels, target.pk),
        **{
            f"admin of {name}: {one.partition('/')[2]}": getting(client, f"/admin/{one}/")
            for name, client in people.items()
            for one in lists
        },
    }


def signing_in(address: str, login: str) -> Callable[[], None]:
    """A browser that nobody has signed in with before."""
    from django.test import Client

    def act() -> None:
        reply = Client().post(address, {"login": login, "password": PASSWORD})
        assert reply.status_code == 302, (address, login, reply.content)

    return act


def multiply(organization: Any, number: int) -> None:
    """Copy the database, and in the copy the organization so often that there are so many."""
    from django.db import connections

    connections["default"].close()
    with superuser("postgres") as direct:
        direct.autocommit = True
        direct.execute(
            sql.SQL("create database {} template {}").format(*map(sql.Identifier, (MANY, DATABASE)))
        )
    with superuser(MANY) as direct:
        direct.execute("set session_replication_role = replica")  # neither triggers nor foreign keys
        for name, scope in SCOPES_OF_TABLES:
            _again(direct, name, scope, organization, number)
        for (name,) in direct.execute(TENANTS).fetchall():
            _again(direct, name, "organization_id = %(organization)s", organization, number)


TENANTS = """
    select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and a.attname = 'organization_id'
"""
PEOPLE = "select user_id from accounts_membership where organization_id = %(organization)s"
SCOPES_OF_TABLES = (
    ("accounts_organization", "id = %(organization)s"),
    ("accounts_user", f"id in ({PEOPLE})"),
    ("account_emailaddress", f"user_id in ({PEOPLE})"),
)
COLUMNS = """
    select column_name, udt_name from information_schema.columns
    where table_schema = 'public' and table_name = %s and is_identity = 'NO' and is_generated = 'NEVER'
"""
NAMES = {"slug", "username", "email"}  # which nobody else may have
HASHES = {"digest"}


def _again(direct: psycopg.Connection[Any], name: str, scope: str, organization: Any, number: int) -> None:
    """Write these rows of a table as often as there are to be more organizations: other ids, other names."""
    columns = [
        (f'"{column}"', _other(column, kind)) for column, kind in direct.execute(COLUMNS, [name]).fetchall()
    ]
    direct.execute(
        f"insert into {name} ({', '.join(column for column, _ in columns)}) "
        f"select {', '.join(other for _, other in columns)} from {name}, generate_series(2, %(number)s) as copy "
        f"where {scope}",
        {"organization": organization, "number": number},
    )


def _other(column: str, kind: str) -> str:
    """What stands in a column of the copy; ids lead to the copies of what they led to."""
    if kind == "uuid":
        return f"md5({column}::text || copy)::uuid"
    if kind == "_uuid":
        return f"array(select md5(one::text || copy)::uuid from unnest({column}) as one)"
    if column in NAMES:
        return f"copy || '-' || {column}"
    return f"md5({column} || copy)" if column in HASHES else f'"{column}"'


if __name__ == "__main__":
    main()

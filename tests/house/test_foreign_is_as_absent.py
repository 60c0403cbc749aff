"""What belongs to others is as if it were not there: on each route that takes an id, and without the first wall, too.

The rows are those of tests/permissions.py. Whether the clock tells: benchmarks/foreign_or_absent.py.
"""

import re
from string import Formatter
from typing import Any
from uuid import UUID

import pytest
from django.contrib import admin
from django.db import connection, transaction
from django.db.models import Model
from django.http import HttpResponse

from accounts.models import Organization
from core.models import new_id
from core.tenancy import across, acting_for
from feedback import tasks
from feedback.models import Job
from tests import make
from tests.cast import Cast
from tests.house.test_every_route_has_a_row import _call, db, everybody  # noqa: F401  fixtures
from tests.permissions import ABSENT, OK, ROWS, Row, Things
from tests.walls import without_the_first_wall

# Headers that differ from call to call, whatever is asked for.
OF_THE_MOMENT = {"Server-Timing", "Content-Length", "Set-Cookie", "X-Request-Id"}
TOKENS = re.compile(r"(csrfmiddlewaretoken\"[^>]*value=|X-CSRFToken\W+)\"?[A-Za-z0-9]{20,}|csrf_token=\w+")


def names_in(row: Row) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(row.path) if name]


def with_ids(row: Row) -> bool:
    return bool(set(names_in(row)) - {"organization", "provider", "csv", "token"})


ROWS_WITH_IDS = [row for row in ROWS if with_ids(row)]


def address(row: Row, things: Things, ids: dict[str, str], organization: Organization) -> str:
    return row.path.format_map({**ids, "organization": organization.slug})


def ids_of(row: Row, things: Things) -> tuple[dict[str, str], dict[str, str]]:
    """As they are, and as nothing is called."""
    there, absent = {}, {}
    for name in names_in(row):
        thing = things[name]
        there[name] = absent[name] = str(getattr(thing, "pk", thing))
        if isinstance(thing, Model) and not isinstance(thing, Organization):
            absent[name] = str(new_id() if isinstance(thing.pk, UUID) else thing.pk + 1_000_000)
    return there, absent


def seen(answer: HttpResponse, ids: dict[str, str]) -> dict[str, Any]:
    """All that whoever asks can see of an answer, without the ids that they sent."""
    body = answer.getvalue() if answer.streaming else answer.content
    text = TOKENS.sub("TOKEN", body.decode("utf-8", "replace"))
    headers = {name: value for name, value in answer.headers.items() if name not in OF_THE_MOMENT}
    found = {
        "status": answer.status_code,
        "headers": headers,
        "body": text,
        "cookies": sorted(answer.cookies),
    }
    told = repr(found)
    for name, value in ids.items():
        told = told.replace(value, f"<{name}>")
    return {"told": told}


@pytest.mark.parametrize("row", ROWS_WITH_IDS, ids=lambda row: f"{row.method} {row.path}")
def test_foreign_looks_as_absent(row: Row, everybody: Cast) -> None:  # noqa: F811
    expected = row.expected()
    with transaction.atomic():
        things = Things(everybody)
        there, absent = ids_of(row, things)
        send = things.fill(row.send)
        for name in ("cleo", "dov", "gus"):
            if OK in expected[name] or (name != "cleo" and expected[name] != {ABSENT}):
                continue
            who = getattr(everybody, name)
            client = everybody.api(who) if row.is_api else everybody.pages(who)
            told = []
            for ids in (there, absent):
                with transaction.atomic():
                    path = address(row, things, ids, who.organization)
                    told.append(seen(_call(client, row, path, send), ids))
                    transaction.set_rollback(True)
            assert told[0] == told[1], f"{name} can tell a foreign {row.path} from none"
        transaction.set_rollback(True)


@pytest.mark.parametrize("row", ROWS_WITH_IDS, ids=lambda row: f"{row.method} {row.path}")
def test_the_second_wall_stands_alone_on_every_route(row: Row, everybody: Cast) -> None:  # noqa: F811
    if OK in row.expected()["cleo"]:
        pytest.skip("is everybody's")
    with transaction.atomic():
        things = Things(everybody)
        there, _ = ids_of(row, things)
        send = things.fill(row.send)
        client = everybody.api(everybody.cleo) if row.is_api else everybody.pages(everybody.cleo)
        with transaction.atomic(), without_the_first_wall():
            answer = _call(client, row, address(row, things, there, everybody.rival), send)
            assert 400 <= answer.status_code < 500, f"{answer.status_code} for what is Acme's"
            transaction.set_rollback(True)
        transaction.set_rollback(True)


BUILT = (
    "record",
    "response",
    "export_job",
    "snapshot",
    "assignment",
    "group",
    "service",
    "key",
    "invitation",
)


def test_the_second_wall_stands_alone_in_the_admin(everybody: Cast) -> None:  # noqa: F811
    with transaction.atomic():
        things = Things(everybody)
        for name in BUILT:
            assert things[name]
        cleo, looked = everybody.pages(everybody.cleo), 0
        for model in admin.site._registry:
            with across():
                foreign = model._base_manager.all()
                if model is not Organization:
                    if not any(field.name == "organization" for field in model._meta.fields):
                        continue
                    foreign = foreign.filter(organization=everybody.acme)
                row = foreign.first()
            if row is None or model is Organization:
                continue
            base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
            with without_the_first_wall():
                for path in (f"{row.pk}/change/", f"{row.pk}/delete/", f"{row.pk}/history/"):
                    answer = cleo.get(base + path)
                    assert answer.status_code in {403, 404}, f"{base}{path}: {answer.status_code}"
                listed = cleo.get(base)
                assert str(row.pk) not in listed.content.decode(), base
            looked += 1
        assert looked >= 8
        transaction.set_rollback(True)


def test_the_second_wall_stands_alone_in_workers(everybody: Cast) -> None:  # noqa: F811
    """A task that is told the wrong organization finds nothing to do, whatever it is."""
    with transaction.atomic():
        things = Things(everybody)
        job = things["export_job"]
        Job.objects.filter(pk=job.pk).update(state="waiting")
        for run in tasks.WORK.values():
            run(str(everybody.rival.pk), str(job.pk))
        job.refresh_from_db()
        assert job.state == "waiting"
        transaction.set_rollback(True)


def test_the_second_wall_stands_alone_for_the_search(everybody: Cast) -> None:  # noqa: F811
    with transaction.atomic():
        dataset = make.dataset(everybody.workspace)
        make.record(dataset, fields={"prompt": "A very peculiar well."})
        from feedback.actions.indexing import index_records

        with acting_for(everybody.acme.pk):
            index_records(str(dataset.pk))

        def found(organization: Organization) -> int:
            with acting_for(organization.pk), connection.cursor() as cursor:
                cursor.execute("select count(*) from search_records(%s, %s, 100)", [dataset.pk, "'peculiar'"])
                return int(cursor.fetchone()[0])

        cleo = everybody.api(everybody.cleo)
        with without_the_first_wall():
            answer = cleo.post(
                f"/datasets/{dataset.pk}/records/search",
                {"query": {"text": {"q": "peculiar"}}},
            )
        assert answer.status_code == 404
        assert found(everybody.rival) == 0
        transaction.set_rollback(True)


def test_the_second_wall_stands_alone_for_raw_sql_on_every_table(everybody: Cast) -> None:  # noqa: F811
    """Of each table with an organization, Rival reads, changes and deletes not one row of Acme's."""
    with transaction.atomic():
        things = Things(everybody)
        for name in BUILT:
            assert things[name]
        with connection.cursor() as cursor:
            cursor.execute(
                """
                select c.relname from pg_class c
                join pg_attribute a on a.attrelid = c.oid and a.attname = 'organization_id' and not a.attisdropped
                where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
                """
            )
            tables = [name for (name,) in cursor.fetchall()]
            assert len(tables) > 30
            acme, looked = [everybody.acme.pk], 0
            for table in tables:
                with across():
                    cursor.execute(f"select count(*) from {table} where organization_id = %s", acme)
                    looked += bool(cursor.fetchone()[0])
                with acting_for(everybody.rival.pk):
                    cursor.execute(f"select count(*) from {table} where organization_id = %s", acme)
                    assert cursor.fetchone()[0] == 0, table
                    if table == "accounts_auditentry":
                        continue  # nobody changes it: tests/accounts/test_audit_log.py
                    cursor.execute(
                        f"update {table} set organization_id = organization_id where organization_id = %s",
                        acme,
                    )
                    assert cursor.rowcount == 0, table
                    cursor.execute(f"delete from {table} where organization_id = %s", acme)
                    assert cursor.rowcount == 0, table
            assert looked > 20, "so many tables had rows of Acme's to be seen"
        transaction.set_rollback(True)


def test_who_looks_for_the_wall_finds_it_on(everybody: Cast) -> None:  # noqa: F811
    """The patch of these tests takes the first wall away indeed: inside Acme, Dov sees what is not his."""
    with transaction.atomic():
        dataset = make.dataset(everybody.workspace)
        dov = everybody.api(everybody.dov)
        assert dov.get(f"/datasets/{dataset.pk}").status_code == 404
        with without_the_first_wall():
            assert dov.get(f"/datasets/{dataset.pk}").status_code == 200
        transaction.set_rollback(True)

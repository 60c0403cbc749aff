"""Two organizations at one API: whatever Rival's key sends, with Acme's ids in it, it learns and changes nothing.

Acme has one of everything that the table of permissions names, with a mark in each text. Then Cleo, who owns Rival,
calls every operation: as its row of the table says, and as schemathesis makes it up out of the document; with Acme's
ids in the path, the query and the body, and with her own ids in the path and Acme's in the rest.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from uuid import UUID, uuid5

import pytest
import schemathesis
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, transaction
from django.test.client import MULTIPART_CONTENT
from hypothesis import Phase
from schemathesis import Case
from schemathesis.config import SchemathesisConfig

from accounts.access import Role
from core.openapi import document, endpoints
from core.tenancy import across
from tests import make, together
from tests.answers import endpoint_at
from tests.cast import Cast, assemble
from tests.house.test_every_route_has_a_row import _any_path
from tests.openapi.made_up import operations, send_all
from tests.openapi.test_whatever_is_sent import ids_of
from tests.permissions import ROWS, Row, Things

MARK = "zqxmark"
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
REFUSED = {403, 404, 422}
CHANGES = {"POST", "PUT", "PATCH", "DELETE"}
# Texts of people, by the name of the column; and JSON with such texts in it.
TEXTS = {"title", "username", "first_name", "last_name", "guidelines", "note", "external_id", "description"}
NAMED = {
    "workspaces_workspace",
    "workspaces_group",
    "feedback_dataset",
    "feedback_savedview",
    "accounts_apikey",
}
JSON = {"feedback_record": "fields", "feedback_response": "values", "feedback_suggestion": "value"}
WORDS = '("(prompt|text|content|comment)": ")'  # where such a text begins
API = [
    row for row in ROWS if row.is_api and "/oauth2/" not in row.path
]  # those are for strangers: tests/workspaces
NAMES = sorted({name for row in API for name in re.findall(r"{(\w+)}", f"{row.path} {row.send}")})
# Cleo's own things in the path: what she names beside them and does not have, these pass over without a word, or say of
# each item that it is not there, since others in the same request may be.
PASS_OVER = {
    "DELETE /api/v1/datasets/{dataset_id}/records",
    "DELETE /api/v1/records/{record_id}/suggestions",
    "POST /api/v1/me/responses/bulk",
    "POST /api/v1/datasets/{dataset_id}/stopped-records/put-back",
}

schema = schemathesis.openapi.from_dict(
    document(),
    config=SchemathesisConfig.from_dict(
        {
            "seed": 1,
            "generation": {"with-security-parameters": False, "deterministic": True},
            "phases": {"coverage": {"enabled": False}},
        }
    ),
).exclude(path_regex="/oauth2/")
schema.app = WSGIHandler()
OPERATIONS = operations(schema)


@dataclass
class Tenants:
    """Acme, filled and marked, and Rival, who has the same and asks."""

    acme: Things
    rival: Things
    key: str
    organization: UUID
    before: list[tuple[Any, ...]]  # the checksums of Acme's rows

    @cached_property
    def ids(self) -> set[str]:
        """Of all rows of Acme."""
        sql = " union all ".join(
            f"select id::text from {table} where {mine}" for table, mine in tables() if has_id(table)
        )
        return {pk for (pk,) in rows(sql, self.organization)}

    @cached_property
    def things(self) -> list[str]:
        """Ids of Acme's that a request can name, in an order that stays."""
        found = [str(getattr(self.acme[name], "pk", "")) for name in NAMES]
        return [one for one in found if ID.fullmatch(one)]


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """It goes on from request to request. For each test anew: Django's own client connects these again."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


db = together.db


@pytest.fixture(scope="module")
def tenants(db: None) -> Iterator[Tenants]:
    """Made once. Requests that are answered by 2xx are undone, what others did would stay."""
    cast = assemble()
    both = Tenants(Things(cast), Things(mirrored(cast)), cast.key_of(cast.cleo), cast.acme.pk, [])
    for things in (both.acme, both.rival):
        for name in NAMES:
            assert things[name]
    mark(both.organization)
    both.before = checksums(both.organization)
    yield both
    assert checksums(both.organization) == both.before, "Something of Acme's changed."


def mirrored(cast: Cast) -> Cast:
    """The same people at Rival, so that Cleo has of everything one of her own."""
    workspace = cast.rival_workspace
    manager = make.member(cast.rival, "moe", role=Role.ADMIN)
    labeler, outsider = make.member(cast.rival, "lia"), make.member(cast.rival, "ora")
    for person in (manager, labeler):
        make.place(workspace, person)
    return replace(
        cast, acme=cast.rival, ana=cast.cleo, max=manager, ben=labeler, dov=outsider, workspace=workspace
    )


@pytest.mark.parametrize("row", API, ids=lambda row: f"{row.method} {row.path}")
def test_a_foreign_key_gets_nothing_by_what_the_table_sends(row: Row, tenants: Tenants) -> None:
    sent = tenants.acme.fill(row.send)
    status = call(tenants, row, tenants.acme.fill(row.path), sent)
    if "{" in row.path:
        assert status in REFUSED
    endpoint = endpoint_at(row.method, _any_path(row.path))
    assert endpoint is not None
    if sent != tenants.rival.fill(row.send):
        status = call(tenants, row, own_path(row, tenants), sent)
        assert status in REFUSED or f"{row.method} {endpoint.path}" in PASS_OVER, status


def own_path(row: Row, tenants: Tenants) -> str:
    """Cleo's own things in the path, Acme's behind the question mark."""
    path, mark, query = row.path.partition("?")
    return f"{tenants.rival.fill(path)}{mark}{tenants.acme.fill(query)}"


def call(tenants: Tenants, row: Row, path: str, send: Any) -> int:
    """By Cleo's key, as the row says."""
    client = tenants.rival.cast.api(tenants.key, raise_request_exception=False)
    more = {} if send is None else {"data": send}
    if row.path.endswith(("/imports", "/from-file")):
        file = SimpleUploadedFile("rows.jsonl", b'{"prompt": "What is a well?"}\n')
        more = {"data": {**send, "file": file}, "content_type": MULTIPART_CONTENT}
    if row.path == "/api/v1/token":
        more = {"data": "username=ben&password=wrong", "content_type": "application/x-www-form-urlencoded"}
    with transaction.atomic():
        answer = getattr(client, row.method.lower())(path, **more)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        learn_nothing(tenants, answer.status_code, body, path + json.dumps(send), row.method)
        transaction.set_rollback(answer.status_code < 300)
    return int(answer.status_code)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_foreign_key_gets_nothing_by_what_is_made_up(operation: str, tenants: Tenants) -> None:
    send_all(OPERATIONS[operation], lambda case: send(case, tenants), random=1, phases=[Phase.generate])


def send(case: Case, tenants: Tenants) -> None:
    """By Cleo's key, with ids of Acme's in it."""
    case.query = named(case.query, tenants)
    if case.media_type in {None, "application/json"}:
        case.body = named(case.body, tenants)
    paths = (ids_of(case, tenants.acme), ids_of(case, tenants.rival)) if case.path_parameters else ({},)
    for place, ids in enumerate(paths):
        case.path_parameters = ids
        sent = f"{case.formatted_path} {case.query} {case.body}"
        with transaction.atomic():
            answer = case.call(headers={"X-Argilla-Api-Key": tenants.key, "Accept-Encoding": "identity"})
            learn_nothing(tenants, answer.status_code, answer.content, sent, case.method)
            transaction.set_rollback(answer.status_code < 300)
        if place == 0 and any(one in tenants.ids for one in map(str, ids.values())):
            assert answer.status_code in REFUSED, (answer.status_code, sent)


def test_every_operation_is_called_with_ids_of_acme(tenants: Tenants) -> None:
    called = {(row.method.lower(), _any_path(row.path)) for row in API}
    assert {(one.method, one.path) for one in endpoints() if "/oauth2/" not in one.path} <= {
        (one.method, one.path) for one in (endpoint_at(*call) for call in called) if one
    }
    assert len(set(tenants.things)) > 20


def learn_nothing(tenants: Tenants, status: int, body: bytes, sent: str, method: str) -> None:
    """No text of Acme's, no id of Acme's that was not in the request; and if it was done, then not to Acme."""
    text = body.decode(errors="replace")
    assert status < 500, text
    assert MARK not in text
    learnt = {one.lower() for one in ID.findall(text)} & tenants.ids - {
        one.lower() for one in ID.findall(sent)
    }
    assert not learnt
    if status < 300 and method in CHANGES:
        assert checksums(tenants.organization) == tenants.before, f"{method} {sent} changed Acme."


def named(value: Any, tenants: Tenants) -> Any:
    """What was made up, with an id of Acme's wherever an id stands."""
    if isinstance(value, dict):
        return {key: named(part, tenants) for key, part in value.items()}
    if isinstance(value, list):
        return [named(part, tenants) for part in value]
    if not isinstance(value, str):
        return value
    return ID.sub(lambda found: some_thing(found[0], tenants), value)


def some_thing(word: str, tenants: Tenants) -> str:
    """Always the same one for the same word."""
    return tenants.things[uuid5(UUID(int=0), word).int % len(tenants.things)]


def tables() -> Iterator[tuple[str, str]]:
    """Each table of tenants, and which of its rows are of an organization."""
    for model in apps.get_models():
        names = {field.column for field in model._meta.concrete_fields}
        if "organization_id" in names:
            yield model._meta.db_table, "organization_id = %(organization)s"
    yield "accounts_organization", "id = %(organization)s"
    yield (
        "accounts_user",
        "id in (select user_id from accounts_membership where organization_id = %(organization)s)",
    )


def has_id(table: str) -> bool:
    """Whether its rows are known by an id of their own."""
    model = next(one for one in apps.get_models() if one._meta.db_table == table)
    return any(
        field.column == "id" and field.get_internal_type() == "UUIDField"
        for field in model._meta.concrete_fields
    )


def rows(sql: str, organization: UUID) -> list[tuple[Any, ...]]:
    """What PostgreSQL answers, whoever asked before: the request has closed the wall again."""
    with across(), connection.cursor() as cursor:
        cursor.execute(sql, {"organization": organization})
        return cursor.fetchall()


def checksums(organization: UUID) -> list[tuple[Any, ...]]:
    """A digest of all rows that an organization has in each table."""
    parts = (
        f"select '{table}', count(*), md5(string_agg(md5(one::text), '' order by one::text)) "
        f"from {table} as one where {mine}"
        for table, mine in tables()
    )
    return rows(" union all ".join(parts), organization)


def mark(organization: UUID) -> None:
    """In every text that Acme's people have written."""
    with connection.cursor() as cursor:
        for table, mine in tables():
            model = next(one for one in apps.get_models() if one._meta.db_table == table)
            columns = {field.column for field in model._meta.concrete_fields}
            texts = (columns & TEXTS) | (columns & {"name"} if table in NAMED else set())
            changes = [
                f"{column} = {column} || '-{MARK}'" for column in sorted(texts) if table != "accounts_user"
            ]
            if table in JSON:
                column = JSON[table]
                words = f"regexp_replace({column}::text, '{WORDS}', '\\1{MARK} ', 'g')"
                changes.append(f"{column} = {words}::jsonb")
            if changes:
                cursor.execute(
                    f"update {table} set {', '.join(changes)} where {mine}", {"organization": organization}
                )

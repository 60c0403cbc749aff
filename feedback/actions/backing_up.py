"""Writing an organization into an archive: as it was at one moment, while everybody works on (docs/backup.md)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from allauth.account.models import EmailAddress
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import Q
from django.utils.timezone import now
from psycopg import IsolationLevel, sql

from accounts.audit import note
from accounts.models import Identity, Organization, User
from core.errors import Invalid
from core.sealed import seal
from core.tenancy import acting_for
from feedback.actions.backup_tables import Table, file_columns, schema, tables
from feedback.archive import ORGANIZATION, PEOPLE, Manifest, Writer, table_member, writing
from feedback.models import Job
from feedback.models.jobs import SEALED

BLOCK = 1 << 20  # bytes of a file at a time
Progress = Callable[[str, int, int], None]  # what, how much is done, of how much


def back_up(organization: Organization, path: Path, *, progress: Progress = lambda *_: None) -> Manifest:
    """Write everything of the organization into a new file. `Invalid` if that cannot be written.

    One transaction sees one moment (REPEATABLE READ), so that counts and what they count agree. It locks nothing;
    PostgreSQL keeps old versions of rows until it ends.
    """
    with one_moment(), acting_for(organization.pk), transaction.atomic():
        manifest = Manifest(
            organization={"id": str(organization.pk), "slug": organization.slug, "name": organization.name},
            schema=schema(),
            made_at=now().isoformat(),
        )
        found = tables()
        total = sum(_number(table, organization) for table in found)
        done = 0
        with writing(path, manifest) as archive:
            for table in found:

                def counted(rows: Iterator[bytes], name: str = table.name) -> Iterator[bytes]:
                    nonlocal done
                    for row in rows:
                        done += 1
                        if done % 500 == 0:
                            progress(name, done, total)
                        yield row

                archive.write(table_member(table.name), counted(_rows(table, organization)))
            archive.write(ORGANIZATION, _organization(organization))
            archive.write(PEOPLE, _people(organization))
            _write_files(archive, organization, progress)
    with acting_for(organization.pk):
        note("organization.backed_up", organization, file=path.name)
    return manifest


@contextmanager
def one_moment() -> Iterator[None]:
    """Transactions in the block see what was there as they began, and write nothing."""
    connection.ensure_connection()
    raw: Any = connection.connection
    if connection.in_atomic_block:
        raise Invalid("A backup needs a transaction of its own.")
    raw.isolation_level, raw.read_only = IsolationLevel.REPEATABLE_READ, True
    try:
        yield
    finally:
        if not raw.closed:
            raw.isolation_level = raw.read_only = None


def _number(table: Table, organization: Organization) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"select count(*) from {table.name} where organization_id = %s", [organization.pk])  # noqa: S608
        number: int = cursor.fetchone()[0]
    return number


def _rows(table: Table, organization: Organization) -> Iterator[bytes]:
    """Each row as JSON by PostgreSQL itself, which writes every number and every time exactly. Row by row."""
    gone = [one.name for one in table.columns if one.is_generated]
    statement = sql.SQL(
        "copy (select (to_jsonb(t) - {gone}::text[])::text from {table} t where organization_id = {organization}"
        " order by {key}) to stdout"
    ).format(
        gone=sql.Literal(gone),
        table=sql.Identifier(table.name),
        organization=sql.Literal(str(organization.pk)),
        key=sql.SQL(", ").join(map(sql.Identifier, table.key)),
    )
    change = CHANGED.get(table.name)
    with (
        connection.wrap_database_errors,
        psycopg.Cursor(connection.connection) as cursor,
        cursor.copy(statement) as copy,
    ):
        copy.set_types(["text"])
        for (line,) in copy.rows():
            yield (change(line) if change else line).encode() + b"\n"


def _organization(organization: Organization) -> Iterator[bytes]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select to_jsonb(o)::text from accounts_organization o where id = %s", [organization.pk]
        )
        yield cursor.fetchone()[0].encode() + b"\n"


def _without_secrets(line: str) -> str:
    """A job: what only its work may read stays behind."""
    row = json.loads(line)
    row["options"].pop(SEALED, None)
    return json.dumps(row, ensure_ascii=False)


def _sealed(line: str) -> str:
    """A webhook: its secret, so that this installation alone can open it."""
    row = json.loads(line)
    row["secret"] = seal(row["secret"])
    return json.dumps(row, ensure_ascii=False)


CHANGED: dict[str, Callable[[str], str]] = {"feedback_job": _without_secrets, "feedback_webhook": _sealed}


def _people(organization: Organization) -> Iterator[bytes]:
    """Who can sign in. Of accounts that the organization made for its people also the hash of the password."""
    for user in User.objects.filter(memberships__organization=organization).order_by("pk").iterator(500):
        is_managed = user.managed_by_id == organization.pk
        row = {
            "id": str(user.pk),
            "username": user.username,
            "email": user.email,
            "is_active": user.is_active,
            "date_joined": user.date_joined.isoformat(),
            "language": user.language,
            "shortcuts": user.shortcuts,
            "is_managed": is_managed,
            "password": user.password if is_managed else None,
            "emails": list(EmailAddress.objects.filter(user=user).values("email", "verified", "primary")),
            "identities": [
                row | {"provider_id": row["provider_id"] and str(row["provider_id"])}
                for row in _identities(user, organization)
            ],
        }
        yield json.dumps(row, ensure_ascii=False).encode() + b"\n"


def _identities(user: User, organization: Organization) -> Any:
    """Who somebody is to the providers of the installation and of this organization; of others nothing is said."""
    known = Q(provider=None) | Q(provider__organization=organization)
    return Identity.objects.filter(known, user=user).values("issuer", "subject", "provider_id")


def _write_files(archive: Writer, organization: Organization, progress: Progress) -> None:
    """Its files; one that is gone from the storage is noted and stops nothing."""
    names = _files(organization)
    for number, name in enumerate(names):
        progress("files", number, len(names))
        if not default_storage.exists(name):
            archive.manifest.missing.append(name)
            continue
        member = f"files/{number}"
        archive.write(member, _blocks(name))
        archive.manifest.files[name] = member


def _files(organization: Organization) -> list[str]:
    """The names of all files that its rows name, and of those that belong to its jobs besides."""
    names: dict[str, None] = {}
    with connection.cursor() as cursor:
        for table, columns in file_columns().items():
            for column in columns:
                cursor.execute(
                    f"select {column} from {table} where organization_id = %s and {column} <> ''",  # noqa: S608
                    [organization.pk],
                )
                names |= dict.fromkeys(name for (name,) in cursor.fetchall())
    jobs = Job.objects.filter(organization=organization).exclude(result="").exclude(result=None)
    return list(names | dict.fromkeys(name for job in jobs for name in job.stored))


def _blocks(name: str) -> Iterator[bytes]:
    with default_storage.open(name, "rb") as file:
        while block := file.read(BLOCK):
            yield block

"""Bringing an organization back from an archive, in one transaction: all of it or nothing (docs/backup.md)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.text import slugify
from django.utils.timezone import now

from accounts.actions.organizations import LONGEST_SLUG, RESERVED
from accounts.audit import note
from accounts.models import Organization
from core import bulk
from core.errors import Conflict, Invalid
from core.tenancy import acting_for
from feedback.actions.backup_tables import Table, schema, tables
from feedback.actions.moved_ids import Move
from feedback.actions.restored_files import restore_files
from feedback.actions.restored_people import People, restore_identities, restore_people
from feedback.actions.restored_rows import Rows
from feedback.actions.restored_values import Values
from feedback.archive import ORGANIZATION, PEOPLE, Reader, reading, table_member

AT_ONCE = 1000  # rows in a statement
HEAVY = 8 << 20  # bytes in a statement
# A key opens one organization alone, and so does the link of an invitation: where they are here already they stay.
ONCE = {"accounts_apikey": "API keys", "workspaces_invitation": "invitations"}
Progress = Callable[[str, int, int], None]


@dataclass
class Restored:
    """What came of it. `counts`: table -> rows; `left_out`: what belongs to somebody else here -> how often."""

    organization: Organization
    people: People
    is_beside: bool  # its ids are others, for those in the archive are taken
    counts: dict[str, int] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)


def restore(path: Path, *, slug: str | None = None, progress: Progress = lambda *_: None) -> Restored:
    """Make the organization of an archive. `slug`: another name than it had.

    `Invalid` if the archive is damaged or of another release, `Conflict` if the name is taken. Then nothing is changed.
    """
    with reading(path) as archive:
        _check_schema(archive)
        with transaction.atomic():
            return _restore(archive, slug, progress)


def _check_schema(archive: Reader) -> None:
    here, there = schema(), archive.manifest.schema
    if here != there:
        differing = ", ".join(
            f"{app} is at {here.get(app)} here and at {there.get(app)} there"
            for app in sorted(here.keys() | there.keys())
            if here.get(app) != there.get(app)
        )
        raise Invalid(
            f"The archive was made by another release ({differing}). Restore it with that release, then upgrade."
        )


def _restore(archive: Reader, slug: str | None, progress: Progress) -> Restored:
    row = json.loads(next(archive.lines(ORGANIZATION)))
    slug = _free_slug(slug or row["slug"])
    is_beside = Organization.objects.filter(pk=row["id"]).exists()
    move = Move.to(slug) if is_beside else Move()
    pk = move.id(UUID(row["id"]))
    with acting_for(pk):
        # Beside the original its identity providers are off, so that nobody can be made to come in by them.
        entry = {"must_use_sso": row["must_use_sso"] and not is_beside}
        made = _make_organization(row | entry | {"id": str(pk), "slug": slug})
        people = restore_people(archive.lines(PEOPLE), made)
        restored = Restored(made, people, is_beside)
        done, total, found = 0, archive.manifest.rows, tables()
        rows = Rows(found, move, people.users, restored.left_out, is_beside=is_beside)
        values = Values(found, move, now() - datetime.fromisoformat(archive.manifest.made_at))
        for table in found:
            restored.counts[table.name] = 0
            for batch in _batches(rows.of(table.name, archive.lines(table_member(table.name)))):
                written = _insert(table, batch, pk, values)
                restored.counts[table.name] += written
                if written < len(batch):
                    restored.left_out[ONCE[table.name]] += len(batch) - written
                done += len(batch)
                progress(table.name, done, total)
        restore_identities(people, move)
        _look_at_all_words(pk)
        with restore_files(archive, move, progress):
            _check_references()
        note("organization.restored", made, slug=slug, backed_up_at=archive.manifest.made_at)
    return restored


def _free_slug(slug: str) -> str:
    if slug != slugify(slug) or len(slug) > LONGEST_SLUG or slug in RESERVED:
        raise Invalid(f"{slug!r} cannot begin addresses. Take small letters, digits and dashes.")
    if Organization.objects.filter(slug=slug).exists():
        raise Conflict(
            f"There is an organization {slug!r} here. Restore it under another name: --as NEW-SLUG."
        )
    return slug


def _make_organization(row: dict[str, Any]) -> Organization:
    if Organization.objects.filter(name=row["name"]).exists():
        row = row | {"name": f"{row['name'][:130]} ({row['slug']})"}
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into accounts_organization"
            " select * from jsonb_populate_record(null::accounts_organization, %s::jsonb)",
            [json.dumps(row)],
        )
    return Organization.objects.get(pk=row["id"])


def _batches(lines: Iterator[bytes]) -> Iterator[list[bytes]]:
    """As many lines as one statement takes; there may be large ones."""
    for first in lines:
        batch, size = [first], len(first)
        for line in lines:
            batch.append(line)
            size += len(line)
            if len(batch) >= AT_ONCE or size >= HEAVY:
                break
        yield batch


def _insert(table: Table, batch: list[bytes], organization: UUID, values: Values) -> int:
    columns = table.restored
    given = ", ".join(values.of(table, column) for column in columns)
    names = ", ".join(f'"{column.name}"' for column in columns)
    once = "on conflict (digest) do nothing" if table.name in ONCE else ""
    written = bulk.execute(
        f"""
        insert into {table.name} ({names})
        select {given} from jsonb_populate_recordset(null::{table.name}, %s::jsonb) with ordinality as x
        order by ordinality {once} returning 1
        """,  # noqa: S608  names come from the catalog of the database
        [organization, (b"[" + b",".join(batch) + b"]").decode()],
    )
    return len(written)


def _look_at_all_words(organization: UUID) -> None:
    """Workers read the words of all records; until then search looks into the records themselves."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            insert into feedback_searchbacklog (organization_id, dataset_id, record_id)
            select organization_id, dataset_id, id from feedback_record where organization_id = %s
            """,
            [organization],
        )


def _check_references() -> None:
    """What is only held at the end of a transaction is held now, while there is somebody to say so."""
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")

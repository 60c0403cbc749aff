"""Keep the indexes of vectors as they should be. Called every minute; each step may be repeated or cut short."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import structlog
from django.db import connection, transaction
from psycopg import sql

from feedback.models import VectorSettings
from feedback.search.vector_indexes import LARGE, MOST_DIMENSIONS, PREFIX, index_name, settings_of

MEMORY = "512MB"  # for building: half a million vectors of 384 dimensions; with less than they need it takes longer

log = structlog.get_logger(__name__)


def tend_vector_indexes() -> None:
    """Drop indexes whose settings are gone or whose builder died, and build one that is missing.

    Outside a transaction, since PostgreSQL builds and drops only there without holding up writers. Steps:
    1. Where pgvector came after the tables did, prepare them now.
    2. See which indexes there are. One that is not valid is being built, or was left by a worker that died: the
       list of what is being built is read before and after, for one may begin or end in between.
    3. Drop what nobody needs. Then build one at most: others are another minute's work, or another worker's.
    """
    if not _prepare():
        return
    building = _building()
    valid = _indexes()
    building |= _building()
    known = {index_name(pk): pk for pk in _settings_of(valid)}
    for index, is_valid in valid.items():
        if index not in building and (index not in known or not is_valid):
            _execute("drop index concurrently if exists {}", sql.Identifier(index))
            known.pop(index, None)
    for settings in _wanting(known.values())[:1]:
        _build(settings)


def _prepare() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select prepare_vectors()")
        return bool(cursor.fetchone()[0])


def _building() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select relname from pg_stat_progress_create_index p join pg_class c on c.oid = p.index_relid"
        )
        return {name for (name,) in cursor.fetchall()}


def _indexes() -> dict[str, bool]:
    """Name -> whether it is valid."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select relname, indisvalid from pg_index i join pg_class c on c.oid = i.indexrelid
            where indrelid = 'feedback_vector'::regclass and starts_with(relname, %s)
            """,
            [PREFIX],
        )
        return dict(cursor.fetchall())


@transaction.atomic
def _settings_of(indexes: Collection[str]) -> list[UUID]:
    wanted = [settings_of(index) for index in indexes]
    return list(VectorSettings.objects.filter(pk__in=wanted).values_list("pk", flat=True))


@transaction.atomic
def _wanting(indexed: Collection[UUID]) -> list[VectorSettings]:
    """Those with many vectors and no index. Only datasets with many records are looked into."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select s.id from feedback_vectorsettings s join feedback_datasetcount c using (dataset_id)
            where c.records > %(large)s and s.dimensions <= %(most)s and s.id <> all(%(indexed)s)
              and exists (select 1 from feedback_vector v where v.settings_id = s.id offset %(large)s)
            """,
            {"large": LARGE, "most": MOST_DIMENSIONS, "indexed": list(indexed)},
        )
        return list(VectorSettings.objects.filter(pk__in=[pk for (pk,) in cursor.fetchall()]))


def _build(settings: VectorSettings) -> None:
    """One at a time and by one process: labelers need the others. Whoever comes second finds the name taken."""
    log.info("building the index of vectors", settings=str(settings.pk))
    _execute("set maintenance_work_mem = {}", sql.Literal(MEMORY))
    _execute("set max_parallel_maintenance_workers = 0")
    try:
        _execute(
            "create index concurrently if not exists {} on feedback_vector "
            "using hnsw ((unit::halfvec({})) halfvec_ip_ops) where settings_id = {}",
            sql.Identifier(index_name(settings.pk)),
            sql.Literal(settings.dimensions),
            sql.Literal(str(settings.pk)),
        )
    finally:
        _execute("reset maintenance_work_mem")
        _execute("reset max_parallel_maintenance_workers")


def _execute(statement: str, *parts: sql.Composable) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(*parts))

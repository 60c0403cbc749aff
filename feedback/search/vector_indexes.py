"""The indexes that similarity uses: one for each vectors setting with many (docs/decisions/0008-vectors.md)."""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from core.errors import Invalid
from feedback.models import VectorSettings

LARGE = 20_000  # vectors of a setting; up to there an exact search is quick enough
MOST_DIMENSIONS = 4000  # of what pgvector indexes in half precision
PREFIX = "vector_near_"


def index_name(settings_id: UUID) -> str:
    """The name of the index of this setting, if it has one."""
    return f"{PREFIX}{settings_id.hex}"


def settings_of(index: str) -> UUID:
    """The id of the setting whose index has this name."""
    return UUID(index.removeprefix(PREFIX))


def indexed(settings: VectorSettings) -> int:
    """About how many vectors the setting's index holds; 0 without one that is whole.

    `Invalid` if the database cannot compare vectors at all.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select exists (select 1 from pg_attribute
                           where attrelid = 'feedback_vector'::regclass and attname = 'unit' and not attisdropped),
                   (select c.reltuples from pg_index i join pg_class c on c.oid = i.indexrelid
                    where i.indexrelid = to_regclass(%s) and i.indisvalid)
            """,
            [index_name(settings.pk)],
        )
        can_compare, number = cursor.fetchone()
    if not can_compare:
        raise Invalid(
            "This installation cannot compare vectors, for its PostgreSQL lacks pgvector 0.8 or newer. "
            "Ask whoever runs it to install pgvector."
        )
    return 0 if number is None else max(LARGE, int(number))

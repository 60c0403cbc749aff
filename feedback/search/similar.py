"""Which records are most like a vector: exact, by comparing all of them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from feedback.models import Vector, VectorSettings
from feedback.models.records import RecordQuerySet


def nearest(
    rows: RecordQuerySet,
    settings: VectorSettings,
    to: Sequence[float],
    *,
    most_similar: bool,
    limit: int,
    exclude: UUID | None = None,
) -> list[tuple[UUID, float]]:
    """The best of these rows with (1 + cosine) / 2, best first. Least similar: most like the opposite vector."""
    ids, parameters = rows.order_by().values("pk").query.sql_with_params()
    sign = 1 if most_similar else -1
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            select record_id, (1 + dot / greatest(length, 1e-300)) / 2 from (
                select v.record_id, sum(a * b) as dot, sqrt(sum(a * a)) * sqrt(sum(b * b)) as length
                from feedback_vector v, unnest(v.value, %s::float8[]) as x(a, b)
                where v.settings_id = %s and v.record_id in ({ids}) group by 1
            ) as compared
            where record_id is distinct from %s order by 2 desc, 1 limit %s
            """,  # noqa: S608  the statement of a queryset, whose values travel beside it
            [[sign * number for number in to], settings.pk, *parameters, exclude, limit],
        )
        return [(pk, float(score)) for pk, score in cursor.fetchall()]


def vector_of(record_id: UUID, settings: VectorSettings) -> list[float] | None:
    """A record's own vector, if it has one."""
    found = Vector.objects.filter(record=record_id, settings=settings).first()
    return list(found.value) if found else None

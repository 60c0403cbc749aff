"""Records that are like a vector: exactly, or by an index where there are many (docs/decisions/0008-vectors.md).

The database keeps each vector at length 1 in `feedback_vector.unit`, a generated column beside the numbers that were
sent: cosine is then the inner product, and a vector of zeros, at right angles to everything, gives no NaN.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, hypot
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from feedback.models import Vector, VectorSettings
from feedback.models.records import RecordQuerySet
from feedback.search.vector_indexes import indexed

MOST = 1000  # results over all pages (contract section 6.4)
LOOK = 100  # candidates that tell what the filters leave
# How widely the index looks. Where vectors lie in clusters, 400 finds 96 of the 100 nearest; the farthest lie further
# from one another and need more.
REACH_NEAR, REACH_FAR, MOST_REACH = 400, 1000, 1000
CANDIDATE = 20  # a candidate of the index costs as much as comparing so many rows

Scores = list[tuple[UUID, float]]


def nearest(
    rows: RecordQuerySet,
    settings: VectorSettings,
    to: Sequence[float],
    *,
    most_similar: bool,
    limit: int,
    exclude: UUID | None = None,
) -> Scores:
    """Ids and scores of those of the rows whose vectors are most like `to`, best first; equal ones as they came.

    The score is (1 + cosine) / 2. Least similar is most similar to the negated vector, and scored so. At most MOST.
    `Invalid` if `to` does not fit the settings, or the database cannot compare vectors.
    """
    settings.check_vector(to)
    number = indexed(settings)
    limit = min(limit, MOST)
    unit = _literal(to, 1 if most_similar else -1)
    if exclude is not None:
        rows = rows.exclude(pk=exclude)
    reach = REACH_NEAR if most_similar else REACH_FAR
    found = _by_index(rows, settings, unit, limit, number=number, reach=reach) if number else None
    return _exactly(rows, settings, unit, limit) if found is None else found


def vector_of(record_id: UUID, settings: VectorSettings) -> list[float] | None:
    """The record's vector as it was sent, if it has one."""
    return Vector.objects.filter(record=record_id, settings=settings).values_list("value", flat=True).first()


def matching_count(rows: RecordQuerySet, settings: VectorSettings, cap: int = MOST) -> int:
    """How many of the rows have such a vector; no more than `cap` are counted."""
    return _vectors(rows, settings)[:cap].count()


def _vectors(rows: RecordQuerySet, settings: VectorSettings) -> QuerySet[Vector]:
    return Vector.objects.filter(settings=settings, record__in=rows.order_by().values("pk"))


def _exactly(rows: RecordQuerySet, settings: VectorSettings, unit: str, limit: int) -> Scores:
    """Compare all. Ids are ordered by time, so that equal ones come as they were inserted."""
    _tell_planner(MOST_REACH)
    found = _vectors(rows, settings).annotate(distance=_distance(unit)).filter(distance__isnull=False)
    ranked = found.order_by("distance", "record_id").values_list("record_id", "distance")[:limit]
    return [(pk, _score(distance)) for pk, distance in ranked]


def _by_index(
    rows: RecordQuerySet, settings: VectorSettings, unit: str, limit: int, *, number: int, reach: int
) -> Scores | None:
    """Ask the index, which holds `number` vectors, for candidates, keep those among the rows, rank these exactly.

    A short look tells which share of the candidates the filters leave. None if they leave so few that comparing all
    of them is quicker. Filters are applied to the candidates' ids in a statement of their own: no plan can then
    mistake which of the two is cheaper.
    """
    share = len(_kept(rows, _candidates(settings, unit, LOOK, reach=LOOK))) / LOOK
    if not share:
        return None
    wanted = max(2 * limit, ceil(1.5 * limit / share))
    if CANDIDATE * max(reach, wanted) > share * number:
        return None
    kept = _kept(rows, _candidates(settings, unit, wanted, reach=max(reach, wanted)))
    kept.sort(key=lambda one: (one[1], one[0]))
    return [(pk, _score(distance)) for pk, distance in kept[:limit]] if len(kept) >= limit else None


def _kept(rows: RecordQuerySet, candidates: Scores) -> Scores:
    ids = set(rows.order_by().filter(pk__in=[pk for pk, _ in candidates]).values_list("pk", flat=True))
    return [one for one in candidates if one[0] in ids]


def _candidates(settings: VectorSettings, unit: str, wanted: int, *, reach: int) -> Scores:
    """The nearest by the index, with their exact distances; not in order, and perhaps fewer."""
    _tell_planner(reach)
    half = f"halfvec({int(settings.dimensions)})"
    by_index = RawSQL(f"feedback_vector.unit::{half} <#> %s::{half}", [unit])  # noqa: S611  # nosec  an int
    near = Vector.objects.filter(settings=settings).order_by(by_index)
    return list(near.values_list("record_id", _distance(unit))[:wanted])


def _distance(unit: str) -> RawSQL:
    """The negated cosine: what pgvector sorts by."""
    return RawSQL("feedback_vector.unit <#> %s::vector", [unit])  # nosec  no value in the text


def _tell_planner(reach: int) -> None:
    """For the rest of the transaction: how far the index looks before it begins to answer, and no compiling.

    Once it has answered with all that it found, it goes on looking.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select set_config('hnsw.ef_search', %s, true), set_config('hnsw.iterative_scan', 'relaxed_order', true),
                   set_config('jit', 'off', true)
            """,
            [str(min(MOST_REACH, reach))],
        )


def _literal(to: Sequence[float], sign: int) -> str:
    """The vector at length 1 as PostgreSQL reads it; one of zeros stays as it is."""
    length = sign * hypot(*to) or 1
    return f"[{','.join(repr(float(number) / length) for number in to)}]"


def _score(distance: float) -> float:
    return round((1 - distance) / 2, 7)  # single precision knows no more, and 1.00000003 would be no score

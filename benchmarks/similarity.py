"""Similar records among 100,000 with vectors of 384 dimensions: `python -m benchmarks.similarity`.

The fifty most and least similar, comparing all and then by the index, with and without filters; how many of the exact
ones the index finds; and what it costs: to build, and to write into. Vectors lie in 2,000 clusters, which is hard.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from statistics import quantiles
from typing import Any

import numpy as np

from benchmarks.installation import dataset, installation, rows, table

MOST_MS = 100
LIMIT, CLUSTERS, BATCH = 50, 2000, 2000
ASKED: list[tuple[str, float, bool]] = [
    ("all records", 1, True),
    ("half of them", 0.5, True),
    ("a tenth", 0.1, True),
    ("a hundredth", 0.01, True),
    ("all, least similar", 1, False),
]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--dimensions", type=int, default=384)
    parser.add_argument("--queries", type=int, default=60)
    chosen = parser.parse_args()
    with installation():
        from core.tenancy import acting_for
        from feedback.actions.schema import add_vector_settings
        from feedback.actions.vector_indexes import tend_vector_indexes

        target, _ = _dataset()
        with acting_for(target.organization_id):
            given = {"name": "meaning", "title": "Meaning", "dimensions": chosen.dimensions}
            settings = add_vector_settings(target, **given)
            values = clustered(chosen.dimensions)
            fill(target, values, chosen.records)
            queries = [next(values) for _ in range(chosen.queries)]
            before = write(target, values)
            exact = [ask(target, settings, queries, *how[1:]) for how in ASKED]
            begun = time.perf_counter()
        _across(tend_vector_indexes)
        built = time.perf_counter() - begun
        with acting_for(target.organization_id):
            indexed = [ask(target, settings, queries, *how[1:]) for how in ASKED]
            after = write(target, values)
    lines = []
    for (name, _, _), (slow, right), (quick, found) in zip(ASKED, exact, indexed, strict=True):
        share = sum(len(a & b) for a, b in zip(right, found, strict=True)) / sum(map(len, right))
        lines.append([name, *percentiles(slow), *percentiles(quick), f"{share:.3f}", worst(quick)])
    head = ["", "all, p50", "p95 ms", "index, p50", "p95 ms", "recall", "p95 share"]
    table(f"The {LIMIT} nearest of {chosen.records:,}, {chosen.dimensions} dimensions", head, lines)
    print(
        f"  building the index took {built:.0f} s; writing goes on at {after / before:.2f} of its pace before"
    )


def clustered(dimensions: int) -> Iterator[list[float]]:
    """Vectors that lie around a few thousand centers, as single precision prints them."""
    chance = np.random.default_rng(5)
    centers = chance.normal(size=(CLUSTERS, dimensions))
    while True:
        near = centers[chance.integers(0, CLUSTERS, BATCH)] + 0.8 * chance.normal(size=(BATCH, dimensions))
        yield from near.astype("f4").tolist()


def fill(target: Any, values: Iterator[list[float]], records: int) -> None:
    """So many records, each with a vector."""
    from django.db import connection

    from feedback.actions.entries import Entry
    from feedback.actions.records import create_records

    made = [{"prompt": row["prompt"], "answers": row["answers"]} for row in rows(BATCH)]
    for begin in range(0, records, BATCH):
        some = made[: records - begin]
        create_records(target, [Entry(fields=fields, vectors={"meaning": next(values)}) for fields in some])
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze feedback_vector, feedback_record")


def write(target: Any, values: Iterator[list[float]]) -> float:
    """Vectors a second, when those of a thousand records are replaced."""
    from django.db import transaction

    from feedback.actions import vectors

    with transaction.atomic():
        ids = list(target.records.order_by("position").values_list("pk", flat=True)[:1000])
    given = [(pk, "meaning", next(values)) for pk in ids]
    begun = time.perf_counter()
    with transaction.atomic():
        vectors.write(target, given)
    return len(ids) / (time.perf_counter() - begun)


def ask(
    target: Any, settings: Any, queries: list[list[float]], share: float, most_similar: bool
) -> tuple[list[float], list[set[Any]]]:
    """Milliseconds, and what was found, for each query among this share of the records."""
    from django.db import transaction

    from feedback.search.similar import nearest

    with transaction.atomic():
        upto = share * target.records.count()
    times, found = [], []
    for number, query in enumerate([*queries[:5], *queries]):
        begun = time.perf_counter()
        with transaction.atomic():
            rows = target.records.filter(position__lt=upto)
            near = nearest(rows, settings, query, most_similar=most_similar, limit=LIMIT)
        if number >= 5:  # warm
            times.append(1000 * (time.perf_counter() - begun))
            found.append({pk for pk, _ in near})
        assert len(near) == min(LIMIT, upto)
    return times, found


def percentiles(times: list[float]) -> tuple[str, str]:
    """p50 and p95."""
    cuts = quantiles(times, n=20)
    return f"{cuts[9]:.1f}", f"{cuts[18]:.1f}"


def worst(times: list[float]) -> str:
    """p95 as a share of the promise."""
    return f"{quantiles(times, n=20)[18] / MOST_MS:.2f} of {MOST_MS} ms"


def _dataset() -> tuple[Any, Any]:
    from core.tenancy import across

    with across():
        return dataset()


def _across(action: Any) -> None:
    from core.tenancy import across

    with across():
        action()


if __name__ == "__main__":
    main()

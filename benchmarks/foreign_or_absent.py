"""Whether the clock tells what is foreign from what is nowhere: `python -m benchmarks.foreign_or_absent`.

Calls of both kinds take turns, in the process, through everything but the socket. The promise: of two calls, one of
each kind, the foreign one is slower as often as it is quicker, within what so many calls leave open
(Mann-Whitney, |z| < 3), and the medians differ by less than a twentieth.
"""

from __future__ import annotations

import argparse
import random
import time
from statistics import median
from uuid import UUID

from benchmarks.installation import dataset, installation, table

LEFT_OPEN, NEAR = 3.0, 0.05
PATHS = (
    "datasets/{}",
    "datasets/{}/records",
    "datasets/{}/fields",
    "datasets/{}/jobs",
    "me/datasets/{}/metrics",
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=1000, help="calls of each kind and path")
    chosen = parser.parse_args()
    with installation():
        from django.conf import settings

        settings.API_CALLS_PER_MINUTE = 0
        lines = _measure(chosen.calls)
    table("Foreign beside absent", ["", "medians, ms", "ratio", "z", "promise"], lines)
    broken = any(line[4] == "BROKEN" for line in lines)
    print(f"\nThe clock {'TELLS' if broken else 'does not tell'} foreign from absent.")


def _measure(calls: int) -> list[list[str]]:
    from django.test import Client

    from accounts.access import Role
    from accounts.actions import add_member, create_organization, issue_api_key
    from core.models import new_id
    from core.tenancy import across

    with across():
        foreign, _ = dataset()
        rival = create_organization("Rival")
        cleo = add_member(rival, username="cleo", password="correct horse battery", role=Role.OWNER)
        key = issue_api_key(cleo, name="Benchmark").key
    client = Client(headers={"X-Argilla-Api-Key": key})

    def timed(path: str, pk: UUID) -> float:
        begun = time.perf_counter()
        answer = client.get(f"/api/v1/{path.format(pk)}")
        assert answer.status_code == 404, answer.content
        return (time.perf_counter() - begun) * 1000

    lines = []
    for path in PATHS:
        times: dict[bool, list[float]] = {True: [], False: []}
        for turn in range(calls + 50):
            for is_foreign in random.sample([True, False], 2):
                spent = timed(path, foreign.pk if is_foreign else new_id())
                if turn >= 50:  # what is warmed up
                    times[is_foreign].append(spent)
        z, ratio = _z(times[True], times[False]), median(times[True]) / median(times[False])
        kept = abs(z) < LEFT_OPEN and abs(ratio - 1) < NEAR
        medians = f"{median(times[True]):.2f} / {median(times[False]):.2f}"
        lines.append(
            [path.format("{id}"), medians, f"{ratio:.3f}", f"{z:+.1f}", "kept" if kept else "BROKEN"]
        )
    return lines


def _z(ones: list[float], others: list[float]) -> float:
    """How far the ranks of two samples lie apart, in standard deviations."""
    ranked = sorted([(value, True) for value in ones] + [(value, False) for value in others])
    ranks = sum(place for place, (_, is_one) in enumerate(ranked, 1) if is_one)
    n, m = len(ones), len(others)
    return (ranks - n * (n + 1) / 2 - n * m / 2) / (n * m * (n + m + 1) / 12) ** 0.5


if __name__ == "__main__":
    main()

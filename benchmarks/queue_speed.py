"""Sixty-four labelers at once, through the API: `python -m benchmarks.queue_speed`.

Each asks for the next record and submits an answer, as fast as replies come; then each for twenty at once, and for a
hundred, as programs do, and sends as many answers together. Beside it two bare SQL statements an item (take the next
open one, keep an answer) through as many connections, which know neither people's rights nor records' contents, neither
HTTP nor JSON. All on this one machine, with those who ask.
"""

from __future__ import annotations

import argparse
import multiprocessing
import time
from statistics import quantiles
from typing import Any

from benchmarks.installation import dataset, installation, rows, table
from benchmarks.labelers import Person, Seen, Tab, label
from benchmarks.queue_attack import ANSWER, free_port
from benchmarks.queue_drain import drain_bare

PROMISE = 0.6
AT_ONCE = (20, 100)
PROCESSES = 2  # of those who ask


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--labelers", type=int, default=64)
    parser.add_argument("--seconds", type=int, default=60)
    chosen = parser.parse_args()
    with installation() as family:
        from core import serving
        from core.tenancy import across

        with across():
            target, persons = _prepare(chosen)
            port = free_port()
            server = family.start(serving.web("127.0.0.1", port, serving.cores()))
            serving.wait_for(server, "127.0.0.1", port)
            ours = _ask(chosen, target, persons, port, None)
            many = {number: _ask(chosen, target, persons, port, number) for number in AT_ONCE}
            over = _overshot(target)
            family.end(server)
            bare = drain_bare(min(chosen.records, 20_000), chosen.labelers, 1)
    bare_rate = float(bare[2].replace(",", ""))
    head = ["", "items/s", "next p50, p95 ms", "submit p50, p95 ms", "errors", "over target", "of bare"]
    table(
        f"{chosen.labelers} labelers, {chosen.records:,} records",
        head,
        [
            _line("one by one", ours, over, bare_rate),
            *(_line(f"{number} at once", found, over, bare_rate) for number, found in many.items()),
            ["bare SQL", bare[2], bare[3], bare[4], "0", "0", "1.00"],
        ],
    )


def _line(name: str, found: dict[str, Any], over: int, bare_rate: float) -> list[str]:
    rate = found["submits"] / found["seconds"]
    verdict = "kept" if rate / bare_rate >= PROMISE else f"BROKEN: {PROMISE}"
    times = [found["next"], found["submit"], str(found["errors"]), str(over)]
    return [name, f"{rate:.0f}", *times, f"{rate / bare_rate:.2f} ({verdict})"]


def _prepare(chosen: Any) -> tuple[Any, list[Any]]:
    from django.db import transaction

    from accounts.actions import issue_api_key
    from feedback.actions.entries import Entry
    from feedback.actions.records import create_records
    from feedback.actions.rules import update_rules

    target, labelers = dataset(chosen.labelers)
    with transaction.atomic():
        update_rules(target, by=labelers[0], most_held=max(AT_ONCE))
    made = [Entry(fields={"prompt": row["prompt"], "answers": row["answers"]}) for row in rows(2000)]
    for begun in range(0, chosen.records, len(made)):
        create_records(target, made[: chosen.records - begun])
    with transaction.atomic():
        return target, [issue_api_key(one, name="Benchmark").key for one in labelers]


def _ask(chosen: Any, target: Any, keys: list[str], port: int, at_once: int | None) -> dict[str, Any]:
    context = multiprocessing.get_context("spawn")
    found = context.Queue()
    shares = [keys[number::PROCESSES] for number in range(PROCESSES)]
    processes = [
        context.Process(target=_share, args=(share, port, str(target.pk), chosen.seconds, at_once, found))
        for share in shares
    ]
    for process in processes:
        process.start()
    parts = [found.get() for _ in processes]
    for process in processes:
        process.join()
    nexts, submits = ([one for part in parts for one in part[place]] for place in (1, 2))
    return {
        "seconds": max(part[0] for part in parts),
        "submits": sum(part[4] for part in parts),
        "next": _both(nexts),
        "submit": _both(submits),
        "errors": sum(part[3] for part in parts),
    }


def _share(keys: list[str], port: int, target: str, seconds: int, at_once: int | None, found: Any) -> None:
    seen = Seen()
    tabs = [Tab(Person(key), [port], target, seen, seed, 0, at_once) for seed, key in enumerate(keys)]
    begun = time.monotonic()
    label(tabs, ANSWER, seconds=seconds, misbehaves=False)
    answered = seen.acts["submitted"] + seen.acts["submitted together"]
    found.put((time.monotonic() - begun, seen.nexts, seen.submits, len(seen.wrong), answered))


def _overshot(target: Any) -> int:
    from django.db import transaction
    from django.db.models import F

    from feedback.models import QueueItem

    with transaction.atomic():
        return QueueItem.objects.filter(dataset=target, submitted__gt=F("target")).count()


def _both(times: list[float]) -> str:
    cuts = quantiles(times, n=20)
    return f"{cuts[9]:.0f}, {cuts[18]:.0f}"


if __name__ == "__main__":
    main()

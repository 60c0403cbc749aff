"""Two hundred who lease, submit, skip, die and come back: `python -m benchmarks.queue_attack`.

Two web servers and a worker with the clock, of which a server and the worker are killed and started again while people
work. At the end each record must have the answers it wants, nobody may have been handed one that they had done, and
nothing may be stuck. A smaller one is among the tests (tests/feedback/test_queue_under_attack.py).
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
from contextlib import closing
from pathlib import Path
from statistics import quantiles
from threading import Timer
from typing import Any

from benchmarks.installation import dataset, installation, rows, table
from benchmarks.labelers import Person, Seen, Tab, label

ROOT = Path(__file__).resolve().parents[1]
ANSWER = {"ranking": {"value": [{"value": letter, "rank": place} for place, letter in enumerate("BACD", 1)]}}
LEASE = 5  # seconds


def main() -> None:
    """Attack, look, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1000)
    parser.add_argument("--clients", type=int, default=200, help="every tenth is the second tab of somebody")
    parser.add_argument("--wanted", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=600, help="give up after so many")
    chosen = parser.parse_args()
    os.environ["LEASE_SECONDS"] = str(LEASE)
    with installation():
        from core.tenancy import across

        with across():
            _attack(chosen)


def _attack(chosen: Any) -> None:
    from django.db import transaction

    from core import serving

    people = chosen.clients - chosen.clients // 10
    target, persons = _prepare(chosen, people)
    running: list[subprocess.Popen[bytes]] = []

    def start(child: Any) -> subprocess.Popen[bytes]:
        running.append(
            subprocess.Popen(child.command, cwd=ROOT, start_new_session=True, stderr=subprocess.DEVNULL)
        )
        return running[-1]

    def kill(process: subprocess.Popen[bytes]) -> None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    ports = [free_port(), free_port()]
    servers = [start(serving.web("127.0.0.1", port, 1)) for port in ports]
    worker = start(serving.worker(1))
    for port in ports:
        serving.wait_for(_Alive(), "127.0.0.1", port)  # type: ignore[arg-type]
    timers = [
        Timer(5, kill, [worker]),
        Timer(8, kill, [servers[0]]),
        Timer(11, lambda: (start(serving.worker(1)), start(serving.web("127.0.0.1", ports[0], 1)))),
    ]
    for timer in timers:
        timer.start()
    seen = Seen()
    tabs = [
        Tab(person, ports, str(target.pk), seen, seed, away=2 * LEASE)
        for seed, person in enumerate([*persons, *persons[: chosen.clients - people]])
    ]
    took = label(tabs, ANSWER, seconds=chosen.seconds, misbehaves=True)
    for timer in timers:
        timer.join()
    with transaction.atomic():
        lines = _look(target, chosen, seen, took)
    for process in running:
        if process.poll() is None:
            kill(process)
    table(f"{chosen.clients} clients, {chosen.records:,} records that want {chosen.wanted}", ["", ""], lines)


class _Alive:
    """For `serving.wait_for`: a server that has not ended."""

    name = "The web server"

    def ended(self) -> str:
        return ""


def _prepare(chosen: Any, people: int) -> tuple[Any, list[Person]]:
    from django.db import transaction

    from accounts.actions import issue_api_key
    from feedback.actions.entries import Entry
    from feedback.actions.records import create_records

    target, labelers = dataset(people, overlap=chosen.wanted)
    made = [
        Entry(fields={"prompt": row["prompt"], "answers": row["answers"]}) for row in rows(chosen.records)
    ]
    with transaction.atomic():
        create_records(target, made)
        return target, [Person(issue_api_key(one, name="Benchmark").key) for one in labelers]


def _look(target: Any, chosen: Any, seen: Seen, took: float) -> list[list[str]]:
    from feedback.models import Lease, QueueItem, Response

    items = QueueItem.objects.filter(dataset=target)
    exact = items.filter(submitted=chosen.wanted, target=chosen.wanted, open_places=0).count()
    counted = Response.objects.filter(dataset=target, status="submitted", is_extra=False).count()
    cuts = [quantiles(times, n=20) for times in (seen.nexts, seen.submits)]
    return [
        ["seconds", f"{took:.0f}"],
        ["acts", ", ".join(f"{number:,} {act}" for act, number in seen.acts.most_common())],
        [f"records with exactly {chosen.wanted} answers", f"{exact:,} of {chosen.records:,}"],
        ["answers that count", f"{counted:,}"],
        ["handed out to somebody who had done it, and other errors", str(len(seen.wrong))],
        ["leases left", str(Lease.objects.filter(dataset=target).count())],
        ["next, p50 and p95 in ms", f"{cuts[0][9]:.0f}, {cuts[0][18]:.0f}"],
        ["submit, p50 and p95 in ms", f"{cuts[1][9]:.0f}, {cuts[1][18]:.0f}"],
        *[["", sentence] for sentence in seen.wrong[:5]],
    ]


def free_port() -> int:
    """A port that nobody listens to now."""
    with closing(socket.socket()) as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


if __name__ == "__main__":
    main()

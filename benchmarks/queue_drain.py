"""A dataset is labeled to its end by many people at once: `python -m benchmarks.queue_drain`.

Each item is asked for and submitted by the product's own actions, in processes of their own. Beside it stand two bare
SQL statements an item (take the next open one, keep an answer), which know neither leases nor people nor tenants.
"""

from __future__ import annotations

import argparse
import multiprocessing
import time
from statistics import quantiles
from typing import Any

from benchmarks.installation import RANKED, dataset, installation, rows, superuser, table

PEOPLE = 32
PROCESSES = 4  # each with as many threads as it takes
BARE = """
create table bare_item (id bigint primary key, open_places int not null);
create index on bare_item (id) where open_places > 0;
create table bare_answer (item bigint not null, person uuid not null, answer jsonb not null,
    primary key (item, person));
"""
TAKE = """
update bare_item set open_places = open_places - 1 where id = (
    select id from bare_item i where open_places > 0
    and not exists (select 1 from bare_answer a where a.item = i.id and a.person = %(person)s)
    order by id limit 1 for no key update skip locked) returning id
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=2000)
    parser.add_argument("--people", type=int, default=PEOPLE)
    chosen = parser.parse_args()
    with installation():
        from core.tenancy import across

        with across():
            lines = [_drain(chosen.records, chosen.people, overlap) for overlap in (1, 3)]
            lines += [drain_bare(chosen.records, chosen.people, overlap) for overlap in (1, 3)]
    for ours, bare in zip(lines[:2], lines[2:], strict=True):
        ours[-1] = f"{float(ours[2].replace(',', '')) / float(bare[2].replace(',', '')):.2f}"
    head = [
        "",
        "answers",
        "answers/s",
        "next p50, p95 ms",
        "submit p50, p95 ms",
        "over target",
        "left",
        "of bare",
    ]
    table(f"{chosen.records:,} records, {chosen.people} people at once", head, lines)


def _drain(records: int, people: int, overlap: int) -> list[str]:
    from django.db import connection, transaction

    from feedback.actions.entries import Entry
    from feedback.actions.records import create_records
    from feedback.models import QueueItem, Response
    from feedback.reports.progress import progress

    target, labelers = dataset(people, overlap=overlap)
    made = [Entry(fields={"prompt": row["prompt"], "answers": row["answers"]}) for row in rows(records)]
    create_records(target, made)
    connection.close()
    seconds, nexts, submits = _in_processes(_label, [(target.pk, one.pk) for one in labelers])
    with transaction.atomic():
        items = QueueItem.objects.filter(dataset=target)
        kept = Response.objects.filter(dataset=target, status="submitted", is_extra=False)
        over = sum(item.submitted > item.target for item in items)
        left = items.filter(completed=False).count()
        assert kept.count() == records * overlap == progress(target).completed * overlap
    return _line(f"ours, {overlap} wanted", seconds, nexts, submits, over, left)


def _label(who: tuple[Any, Any]) -> tuple[list[float], list[float]]:
    """One person until nothing is left; milliseconds for each next record, and for each submit."""
    from django.db import connection, transaction

    from accounts.models import Membership
    from core.tenancy import across, acting_for
    from feedback.actions.nothing import Nothing
    from feedback.actions.queue import lease_next
    from feedback.actions.responses import submit_response
    from feedback.models import Dataset

    with across(), transaction.atomic():
        target, by = Dataset.objects.get(pk=who[0]), Membership.objects.get(pk=who[1])
    nexts, submits = [], []
    with acting_for(target.organization_id):
        while True:
            begun = time.perf_counter()
            with transaction.atomic():
                found = lease_next(target, by=by)
            if isinstance(found, Nothing):
                if found.reason != "leased":
                    break
                time.sleep(0.05)
                continue
            asked = time.perf_counter()
            with transaction.atomic():
                submit_response(found.record, RANKED, by=by)
            nexts.append(1000 * (asked - begun))
            submits.append(1000 * (time.perf_counter() - asked))
    connection.close()
    return nexts, submits


def drain_bare(records: int, people: int, overlap: int) -> list[str]:
    """Two bare SQL statements an item, as a line of the table."""
    from core.models import new_id

    with superuser() as connection:
        connection.execute("drop table if exists bare_answer, bare_item")
        connection.execute(BARE.encode())
        connection.execute(
            "insert into bare_item select n, %s from generate_series(1, %s) n", [overlap, records]
        )
    seconds, nexts, submits = _in_processes(_bare_label, [(str(new_id()), "") for _ in range(people)])
    with superuser() as connection:
        left = connection.execute("select count(*) from bare_item where open_places > 0").fetchone()[0]
    return _line(f"bare SQL, {overlap} wanted", seconds, nexts, submits, 0, left)


def _bare_label(who: tuple[Any, Any]) -> tuple[list[float], list[float]]:
    from psycopg.types.json import Jsonb

    nexts, submits = [], []
    with superuser() as connection:
        connection.autocommit = True
        while True:
            begun = time.perf_counter()
            row = connection.execute(TAKE.encode(), {"person": who[0]}).fetchone()
            if row is None:
                return nexts, submits
            asked = time.perf_counter()
            connection.execute("insert into bare_answer values (%s, %s, %s)", [row[0], who[0], Jsonb(RANKED)])
            nexts.append(1000 * (asked - begun))
            submits.append(1000 * (time.perf_counter() - asked))


def _in_processes(work: Any, people: list[tuple[Any, Any]]) -> tuple[float, list[float], list[float]]:
    """Seconds that it took everybody, and everybody's milliseconds."""
    context = multiprocessing.get_context("spawn")
    shares = [people[number::PROCESSES] for number in range(PROCESSES)]
    ready, go = context.Barrier(PROCESSES + 1), context.Barrier(PROCESSES + 1)
    found = context.Queue()
    processes = [context.Process(target=_share, args=(work, share, ready, go, found)) for share in shares]
    for process in processes:
        process.start()
    ready.wait()
    begun = time.perf_counter()
    go.wait()
    lists = [found.get() for _ in processes]
    seconds = max(ended for ended, _ in lists)
    for process in processes:
        process.join()
    nexts = [one for _, times in lists for person in times for one in person[0]]
    submits = [one for _, times in lists for person in times for one in person[1]]
    return seconds - begun, nexts, submits


def _share(work: Any, share: list[tuple[Any, Any]], ready: Any, go: Any, found: Any) -> None:
    from concurrent.futures import ThreadPoolExecutor

    import django

    django.setup()
    ready.wait()
    go.wait()
    with ThreadPoolExecutor(len(share)) as pool:
        times = list(pool.map(work, share))
    found.put((time.perf_counter(), times))  # one clock for all processes of a machine


def _line(
    name: str, seconds: float, nexts: list[float], submits: list[float], over: int, left: int
) -> list[str]:
    number = len(submits)
    return [
        name,
        f"{number:,}",
        f"{number / seconds:,.0f}",
        _both(nexts),
        _both(submits),
        str(over),
        str(left),
        "1.00",
    ]


def _both(times: list[float]) -> str:
    cuts = quantiles(times, n=20)
    return f"{cuts[9]:.0f}, {cuts[18]:.0f}"


if __name__ == "__main__":
    main()

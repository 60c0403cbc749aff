"""The labeling page of a dataset with 100,000 records: `python -m benchmarks.labeling_page`.

The server's time from an answer that comes in to the next record that goes out, through all middleware, in one
process; how much deeper pages of records cost; and how many bytes the page brings along, compressed.
"""

from __future__ import annotations

import argparse
import gzip
import re
import time
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from benchmarks.installation import RANKED, dataset, installation, rows, table

MOST_MS, MOST_KB = 50, 150
ANSWERS = 200
MARKS = re.compile(rb'name="(ranking\.[A-Z])"')
ASSETS = re.compile(r"/static/([\w./-]+\.(?:css|js|svg))")
IMPORTS = re.compile(r"""(?:from|import)\s*["']\./?([\w./-]+)["']|from\s*["'](\.\./[\w./-]+)["']""")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    chosen = parser.parse_args()
    with installation():
        from django.core.management import call_command

        from core.tenancy import across

        call_command("collectstatic", interactive=False, verbosity=0)
        with across():
            target, (labeler,) = dataset(1)
            fill(target, chosen.records)
            answer(target, labeler, chosen.records // 5)
            client, url = _browser(target, labeler)
            first = client.get(url)
            times = label(client, url)
            shallow, deep = paging(target, 0), paging(target, chosen.records - 100)
            size = weigh(first.content)
    cuts = quantiles(times, n=20)
    lines = [
        ["submit and next record, p50", f"{cuts[9]:.1f} ms", f"{cuts[9] / MOST_MS:.2f} of {MOST_MS} ms"],
        ["submit and next record, p95", f"{cuts[18]:.1f} ms", f"{cuts[18] / MOST_MS:.2f} of {MOST_MS} ms"],
        ["the last page of records", f"{deep:.1f} ms", f"{deep / shallow:.2f} of the first"],
        ["the page, all in all", f"{size / 1000:.1f} kB", f"{size / 1000 / MOST_KB:.2f} of {MOST_KB} kB"],
    ]
    answered = f"{chosen.records // 5:,} of them answered by the same person before"
    table(f"{chosen.records:,} records, {answered}", ["", "", "share"], lines)


def fill(target: Any, records: int) -> None:
    """So many records, a few thousand different ones."""
    from django.db import connection

    from feedback.actions.entries import Entry
    from feedback.actions.records import create_records

    made = [{"prompt": row["prompt"], "answers": row["answers"]} for row in rows(2000)]
    for begin in range(0, records, len(made)):
        create_records(target, [Entry(fields=fields) for fields in made[: records - begin]])
    with connection.cursor() as cursor:
        cursor.execute("analyze feedback_record, feedback_queueitem")


def answer(target: Any, labeler: Any, number: int) -> None:
    """The labeler has answered so many of them before: what they did must not slow down what they do."""
    from django.db import connection, transaction

    from feedback.actions import answers
    from feedback.models import Record

    with transaction.atomic():
        ids = list(
            Record.objects.filter(dataset=target).order_by("position").values_list("pk", flat=True)[:number]
        )
        given = answers.Given(labeler.pk, "submitted", RANKED)
        for begin in range(0, number, 5000):
            answers.write(target, [(pk, given) for pk in ids[begin : begin + 5000]])
        with connection.cursor() as cursor:
            cursor.execute("analyze feedback_response")


def label(client: Any, url: str) -> list[float]:
    """Milliseconds for each answer and the record that comes back with it."""
    page, times = client.get(url).content, []
    for number in range(ANSWERS + 20):
        action = re.search(rb'hx-post="([^"]+/submit)"', page)
        assert action, page
        names = sorted(set(MARKS.findall(page)))
        answers = {name.decode(): str(tier) for tier, name in enumerate(names, 1)}
        begun = time.perf_counter()
        reply = client.post(action[1].decode(), answers, headers={"HX-Request": "true"})
        if number >= 20:  # warm
            times.append(1000 * (time.perf_counter() - begun))
        page = reply.content
        assert reply.status_code == 200, page
    return times


def paging(target: Any, offset: int) -> float:
    """Milliseconds for fifty records from this offset on."""
    from django.db import transaction

    from feedback.models import Record

    times = []
    for _ in range(20):
        begun = time.perf_counter()
        with transaction.atomic():
            assert len(Record.objects.from_offset(target, offset)[:50]) == 50
        times.append(1000 * (time.perf_counter() - begun))
    return median(times)


def weigh(page: bytes) -> int:
    """Bytes of the page and all that it needs, each compressed (brotli where it is kept, else gzip)."""
    from django.conf import settings

    root, found = Path(settings.STATIC_ROOT), set()
    todo = [root / name for name in ASSETS.findall(page.decode())]
    while todo:
        file = todo.pop().resolve()
        if file in found or not file.exists():
            continue
        found.add(file)
        if file.suffix == ".js":
            todo += [
                file.parent / (near or far) for near, far in IMPORTS.findall(file.read_text(encoding="utf-8"))
            ]
    assert len(found) > 5
    return len(gzip.compress(page)) + sum(map(_compressed, found))


def _compressed(file: Path) -> int:
    beside = file.with_name(f"{file.name}.br")
    return beside.stat().st_size if beside.exists() else len(gzip.compress(file.read_bytes()))


def _browser(target: Any, labeler: Any) -> tuple[Any, str]:
    """A client that is signed in, and the address of the labeling page."""
    from django.db import transaction
    from django.test import Client
    from django.urls import reverse

    client = Client()
    with transaction.atomic():
        client.force_login(labeler.user)
        return client, reverse("label", args=[labeler.organization.slug, target.pk])


if __name__ == "__main__":
    main()

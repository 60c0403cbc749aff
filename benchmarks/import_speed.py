"""An import, as a share of what PostgreSQL's own COPY does with the same rows: `python -m benchmarks.import_speed`.

The job reads and checks a JSON Lines file and fills records and their queue; COPY only fills the same table of
records, with its indexes and foreign keys. The promise: at least a quarter of COPY's rate.
"""

from __future__ import annotations

import argparse
import io
import json
import time
from typing import Any

from benchmarks.installation import dataset, installation, rows, superuser, table

PROMISED = 0.25


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--profile", action="store_true", help="print where the import spends its time")
    chosen = parser.parse_args()
    made = list(rows(chosen.rows))
    file = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in made).encode()
    with installation() as family:
        from core.tenancy import across

        with across():
            copying(made[:1000])  # warm
            copied = copying(made)
            here = importing(file, profile=chosen.profile)
            copied = (copied + copying(made)) / 2  # before and after: the machine drifts
            from core.serving import worker

            there = importing(file, worker=lambda: family.start(worker(1)))
    lines = [
        ["COPY into feedback_record", f"{chosen.rows / copied:,.0f}", "1.00"],
        ["import, in this process", f"{chosen.rows / here:,.0f}", f"{copied / here:.2f}"],
        ["import, by a worker", f"{chosen.rows / there:,.0f}", f"{copied / there:.2f}"],
    ]
    table(f"{chosen.rows:,} rows, {len(file) / 2**20:.0f} MB", ["", "rows/s", "share of COPY"], lines)
    verdict = "kept" if copied / here >= PROMISED else "BROKEN"
    print(f"\nPromised: at least {PROMISED:.2f} of COPY. {verdict.capitalize()}.")


def copying(made: list[dict[str, Any]]) -> float:
    """Seconds for COPY of these rows into an empty dataset, as a role that row-level security does not bind."""
    from core.models import new_id

    target, _ = dataset()
    buffer = io.StringIO()
    for position, row in enumerate(made):
        fields = json.dumps({"prompt": row["prompt"], "answers": row["answers"]}, ensure_ascii=False)
        cells = [str(new_id()), str(target.organization_id), str(target.pk), str(position), row["id"], fields]
        cells.append(json.dumps({"topic": row["topic"]}, ensure_ascii=False))
        buffer.write("\t".join(cell.replace("\\", "\\\\") for cell in cells) + "\n")
    text = buffer.getvalue()
    columns = "id, organization_id, dataset_id, position, external_id, fields, metadata"
    with superuser() as connection, connection.cursor() as cursor:
        begun = time.perf_counter()
        with cursor.copy(f"copy feedback_record ({columns}) from stdin") as copy:
            copy.write(text)
        connection.commit()
        return time.perf_counter() - begun


def importing(file: bytes, *, profile: bool = False, worker: Any = None) -> float:
    """Seconds for the whole job: for a worker, from asking to finished, as a person would wait."""
    from django.db import transaction

    from feedback.actions.importing import run_import
    from feedback.actions.uploads import start_import
    from feedback.models import Record

    target, _ = dataset()
    if worker:
        worker()
        wait_until(_worker_is_alive)
    begun = time.perf_counter()
    job = start_import(target, io.BytesIO(file), filename="rows.jsonl", by=None)
    if worker:
        wait_until(lambda: _refreshed(job).has_ended)
    elif profile:
        _profiled(lambda: run_import(str(job.organization_id), str(job.pk)))
    else:
        run_import(str(job.organization_id), str(job.pk))
    seconds = time.perf_counter() - begun
    with transaction.atomic():
        assert _refreshed(job).state == "finished", job.detail
        assert Record.objects.filter(dataset=target).count() == file.count(b"\n")
    return seconds


def wait_until(done: Any) -> None:
    """Wait for something that another process does."""
    while not done():
        time.sleep(0.1)


def _worker_is_alive() -> bool:
    from core.workers import worker_is_alive

    return worker_is_alive()


def _refreshed(job: Any) -> Any:
    from django.db import transaction

    with transaction.atomic():
        job.refresh_from_db()
    return job


def _profiled(work: Any) -> None:
    import cProfile
    import pstats

    profiler = cProfile.Profile()
    profiler.runcall(work)
    pstats.Stats(profiler).sort_stats("cumulative").print_stats(45)


if __name__ == "__main__":
    main()

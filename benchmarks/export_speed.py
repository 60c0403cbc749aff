"""Exports, against PostgreSQL's own COPY … TO of the same rows: `python -m benchmarks.export_speed`.

Each record has a prompt and four answers (2.9 kB) and three people's rankings of them. The export reads records and
answers, makes the rows, checks them, writes them in the type that was asked for, reads the files back and keeps them
with digests. Right after it, COPY writes the same into a pipe, twice: records as they are stored, each with its answers
as JSON, which is what comes out if a row is a record; and the very rows that the export made, which wait in a table, as
if they had been there. Pairs are measured by those, for they are many times as large as their records.

Each export runs in a process of its own, whose peak memory is taken. Seconds are those of processors, of the program
and of its database process; those of the clock stand beside them. The promise: at most three times COPY, and at most
300 MB, however many records there are.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.installation import RANKED, dataset, installation, rows, superuser, table

PROMISED, MEMORY = 3.0, 300
PEOPLE = 3
CHUNK = 2000
RECORDS = """
    (select json_build_object('id', id, 'external_id', external_id, 'fields', fields, 'metadata', metadata,
        'inserted_at', inserted_at, 'updated_at', updated_at, 'responses',
        (select json_agg(json_build_object('id', id, 'annotator', membership_id, 'status', status, 'values', values,
            'presentation', presentation, 'active_ms', active_ms, 'guideline_version', guidelines_version,
            'is_extra', is_extra, 'is_counted', is_counted, 'reason', reason, 'note', note,
            'inserted_at', inserted_at, 'updated_at', updated_at)
            order by inserted_at, id) from feedback_response where record_id = record.id))
    from feedback_record record where dataset_id = '{dataset}' order by position)
"""
MAJORITY = {"options": {"policy": "majority"}}
EXPORTS: list[tuple[str, str, dict[str, Any], str]] = [
    ("records", "jsonl", {}, "all"),
    ("records", "parquet", {}, "all"),
    ("preference", "jsonl", {}, "each labeler's pairs"),
    ("preference", "parquet", {}, "each labeler's pairs"),
    ("preference", "jsonl", MAJORITY, "majority"),
    (
        "preference",
        "jsonl",
        {**MAJORITY, "shuffle": True, "splits": {"train": 0.9, "test": 0.1}},
        "mixed and split",
    ),
]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--only", type=int, help="the number of one export, from 0")
    parser.add_argument("--profile", action="store_true", help="print where each export spends its time")
    parser.add_argument("--one", nargs=2, metavar=("DATASET", "NUMBER"), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one:
        one(chosen.one[0], EXPORTS[int(chosen.one[1])], profile=chosen.profile)
        return
    with installation():
        from core.tenancy import across

        with across():
            target = filled(chosen.records)
        lines, kept = [], True
        for number, export in enumerate(EXPORTS):
            if chosen.only not in (None, number):
                continue
            cpu, clock, memory, made, size, path = in_a_process(target, number, profile=chosen.profile)
            stored, ready = copying_records(target), copying_rows(path)
            meant = stored if export[0] == "records" else ready
            kept = kept and cpu / meant[0] <= PROMISED and memory <= MEMORY
            lines.append(
                [
                    f"{export[0]}, {export[1]}, {export[3]}",
                    f"{chosen.records / cpu:,.0f}",
                    f"{made:,}",
                    f"{size / 2**20:,.0f}",
                    f"{cpu / meant[0]:.2f}",
                    f"{clock / meant[1]:.2f}",
                    f"{cpu / stored[0]:.2f}",
                    f"{cpu / ready[0]:.2f}",
                    f"{memory:,.0f}",
                ]
            )
    head = [
        "",
        "records/s",
        "rows",
        "MB",
        "times COPY",
        "by the clock",
        "of records",
        "of ready rows",
        "peak MB",
    ]
    table(f"{chosen.records:,} records with {PEOPLE} responses each", head, lines)
    print(f"\nPromised: at most {PROMISED:.0f} times COPY, {MEMORY} MB. {'Kept' if kept else 'BROKEN'}.")


def filled(number: int) -> Any:
    """A dataset with so many records, each ranked by everybody."""
    import json

    from django.db import transaction

    from feedback.actions.entries import Entry
    from feedback.actions.records import create_records

    target, people = dataset(PEOPLE, overlap=PEOPLE)
    made = [
        Entry(
            external_id=row["id"],
            fields={"prompt": row["prompt"], "answers": row["answers"]},
            metadata={"topic": row["topic"]},
        )
        for row in rows(number)
    ]
    for start in range(0, number, CHUNK):
        with transaction.atomic():
            create_records(target, made[start : start + CHUNK])
    with superuser() as connection, connection.cursor() as cursor:
        for person in people:
            cursor.execute(
                """
                insert into feedback_response (id, organization_id, dataset_id, record_id, membership_id, values,
                    status, presentation, active_ms, guidelines_version, submitted_at, note, revision, is_extra)
                select gen_random_uuid(), organization_id, dataset_id, id, %s, %s::jsonb,
                    'submitted', %s::jsonb, 42000, 1, now(), '', 1, false
                from feedback_record where dataset_id = %s
                """,
                [
                    person.pk,
                    json.dumps(RANKED),
                    json.dumps({"version": 1, "seed": 7, "shown": {"answers": ["m2", "m4", "m1", "m3"]}}),
                    target.pk,
                ],
            )
        connection.commit()
        cursor.execute("analyze")
    return target


def copying_records(target: Any) -> tuple[float, float]:
    """Seconds, of processors and of the clock, for COPY … TO of the records, each with its answers."""
    with superuser() as connection, connection.cursor() as cursor:
        return copying(cursor, RECORDS.format(dataset=target.pk))


def copying_rows(path: str) -> tuple[float, float]:
    """The same for the rows of an export, read from its files before."""
    with superuser() as connection, connection.cursor() as cursor:
        cursor.execute("create temporary table made (made jsonb)")
        with cursor.copy("copy made from stdin") as copy:
            for line in lines_of(Path(path)):
                copy.write_row([line])
        return copying(cursor, "made")


def copying(cursor: Any, what: str) -> tuple[float, float]:
    """Seconds, of processors and of the clock, for COPY … TO."""
    server = cursor.connection.info.backend_pid
    begun, used = time.perf_counter(), time.process_time() + used_by(server)
    with cursor.copy(f"copy {what} to stdout") as copy:
        for _ in copy:
            pass
    return time.process_time() + used_by(server) - used, time.perf_counter() - begun


def used_by(process: int) -> float:
    """Seconds of processors that a process has had."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def lines_of(folder: Path) -> Iterator[str]:
    """The rows as JSON, whatever the type of the files."""
    import json

    import pyarrow.parquet as pq

    for file in sorted(folder.rglob("t*.jsonl")):
        if file.name != "trace.jsonl":
            yield from file.open(encoding="utf-8")
    for file in sorted(folder.rglob("*.parquet")):
        for batch in pq.ParquetFile(file).iter_batches(1000):
            yield from (json.dumps(row, ensure_ascii=False) for row in batch.to_pylist())


def in_a_process(target: Any, number: int, *, profile: bool) -> tuple[float, float, float, int, int, str]:
    """Seconds, of processors and of the clock, peak memory in MB, rows, bytes, folder of an export in a process."""
    call = [sys.executable, "-m", "benchmarks.export_speed", "--one", str(target.pk), str(number)]
    done = subprocess.run(
        [*call, *(["--profile"] if profile else [])],
        stdout=subprocess.PIPE,
        check=True,
        text=True,
        env=os.environ,
    )
    *before, last = done.stdout.strip().splitlines()
    print("\n".join(before))
    cpu, clock, memory, made, size, path = last.split()
    return float(cpu), float(clock), float(memory), int(made), int(size), path


def one(dataset_id: str, export: tuple[str, str, dict[str, Any], str], *, profile: bool) -> None:
    """Make it here, and print what `in_a_process` reads."""
    import django

    django.setup()
    from django.db import connection, transaction

    from core.tenancy import across, acting_for
    from feedback.actions.export_starts import start_export
    from feedback.actions.exporting import run_export
    from feedback.models import Dataset

    with across(), transaction.atomic():
        target = Dataset.objects.get(pk=dataset_id)
    with acting_for(target.organization_id):
        name, file_type, asked, _ = export
        with transaction.atomic():
            job = start_export(target, format=name, file_type=file_type, by=None, **asked)
        server = connection.connection.info.backend_pid
        begun, used = time.perf_counter(), time.process_time() + used_by(server)
        if profile:
            import cProfile
            import pstats

            profiler = cProfile.Profile(time.process_time)  # of processors: what others do does not matter
            profiler.runcall(run_export, str(job.organization_id), str(job.pk))
            pstats.Stats(profiler).sort_stats("tottime").print_stats(40)
            print(f"database process: {used_by(server):.2f} s")
        else:
            run_export(str(job.organization_id), str(job.pk))
        cpu, clock = time.process_time() + used_by(server) - used, time.perf_counter() - begun
        with transaction.atomic():
            job.refresh_from_db()
    assert job.state == "finished", job.detail
    # Not what getrusage says: that begins with what the process had that started this one.
    (peak,) = (
        line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")
    )
    memory = int(peak.split()[1]) / 1024
    folder = job.result.storage.path(f"exports/{job.pk}")
    print(cpu, clock, memory, job.counts["rows"], job.counts["bytes"], folder)


if __name__ == "__main__":
    main()

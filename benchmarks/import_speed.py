"""An import, as a share of what PostgreSQL's own COPY does with the same rows: `python -m benchmarks.import_speed`.

The job reads and checks a file and fills records, their queue and the notes for the search; COPY only fills the same
table of records, with its indexes and foreign keys. Both are done by turns, several times, because machines drift. The
promises: at least half of COPY's rate, and a peak of memory below 300 MB, however many rows there are (`--memory` also
reads ten times as many).

`cpu` tells more on a machine that others use, too: seconds of processors that PostgreSQL's own process took (its part
in COPY is all that COPY needs), the process that reads, and the one that writes.
"""

from __future__ import annotations

import argparse
import io
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, cast

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.installation import dataset, installation, rows, superuser, table

PROMISED = 0.5
MOST_MEMORY = 300  # MB
MORE = 10  # times as many rows, for memory
SOME = 5000  # rows held at once when a file is made


@dataclass(frozen=True)
class Took:
    """Seconds on the wall, and of processors: PostgreSQL's process, ours, and the one that read; MB at most of each."""

    wall: float
    database: float
    writer: float = 0
    reader: float = 0
    writer_memory: float = 0
    reader_memory: float = 0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument(
        "--kinds", default="jsonl,parquet", help="of files: jsonl, parquet, jsonl.gz, csv, json …"
    )
    parser.add_argument(
        "--profile", action="store_true", help="print where reading and writing spend their time"
    )
    parser.add_argument("--memory", action="store_true", help=f"also import {MORE} times as many rows")
    chosen = parser.parse_args()
    kinds = chosen.kinds.split(",")
    with tempfile.TemporaryDirectory(prefix="assay-files-") as folder, installation():
        from core.tenancy import across

        with across():
            files = {kind: write(Path(folder) / f"rows.{kind}", chosen.rows) for kind in kinds}
            copying(1000)
            if chosen.profile:
                profiled(files[kinds[0]], chosen.rows)
            else:
                measured = in_turns(files, chosen)
                report(measured, chosen)
                if chosen.memory:
                    memory(Path(folder), kinds, chosen.rows, measured)


def in_turns(files: dict[str, Path], chosen: argparse.Namespace) -> dict[str, list[Took]]:
    """COPY and each kind of file, one after the other, several times."""
    found: dict[str, list[Took]] = {"COPY": [], **{kind: [] for kind in files}}
    for _ in range(chosen.turns):
        found["COPY"].append(copying(chosen.rows))
        for kind, path in files.items():
            found[kind].append(importing(path, chosen.rows))
    return found


def report(found: dict[str, list[Took]], chosen: argparse.Namespace) -> None:
    """A table; the shares are of turns beside each other, and their median counts."""
    lines = []
    for name, turns in found.items():
        shares = [copied.wall / took.wall for copied, took in zip(found["COPY"], turns, strict=True)]
        cpu = [copied.database / took.database for copied, took in zip(found["COPY"], turns, strict=True)]
        took = turns[len(turns) // 2]
        each = [f"{1e6 * part / chosen.rows:.0f}" for part in (took.database, took.writer, took.reader)]
        lines.append(
            [
                name,
                f"{chosen.rows / statistics.median(one.wall for one in turns):,.0f}",
                f"{statistics.median(shares):.2f}",
                f"{min(shares):.2f}–{max(shares):.2f}",
                f"{statistics.median(cpu):.2f}",
                *each,
                f"{took.writer_memory:.0f}",
                f"{took.reader_memory:.0f}",
            ]
        )
    head = [
        "",
        "rows/s",
        "share of COPY",
        "from–to",
        "of its cpu",
        "µs database",
        "µs writer",
        "µs reader",
        "MB writer",
        "MB reader",
    ]
    table(
        f"{chosen.rows:,} rows, {chosen.turns} turns, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores",
        head,
        lines,
    )
    for line in lines[1:]:
        verdict = "kept" if float(line[2]) >= PROMISED else "BROKEN"
        print(f"Promised for {line[0]}: at least {PROMISED} of COPY. {verdict.capitalize()}.")


def memory(folder: Path, kinds: list[str], number: int, measured: dict[str, list[Took]]) -> None:
    """The peak at ten times as many rows beside the one before."""
    lines = []
    for kind in kinds:
        path = write(folder / f"many.{kind}", MORE * number)
        took, before = importing(path, MORE * number), measured[kind][0]
        path.unlink()
        peaks = [max(one.writer_memory, one.reader_memory) for one in (before, took)]
        verdict = "kept" if peaks[1] < MOST_MEMORY and peaks[1] < 1.1 * peaks[0] else "BROKEN"
        lines.append([kind, *(f"{peak:.0f}" for peak in peaks), f"{MORE * number / took.wall:,.0f}", verdict])
    head = [
        "",
        f"MB at {number:,}",
        f"MB at {MORE * number:,}",
        "rows/s",
        f"below {MOST_MEMORY} MB, the same ± 10 %",
    ]
    table("Peak memory of the larger of the two processes", head, lines)


def write(path: Path, number: int) -> Path:
    """A file of so many rows, as its name says."""
    packed = path.suffix if path.suffix in {".gz", ".zst"} else ""
    kind = path.name.removesuffix(packed).rpartition(".")[2]
    codec = {".gz": "gzip", ".zst": "zstd"}.get(packed)
    with path.open("wb") as plain:
        file = cast(BinaryIO, pa.CompressedOutputStream(plain, codec) if codec else plain)
        {"jsonl": _json_lines, "json": _json, "csv": _csv, "parquet": _parquet}[kind](file, number)
        if codec:
            file.close()
    return path


def _json_lines(file: BinaryIO, number: int) -> None:
    for row in rows(number):
        file.write(orjson.dumps(row) + b"\n")


def _json(file: BinaryIO, number: int) -> None:
    for place, row in enumerate(rows(number)):
        file.write((b",\n" if place else b"[") + orjson.dumps(row))
    file.write(b"]")


def _csv(file: BinaryIO, number: int) -> None:
    import csv

    text = io.TextIOWrapper(file, "utf-8", newline="")
    writer = csv.DictWriter(text, ["id", "prompt", "answers", "topic"])
    writer.writeheader()
    for row in rows(number):
        writer.writerow({**row, "answers": orjson.dumps(row["answers"]).decode()})
    text.detach()


def _parquet(file: BinaryIO, number: int) -> None:
    made = _several(rows(number))
    first = pa.Table.from_pylist(next(made))
    with pq.ParquetWriter(file, first.schema) as writer:
        writer.write_table(first)
        for some in made:
            writer.write_table(pa.Table.from_pylist(some, first.schema))


def _several(made: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while some := list(islice(made, SOME)):
        yield some


def copying(number: int) -> Took:
    """COPY of these rows into an empty dataset, as a role that row-level security does not bind; made beforehand."""
    from core.models import new_id

    target, _ = dataset()
    pieces, position = [], 0
    for some in _several(rows(number)):
        lines = []
        for row in some:
            fields = orjson.dumps({"prompt": row["prompt"], "answers": row["answers"]}).decode()
            cells = [
                str(new_id()),
                str(target.organization_id),
                str(target.pk),
                str(position),
                row["id"],
                fields,
            ]
            cells.append(orjson.dumps({"topic": row["topic"]}).decode())
            lines.append("\t".join(cell.replace("\\", "\\\\") for cell in cells) + "\n")
            position += 1
        pieces.append("".join(lines).encode())
    columns = "id, organization_id, dataset_id, position, external_id, fields, metadata"
    with superuser() as connection, connection.cursor() as cursor:
        before, begun = cpu(connection.info.backend_pid), time.perf_counter()
        with cursor.copy(f"copy feedback_record ({columns}) from stdin") as copy:
            for piece in pieces:
                copy.write(piece)
        connection.commit()
        return Took(time.perf_counter() - begun, cpu(connection.info.backend_pid) - before)


def importing(path: Path, number: int) -> Took:
    """The whole job, from the first row read to the last one written, in a process of its own as a worker is."""
    from django.db import transaction

    from feedback.models import Record

    target, job = _asked(path)
    command = [sys.executable, "-m", "benchmarks.one_import", str(job.organization_id), str(job.pk)]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    with transaction.atomic():
        job.refresh_from_db()
        assert job.state == "finished", job.detail
        assert Record.objects.filter(dataset=target).count() == number
    return Took(**orjson.loads(said.splitlines()[-1]))


def _asked(path: Path) -> tuple[Any, Any]:
    from feedback.actions.uploads import start_import

    target, _ = dataset()
    with path.open("rb") as file:
        return target, start_import(target, file, filename=path.name, by=None)


def cpu(pid: int) -> float:
    """Seconds of processors that a process has had."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def used(who: int) -> float:
    """Seconds of processors that this process has had, or its children."""
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def profiled(path: Path, number: int) -> None:
    """Where reading spends its time, then where writing does."""
    from core.schema import parse
    from feedback.actions import sources
    from feedback.actions.importing import run_import
    from feedback.actions.reading import Reading
    from feedback.imports.mapping import Mapping

    target, job = _asked(path)
    mapping = parse(Mapping, job.options["mapping"])
    reading = Reading(sources.files_of(job), sources.opener_of(job), mapping, target.shape, {})
    _profile("reading", lambda: sum(len(one.entries) for one in reading.chunks()), number)
    _profile(
        "the whole, as the writer sees it", lambda: run_import(str(job.organization_id), str(job.pk)), number
    )


def _profile(what: str, work: Callable[[], Any], number: int) -> None:
    import cProfile
    import pstats

    begun = time.process_time()
    profiler = cProfile.Profile()
    profiler.runcall(work)
    print(f"\n{what}: {1e6 * (time.process_time() - begun) / number:.0f} µs a row, with the profiler's own")
    pstats.Stats(profiler).sort_stats("tottime").print_stats(30)


if __name__ == "__main__":
    main()

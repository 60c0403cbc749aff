"""One import in a fresh process, as a worker has it, and what it took: for benchmarks/import_speed.py."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

import django


def main(organization: str, job: str) -> None:
    """Do the job; print what it took (`benchmarks.import_speed.Took`) as JSON."""
    django.setup()
    from django.db import connection

    from benchmarks.import_speed import cpu, used
    from feedback.actions.importing import run_import

    connection.ensure_connection()
    database = connection.connection.info.backend_pid
    before, own, begun = cpu(database), used(resource.RUSAGE_SELF), time.perf_counter()
    run_import(organization, job)
    took = {
        "wall": time.perf_counter() - begun,
        "database": cpu(database) - before,
        "writer": used(resource.RUSAGE_SELF) - own,
        "reader": used(resource.RUSAGE_CHILDREN),
        "writer_memory": peak(),
        "reader_memory": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
    }
    print(json.dumps(took))


def peak() -> float:
    """The most memory that this process had, in MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmHWM"))) / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])

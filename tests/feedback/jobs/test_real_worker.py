"""Imports and exports by a worker of its own, over the real broker; and what happens when it is killed."""

import gzip
import os
import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from celery import current_app
from django.db import connection, transaction

from core.serving import worker as the_worker
from feedback.actions.export_starts import start_export
from feedback.actions.jobs import sweep_jobs
from feedback.models import Job, Record
from feedback.models.jobs import State
from tests import make
from tests.cast import assemble
from tests.feedback.imports.written import json_lines, parquet, separated
from tests.feedback.jobs.filling import lines, row, start

ROOT = Path(__file__).resolve().parents[3]
ROWS = 30_000
PATIENCE = 60  # seconds


@pytest.fixture
def dataset(transactional_db, settings):
    """A dataset that workers can see; tasks go through the broker, files through the disk."""
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    }
    current_app.conf.task_always_eager = False
    with transaction.atomic():
        made = make.dataset(assemble().workspace)
    yield made
    current_app.conf.task_always_eager = True


@pytest.fixture(scope="module")
def crew():
    """Workers that run. Who is left goes on in the next test, for to start one takes seconds."""
    running = []
    yield running
    for one in running:
        kill(one)


@pytest.fixture
def a_worker(crew):
    """Gives the worker that is there, or starts one on the test's database and broker."""

    def find():
        if crew and crew[-1].poll() is None:
            return crew[-1]
        url = urlsplit(os.environ["DATABASE_URL"])
        environment = os.environ | {
            "DATABASE_URL": urlunsplit(url._replace(path=f"/{connection.settings_dict['NAME']}")),
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        command = [part for part in the_worker(1).command if part != "--beat"]
        crew.append(subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True))
        return crew[-1]

    return find


@pytest.fixture
def a_worker_with_little_memory(crew, a_worker, monkeypatch):
    """Gives one whose imports may take 30 MB, alone."""
    monkeypatch.setenv("IMPORT_MEMORY_MEGABYTES", "30")
    for one in crew:
        kill(one)
    yield a_worker
    for one in crew:
        kill(one)


def kill(process):
    """Without a last word, as when a machine goes down."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_for(job, reached):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with transaction.atomic():
            job.refresh_from_db()
        if reached(job):
            return
        time.sleep(0.01)
    raise AssertionError(f"The job is {job.state} at {job.done} after {PATIENCE} seconds: {job.detail}")


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("rows.jsonl", json_lines),
        ("rows.csv.gz", lambda rows: gzip.compress(separated(rows))),
        ("rows.parquet", lambda rows: parquet(rows, 7000)),
    ],
)
def test_a_killed_worker_is_followed_by_another_that_takes_each_row_in_once(dataset, a_worker, name, write):
    rows = [{"id": f"row-{number}", "prompt": f"Prompt {number}"} for number in range(ROWS)]
    with transaction.atomic():
        job = start(dataset, write(rows), filename=name)
    first = a_worker()
    wait_for(job, lambda job: job.done > 0)
    kill(first)
    with transaction.atomic():
        job.refresh_from_db()
        assert job.state == State.RUNNING
        assert Record.objects.filter(dataset=dataset).count() == job.done < ROWS
        Job.objects.filter(pk=job.pk).update(leased_until="2020-01-01T00:00Z")  # a minute later
        assert sweep_jobs() == 1
    a_worker()
    wait_for(job, lambda job: job.has_ended)
    with transaction.atomic():
        found = Record.objects.filter(dataset=dataset).order_by("position")
        assert list(found.values_list("external_id", flat=True)) == [
            f"row-{number}" for number in range(ROWS)
        ]
        assert list(found.values_list("position", flat=True)) == list(range(ROWS))
    assert (job.state, job.done) == (State.FINISHED, ROWS)
    assert job.counts == {"created": ROWS, "updated": 0, "unchanged": 0}


def test_a_worker_imports_and_exports(dataset, a_worker):
    a_worker()
    with transaction.atomic():
        job = start(dataset, map(row, range(10)))
    for _ in range(3):  # the broker may deliver twice
        current_app.tasks["feedback.run_import"].delay(str(job.organization_id), str(job.pk))
    wait_for(job, lambda job: job.has_ended)
    assert job.detail == "10 rows came in: 10 new."
    with transaction.atomic():
        out = start_export(dataset, format="records", by=None)
    wait_for(out, lambda job: job.has_ended)
    with out.result.open("rb") as file:
        assert len(file.read().splitlines()) == 10
    with transaction.atomic():
        assert Record.objects.filter(dataset=dataset).count() == 10


def test_a_file_that_needs_more_memory_than_there_is_ends_its_job_and_no_worker(
    dataset, a_worker_with_little_memory
):
    with transaction.atomic():
        picture = "data:image/png;base64," + "A" * 4_900_000
        heavy = start(dataset, lines(*(row(number, one=picture, more=[picture] * 9) for number in range(2))))
    worker = a_worker_with_little_memory()
    wait_for(heavy, lambda job: job.has_ended)
    assert heavy.state == State.FAILED
    assert heavy.detail.startswith("Reading this file needs more memory than an import may take.")
    with transaction.atomic():
        job = start(dataset, map(row, range(10)))
    wait_for(job, lambda job: job.has_ended)
    assert (job.state, worker.poll()) == (State.FINISHED, None)

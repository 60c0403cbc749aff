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


@pytest.fixture
def workers():
    """Starts workers on the test's database and broker, and ends those that are left."""
    running = []

    def begin():
        url = urlsplit(os.environ["DATABASE_URL"])
        environment = os.environ | {
            "DATABASE_URL": urlunsplit(url._replace(path=f"/{connection.settings_dict['NAME']}")),
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        command = [part for part in the_worker(1).command if part != "--beat"]
        running.append(subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True))
        return running[-1]

    yield begin
    for one in running:
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
def test_a_killed_worker_is_followed_by_another_that_takes_each_row_in_once(dataset, workers, name, write):
    rows = [{"id": f"row-{number}", "prompt": f"Prompt {number}"} for number in range(ROWS)]
    with transaction.atomic():
        job = start(dataset, write(rows), filename=name)
    first = workers()
    wait_for(job, lambda job: job.done > 0)
    kill(first)
    with transaction.atomic():
        job.refresh_from_db()
        assert job.state == State.RUNNING
        assert Record.objects.filter(dataset=dataset).count() == job.done < ROWS
        Job.objects.filter(pk=job.pk).update(leased_until="2020-01-01T00:00Z")  # a minute later
        assert sweep_jobs() == 1
    workers()
    wait_for(job, lambda job: job.has_ended)
    with transaction.atomic():
        found = Record.objects.filter(dataset=dataset).order_by("position")
        assert list(found.values_list("external_id", flat=True)) == [
            f"row-{number}" for number in range(ROWS)
        ]
        assert list(found.values_list("position", flat=True)) == list(range(ROWS))
    assert (job.state, job.done) == (State.FINISHED, ROWS)
    assert job.counts == {"created": ROWS, "updated": 0, "unchanged": 0}


def test_a_worker_imports_and_exports(dataset, workers):
    workers()
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
    dataset, workers, monkeypatch
):
    monkeypatch.setenv("IMPORT_MEMORY_MEGABYTES", "30")
    with transaction.atomic():
        picture = "data:image/png;base64," + "A" * 4_900_000
        heavy = start(dataset, lines(*(row(number, one=picture, more=[picture] * 9) for number in range(2))))
    worker = workers()
    wait_for(heavy, lambda job: job.has_ended)
    assert heavy.state == State.FAILED
    assert heavy.detail.startswith("Reading this file needs more memory than an import may take.")
    with transaction.atomic():
        job = start(dataset, map(row, range(10)))
    wait_for(job, lambda job: job.has_ended)
    assert (job.state, worker.poll()) == (State.FINISHED, None)

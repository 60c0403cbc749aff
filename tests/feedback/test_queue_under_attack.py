"""The whole product under people who lease, submit, skip, die and come back: two web servers behind a pooler of
connections, and a worker that is killed. Each record gets the answers it wants, nobody sees one twice, none is stuck.

At full size: `python -m benchmarks.queue_attack`.
"""

import os
import signal
import subprocess
import time
from pathlib import Path
from threading import Timer
from urllib.parse import parse_qs, urlsplit, urlunsplit

import pytest
from django.db import connection, transaction

from benchmarks.labelers import Person, Seen, Tab, label
from core.serving import web
from core.serving import worker as the_worker
from feedback.actions.rules import update_rules
from feedback.models import Lease, QueueItem, Response
from tests import make
from tests.cast import assemble
from tests.core.test_serve import free_port, get
from tests.feedback.adding_up import assert_everything_adds_up
from tests.feedback.transaction_pooler import PORT, Pooler

ROOT = Path(__file__).resolve().parents[2]
PEOPLE, RECORDS, WANTED = 16, 60, 3
AT_ONCE = 4  # records that programs among them are handed together
PATIENCE = 90  # seconds
ANSWER = {"ranking": {"value": [{"value": letter, "rank": place} for place, letter in enumerate("BAC", 1)]}}


@pytest.fixture
def pooler(transactional_db, tmp_path):
    url = urlsplit(os.environ["DATABASE_URL"])
    [folder], [port] = (parse_qs(url.query)[name] for name in ("host", "port"))
    made = Pooler(Path(folder) / f".s.PGSQL.{port}", tmp_path, size=4)
    yield (
        made,
        urlunsplit(
            url._replace(path=f"/{connection.settings_dict['NAME']}", query=f"host={tmp_path}&port={PORT}")
        ),
    )
    made.close()


@pytest.fixture
def said(tmp_path):
    """What the servers and workers wrote, for whoever wants to know why one of them failed."""
    return tmp_path / "said.log"


@pytest.fixture
def start(pooler, said):
    """Starts a command of the product, which talks to the database through the pooler; ends all of them."""
    running = []
    environment = os.environ | {
        "DATABASE_URL": pooler[1],
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "LEASE_SECONDS": "1",
    }

    def begin(child):
        with said.open("a") as log:
            process = subprocess.Popen(
                child.command, cwd=ROOT, env=environment, start_new_session=True, stderr=log
            )
        running.append(process)
        return process

    yield begin
    for process in running:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    pooler[0].close()


def test_each_record_gets_its_answers_whoever_dies(pooler, start, said):
    with transaction.atomic():
        cast = assemble()
        people = [make.member(cast.acme) for _ in range(PEOPLE)]
        for one in people:
            make.place(cast.workspace, one)
        dataset = make.dataset(cast.workspace, min_submitted=WANTED)
        update_rules(dataset, by=cast.max, most_held=AT_ONCE)
        make.records(dataset, RECORDS)
        persons = [Person(make.key(one)) for one in people]
    ports = [free_port(), free_port()]
    servers = [start(web("127.0.0.1", port, 1)) for port in ports]
    worker = start(the_worker(1))
    for port in ports:
        until_it_answers(port)
    killings = [
        Timer(1.0, lambda: os.killpg(worker.pid, signal.SIGKILL)),
        Timer(1.5, lambda: os.killpg(servers[0].pid, signal.SIGKILL)),
        Timer(2.0, lambda: (start(the_worker(1)), start(web("127.0.0.1", ports[0], 1)))),
    ]
    for timer in killings:
        timer.start()
    seen = Seen()
    tabs = [
        Tab(person, ports, str(dataset.pk), seen, seed, 2, AT_ONCE if seed % 8 == 0 else None)
        for seed, person in enumerate([*persons, *persons[:4]])  # four of them have a second tab
    ]
    label(tabs, ANSWER, seconds=PATIENCE, misbehaves=True)
    for timer in killings:
        timer.join()
    assert seen.wrong == [], said.read_text()[-5000:]
    happened = ("submitted", "submitted together", "skipped", "died", "server away")
    assert min(seen.acts[act] for act in happened) > 0
    assert pooler[0].transactions > RECORDS * WANTED
    with transaction.atomic():
        assert not Lease.objects.filter(dataset=dataset).exists()
        assert_everything_adds_up(dataset)
        answers = Response.objects.filter(dataset=dataset, status="submitted", is_extra=False)
        assert answers.count() == RECORDS * WANTED
        assert set(QueueItem.objects.filter(dataset=dataset).values_list("submitted", flat=True)) == {WANTED}


def until_it_answers(port):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            if get(port, "/readyz")[0] == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("No web server answered.")

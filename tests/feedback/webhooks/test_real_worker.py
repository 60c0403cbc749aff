"""Webhooks by the worker that `serve` starts for them, over the real broker."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from urllib.parse import urlsplit, urlunsplit

import pytest
from celery import current_app
from django.db import connection, transaction

from config.celery import SCHEDULE, SENDING, WORK
from core.serving import ROOT, allow_this_machine, sender, worker
from feedback.actions.webhooks import add_webhook
from feedback.models import Delivery
from tests import make
from tests.cast import assemble

PATIENCE = 60


@pytest.fixture
def through_the_broker():
    current_app.conf.task_always_eager = False
    yield
    current_app.conf.task_always_eager = True


@pytest.fixture
def its_worker(transactional_db):
    """The webhooks' worker, on the test's database, allowed to call this machine."""
    url = urlsplit(os.environ["DATABASE_URL"])
    environment = os.environ | {
        "DATABASE_URL": urlunsplit(url._replace(path=f"/{connection.settings_dict['NAME']}")),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "OUTGOING_ALLOW": "127.0.0.0/8",
    }
    process = subprocess.Popen(sender().command, cwd=ROOT, env=environment, start_new_session=True)
    yield process
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def test_it_sends_what_happened(through_the_broker, its_worker, receiver):
    with transaction.atomic():
        cast = assemble()
        webhook = add_webhook(cast.acme, url=receiver.url, events=["record.created"])
        make.records(make.dataset(cast.workspace), 5)
    deadline = time.monotonic() + PATIENCE
    states: set[str] = set()
    while states != {"delivered"}:
        assert time.monotonic() < deadline, f"{states} after {PATIENCE} seconds"
        time.sleep(0.1)
        with transaction.atomic():
            states = set(Delivery.objects.values_list("state", flat=True))
    assert sorted(one.verified(webhook.secret)["data"]["fields"]["prompt"] for one in receiver.received) == [
        f"Prompt {number}" for number in range(1, 6)
    ]


def test_imports_and_exports_wait_for_no_receiver():
    def queue(task):
        return current_app.amqp.router.route({}, task)["queue"].name

    assert queue("feedback.deliver") == queue("feedback.sweep_deliveries") == SENDING
    assert queue("feedback.run_import") == queue("feedback.run_export") == WORK
    assert worker(1).command[-4:-2] == ["--queues", WORK]
    assert SENDING in sender().command
    assert {"feedback.sweep_deliveries", "feedback.forget_deliveries"} <= {
        one["task"] for one in SCHEDULE.values()
    }


@pytest.mark.parametrize(
    ("host", "site", "given", "allowed"),
    [
        ("127.0.0.1", None, None, "127.0.0.0/8,::1"),
        ("0.0.0.0", None, None, None),
        ("127.0.0.1", "https://assay.example", None, None),  # behind a proxy
        ("127.0.0.1", None, "", ""),  # the operator says none
        ("127.0.0.1", None, "10.0.0.0/8", "10.0.0.0/8"),
    ],
)
def test_this_machine_is_called_where_it_is_all_that_is_served(monkeypatch, host, site, given, allowed):
    for name, value in (("SITE_URL", site), ("OUTGOING_ALLOW", given)):
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    monkeypatch.setattr(os, "environ", dict(os.environ))  # so that what is set there is taken back
    allow_this_machine(host)
    assert os.environ.get("OUTGOING_ALLOW") == allowed

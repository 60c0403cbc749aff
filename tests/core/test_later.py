"""Asking for later: after the commit, by name, and never at the price of what was committed."""

import pytest
from celery import current_app
from kombu.exceptions import OperationalError

from core.later import later
from feedback.actions.export_starts import start_export
from feedback.models import Job
from tests import make


def test_a_misspelt_task_fails_at_once(db):
    with pytest.raises(KeyError):
        later("feedback.run_exprot")


def test_it_runs_after_the_commit(cast, django_capture_on_commit_callbacks):
    dataset = make.dataset(cast.workspace)
    with django_capture_on_commit_callbacks(execute=True):
        job = start_export(dataset, format="records", by=cast.ana)
        assert Job.objects.get(pk=job.pk).state == "waiting"
    assert Job.objects.get(pk=job.pk).state == "finished"


def test_a_broker_that_is_away_costs_nothing_that_was_committed(
    cast, monkeypatch, django_capture_on_commit_callbacks
):
    def refuse(*args):
        raise OperationalError("Connection refused")

    monkeypatch.setattr(current_app.tasks["feedback.run_export"], "delay", refuse)
    dataset = make.dataset(cast.workspace)
    with django_capture_on_commit_callbacks(execute=True):
        job = start_export(dataset, format="records", by=cast.ana)
    assert Job.objects.get(pk=job.pk).state == "waiting"

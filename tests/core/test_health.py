"""Whoever watches learns whether the process is there and whether it can serve."""

import json

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from core.health import healthz, readyz


def test_the_process_answers_without_a_database() -> None:
    assert healthz(RequestFactory().get("/healthz")).content == b"ok"


@pytest.mark.django_db
def test_it_is_ready_with_database_and_broker() -> None:
    answer = readyz(RequestFactory().get("/readyz"))
    assert (answer.status_code, json.loads(answer.content)) == (200, {"database": True, "broker": True})


@pytest.mark.django_db
def test_it_is_not_ready_without_a_broker(settings: Settings) -> None:
    settings.REDIS_URL = "unix:///nowhere.sock"
    answer = readyz(RequestFactory().get("/readyz"))
    assert (answer.status_code, json.loads(answer.content)) == (503, {"database": True, "broker": False})

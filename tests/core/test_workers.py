"""Jobs that wait because no worker runs can say so."""

from collections.abc import Iterator

import pytest
from celery import current_app
from pytest_django import Settings
from redis import Redis

from core.workers import FADES, KEY, say_that_we_live, worker_is_alive


@pytest.fixture(autouse=True)
def _tasks_need_a_worker() -> Iterator[None]:
    before = current_app.conf.task_always_eager
    current_app.conf.task_always_eager = False
    yield
    current_app.conf.task_always_eager = before


@pytest.fixture
def broker(settings: Settings) -> Redis:
    return Redis.from_url(settings.REDIS_URL)


def test_there_is_none_until_one_says_so(broker: Redis) -> None:
    broker.delete(KEY)
    assert not worker_is_alive()
    say_that_we_live()
    assert worker_is_alive()


def test_what_it_said_fades(broker: Redis) -> None:
    say_that_we_live()
    assert 0 < broker.ttl(KEY) <= FADES


def test_without_a_broker_there_is_none_and_a_worker_goes_on(settings: Settings) -> None:
    settings.REDIS_URL = "unix:///nowhere.sock"
    say_that_we_live()
    assert not worker_is_alive()


def test_where_tasks_run_at_once_there_always_is_one() -> None:
    current_app.conf.task_always_eager = True
    assert worker_is_alive()

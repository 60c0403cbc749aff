"""Moving from one server that speaks Argilla's contract to another: the published client sees the same in both."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import argilla as rg
import httpx
import pytest
from django.core.management import call_command
from django.db import connection, transaction

from tests import make
from tests.sdk.test_argilla_client import record, settings

pytestmark = pytest.mark.live
ROOT = Path(__file__).resolve().parents[2]
NUMBER = 60


def clients(url: str, *keys: str) -> Iterator[list[rg.Argilla]]:
    """A client for each key."""
    connected = [rg.Argilla(api_url=url, api_key=key) for key in keys]
    yield connected
    for client in connected:
        client.http_client.close()


@pytest.fixture
def both(live_server: Any) -> Iterator[list[rg.Argilla]]:
    """An owner there and an owner here."""
    with transaction.atomic():
        there = make.key(make.owner(make.organization("There"), "olga", first_name="Olga"), key="there.key")
        here = make.key(make.owner(make.organization("Here"), "ana"))
    yield from clients(live_server.url, there, here)


@pytest.mark.django_db(transaction=True)
def test_the_client_sees_the_same_in_both(both: list[rg.Argilla]) -> None:
    there, here = both
    workspace = rg.Workspace(name="research", client=there).create()
    ben = rg.User(username="ben", password="correct horse", role="annotator", client=there).create()
    workspace.add_user("ben")
    dataset = rg.Dataset(name="wells", workspace=workspace, settings=settings(), client=there).create()
    dataset.records.log([record(number, ben.id) for number in range(NUMBER)])

    out = StringIO()
    given = {"url": there.api_url, "api_key": "there.key", "organization": "Here", "stdout": out}
    call_command("copy_from_argilla", **given)
    assert "Everything that is there is here." in out.getvalue()

    assert [one.username for one in here.workspaces("research").users] == ["ben"]
    copied = here.datasets("wells", workspace="research")
    for part in ("fields", "questions", "metadata", "vectors"):
        for ours, theirs in zip(getattr(copied.settings, part), getattr(dataset.settings, part), strict=True):
            same = {"id", "dataset_id", "inserted_at", "updated_at"}
            assert ours.api_model().model_dump(exclude=same) == theirs.api_model().model_dump(exclude=same)
    assert copied.guidelines == dataset.guidelines
    assert copied.progress() == dataset.progress()
    wanted = {"with_responses": True, "with_suggestions": True, "with_vectors": True}
    found, expected = list(copied.records(**wanted)), list(dataset.records(**wanted))
    names = {user.id: user.username for client in both for user in client.users}
    assert [plain(one, names) for one in found] == [plain(one, names) for one in expected]
    assert len(found) == NUMBER


def plain(one: rg.Record, names: dict[Any, str]) -> dict[str, Any]:
    """All of a record but ids."""
    return {
        "id": one.id,
        "status": one.status,
        "fields": one.fields.to_dict(),
        "metadata": one.metadata.to_dict(),
        "vectors": one.vectors.to_dict(),
        "suggestions": {
            name: (own.value, own.score, own.agent) for name, own in by_question(one.suggestions)
        },
        "responses": [
            (own.question_name, own.value, own.status, names[own.user_id]) for own in one.responses
        ],
    }


def by_question(suggestions: Any) -> list[tuple[str, Any]]:
    return [(one.question_name, one) for one in suggestions]


def copy(*arguments: str) -> "subprocess.Popen[str]":
    """The command in a process of its own, at the test's database."""
    url = urlsplit(os.environ["DATABASE_URL"])
    environment = os.environ | {
        "DATABASE_URL": urlunsplit(url._replace(path=f"/{connection.settings_dict['NAME']}")),
        "DJANGO_SETTINGS_MODULE": "config.settings_test",
        "PYTHONUNBUFFERED": "1",
    }
    command = [sys.executable, "manage.py", "copy_from_argilla", *arguments]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    # A shell that runs the tests in the background has them ignore Ctrl-C, which they would hand on.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return subprocess.Popen(command, cwd=ROOT, env=environment, text=True, **pipes)
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.django_db(transaction=True)
def test_a_run_that_is_stopped_by_ctrl_c_goes_on_with_the_next_one(live_server: Any) -> None:
    url = live_server.url
    with transaction.atomic():
        make.key(make.owner(make.organization("There"), "olga"), key="there.key")
        make.key(make.owner(make.organization("Here"), "ana"), key="here.key")
    fill(url)
    given = ["--url", url, "--api-key", "there.key", "--organization", "Here"]
    with calls(url, "here.key") as here:
        first = copy(*given)
        while total(here) == 0:
            assert first.poll() is None, first.communicate()
            time.sleep(0.02)
        os.kill(first.pid, signal.SIGINT)
        _, said = first.communicate(timeout=60)
        assert (first.returncode, said) == (
            1,
            "CommandError: Stopped. What was copied stays: run the same command again, and it goes on from there.\n",
        )
        stopped_at = total(here)
        assert 0 < stopped_at < 3000
        second = copy(*given)
        said, wrong = second.communicate(timeout=120)
        assert second.returncode == 0, wrong
        assert f"{3000 - stopped_at:,} new and 0 changed records" in said
        assert total(here) == 3000


def calls(url: str, key: str) -> httpx.Client:
    """The API as somebody calls it with this key."""
    return httpx.Client(base_url=f"{url}/api/v1", headers={"X-Argilla-Api-Key": key})


def fill(url: str) -> None:
    """Three thousand records without ids of their own."""
    with calls(url, "there.key") as api:
        workspace = api.post("/workspaces", json={"name": "research"}).json()
        dataset = api.post("/datasets", json={"name": "wells", "workspace_id": workspace["id"]}).json()["id"]
        text = {"name": "prompt", "title": "Prompt", "required": True, "settings": {"type": "text"}}
        api.post(f"/datasets/{dataset}/fields", json=text)
        api.post(f"/datasets/{dataset}/questions", json={**text, "name": "reply"})
        api.put(f"/datasets/{dataset}/publish")
        for start in range(0, 3000, 500):
            items = [{"fields": {"prompt": f"Prompt {start + number}"}} for number in range(500)]
            api.post(f"/datasets/{dataset}/records/bulk", json={"items": items}).raise_for_status()


def total(api: httpx.Client) -> int:
    """How many records the first dataset has; 0 while there is none."""
    found = api.get("/me/datasets").json()["items"]
    return api.get(f"/datasets/{found[0]['id']}/progress").json()["total"] if found else 0

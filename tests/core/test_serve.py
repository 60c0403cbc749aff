"""`manage.py serve`: the whole product from one command, and one sentence where it cannot be."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest
from redis import Redis

from core import embedded
from tests.plugins.services import in_memory

ROOT = Path(__file__).parents[2]
OURS = {"DATABASE_URL", "REDIS_URL", "ASSAY_DATA", "DJANGO_SETTINGS_MODULE"}
CLEAN = {name: value for name, value in os.environ.items() if name not in OURS}


def serve(data: Path, port: int, *more: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "manage.py", "serve", "--data", str(data), "--port", str(port), *more]
    return subprocess.Popen(
        command, cwd=ROOT, env=CLEAN, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def refusal(data: Path, port: int) -> str:
    """What it says when it does not start; it must be one sentence and a failure."""
    process = serve(data, port)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert errors.count("\n") == 1
    return errors


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def get(port: int, path: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def until_it_says(process: "subprocess.Popen[str]", words: str) -> str:
    assert process.stdout
    for line in process.stdout:
        if words in line:
            return line
    raise AssertionError(f"It ended without saying {words!r}: {process.communicate()[1]}")


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    with TemporaryDirectory(prefix="assay-tests-the data ", dir=in_memory()) as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def running(data: Path) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    port = free_port()
    process = serve(data, port)
    until_it_says(process, "Assay runs at")
    yield process, port
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


def test_web_server_database_and_broker_answer(running: tuple["subprocess.Popen[str]", int]) -> None:
    assert get(running[1], "/healthz") == (200, "ok")
    assert get(running[1], "/readyz")[0] == 200


def test_a_hundred_ids_fit_into_an_address(running: tuple["subprocess.Popen[str]", int]) -> None:
    ids = "%2C".join(str(uuid4()) for _ in range(100))
    status, said = get(running[1], f"/api/v1/datasets/{uuid4()}/records?ids={ids}")
    assert (status, "UnauthorizedError" in said) == (401, True)


def test_static_files_are_served(running: tuple["subprocess.Popen[str]", int], data: Path) -> None:
    css = next((data / "static" / "css").glob("*.*.css"))  # a name with a hash
    assert get(running[1], f"/static/css/{css.name}")[0] == 200


def test_a_worker_says_that_it_lives(running: tuple["subprocess.Popen[str]", int], data: Path) -> None:
    deadline = time.monotonic() + 30
    with Redis.from_url(embedded.redis_url(data)) as broker:
        while not broker.exists("assay:worker"):
            assert time.monotonic() < deadline
            time.sleep(0.2)


def test_other_commands_find_its_database(running: tuple["subprocess.Popen[str]", int], data: Path) -> None:
    command = [sys.executable, "manage.py", "showmigrations", f"--data={data}"]
    assert subprocess.run(command, check=False, cwd=ROOT, env=CLEAN).returncode == 0


def test_its_port_is_taken_for_others(running: tuple["subprocess.Popen[str]", int], tmp_path: Path) -> None:
    assert f"Port {running[1]} is in use" in refusal(tmp_path, running[1])


def test_its_data_folder_is_taken_for_others(
    running: tuple["subprocess.Popen[str]", int], data: Path
) -> None:
    assert f"is in use by process {running[0].pid}" in refusal(data, free_port())


def test_a_data_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "cannot be used" in refusal(tmp_path / "file" / "data", free_port())


def test_a_signal_ends_all_of_it(running: tuple["subprocess.Popen[str]", int], data: Path) -> None:
    process, port = running
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert said.splitlines()[-1] == "Stopped."
    with pytest.raises((OSError, HTTPException)):
        get(port, "/healthz")
    assert not any(embedded.socket_folder(data).iterdir())

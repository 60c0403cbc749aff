"""The published client's own integration tests, unchanged, against our server: as many pass as against Argilla's.

The client has an environment of its own (.ci/conformance), for its tests need older libraries than ours. Their one
database is fresh and theirs alone: they list every dataset, depend on their order, and leave a workspace behind.
"""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

import pytest
from django.test import override_settings

from core import static_files
from tests.plugins.services import in_memory

ROOT = Path(__file__).parents[2]
OURS = {"DATABASE_URL", "REDIS_URL", "ASSAY_DATA", "DJANGO_SETTINGS_MODULE"}
CLEAN = {name: value for name, value in os.environ.items() if name not in OURS}
KEY = "argilla.apikey"
PASS, SKIP = 114, 19  # 18 want the Hugging Face Hub, 1 is skipped by its authors

pytestmark = [pytest.mark.live, pytest.mark.timeout(1200)]


@pytest.fixture(scope="module")
def client() -> Path:
    """The folder with the client's environment and its tests."""
    made = subprocess.run([".ci/conformance"], cwd=ROOT, capture_output=True, text=True, check=False)
    if made.returncode:
        sentence = f"The published client could not be installed:\n{made.stderr}"
        if os.environ.get("CI"):
            pytest.fail(sentence)
        pytest.skip(sentence)
    return Path(made.stdout.strip())


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    with TemporaryDirectory(prefix="assay-tests-", dir=in_memory()) as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[str]:
    """The address of a server with one owner, and nothing else."""
    port = _free_port()
    with override_settings(
        STATIC_ROOT=data / "static"
    ):  # the API has no use for them: they count as collected
        (data / "static").mkdir()
        static_files.remember()
    command = [sys.executable, "manage.py", "serve", f"--data={data}", f"--port={port}", "--web-processes=1"]
    serving = subprocess.Popen(command, cwd=ROOT, env=CLEAN, stdout=subprocess.PIPE, text=True)
    try:
        assert serving.stdout
        assert any("Assay runs at" in line for line in serving.stdout), "It ended before it served."
        owner = ["--organization=argilla", "--username=argilla", "--password=12345678", f"--api-key={KEY}"]
        create = [sys.executable, "manage.py", "create_owner", f"--data={data}", *owner]
        subprocess.run(create, cwd=ROOT, env=CLEAN, check=True, capture_output=True)
        yield f"http://127.0.0.1:{port}"
    finally:
        serving.send_signal(signal.SIGTERM)
        serving.communicate(timeout=60)


def test_the_clients_own_tests_pass(client: Path, server: str, tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    command = [client / "environment/bin/python", "-m", "pytest", "tests/integration", "-q", "--tb=short"]
    command += ["-p", "no:cacheprovider", f"--junit-xml={report}", "--config-file=/dev/null", "--rootdir=."]
    environment = {
        **{name: value for name, value in CLEAN.items() if not name.startswith(("PYTEST", "HF_"))},
        "ARGILLA_API_URL": server,
        "ARGILLA_API_KEY": KEY,
        "HF_HUB_OFFLINE": "1",
    }
    [source] = client.glob("argilla-*/")
    ran = subprocess.run(command, cwd=source, env=environment, capture_output=True, text=True, check=False)
    assert report.exists(), ran.stdout + ran.stderr
    cases = list(ElementTree.parse(report).iter("testcase"))
    failed = [_told(case) for case in cases if _outcome(case) in {"failure", "error"}]
    skipped = [case for case in cases if _outcome(case) == "skipped"]
    assert not failed, f"{len(failed)} of {len(cases)} fail:\n\n" + "\n\n".join(failed)
    assert (len(cases) - len(skipped), len(skipped)) == (PASS, SKIP)


def _outcome(case: ElementTree.Element) -> str:
    """failure, error, skipped, or "" for one that passed."""
    return next((part.tag for part in case if part.tag in {"failure", "error", "skipped"}), "")


def _told(case: ElementTree.Element) -> str:
    """Which one, and the end of what it said."""
    said = next(part.text or "" for part in case if part.tag in {"failure", "error"})
    return f"{case.get('classname')}::{case.get('name')}\n" + "\n".join(said.splitlines()[-8:])


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])

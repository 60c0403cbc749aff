"""A pytest plugin: a PostgreSQL and a broker of its own for each test session, unless DATABASE_URL names one.

Loaded by `-p` before Django's settings are, in the process that starts the session; the workers of xdist
inherit its environment. Sessions side by side have servers of their own and cannot collide.
"""

import fcntl
import os
import shutil
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from core import embedded
from core.embedded.launcher import running
from core.embedded.unavailable import Unavailable

MEMORY = Path("/dev/shm")
ENOUGH = 4 * 2**30  # bytes; a session fills a fraction of it
OURS = "ASSAY_TEST_SERVICES"  # names the folder of servers that a session of tests started for its workers
BORN = 60  # seconds; between making the file and locking it a session holds nothing yet


def in_memory() -> Path | None:
    """A folder in memory, where files are made and removed in no time, if there is one with room (in Linux)."""
    return MEMORY if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH else None


def sweep() -> None:
    """Remove from memory what sessions left that were killed: nobody holds their lock (core/embedded/folder.py)."""
    for lock in MEMORY.glob("assay-tests-*/lock"):
        with suppress(OSError), lock.open() as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if time.time() - os.fstat(file.fileno()).st_mtime > BORN:
                shutil.rmtree(lock.parent, ignore_errors=True)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Start the services and name them in the environment."""
    if os.environ.get("DATABASE_URL"):
        worker = os.environ.get("PYTEST_XDIST_WORKER", "")
        if worker and os.environ.get(OURS):  # one that empties the cache must not empty another's
            data = Path(os.environ[OURS])
            os.environ["REDIS_URL"] = embedded.redis_url(data, int(worker.removeprefix("gw")) % 16)
        return
    sweep()
    stack = ExitStack()
    early_config.add_cleanup(stack.close)
    data = Path(tempfile.mkdtemp(prefix="assay-tests-", dir=in_memory()))
    stack.callback(shutil.rmtree, data, ignore_errors=True)
    try:
        stack.enter_context(running(data, durable=False))
    except Unavailable as reason:
        raise pytest.UsageError(str(reason)) from None
    environment = {
        "ASSAY_DATA": str(data),
        OURS: str(data),
        "DATABASE_URL": embedded.database_url(data),
        "REDIS_URL": embedded.redis_url(data),
    }
    os.environ.update(environment)
    stack.callback(lambda: [os.environ.pop(name, None) for name in environment])

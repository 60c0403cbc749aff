"""What serves: the web server and the worker, and the errands that must be done before."""

import errno
import os
import socket
import subprocess
import sys
import time
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from django.conf import settings

from core.embedded.child import Child
from core.embedded.unavailable import Unavailable

ROOT = Path(__file__).resolve().parent.parent
THREADS = 8  # at most, in a web process: each thread is a connection to the database
GRACE = 3.0  # seconds for the web server of one that was killed a moment ago
PATIENCE = 60.0  # seconds until the web server must answer
SENDERS = 8  # webhooks that are called at the same time; each thread is a connection to the database
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def cores() -> int:
    """The processors that we may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def web(host: str, port: int, processes: int) -> Child:
    """The web server."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
    command += ["--workers", str(processes), "--no-ws"]
    command += ["--blocking-threads-idle-timeout", "600", "--respawn-failed-workers"]
    command += ["--blocking-threads", str(min(THREADS, 2 * cores() + 1))]
    command += ["--workers-kill-timeout", "8", "--log-level", "warning", "config.wsgi:application"]
    return Child(name="The web server", command=command, popen={"cwd": ROOT})


def worker(processes: int) -> Child:
    """The worker, with the clock. Asked to end it waits a little, then gives back what is unfinished."""
    command = [sys.executable, "-m", "celery", "--quiet", "-A", "config", "worker", "--beat", "-O", "fair"]
    command += ["--pool", "prefork", "--concurrency", str(processes), "--loglevel", "WARNING"]
    return _celery("The worker", [*command, "--queues", "assay"])


def sender() -> Child:
    """The worker that calls webhooks. It mostly waits: threads do, and a slow receiver keeps no import waiting.

    Without heartbeats, which say that there is somebody for jobs (core/workers.py).
    """
    command = [sys.executable, "-m", "celery", "--quiet", "-A", "config", "worker", "--pool", "threads"]
    command += ["--concurrency", str(SENDERS), "--loglevel", "WARNING", "--queues", "webhooks"]
    return _celery("The webhooks' worker", [*command, "--without-heartbeat", "--hostname", "webhooks@%h"])


def _celery(name: str, command: list[str]) -> Child:
    return Child(
        name=name,
        command=[*command, "--without-gossip", "--without-mingle"],
        patience=15.0,
        environment={"REMAP_SIGTERM": "SIGQUIT"},  # with worker_soft_shutdown_timeout in config/celery.py
        popen={"cwd": ROOT, "stdout": subprocess.DEVNULL},  # what it says when it ends; logs go to stderr
    )


def allow_this_machine(host: str) -> None:
    """Let webhooks call this machine, if it is all that we serve: we listen to it alone, and were told no address
    under which others come through a proxy. What the operator says about it holds."""
    if host in LOOPBACK and not os.environ.get("SITE_URL"):
        os.environ.setdefault("OUTGOING_ALLOW", "127.0.0.0/8,::1")


def errand(name: str, *arguments: str) -> Child:
    """A command of `manage.py` that must succeed before we serve; its output goes to a log of its own."""
    log = settings.DATA / "logs" / f"{arguments[0]}.log"
    log.unlink(missing_ok=True)
    command = [sys.executable, "manage.py", *arguments]
    return Child(name=name, command=command, log=log, popen={"cwd": ROOT})


def wait_for(server: Child, host: str, port: int) -> None:
    """Return when the web server answers; `Unavailable` if it ends or is silent."""
    deadline = time.monotonic() + PATIENCE
    while not _answers(host, port):
        if how := server.ended():
            raise Unavailable(f"{server.name} did not start ({how}).")
        if time.monotonic() > deadline:
            raise Unavailable(f"{server.name} did not answer within {PATIENCE:.0f} seconds.")
        time.sleep(0.1)


def refuse_taken_port(host: str, port: int) -> None:
    """Say before anything is started that somebody else listens there, or that nobody may."""
    deadline = time.monotonic() + GRACE
    while (error := _try(host, port)) and error.errno == errno.EADDRINUSE and time.monotonic() < deadline:
        time.sleep(0.1)
    if error:
        raise Unavailable(_why_not(error, host, port))


def _try(host: str, port: int) -> OSError | None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            return error
        except OverflowError:
            raise Unavailable(f"There is no port {port}: choose one between 1 and 65535.") from None
    return None


def _why_not(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is in use: stop what uses it, or choose another (make run PORT=N, serve --port N)."
        )
    if error.errno == errno.EACCES:
        return f"Port {port} is not for this user: choose one above 1023."
    return f"Nobody can listen at {host} port {port} on this machine ({error.strerror})."


def _answers(host: str, port: int) -> bool:
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  compared, not bound
    connection = HTTPConnection(reachable, port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status < HTTPStatus.INTERNAL_SERVER_ERROR
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()

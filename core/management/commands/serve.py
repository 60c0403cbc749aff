"""Everything in one command: database, broker, web server and worker, until it is told to stop."""

import os
import signal
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, NoReturn

from django.core.management.base import BaseCommand

from config import env
from core import embedded, serving, static_files
from core.embedded.family import Family
from core.embedded.launcher import running

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Command(BaseCommand):
    """`python manage.py serve [--port N] [--host H] [--data DIR] [--demo]`."""

    help = "Run Assay: its database and broker (where no URLs are given), the web server and the worker."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options. `--data` was taken by manage.py already and stands here to be found."""
        parser.add_argument("--port", type=int, default=6900)
        parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0 lets other machines in")
        parser.add_argument("--data", metavar="DIR", help="the folder that holds everything (default: data)")
        parser.add_argument("--demo", action="store_true", help="with an organization to try things in")
        parser.add_argument("--no-worker", action="store_true", help="workers run elsewhere")
        parser.add_argument("--web-processes", type=int, default=min(serving.cores(), 8), metavar="N")
        parser.add_argument("--worker-processes", type=int, default=min(serving.cores(), 4), metavar="N")

    def handle(self, **options: Any) -> None:
        """Serve until a signal says stop. Raises `Unavailable` with the sentence to show."""
        for number in SIGNALS:
            signal.signal(number, _interrupt)
        with suppress(KeyboardInterrupt):
            self.serve(**options)
        self.say("Stopped.")

    def serve(self, *, host: str, port: int, demo: bool, **options: Any) -> None:
        """Start everything in the order of need, say where it is, and watch over it."""
        serving.refuse_taken_port(host, port)
        serving.allow_this_machine(host)
        os.environ.setdefault("SITE_URL", f"http://localhost:{port}")
        own = {"database": not env.text("DATABASE_URL"), "broker": not env.text("REDIS_URL")}
        self.say("Starting …")
        with running(embedded.data_folder(), **own, say=self.say) as family, self.ending(family):
            prepare(family)
            web = family.start(serving.web(host, port, options["web_processes"]))
            if not options["no_worker"]:
                family.start(serving.worker(options["worker_processes"]))
                family.start(serving.sender())
            sign_ins = load_demonstration(family) if demo else []
            serving.wait_for(web, host, port)
            self.say("", f"Assay runs at http://localhost:{port}/ until you press Ctrl-C.", "", *sign_ins)
            while True:
                family.tend()
                time.sleep(0.2)

    @contextmanager
    def ending(self, family: Family) -> Iterator[None]:
        """Say that we stop; a second signal does not wait any longer."""

        def hurry(number: int, frame: FrameType | None) -> None:
            family.hurry = True

        try:
            yield
        finally:
            for number in SIGNALS:
                signal.signal(number, hurry)
            self.say("Stopping …")

    def say(self, *lines: str) -> None:
        """Lines, at once."""
        for line in lines:
            self.stdout.write(line)
        self.stdout.flush()


def prepare(family: Family) -> None:
    """Bring tables and static files up to date."""
    errands = [serving.errand("Preparing the database", "migrate", "--no-input")]
    stale = static_files.are_stale()
    if stale:
        errands.append(
            serving.errand("Collecting static files", "collectstatic", "--no-input", "--clear", "-v0")
        )
    family.finish(*errands)
    if stale:
        static_files.remember()


def load_demonstration(family: Family) -> list[str]:
    """Load it, which does no harm twice; the sign-ins that it tells."""
    return family.finish(serving.errand("Loading the demonstration", "seed_demo"))


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt

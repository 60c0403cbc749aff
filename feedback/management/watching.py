"""A job in the terminal: a bar while it goes on, and Ctrl-C asks what to do."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from enum import Enum
from shutil import get_terminal_size
from threading import Thread

from celery import current_app
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from core.workers import worker_is_alive
from feedback.actions.jobs import cancel_job
from feedback.models import Job
from feedback.models.jobs import State
from feedback.reports.job_progress import Pace, pace

PATIENCE = 5  # seconds that a worker has before the job is done right here
EACH = 0.3  # seconds between two looks
WIDTH = 24  # of the bar


class Choice(Enum):
    """What to do about a job after Ctrl-C."""

    CANCEL = "c"
    LEAVE = "l"
    WATCH = ""


def watch(command: BaseCommand, job: Job, *, here: bool = True) -> Job:
    """Show progress until the job ends; `CommandError` unless it ends well.

    `here`: without a worker this terminal does it. Ctrl-C asks whether to cancel it, to leave it running or to go on
    watching; where nobody can be asked it cancels.
    """
    begun, at_it, line = time.monotonic(), None, Line(command)
    while not job.has_ended:
        try:
            if here and at_it is None and _waits_in_vain(job, begun):
                line.say("No worker is running, so this terminal does it.")
                at_it = _do_here(job)
            line.show(job)
            time.sleep(EACH)
        except KeyboardInterrupt:
            line.clear()
            _decide(command, job)
        _refresh(job)
    line.clear()
    if at_it is not None:
        at_it.join()
    if job.state != State.FINISHED:
        raise CommandError(job.detail)
    command.stdout.write(job.detail)
    return job


def _waits_in_vain(job: Job, begun: float) -> bool:
    return job.state == State.WAITING and time.monotonic() - begun > PATIENCE and not worker_is_alive()


def _do_here(job: Job) -> Thread:
    """By a thread of its own, so that this one can show how it goes. If the terminal goes, so does it."""
    task, ids = current_app.tasks[f"feedback.run_{job.kind}"], (str(job.organization_id), str(job.pk))

    def work() -> None:
        try:
            with suppress(Exception):  # the job says what went wrong, and the log why
                task(*ids)
        finally:
            connection.close()

    thread = Thread(target=work, daemon=True)
    thread.start()
    return thread


def _decide(command: BaseCommand, job: Job) -> None:
    """After Ctrl-C. `CommandError` if nothing is left to watch."""
    choice = ask()
    if choice is Choice.CANCEL:
        with transaction.atomic():
            cancel_job(job)
        command.stdout.write("It stops after the rows that are on their way.")
    elif choice is Choice.LEAVE:
        with transaction.atomic():
            how = f"manage.py jobs watch {job.pk} --organization {job.organization.slug}"
        raise CommandError(f"It goes on, or waits for a worker: {how}", returncode=130)


def ask() -> Choice:
    """What to do about it."""
    if not sys.stdin.isatty():
        return Choice.CANCEL
    try:
        answer = input("\n[c] cancel the job   [l] leave it running   [Enter] go on watching: ")
    except (KeyboardInterrupt, EOFError):
        return Choice.CANCEL
    known = {choice.value: choice for choice in Choice}
    return known.get(answer.strip().lower()[:1], Choice.WATCH)


def _refresh(job: Job) -> None:
    with transaction.atomic():
        job.refresh_from_db()


class Line:
    """One line that is written over; nothing where no terminal looks on."""

    def __init__(self, command: BaseCommand) -> None:
        self._command, self._width = command, 0

    def show(self, job: Job) -> None:
        """How the job goes, now."""
        if not self._command.stdout.isatty():
            return
        with transaction.atomic():
            text = in_words(pace(job))[: get_terminal_size().columns - 1]
        sys.stdout.write(f"\r{text:<{self._width}}")
        sys.stdout.flush()
        self._width = len(text)

    def say(self, sentence: str) -> None:
        """A line that stays."""
        self.clear()
        self._command.stdout.write(sentence)

    def clear(self) -> None:
        """Take it away."""
        if self._width:
            sys.stdout.write(f"\r{'':<{self._width}}\r")
            sys.stdout.flush()
            self._width = 0


def in_words(one: Pace) -> str:
    """A bar, how far it is, how quick, and how long it takes; or why it waits."""
    job = one.job
    if one.waits:
        return f"{job.get_state_display()}. {one.waits.sentence}"
    if job.total is None:
        return f"{job.get_state_display()}: {job.done:,}"
    filled = WIDTH * (job.percent or 0) // 100
    parts = [f"[{'#' * filled}{'-' * (WIDTH - filled)}] {job.percent or 0:>3} %", one.done_words]
    if one.rate:
        parts.append(f"{one.rate:,.0f}/s")
    if one.left_words:
        parts.append(one.left_words)
    if job.problems_count:
        parts.append(f"{job.problems_count:,} bad")
    return "  ".join(parts)

"""A job in the terminal: found, watched, and canceled by Ctrl-C."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import Organization
from core.tenancy import acting_for
from core.workers import worker_is_alive
from feedback.actions.exporting import run_export
from feedback.actions.importing import run_import
from feedback.actions.jobs import cancel_job
from feedback.models import Dataset, Job
from feedback.models.jobs import JobKind, State

HERE: dict[str, Callable[[str, str], None]] = {JobKind.IMPORT: run_import, JobKind.EXPORT: run_export}
PATIENCE = 5  # seconds that a worker has before the job is done right here


def add_dataset(parser: ArgumentParser) -> None:
    """The options that name a dataset, for the operator at the installation's own terminal."""
    parser.add_argument("--organization", required=True, metavar="SLUG")
    parser.add_argument("--workspace", required=True, metavar="NAME")
    parser.add_argument("--dataset", required=True, metavar="NAME")
    parser.add_argument("--data", metavar="DIR", help="the folder of the embedded database (default: data)")


def find_dataset(options: dict[str, Any]) -> Dataset:
    """The dataset that the options name, or a sentence."""
    organization = Organization.objects.filter(slug=options["organization"]).first()
    if organization is None:
        raise CommandError(f"There is no organization {options['organization']!r}.")
    with acting_for(organization.pk), transaction.atomic():
        named = Dataset.objects.filter(workspace__name=options["workspace"], name=options["dataset"])
        dataset = named.first()
    if dataset is None:
        raise CommandError(
            f"There is no dataset {options['dataset']!r} in the workspace {options['workspace']!r} of "
            f"{options['organization']!r}."
        )
    return dataset


def watch(command: BaseCommand, job: Job) -> Job:
    """Show progress until the job ends. Without a worker it is done here. Ctrl-C cancels it."""
    begun = time.monotonic()
    try:
        while not job.has_ended:
            if job.state == State.WAITING and time.monotonic() - begun > PATIENCE and not worker_is_alive():
                command.stdout.write("No worker is running, so this terminal does it.")
                HERE[job.kind](str(job.organization_id), str(job.pk))
            _show(command, job)
            time.sleep(0.2)
            _refresh(job)
    except KeyboardInterrupt:
        with transaction.atomic():
            cancel_job(job)
        raise CommandError("Canceled. What came in before stays.") from None
    _show(command, job)
    if command.stdout.isatty():
        command.stdout.write("")
    if job.state != State.FINISHED:
        raise CommandError(job.detail)
    command.stdout.write(job.detail)
    return job


def _refresh(job: Job) -> None:
    with transaction.atomic():
        job.refresh_from_db()


def _show(command: BaseCommand, job: Job) -> None:
    """One line that is written over; nothing where no terminal looks on."""
    if command.stdout.isatty():
        of = f" of {job.total:,}" if job.total else ""
        sys.stdout.write(f"\r{job.get_state_display()}: {job.done:,}{of} ")
        sys.stdout.flush()

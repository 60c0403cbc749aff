"""Jobs, from the terminal."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from core.errors import DomainError
from core.tenancy import acting_for
from feedback.actions.jobs import cancel_job
from feedback.actions.retrying import retry_job
from feedback.management.finding import add_data, find_organization, read_id, refused
from feedback.management.watching import in_words, watch
from feedback.models import Job
from feedback.models.jobs import State
from feedback.reports.job_progress import Pace, paces


class Command(BaseCommand):
    """`python manage.py jobs list --organization acme`, and `watch`, `cancel`, `retry` with the id of one."""

    help = "List the jobs of an organization; watch, cancel or retry one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to do, to which."""
        parser.add_argument("act", choices=["list", "watch", "cancel", "retry"])
        parser.add_argument("job", nargs="?", metavar="ID", help="for all but list")
        parser.add_argument("--organization", required=True, metavar="SLUG")
        parser.add_argument("--state", choices=State.values, help="only these")
        parser.add_argument("--number", type=int, default=20, help="how many to list (default: 20)")
        add_data(parser)

    def handle(self, **options: Any) -> None:
        """Do it and say so."""
        with acting_for(find_organization(options["organization"]).pk):
            if options["act"] == "list":
                return self._list(options["state"], max(1, options["number"]))
            job = self._find(options["job"])
            if options["act"] == "watch":
                watch(self, job, here=False)
                return None
            return self._act(options["act"], job)

    def _list(self, state: str | None, number: int) -> None:
        with transaction.atomic():
            found = Job.objects.filter(state=state) if state else Job.objects.all()
            rows = paces(list(found.select_related("dataset", "by")[:number]))
        if not rows:
            self.stdout.write("There is no job." if not state else f"There is no job that is {state}.")
        for one in rows:
            self.stdout.write(_line(one))

    def _find(self, given: str | None) -> Job:
        if given is None:
            raise CommandError("Name the job by its id: manage.py jobs list shows them.")
        pk = read_id(given)
        with transaction.atomic():
            job = Job.objects.select_related("dataset", "by").filter(pk=pk).first()
        if job is None:
            raise CommandError(f"There is no job {given} in this organization.")
        return job

    def _act(self, act: str, job: Job) -> None:
        try:
            with transaction.atomic():
                job = cancel_job(job) if act == "cancel" else retry_job(job)
        except DomainError as error:
            raise refused(error) from None
        if act == "retry":
            self.stdout.write("It begins anew." if job.begins_anew else "It goes on where it was.")
        else:
            self.stdout.write(
                job.detail if job.has_ended else "It stops after the rows that are on their way."
            )


def _line(one: Pace) -> str:
    job = one.job
    who = job.by.username if job.by else "the terminal"
    how = job.detail if job.has_ended else in_words(one)
    return f"{job.pk}  {job.inserted_at:%Y-%m-%d %H:%M}  {job.get_state_display():<9}  {job}, by {who}. {how}"

"""Why a job has not begun yet."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.utils.translation import gettext, ngettext

from core.workers import Workers, workers
from feedback.models import Job
from feedback.models.jobs import State

Reason = Literal["no_worker", "broker_away", "jobs_before", "its_turn"]
MOST = 1000  # jobs under way that are looked at; more are as good as these


@dataclass(frozen=True)
class Waits:
    """The reason, and how many jobs of the organization come before it (no more than MOST are counted)."""

    reason: Reason
    before: int = 0

    @property
    def in_vain(self) -> bool:
        """Whether nothing happens before somebody does something about the installation."""
        return self.reason in ("no_worker", "broker_away")

    @property
    def sentence(self) -> str:
        """For people."""
        if self.reason == "no_worker":
            return gettext("No worker is running.")
        if self.reason == "broker_away":
            return gettext("The broker does not answer.")
        if self.reason == "its_turn":
            return gettext("It is next, as soon as a worker is free.")
        words = ngettext("%(number)s job comes before it.", "%(number)s jobs come before it.", self.before)
        return words % {"number": f"{self.before:,}"}


def waits(jobs: Sequence[Job]) -> dict[UUID, Waits]:
    """Job -> why it waits, for those of one organization that do. Asks only if some do."""
    waiting = [job for job in jobs if job.state == State.WAITING]
    if not waiting:
        return {}
    there = workers()
    if there is not Workers.THERE:
        reason: Reason = "no_worker" if there is Workers.NONE else "broker_away"
        return {job.pk: Waits(reason) for job in waiting}
    under_way = Job.objects.under_way().filter(organization=waiting[0].organization_id)
    ids = sorted(under_way.order_by("id").values_list("pk", flat=True)[:MOST])
    number = {job.pk: bisect_left(ids, job.pk) for job in waiting}
    return {pk: Waits("jobs_before" if before else "its_turn", before) for pk, before in number.items()}

"""The rows that break a rule of those who would read them: not written, but listed."""

from __future__ import annotations

import json

from django.db import transaction

from feedback.exports import Row, Tally
from feedback.models import Job, JobProblem

MOST = 10_000  # that are listed; all are counted
CHUNK = 500


class Faults:
    """Rows that were not written, with the reason of each, in chunks."""

    def __init__(self, job: Job, tally: Tally) -> None:
        self.job, self.tally = job, tally
        self.number = 0
        self._waiting: list[JobProblem] = []
        with transaction.atomic():
            job.problems.all().delete()  # of a worker that died before

    def note(self, row: Row, reason: str) -> None:
        """List a row."""
        self.number += 1
        self.tally.left_out["rows_that_break_a_rule"] += 1
        if self.number <= MOST:
            about = {"record": row.record, "responses": row.responses, "reason": reason, "row": row.data}
            said = json.dumps(about, ensure_ascii=True, default=str).encode()
            self._waiting.append(
                JobProblem(
                    organization_id=self.job.organization_id,
                    job=self.job,
                    line=self.number,
                    column=row.record,
                    reason=reason,
                    row=said,
                )
            )
            if len(self._waiting) >= CHUNK:
                self.close()

    @transaction.atomic
    def close(self) -> None:
        """Keep what waits."""
        JobProblem.objects.bulk_create(self._waiting)
        Job.objects.filter(pk=self.job.pk).update(problems_count=self.number)
        self._waiting = []

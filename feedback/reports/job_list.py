"""Jobs as a list: of which dataset, of which kind, in which state, whose; page by page by the last one seen.

Nobody counts them and nobody skips any: each filter has an index that ends in the id, so that the page costs the same
however many there are (tests/feedback/reports/test_job_list.py looks at the plans).
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from pydantic import BaseModel

from accounts.access import Verb, is_everywhere
from accounts.models import Membership
from feedback.models import Dataset, Job
from feedback.models.jobs import JobKind, State


class Wanted(BaseModel):
    """What of the list is asked for; `before`: only those that are older than this one."""

    state: State | None = None
    kind: JobKind | None = None
    dataset: UUID | None = None
    mine: bool = False
    before: UUID | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether some are left out."""
        return bool(self.state or self.kind or self.dataset or self.mine)


def jobs_page(wanted: Wanted, by: Membership, number: int) -> list[Job]:
    """So many of the jobs that somebody manages, newest first."""
    found = narrowed(wanted, by)
    if is_everywhere(by) or wanted.dataset or wanted.mine:
        return list(found.select_related("dataset", "by")[:number])
    # Of each dataset its newest: a manager of one small workspace must not walk past everybody else's jobs.
    newest = ArraySubquery(found.filter(dataset=OuterRef("pk")).values("pk")[:number])
    datasets = Dataset.objects.allowing(Verb.INSPECT, by).order_by()
    ids = sorted(
        pk for some in datasets.annotate(newest=newest).values_list("newest", flat=True) for pk in some
    )
    return list(Job.objects.filter(pk__in=ids[-number:]).select_related("dataset", "by"))


def narrowed(wanted: Wanted, by: Membership) -> QuerySet[Job]:
    """All that are asked for."""
    asked: dict[str, Any] = {
        "state": wanted.state,
        "kind": wanted.kind,
        "dataset": wanted.dataset,
        "by": by if wanted.mine else None,
        "pk__lt": wanted.before,
    }
    found = Job.objects.allowing(Verb.INSPECT, by)
    return found.filter(**{name: value for name, value in asked.items() if value is not None})

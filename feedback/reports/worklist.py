"""What waits for one person. A fixed number of queries, whatever the number of datasets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count as Number
from django.db.models import F, Sum
from django.utils.timezone import now
from django.utils.translation import gettext, ngettext

from accounts.access import Verb
from accounts.models import Membership
from feedback.models import Dataset, LabelerTally, Lease, Response, Share
from feedback.models.datasets import Status as DatasetStatus
from feedback.models.responses import Status
from feedback.reports.assignments import MOST_LISTED, Count, Part, parts, total
from feedback.reports.progress import Progress, progress_of
from feedback.reports.tasks_in_words import task_words
from feedback.standing import standings

MOST_DATASETS = 200
MOST_DRAFTS = 5
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Own:
    """What waits for one person by name, in one dataset."""

    parts: Sequence[Part]

    @property
    def waiting(self) -> Count:
        return total([part.waiting for part in self.parts])

    @property
    def due_at(self) -> datetime | None:
        """When the first of it is due."""
        dates = [part.share.assignment.due_at for part in self.parts]
        return min((date for date in dates if date), default=None)

    @property
    def is_overdue(self) -> bool:
        return self.due_at is not None and self.due_at < now()

    @property
    def notes(self) -> list[str]:
        """What managers wrote about it."""
        return [part.share.assignment.note for part in self.parts if part.share.assignment.note]


@dataclass(frozen=True)
class Work:
    """One dataset as one person sees it. `others`: how many more people answered; `why_not`: "" if work waits."""

    dataset: Dataset
    progress: Progress
    task: str
    mine: int
    others: int
    guidelines_changed: bool
    why_not: str
    own: Own | None

    @property
    def mine_percent(self) -> int:
        """Of all records; as wide as the bar's first part."""
        return min(100, self.mine * 100 // self.progress.total) if self.progress.total else 0

    @property
    def people(self) -> str:
        """ "you and 11 others, two answers per record"."""
        wanted = self.dataset.min_submitted
        per_record = ngettext("one answer per record", "%(number)s answers per record", wanted)
        if not self.others:
            who = gettext("you") if self.mine else gettext("nobody yet")
        elif self.mine:
            who = ngettext("you and one other", "you and %(number)s others", self.others)
        else:
            who = ngettext("one other", "%(number)s others", self.others)
        return gettext("%(people)s, %(answers)s") % {
            "people": who % {"number": self.others},
            "answers": per_record % {"number": wanted},
        }


@dataclass(frozen=True)
class Week:
    """One person's last seven days."""

    answered: int
    active_ms: int

    @property
    def each_ms(self) -> int:
        """Active time per record."""
        return self.active_ms // self.answered if self.answered else 0


def worklist(by: Membership) -> list[Work]:
    """All published datasets that this person may answer, the longest there first."""
    datasets = list(_datasets(by))
    ids = [one.pk for one in datasets]
    progress, tasks = progress_of(datasets), task_words(datasets)
    mine = {one.dataset_id: one for one in LabelerTally.objects.filter(dataset__in=ids, membership=by)}
    answering = _count(
        LabelerTally.objects.filter(dataset__in=ids, first_at__isnull=False).exclude(membership=by)
    )
    held = set(Lease.objects.filter(dataset__in=ids, membership=by).values_list("dataset", flat=True))
    standing, own = standings(ids, by), _own(ids, by)
    return [
        Work(
            dataset=one,
            progress=progress[one.pk],
            task=tasks[one.pk],
            mine=(tally := mine.get(one.pk) or LabelerTally()).submitted,
            others=answering.get(one.pk, 0),
            guidelines_changed=tally.guidelines_read not in (None, one.guidelines_version),
            why_not="" if one.pk in held or tally.drafts else standing[one.pk].why_not,
            own=own.get(one.pk),
        )
        for one in datasets
    ]


def drafts(by: Membership, work: Sequence[Work]) -> list[Response]:
    """The newest drafts of this person, in these datasets."""
    rows = Response.objects.filter(
        dataset__in=[one.dataset.pk for one in work], membership=by, status=Status.DRAFT
    )
    return list(
        rows.select_related("dataset", "record").defer("record__fields").order_by("-updated_at")[:MOST_DRAFTS]
    )


def week(by: Membership, work: Sequence[Work]) -> Week:
    """What this person submitted since a week ago, in these datasets."""
    ids = [one.dataset.pk for one in work]
    rows = Response.objects.filter(dataset__in=ids, membership=by, updated_at__gte=now() - WEEK)
    found = rows.filter(status=Status.SUBMITTED).aggregate(answered=Number("pk"), active=Sum("active_ms"))
    return Week(found["answered"], found["active"] or 0)


def _datasets(by: Membership) -> Any:
    rows = Dataset.objects.allowing(Verb.ANNOTATE, by).filter(status=DatasetStatus.READY)
    return rows.select_related("workspace", "rules")[:MOST_DATASETS]


def _count(rows: Any) -> Mapping[Any, int]:
    return dict(
        rows.values_list("dataset").annotate(number=Number("*")).order_by().values_list("dataset", "number")
    )


def _own(datasets: Sequence[Any], by: Membership) -> dict[Any, Own]:
    """Dataset id -> what waits there for this person by name."""
    shares = Share.objects.filter(dataset__in=datasets, membership=by, given__gt=F("answered"))
    found: dict[Any, list[Part]] = {}
    for part in parts(list(shares.select_related("assignment")), MOST_LISTED):
        if part.waiting:
            found.setdefault(part.share.dataset_id, []).append(part)
    return {pk: Own(several) for pk, several in found.items()}

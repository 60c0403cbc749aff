"""A page of datasets for those who manage them. A fixed number of queries, whatever the page's length."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, prefetch_related_objects
from django.utils.translation import gettext

from feedback.models import Dataset, LabelerTally
from feedback.reports.progress import Progress, progress_of
from feedback.reports.tasks_in_words import task_words

NEARLY = 95  # percent


@dataclass(frozen=True)
class Entry:
    """One dataset as a row. `people`: how many ever answered."""

    dataset: Dataset
    progress: Progress
    task: str
    people: int

    @property
    def state(self) -> tuple[str, str]:
        """A word and its tone."""
        if not self.dataset.is_published:
            return gettext("draft"), ""
        if self.dataset.rules.is_paused:
            return gettext("paused"), "warn"
        if not self.progress.total:
            return gettext("no records yet"), "warn"
        if not self.progress.pending:
            return gettext("done"), "accent"
        return (
            (gettext("nearly done"), "accent")
            if self.progress.percent >= NEARLY
            else (gettext("running"), "ok")
        )


def entries(datasets: Iterable[Dataset]) -> list[Entry]:
    """The rows of these datasets, in their order."""
    shown = list(datasets)
    prefetch_related_objects(shown, "rules")
    progress, tasks = progress_of(shown), task_words(shown)
    tallies = LabelerTally.objects.filter(dataset__in=[one.pk for one in shown], first_at__isnull=False)
    people = dict(tallies.values_list("dataset").annotate(number=Count("*")).values_list("dataset", "number"))
    return [Entry(one, progress[one.pk], tasks[one.pk], people.get(one.pk, 0)) for one in shown]

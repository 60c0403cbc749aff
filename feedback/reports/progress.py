"""How far a dataset is. Kept counts: nothing here grows with the number of records or answers but `by_person`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Sum

from accounts.models import Membership
from feedback.models import Dataset, DatasetCount, LabelerTally, Response


@dataclass(frozen=True)
class Progress:
    """Numbers of records: all, with the answers they need, and the rest."""

    total: int
    completed: int

    @property
    def pending(self) -> int:
        return self.total - self.completed

    @property
    def percent(self) -> int:
        """Whole percents completed; 0 for an empty dataset."""
        return self.completed * 100 // self.total if self.total else 0


@dataclass(frozen=True)
class Mine:
    """One person's responses in a dataset, and the records that they have not answered."""

    total: int
    submitted: int
    discarded: int
    draft: int
    active_ms: int
    guidelines_read: int | None  # the version that they said they have read

    @property
    def pending(self) -> int:
        return self.total - self.submitted - self.discarded - self.draft


def progress(dataset: Dataset) -> Progress:
    """By kept counts: the dataset's own, and what each person completed."""
    return progress_of([dataset])[dataset.pk]


def progress_of(datasets: list[Dataset]) -> Mapping[Any, Progress]:
    """Dataset id -> its progress, for a page of datasets in two queries."""
    ids = [dataset.pk for dataset in datasets]
    counts = DatasetCount.objects.filter(dataset__in=ids).values_list("dataset", "records", "completed")
    by_people = dict(
        LabelerTally.objects.filter(dataset__in=ids)
        .values_list("dataset")
        .annotate(total=Sum("completed"))
        .values_list("dataset", "total")
    )
    return {pk: Progress(records, completed + by_people.get(pk, 0)) for pk, records, completed in counts}


def mine(dataset: Dataset, member: Membership) -> Mine:
    """One person's numbers, from their tally."""
    total = DatasetCount.objects.get(dataset=dataset).records
    tally = LabelerTally.objects.filter(dataset=dataset, membership=member).first() or LabelerTally()
    return Mine(total, tally.submitted, tally.discarded, tally.drafts, tally.active_ms, tally.guidelines_read)


def last_activity(dataset: Dataset) -> datetime:
    """The dataset's own date, or that of its latest response, kept with each person's tally."""
    return last_activity_of([dataset])[dataset.pk]


def last_activity_of(datasets: Sequence[Dataset]) -> Mapping[Any, datetime]:
    """Dataset id -> its last activity, for a list of datasets in one query."""
    latest = LabelerTally.objects.last_answers(datasets)
    return {one.pk: max(one.last_activity_at, latest.get(one.pk, one.last_activity_at)) for one in datasets}


def people(dataset: Dataset) -> list[Membership]:
    """Everybody who ever answered, in the order of their first answer."""
    tallies = LabelerTally.objects.filter(dataset=dataset, first_at__isnull=False).order_by("first_at")
    return [tally.membership for tally in tallies.select_related("membership")]


def by_person(dataset: Dataset) -> dict[Membership, dict[tuple[bool, str], int]]:
    """Member -> (record is completed, status of the response) -> number. Counts the dataset's responses."""
    rows = (
        Response.objects.filter(dataset=dataset)
        .values_list("membership", "record__queue__completed", "status")
        .annotate(number=Count("pk"))
        .order_by()
    )
    found: dict[Any, dict[tuple[bool, str], int]] = {}
    for person, completed, status, number in rows:
        found.setdefault(person, {})[completed, status] = number
    members = Membership.objects.filter(pk__in=found).order_by("inserted_at", "pk")
    return {member: found[member.pk] for member in members}

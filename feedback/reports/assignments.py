"""What became of work that was given to people by name. Kept counts, and others that are counted as far as a limit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.utils.timezone import now

from accounts.models import Membership
from feedback.models import Assignment, Dataset, DatasetCount, Share
from feedback.search.selection import Selection

MOST = 10_000  # records of one person that are counted; in a list of assignments MOST_LISTED
MOST_LISTED = 1000


@dataclass(frozen=True)
class Count:
    """A number of records, as far as it was counted."""

    number: int
    most: int

    def __str__(self) -> str:
        return f"{self.number:,}+" if self.number == self.most else f"{self.number:,}"

    def __bool__(self) -> bool:
        return bool(self.number)


@dataclass(frozen=True)
class Part:
    """One person's part: how many records wait for them, and how many they left behind."""

    share: Share
    waiting: Count
    left: Count

    @property
    def person(self) -> Membership:
        return self.share.membership

    @property
    def can_be_passed_on(self) -> bool:
        """Whether anything of it can be handed over."""
        return bool(self.waiting or self.left)


@dataclass(frozen=True)
class Given:
    """An assignment with its people."""

    assignment: Assignment
    parts: Sequence[Part]

    @property
    def given(self) -> int:
        return sum(part.share.given for part in self.parts)

    @property
    def answered(self) -> int:
        return sum(part.share.answered for part in self.parts)

    @property
    def waiting(self) -> Count:
        return total([part.waiting for part in self.parts])

    @property
    def left(self) -> Count:
        return total([part.left for part in self.parts])

    @property
    def percent(self) -> int:
        """Whole percents answered; 0 where nothing was given."""
        return self.answered * 100 // self.given if self.given else 0

    @property
    def is_given(self) -> bool:
        """Whether the job that gives it has ended."""
        return self.assignment.job is None or self.assignment.job.has_ended

    @property
    def is_overdue(self) -> bool:
        due = self.assignment.due_at
        return due is not None and due < now() and self.answered < self.given


def given(assignments: QuerySet[Assignment] | Sequence[Assignment], *, most: int = MOST) -> list[Given]:
    """Assignments with their people, in a fixed number of queries."""
    found = list(assignments)
    shares = Share.objects.filter(assignment__in=found).select_related("membership")
    of: dict[UUID, list[Part]] = {one.pk: [] for one in found}
    for part in parts(list(shares), most):
        of[part.share.assignment_id].append(part)
    return [Given(one, of[one.pk]) for one in found]


def number_of(selection: Selection, dataset: Dataset, by: Membership) -> Count:
    """How many records are meant."""
    if selection.ids is None and not selection.address:
        number = DatasetCount.objects.get(dataset=dataset).records
        return Count(number, number + 1)
    return Count(selection.rows(dataset, by).order_by()[:MOST].count(), MOST)


@dataclass(frozen=True)
class Leaver:
    """Somebody who left records of a dataset behind."""

    person: Membership
    left: Count


def left_behind(dataset: Dataset) -> list[Leaver]:
    """Who left records behind in a dataset, and how many, by name."""
    shares = list(Share.objects.filter(dataset=dataset, given__gt=0).select_related("membership"))
    found: dict[Membership, list[Count]] = {}
    for part in parts(shares, MOST_LISTED):
        if part.left:
            found.setdefault(part.person, []).append(part.left)
    leavers = [Leaver(person, total(counts)) for person, counts in found.items()]
    return sorted(leavers, key=lambda one: one.person.display_name)


def parts(shares: Collection[Share], most: int) -> list[Part]:
    """How these shares stand; records are counted as far as `most` for each."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select id,
                (select count(*) from (select 1 from feedback_assignedrecord
                                       where share_id = id and state = 'waiting' limit %s) x),
                (select count(*) from (select 1 from feedback_assignedrecord
                                       where share_id = id and state = 'left' limit %s) x)
            from unnest(%s::uuid[]) as s(id)
            """,
            [most, most, [one.pk for one in shares]],
        )
        counts = {pk: (Count(waiting, most), Count(left, most)) for pk, waiting, left in cursor.fetchall()}
    return [Part(one, *counts[one.pk]) for one in shares]


def total(counts: Sequence[Count]) -> Count:
    """Together; a sum of which one part was not counted to its end is not, either."""
    number = sum(one.number for one in counts)
    is_whole = all(one.number < one.most for one in counts)
    return Count(number, number + 1 if is_whole else number)

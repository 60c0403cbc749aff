"""Who works on a dataset, and how they get on. Kept counts alone: nothing here reads records or responses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Concat, Lower, NullIf, Trim
from django.utils.timezone import now
from django.utils.translation import gettext, gettext_noop

from accounts.access import Verb, granting
from accounts.models import Membership
from core.errors import NotFound
from feedback.models import DailyTally, Dataset, LabelerTally, Lease, Share
from workspaces.models import WorkspaceMembership

PER_PAGE = 50
MOST_WAITING = 10_000  # records that wait for one person are counted up to here
COUNTS = ("submitted", "discarded", "drafts", "active_ms")

# Key -> what comes first, as people choose it. Behind that, by name.
ORDERS = {
    "last": gettext_noop("Who answered last"),
    "name": gettext_noop("By name"),
    "now": gettext_noop("Who has a record now"),
    "waiting": gettext_noop("Most records left of those given to them"),
    "done": gettext_noop("Most answers"),
    "today": gettext_noop("Most answers today"),
    "week": gettext_noop("Most answers in 7 days"),
    "slow": gettext_noop("Longest time per answer"),
    "quick": gettext_noop("Shortest time per answer"),
    "paused": gettext_noop("Who is paused"),
}
BY: Mapping[str, Sequence[Any]] = {
    "last": [F("last_at").desc(nulls_last=True)],
    "name": [],
    "now": ["-has_lease", F("last_at").desc(nulls_last=True)],
    "waiting": [(F("given") - F("answered")).desc()],
    "done": ["-submitted"],
    "today": ["-today"],
    "week": ["-week"],
    "slow": [F("each_ms").desc(nulls_last=True)],
    "quick": [F("each_ms").asc(nulls_last=True)],
    "paused": [F("paused_at").desc(nulls_last=True)],
}


@dataclass(frozen=True)
class Labeler:
    """One person in one dataset. Times in milliseconds; `today` and `week` (with today) are submitted answers, by UTC.

    `given`, `answered`: of what was given to them by name; `waiting`: of that, now, up to `MOST_WAITING` + 1.
    """

    member: Membership
    submitted: int
    discarded: int
    drafts: int
    active_ms: int
    today: int
    week: int
    given: int
    answered: int
    waiting: int
    paused_at: datetime | None
    last_at: datetime | None
    leases: list[Lease] = field(default_factory=list)

    @property
    def each_ms(self) -> int | None:
        """Active time per answer, on average; None before the first one."""
        done = self.submitted + self.discarded
        return self.active_ms // done if done else None

    @property
    def has_begun(self) -> bool:
        """Whether there is anything of theirs."""
        return bool(self.submitted or self.discarded or self.drafts)

    @property
    def waiting_words(self) -> str:
        """Their number, as far as it was counted."""
        return f"{self.waiting:,}" if self.waiting <= MOST_WAITING else f"{MOST_WAITING:,}+"


def labelers(dataset: Dataset, *, sought: str = "", order: str = "last") -> QuerySet[Any]:
    """Everybody who works on a dataset or may: members of its workspace, and whoever else was there.

    `sought`: each of its words is part of their names. Read pages of it by `shown`.
    """
    today = now().date()
    tallies = FilteredRelation("tallies", condition=Q(tallies__dataset=dataset))
    shares = Share.objects.filter(dataset=dataset, membership=OuterRef("pk"))
    rows: QuerySet[Any] = (
        Membership.objects.filter(_of(dataset))
        .alias(tally=tallies)
        .annotate(
            **{name: Coalesce(f"tally__{name}", 0) for name in COUNTS},
            paused_at=F("tally__paused_at"),
            last_at=F("tally__last_at"),
            today=_days(dataset, today),
            week=_days(dataset, today - timedelta(days=6)),
            given=_sum(shares, "given"),
            answered=_sum(shares, "answered"),
        )
        .alias(
            has_lease=Exists(_held(dataset).filter(membership=OuterRef("pk"))),
            each_ms=F("active_ms") / NullIf(F("submitted") + F("discarded"), 0),
            shown_name=Lower(
                Coalesce(
                    NullIf(
                        Trim(Concat("first_name", Value(" "), Coalesce("last_name", Value("")))), Value("")
                    ),
                    "username",
                )
            ),
        )
    )
    for word in sought.split():
        rows = rows.filter(
            Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(username__icontains=word)
        )
    return rows.order_by(*BY.get(order, BY["last"]), "shown_name", "pk")


def shown(dataset: Dataset, page: Iterable[Any]) -> list[Labeler]:
    """A page of `labelers`, with what each has now: two queries more."""
    rows = list(page)
    ids = [row.pk for row in rows]
    waiting = _waiting(dataset, [row.pk for row in rows if row.given > row.answered])
    held: dict[UUID, list[Lease]] = {pk: [] for pk in ids}
    leases = _held(dataset).filter(membership__in=ids).select_related("record").order_by("leased_at")
    for lease in leases.defer("record__fields", "record__metadata"):
        held[lease.membership_id].append(lease)
    names = (*COUNTS, "today", "week", "given", "answered", "paused_at", "last_at")
    return [
        Labeler(
            member=row,
            waiting=waiting.get(row.pk, 0),
            leases=held[row.pk],
            **{name: getattr(row, name) for name in names},
        )
        for row in rows
    ]


def labeler(dataset: Dataset, person: UUID) -> Labeler:
    """One of them; `NotFound` if this person neither works on the dataset nor may."""
    found = shown(dataset, labelers(dataset).filter(pk=person)[:1])
    if not found:
        raise NotFound(gettext("Nobody of this id works on this dataset."))
    return found[0]


def at_work(dataset: Dataset) -> tuple[int, int]:
    """How many have a record now, and how many are paused."""
    working = _held(dataset).aggregate(number=Count("membership", distinct=True))["number"]
    return working, LabelerTally.objects.filter(dataset=dataset, paused_at__isnull=False).count()


def _of(dataset: Dataset) -> Q:
    members = WorkspaceMembership.objects.filter(
        workspace=dataset.workspace_id, role__in=granting(Verb.ANNOTATE)
    )
    return (
        Q(left_at=None, may_answer=True, pk__in=members.values("membership"))
        | Q(pk__in=LabelerTally.objects.filter(dataset=dataset).values("membership"))
        | Q(pk__in=Share.objects.filter(dataset=dataset).values("membership"))
    )


def _held(dataset: Dataset) -> QuerySet[Lease]:
    return Lease.objects.filter(dataset=dataset, expires_at__gt=now())


def _days(dataset: Dataset, first: date) -> Coalesce:
    rows = DailyTally.objects.filter(dataset=dataset, membership=OuterRef("pk"), day__gte=first)
    return _sum(rows, "submitted")


def _sum(rows: QuerySet[Any], name: str) -> Coalesce:
    total = rows.order_by().values("membership").annotate(total=Sum(name)).values("total")
    return Coalesce(Subquery(total), 0)


def _waiting(dataset: Dataset, people: Sequence[UUID]) -> dict[UUID, int]:
    """Each person's records that wait for them, counted up to a bound."""
    if not people:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select person, (select count(*) from (
                select 1 from feedback_assignedrecord
                where dataset_id = %s and membership_id = person and state = 'waiting' limit %s) as those)
            from unnest(%s::uuid[]) as person
            """,
            [dataset.pk, MOST_WAITING + 1, list(people)],
        )
        return dict(cursor.fetchall())

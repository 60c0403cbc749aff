"""The statements that give records to people by name, pass them on and take them back, thousands at a time.

All of them under `hold`: the dataset's count, the people's tallies, the queue items, in this order, as everybody locks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from feedback.actions import answers, record_rows
from feedback.events import announce_status
from feedback.models import Assignment, Dataset, Record, Share
from feedback.models.queue import POSITION


@dataclass(frozen=True)
class Standing:
    """A record that may be given. `spare`: open places that wait for nobody by name, negative where some are lacking.

    `why_not`: "complete", "stopped", or "" if it may be given. `refused`: who may not have it.
    """

    record: UUID
    spare: int
    why_not: str
    refused: frozenset[UUID]
    shares: frozenset[UUID]  # that have it


class Gift(NamedTuple):
    """A record for somebody. `raises`: the record wants one answer more because of it."""

    record: UUID
    person: UUID
    raises: bool


def records_at(dataset: Dataset, keys: Iterable[int]) -> dict[UUID, int]:
    """Record -> position, for those that are still there. `keys`: ranks, or other numbers that end with a position."""
    positions = [key & POSITION for key in keys]
    found = Record.objects.filter(dataset=dataset, position__in=positions)
    return dict(found.values_list("pk", "position"))


def hold(dataset: Dataset, people: Collection[UUID], records: Collection[UUID]) -> None:
    """Let nobody else give or answer these records until the transaction ends, and let these people wait."""
    record_rows.lock(dataset)
    answers.lock_tallies(dataset, people)
    with connection.cursor() as cursor:
        cursor.execute(
            "select 1 from feedback_queueitem where record_id = any(%s) order by record_id for no key update",
            [list(records)],
        )


def standings(records: Collection[UUID], people: Collection[UUID]) -> dict[UUID, Standing]:
    """How these records stand, and which of these people may not have them: who wrote one, has it, or had it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select q.record_id, q.open_places - q.reserved,
                case when q.completed then 'complete' when q.stopped_at is not null then 'stopped' else '' end,
                array(select membership_id from feedback_response x where x.record_id = q.record_id
                      union all select membership_id from feedback_lease x where x.record_id = q.record_id
                      union all select membership_id from feedback_assignedrecord x where x.record_id = q.record_id
                      union all select q.author_id where q.author_id is not null),
                array(select share_id from feedback_assignedrecord x where x.record_id = q.record_id)
            from feedback_queueitem q where q.record_id = any(%s)
            """,
            [list(records)],
        )
        known = frozenset(people)
        return {
            pk: Standing(pk, spare, why_not, known.intersection(refused), frozenset(shares))
            for pk, spare, why_not, refused, shares in cursor.fetchall()
        }


def give(assignment: Assignment, gifts: Sequence[Gift]) -> None:
    """Let these records wait for these people, each of whom has a share."""
    given = [[*column] for column in zip(*gifts, strict=True)] or [[], [], []]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            insert into feedback_assignedrecord
                (organization_id, dataset_id, record_id, membership_id, share_id, rank, state, has_raised)
            select s.organization_id, s.dataset_id, x.record, x.person, s.id, q.rank, 'waiting', x.raises
            from unnest(%s::uuid[], %s::uuid[], %s::boolean[]) as x(record, person, raises)
            join feedback_share s on s.assignment_id = %s and s.membership_id = x.person
            join feedback_queueitem q on q.record_id = x.record
            """,
            [*given, assignment.pk],
        )
    _raise([gift.record for gift in gifts if gift.raises])
    _reserve({gift.record for gift in gifts})
    shares = dict(Share.objects.filter(assignment=assignment).values_list("membership", "pk"))
    count_given(Counter(shares[gift.person] for gift in gifts))


def pass_on(assignment: Assignment, leaver: UUID, gifts: Sequence[Gift]) -> None:
    """Let what waits for one person, or what they left, wait for these people, each of whom has a share."""
    passed = [[*column] for column in zip(*gifts, strict=True)] or [[], [], []]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            update feedback_assignedrecord a set membership_id = x.person, share_id = s.id, state = 'waiting',
                has_raised = a.has_raised or x.raises
            from unnest(%s::uuid[], %s::uuid[], %s::boolean[]) as x(record, person, raises)
            join feedback_share s on s.assignment_id = %s and s.membership_id = x.person
            where a.record_id = x.record and a.membership_id = %s
            """,
            [*passed, assignment.pk, leaver],
        )
    _raise([gift.record for gift in gifts if gift.raises])
    _reserve({gift.record for gift in gifts})
    shares = dict(Share.objects.filter(assignment=assignment).values_list("membership", "pk"))
    moved = Counter(shares[gift.person] for gift in gifts)
    moved.subtract({shares[leaver]: len(gifts)})
    count_given(moved)


def take(dataset: Dataset, rows: Collection[tuple[UUID, UUID]]) -> int:
    """Take records (record, person) from people who have not begun on them. How many it were.

    A record wants as many answers less as it wanted more because of that: whosever place it was, one is gone.
    What others have answered, and what somebody holds, counts as before.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            delete from feedback_assignedrecord
            where (record_id, membership_id) in (select * from unnest(%s::uuid[], %s::uuid[]))
              and state in ('waiting', 'left', 'filled')
            returning record_id, share_id, has_raised
            """,
            [[record for record, _ in rows], [person for _, person in rows]],
        )
        gone = cursor.fetchall()
    count_given(Counter({share: -number for share, number in Counter(share for _, share, _ in gone).items()}))
    _lower(Counter(record for record, _, _ in gone), Counter(record for record, _, raised in gone if raised))
    records = sorted({record for record, _, _ in gone})
    announce_status(dataset, answers.recount(dataset, records, by_rules=True) if records else {})
    return len(gone)


def leave(rows: Collection[tuple[UUID, UUID]]) -> None:
    """Keep no place any more for these people (record, person): they went."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            update feedback_assignedrecord set state = 'left'
            where (record_id, membership_id) in (select * from unnest(%s::uuid[], %s::uuid[])) and state = 'waiting'
            """,
            [[record for record, _ in rows], [person for _, person in rows]],
        )
    _reserve({record for record, _ in rows})


def count_given(steps: Mapping[UUID, int]) -> None:
    """Share -> how many more records it has."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            update feedback_share s set given = given + x.step
            from unnest(%s::uuid[], %s::int[]) as x(id, step) where s.id = x.id
            """,
            [list(steps), list(steps.values())],
        )


def _raise(records: Sequence[UUID]) -> None:
    """One answer more for each time that a record is named."""
    wanted = Counter(records)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            update feedback_queueitem q set target = target + x.more, raised = raised + x.more,
                open_places = greatest(0, q.target + x.more - q.submitted - (
                    select count(*) from feedback_lease l where l.record_id = q.record_id))
            from unnest(%s::uuid[], %s::int[]) as x(id, more) where q.record_id = x.id
            """,
            [list(wanted), list(wanted.values())],
        )


def _lower(taken: Mapping[UUID, int], raised: Mapping[UUID, int]) -> None:
    """Let records want fewer answers again: as many as were taken, of those that they wanted for any such row.

    `raised`: rows among those taken that had raised it. Only open places go. Whose row is not taken, but had raised
    the record, has a place of the ordinary ones from now on. `target` and open places follow with the recount.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            with lowered as (
                select q.record_id, x.raised, least(x.taken, q.open_places, x.raised + (
                    select count(*) from feedback_assignedrecord a where a.record_id = q.record_id and a.has_raised
                ))::int as steps
                from unnest(%s::uuid[], %s::int[], %s::int[]) as x(id, taken, raised)
                join feedback_queueitem q on q.record_id = x.id
            ), others as (
                select a.record_id, a.membership_id, l.steps - l.raised as steps,
                    row_number() over (partition by a.record_id order by a.membership_id) as number
                from feedback_assignedrecord a join lowered l using (record_id) where a.has_raised
            ), settled as (
                update feedback_assignedrecord a set has_raised = false from others o
                where a.record_id = o.record_id and a.membership_id = o.membership_id and o.number <= o.steps
            )
            update feedback_queueitem q set raised = q.raised - lowered.steps
            from lowered where q.record_id = lowered.record_id and lowered.steps > 0
            """,
            [list(taken), list(taken.values()), [raised.get(record, 0) for record in taken]],
        )


def _reserve(records: Collection[UUID]) -> None:
    """Keep as many places as people wait by name.

    The state is looked at behind the key: before there are statistics, the planner takes those who wait for few.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            update feedback_queueitem q set reserved = (
                select count(*) filter (where a.state = 'waiting')
                from feedback_assignedrecord a where a.record_id = q.record_id)
            where q.record_id = any(%s)
            """,
            [list(records)],
        )

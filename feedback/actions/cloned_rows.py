"""The statements that copy records of one dataset into another, hundreds at a time, without reading what is in them.

`new` everywhere: the id of a record there -> its id here, in their order.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from core import bulk
from core.models import new_id
from feedback.actions import record_rows
from feedback.models import Dataset, DatasetCount, Response, Suggestion
from feedback.models.queue import NORMAL
from feedback.models.responses import Status


def next_records(source: Dataset, after: int, number: int) -> list[tuple[UUID, int, str | None]]:
    """Id, position and external id of the next ones there, which nobody deletes before the transaction ends."""
    rows: Any = bulk.execute(
        """
        select id, position, external_id from feedback_record
        where dataset_id = %s::uuid and position > %s order by position limit %s for key share
        """,
        [source.pk, after, number],
    )
    return list(rows)


def insert_records(
    dataset: Dataset, count: DatasetCount, new: Mapping[UUID, UUID], *, keeps_turn: bool
) -> None:
    """The records, with their places and a note that nobody has read their words. Under `record_rows.lock`.

    `keeps_turn`: also what was said of single records: their priority, further answers, whether they are stopped.
    """
    first = count.next_position
    bulk.execute(
        """
        with chosen as (
            select x.old, x.new, %s::bigint + x.number - 1 as position
            from unnest(%s::uuid[], %s::uuid[]) with ordinality as x(old, new, number)
        ), added as (
            insert into feedback_record (id, organization_id, dataset_id, position, external_id, fields, metadata,
                                         author_id, inserted_at, updated_at)
            select c.new, r.organization_id, %s::uuid, c.position, r.external_id, r.fields, r.metadata,
                r.author_id, r.inserted_at, r.updated_at
            from chosen c join feedback_record r on r.id = c.old
            returning id, organization_id, dataset_id, author_id, position
        ), noted as (
            insert into feedback_searchbacklog (organization_id, dataset_id, record_id)
            select organization_id, dataset_id, id from added
        )
        insert into feedback_queueitem (record_id, organization_id, dataset_id, author_id, rank, shuffle, target,
                                        raised, open_places, submitted, stopped_at, cleared_at)
        select a.id, a.organization_id, a.dataset_id, a.author_id,
            (case when %s then q.rank >> 59 else %s end << 59) | a.position, q.shuffle, d.min_submitted,
            case when %s then q.raised else 0 end, d.min_submitted, 0,
            case when %s then q.stopped_at end, case when %s then q.cleared_at end
        from added a join chosen c on c.new = a.id join feedback_queueitem q on q.record_id = c.old
        join feedback_dataset d on d.id = a.dataset_id
        """,
        [first, list(new), list(new.values()), dataset.pk, keeps_turn, 9 - NORMAL, *[keeps_turn] * 3],
    )
    record_rows.count_positions(dataset, range(first, first + len(new)), 1)
    count.next_position, count.records = first + len(new), count.records + len(new)
    count.save(update_fields=["next_position", "records"])


def insert_suggestions(dataset: Dataset, new: Mapping[UUID, UUID]) -> int:
    """Their suggestions, to the questions of the same names; how many."""
    return _insert(
        Suggestion.objects.filter(record__in=list(new)),
        new,
        """
        insert into feedback_suggestion (id, organization_id, record_id, question_id, value, score, agent, type,
                                         inserted_at, updated_at)
        select i.new, s.organization_id, r.new, q.id, s.value, s.score, s.agent, s.type, s.inserted_at, s.updated_at
        from ids i join feedback_suggestion s on s.id = i.old join records r on r.old = s.record_id
        join feedback_question was on was.id = s.question_id
        join feedback_question q on q.dataset_id = %s::uuid and q.name = was.name
        """,
        dataset,
    )


def insert_responses(dataset: Dataset, new: Mapping[UUID, UUID]) -> int:
    """What people submitted or discarded there, with the versions of the guidelines that they had; how many.

    Drafts are left out: whoever wrote one goes on with it where it is.
    """
    return _insert(
        Response.objects.filter(record__in=list(new)).exclude(status=Status.DRAFT),
        new,
        """
        insert into feedback_response (id, organization_id, dataset_id, record_id, membership_id, values, status,
            is_extra, is_counted, is_set_aside, reason, note, presentation, guidelines_version, active_ms, revision,
            submitted_at, inserted_at, updated_at)
        select i.new, s.organization_id, %s::uuid, r.new, s.membership_id, s.values, s.status, s.is_extra, s.is_counted,
            false, s.reason, s.note, s.presentation, s.guidelines_version, s.active_ms, s.revision, s.submitted_at,
            s.inserted_at, s.updated_at
        from ids i join feedback_response s on s.id = i.old join records r on r.old = s.record_id
        """,
        dataset,
    )


def insert_vectors(dataset: Dataset, new: Mapping[UUID, UUID]) -> int:
    """Their vectors, of the settings of the same names; how many."""
    rows = bulk.execute(
        """
        insert into feedback_vector (organization_id, record_id, settings_id, value)
        select v.organization_id, r.new, s.id, v.value
        from unnest(%s::uuid[], %s::uuid[]) as r(old, new) join feedback_vector v on v.record_id = r.old
        join feedback_vectorsettings was on was.id = v.settings_id
        join feedback_vectorsettings s on s.dataset_id = %s::uuid and s.name = was.name
        returning 1
        """,
        [list(new), list(new.values()), dataset.pk],
    )
    return len(rows)


def keep_turning_dates(new: Mapping[UUID, UUID]) -> None:
    """When they became completed, or pending again, where they are as they were there."""
    bulk.execute(
        """
        update feedback_queueitem q set turned_at = was.turned_at
        from unnest(%s::uuid[], %s::uuid[]) as r(old, new) join feedback_queueitem was on was.record_id = r.old
        where q.record_id = r.new and q.completed = was.completed and q.turned_at is distinct from was.turned_at
        """,
        [list(new), list(new.values())],
    )


def _insert(rows: Any, new: Mapping[UUID, UUID], statement: str, dataset: Dataset) -> int:
    """Rows that have ids of their own: new ones, which go by time, in the order of the old ones."""
    old = list(rows.order_by("inserted_at", "pk").values_list("pk", flat=True))
    done = bulk.execute(
        f"""
        with ids as (select * from unnest(%s::uuid[], %s::uuid[]) as x(old, new)),
            records as (select * from unnest(%s::uuid[], %s::uuid[]) as x(old, new))
        {statement} returning 1
        """,  # noqa: S608  nothing but %s is put in
        [old, [new_id() for _ in old], list(new), list(new.values()), dataset.pk],
    )
    return len(done)

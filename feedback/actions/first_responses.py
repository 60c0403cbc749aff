"""Somebody's first responses to many records at once: a statement for each step, however many records there are.

What is not first, or is told to webhooks as a record turns, goes one by one: responses.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.utils.timezone import now
from django.utils.translation import gettext

from accounts.models import Membership
from core.errors import DomainError, NotFound
from core.jsonb import dumps
from feedback.actions import answers, suggestions
from feedback.actions.one_response import NONE, standing
from feedback.actions.opinions import ask_another_opinion, disagree
from feedback.actions.queue import Settled, lock, settle_new
from feedback.events import Listeners, announce_responses
from feedback.models import Dataset, Record, Response
from feedback.models.responses import Status
from feedback.models.webhooks import Event


class Sent(NamedTuple):
    """A response to a record. `values`: question name -> answer, as actions take them."""

    record: Record
    status: Status
    values: Mapping[str, Any]


@transaction.atomic
def add_first_responses(
    dataset: Dataset, sent: Sequence[Sent], *, by: Membership
) -> dict[UUID, Response | DomainError]:
    """Write those that are this person's first, to records of one dataset, each at most once.

    Record -> what came of it. Records that are not in the answer have a response of theirs already, or somebody wants
    to hear how each turns.
    """
    if not sent or Listeners(dataset.organization_id).hear_of_status:
        return {}
    lock(sent[0].record, by)
    answered = Response.objects.filter(membership=by, record__in=[one.record for one in sent])
    known = set(answered.values_list("record", flat=True))
    results: dict[UUID, Response | DomainError] = {}
    cleaned: dict[UUID, dict[str, Any]] = {}
    first = {one.record.pk: one for one in sent if one.record.pk not in known}
    for pk, one in first.items():
        try:
            final = one.status == Status.SUBMITTED
            cleaned[pk] = answers.clean(dataset.shape, one.values, one.record.item_for(by), final=final)
        except DomainError as error:
            results[pk] = error
    settled = settle_new(by.pk, {pk: first[pk].status for pk in cleaned})
    for pk in cleaned.keys() - settled.keys():
        results[pk] = NotFound(gettext("This record was deleted a moment ago."))
    written = _write([first[pk] for pk in settled], cleaned, settled, by)
    announce_responses(dataset, {Event.RESPONSE_CREATED: [one.pk for one in written]})
    return results | {one.record_id: one for one in written}


def _write(
    sent: Sequence[Sent],
    cleaned: Mapping[UUID, dict[str, Any]],
    settled: Mapping[UUID, Settled],
    by: Membership,
) -> list[Response]:
    if not sent:
        return []
    at, suggested = now(), suggestions.seen_of([one.record for one in sent])
    made = [
        Response(
            organization_id=record.organization_id,
            dataset_id=record.dataset_id,
            record=record,
            membership=by,
            active_ms=0,
            **standing(
                record,
                cleaned[record.pk],
                status,
                settled[record.pk],
                at,
                suggested=suggested[record.pk],
                how=NONE,
                item=record.item_for(by),
            ),
        )
        for record, status, _ in sent
    ]
    _insert(made)
    for one in made:
        about = settled[one.record_id].asks_about
        if about and disagree(one.record, about):
            ask_another_opinion(one.record, by=by)
    return made


# What all of them share comes once, the rest as one array each: Django writes twenty parameters for each response,
# which takes longer than PostgreSQL takes to keep it.
INSERT = """
    insert into feedback_response (id, organization_id, dataset_id, record_id, membership_id, values, status, is_extra,
        is_counted, is_set_aside, presentation, guidelines_version, active_ms, submitted_at, note, revision)
    select made.id, %s, %s, made.record_id, %s, made.values, made.status, made.is_extra,
        made.is_counted, false, made.presentation, %s, 0, made.submitted_at, '', 1
    from unnest(%s::uuid[], %s::uuid[], %s::jsonb[], %s::text[], %s::boolean[], %s::boolean[], %s::jsonb[],
            %s::timestamptz[])
        as made(id, record_id, values, status, is_extra, is_counted, presentation, submitted_at)
    returning record_id, inserted_at, updated_at
"""


def _insert(made: Sequence[Response]) -> None:
    some = made[0]
    columns: list[list[Any]] = [
        [one.pk for one in made],
        [one.record_id for one in made],
        [dumps(one.values) for one in made],
        [one.status for one in made],
        [one.is_extra for one in made],
        [one.is_counted for one in made],
        [dumps(one.presentation) for one in made],
        [one.submitted_at for one in made],
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT,
            [some.organization_id, some.dataset_id, some.membership_id, some.guidelines_version, *columns],
        )
        times = {pk: rest for pk, *rest in cursor.fetchall()}
    for one in made:
        one.inserted_at, one.updated_at = times[one.record_id]
        one._state.adding = False

"""Telling webhooks what happened: announced by actions, in the transaction in which it happens.

An announcement writes rows (`Delivery`) with the payload as it is at this moment; they are sent once the transaction
is real, and not at all if it is rolled back. Where nobody listens it costs one short query, however many records
it is about. What happens, not what was called: saving the same again is no event (docs/webhooks.md).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from django.utils.timezone import now
from psycopg.types.json import Json

from core import bulk
from core.jsonb import to_bytes
from core.later import later
from core.models import new_id
from core.prepared import Prepared
from feedback.events.payloads import Teller, body
from feedback.models import Dataset, Record, Response, Webhook
from feedback.models.webhooks import Event

CHUNK = 500  # payloads in memory at a time: records may be large


class Listeners:
    """Who wants to be told in an organization; asked once for all that one act may bring about."""

    def __init__(self, organization_id: UUID) -> None:
        self._found = [(webhook.pk, webhook.events) for webhook in _enabled(organization_id)]

    def of(self, *events: Event) -> dict[Event, list[UUID]]:
        """Event -> the webhooks that want to be told."""
        return {event: [pk for pk, wanted in self._found if event in wanted] for event in events}

    @property
    def hear_of_status(self) -> bool:
        """Whether somebody wants to be told when a record becomes completed, or is so no longer."""
        return any(self.of(Event.RECORD_UPDATED, Event.RECORD_COMPLETED).values())


_enabled = Prepared(
    lambda place: Webhook.objects.filter(organization=place, enabled=True).only("pk", "events"), new_id()
)


def announce(event: Event, subject: Dataset | Response, listeners: Listeners | None = None) -> None:
    """Something happened to a dataset or a response. Before it is deleted, after everything else."""
    webhooks = (listeners or Listeners(subject.organization_id)).of(event)[event]
    if not webhooks:
        return
    dataset = subject if isinstance(subject, Dataset) else subject.record.dataset
    teller = Teller(dataset)
    if isinstance(subject, Dataset):
        data = teller.dataset()
    else:
        data = teller.response(
            subject, Record.objects.dated().select_related("queue").get(pk=subject.record_id)
        )
    _write(dataset, event, webhooks, [body(event, now(), data)])
    _send(dataset, webhooks)


def announce_records(dataset: Dataset, happened: Mapping[Event, Collection[UUID]]) -> None:
    """Event -> the records of the dataset that it happened to: one event each, in the order of the records."""
    told = {event: list(records) for event, records in happened.items() if records}
    listeners = Listeners(dataset.organization_id).of(*told) if told else {}
    if not any(listeners.values()):
        return
    teller, at = Teller(dataset), now()
    for event, records in told.items():
        for start in range(0, len(records) if listeners[event] else 0, CHUNK):
            found = (
                Record.objects.dated().select_related("queue").filter(pk__in=records[start : start + CHUNK])
            )
            bodies = [body(event, at, teller.record(record)) for record in found.order_by("position")]
            _write(dataset, event, listeners[event], bodies)
    _send(dataset, {webhook for webhooks in listeners.values() for webhook in webhooks})


def announce_responses(dataset: Dataset, happened: Mapping[Event, Collection[UUID]]) -> None:
    """Event -> the responses that it happened to, as `announce` does for one."""
    listeners = Listeners(dataset.organization_id).of(*(event for event, ids in happened.items() if ids))
    heard = {event: ids for event, ids in happened.items() if ids and listeners.get(event)}
    if not heard:
        return
    teller, at = Teller(dataset), now()
    for event, ids in heard.items():
        found = list(Response.objects.filter(pk__in=ids).select_related("membership"))
        records = (
            Record.objects.dated().select_related("queue").in_bulk([response.record_id for response in found])
        )
        bodies = [body(event, at, teller.response(one, records[one.record_id])) for one in found]
        _write(dataset, event, listeners[event], bodies)
    _send(dataset, {webhook for event in heard for webhook in listeners[event]})


def announce_status(dataset: Dataset, changed: Mapping[UUID, bool]) -> None:
    """These records became completed (True), or are so no longer (False)."""
    completed = [pk for pk, is_completed in changed.items() if is_completed]
    announce_records(dataset, {Event.RECORD_UPDATED: changed, Event.RECORD_COMPLETED: completed})


def _write(dataset: Dataset, event: Event, webhooks: Collection[UUID], bodies: Collection[str]) -> None:
    """A row for each body and webhook: at most ten statements. Time-ordered ids keep the order of what happened."""
    for webhook in webhooks:
        rows = [{"id": str(new_id()), "body": one} for one in bodies]
        bulk.execute(
            """
            insert into feedback_delivery
                (id, organization_id, webhook_id, workspace_id, event, body, state, attempts, answer, detail)
            select id, %s::uuid, %s::uuid, %s::uuid, %s, body, 'waiting', 0, '', ''
                from json_to_recordset(%b) as x(id uuid, body text)
            """,
            [
                dataset.organization_id,
                webhook,
                dataset.workspace_id,
                str(event),
                Json(rows, dumps=to_bytes),
            ],
        )


def _send(dataset: Dataset, webhooks: Collection[UUID]) -> None:
    for webhook in webhooks:
        later("feedback.deliver", str(dataset.organization_id), str(webhook))

"""Telling webhooks what happened: announced by actions, in the transaction in which it happens.

An announcement writes rows (`Delivery`) with the payload as it is at this moment; they are sent once the transaction
is real, and not at all if it is rolled back. Where nobody listens it costs one short query, however many records
it is about. What happens, not what was called: saving the same again is no event (docs/webhooks.md).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from django.utils.timezone import now

from core import bulk
from core.later import later
from core.models import new_id
from feedback.events.payloads import Teller, body
from feedback.models import Dataset, Record, Response, Webhook
from feedback.models.webhooks import Event

CHUNK = 500  # payloads in memory at a time: records may be large


def announce(event: Event, subject: Dataset | Response) -> None:
    """Something happened to a dataset or a response. Before it is deleted, after everything else."""
    webhooks = _listeners(subject.organization_id, event)
    if not webhooks:
        return
    dataset = subject if isinstance(subject, Dataset) else subject.record.dataset
    teller = Teller(dataset)
    if isinstance(subject, Dataset):
        data = teller.dataset()
    else:
        data = teller.response(subject, _with_status(subject.record_id))
    _write(dataset, event, webhooks, [body(event, now(), data)])
    _send(dataset, webhooks)


def announce_records(event: Event, dataset: Dataset, records: Collection[UUID]) -> None:
    """Something happened to these records of the dataset: one event each, in their order."""
    if not records or not (webhooks := _listeners(dataset.organization_id, event)):
        return
    teller, at, ids = Teller(dataset), now(), list(records)
    for start in range(0, len(ids), CHUNK):
        found = Record.objects.select_related("queue").filter(pk__in=ids[start : start + CHUNK])
        bodies = [body(event, at, teller.record(record)) for record in found.order_by("position")]
        _write(dataset, event, webhooks, bodies)
    _send(dataset, webhooks)


def hears_of_status(dataset: Dataset) -> bool:
    """Whether somebody wants to be told when a record becomes completed, or is so no longer."""
    return bool(_listeners(dataset.organization_id, Event.RECORD_UPDATED, Event.RECORD_COMPLETED))


def announce_status(dataset: Dataset, changed: Mapping[UUID, bool]) -> None:
    """These records became completed (True), or are so no longer (False)."""
    announce_records(Event.RECORD_UPDATED, dataset, changed)
    announce_records(Event.RECORD_COMPLETED, dataset, [pk for pk, completed in changed.items() if completed])


def _listeners(organization_id: UUID, *events: Event) -> list[UUID]:
    return list(Webhook.objects.listening(organization_id, *events).values_list("pk", flat=True))


def _with_status(record_id: UUID) -> Record:
    return Record.objects.select_related("queue").get(pk=record_id)


def _write(dataset: Dataset, event: Event, webhooks: Sequence[UUID], bodies: Sequence[str]) -> None:
    """A row for each body and webhook: at most ten statements. Time-ordered ids keep the order of what happened."""
    for webhook in webhooks:
        ids = [new_id() for _ in bodies]
        bulk.execute(
            """
            insert into feedback_delivery
                (id, organization_id, webhook_id, workspace_id, event, body, state, attempts, answer, detail)
            select id, %s::uuid, %s::uuid, %s::uuid, %s, body, 'waiting', 0, '', ''
                from unnest(%s::uuid[], %s::text[]) as x(id, body)
            """,
            [dataset.organization_id, webhook, dataset.workspace_id, str(event), ids, list(bodies)],
        )


def _send(dataset: Dataset, webhooks: Sequence[UUID]) -> None:
    for webhook in webhooks:
        later("feedback.deliver", str(dataset.organization_id), str(webhook))

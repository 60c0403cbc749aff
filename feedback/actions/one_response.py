"""Writing one response: checked, with its place settled, told of. Who may ask for it, and when: responses.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.timezone import now

from accounts.models import Membership
from core.models import new_id
from core.prepared import Prepared
from feedback.actions import answers, suggestions
from feedback.actions.opinions import ask_another_opinion, disagree
from feedback.actions.queue import Settled, lock, settle, weigh_stop
from feedback.actions.telling import status_told
from feedback.events import Listeners, announce
from feedback.item import Item
from feedback.models import Record, Response
from feedback.models.responses import Reason, Status
from feedback.models.webhooks import Event


@dataclass(frozen=True)
class Circumstances:
    """How a response came about: active time since the last save in milliseconds, device, the client's own id."""

    active_ms: int = 0
    device: str = ""
    submission: UUID | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


NONE = Circumstances()


def mine(record: Record, by: Membership) -> Response | None:
    """The person's response, read under a lock: two tabs of one person go one after the other."""
    lock(record, by)
    found = next(iter(_of_person(record.pk, by.pk)), None)
    if found:
        found.record, found.membership = record, by
    return found


_of_person = Prepared(
    lambda record, person: Response.objects.filter(record=record, membership=person).order_by(),
    new_id(),
    new_id(),
)


def write(
    record: Record, response: Response | None, values: Mapping[str, Any], status: Status, **given: Any
) -> Response:
    """Write it, and tell of it, unless answers and status are what they were. `given`: as for `_put`."""
    before = (response.status, response.values) if response else None
    listeners = Listeners(record.organization_id)
    with status_told(record, given["by"], listeners):
        written = _put(record, response, values, status, **given)
        if before is None:
            announce(Event.RESPONSE_CREATED, written, listeners)
        elif before != (written.status, written.values):
            announce(Event.RESPONSE_UPDATED, written, listeners)
    return written


def _put(
    record: Record,
    response: Response | None,
    values: Mapping[str, Any],
    status: Status,
    *,
    by: Membership,
    how: Circumstances,
    reason: str | None = None,
    note: str = "",
    counts: bool = False,
) -> Response:
    item = record.item_for(by)
    shape = record.dataset.shape
    kept = response.presentation.get("suggested", {}) if response else {}
    suggested = suggestions.seen(record) | kept  # what somebody began from stays
    cleaned = answers.clean(shape, values, item, final=status == Status.SUBMITTED)
    before = response.status if response else None
    settled = settle(
        record.pk,
        by.pk,
        before=before,
        after=status,
        active_ms=min(how.active_ms, 2**31 - 1),
        counts=counts,
    )
    at = now()
    changes = {
        **standing(record, cleaned, status, settled, at, suggested=suggested, how=how, item=item),
        "reason": reason,
        "note": note,
        "active_ms": min((response.active_ms or 0 if response else 0) + how.active_ms, 2**31 - 1),
        "submission": how.submission,
    }
    if response and status != Status.SUBMITTED:
        changes["submitted_at"] = response.submitted_at
    weighs = Reason.BAD_PROMPT in (reason, response.reason if response else None)
    written = _save(record, response, by, at, changes)
    if weighs:
        weigh_stop(record)
    if settled.asks_about and disagree(record, settled.asks_about):
        ask_another_opinion(record, by=by)
    return written


def standing(
    record: Record,
    cleaned: Mapping[str, Any],
    status: Status,
    settled: Settled,
    at: datetime,
    *,
    suggested: Mapping[str, Any],
    how: Circumstances,
    item: Item,
) -> dict[str, Any]:
    """What a response says from now on, and what it counts for."""
    return {
        "values": cleaned,
        "status": status,
        "is_extra": status == Status.SUBMITTED and not settled.is_wanted,
        "is_counted": status == Status.DISCARDED and settled.is_wanted,
        "is_set_aside": False,
        "guidelines_version": record.dataset.guidelines_version,
        "presentation": _presentation(item, how) | ({"suggested": suggested} if suggested else {}),
        "submitted_at": at if status == Status.SUBMITTED else None,
    }


def _save(
    record: Record, response: Response | None, by: Membership, at: datetime, changes: Mapping[str, Any]
) -> Response:
    if response is None:
        made = Response(
            organization_id=record.organization_id,
            dataset_id=record.dataset_id,
            record=record,
            membership=by,
            **changes,
        )
        made.save(force_insert=True)
        return made
    for name, value in changes.items():
        setattr(response, name, value)
    response.revision += 1
    response.updated_at = at
    response.save(update_fields=[*changes, "revision", "updated_at"])
    return response


def _presentation(item: Item, how: Circumstances) -> dict[str, Any]:
    """How the record was shown: without it, a pull towards the first place could not be measured."""
    shown = {name: item.shown([one.id for one in found]) for name, found in item.candidates.items()}
    return {"version": 1, "seed": item.seed, "shown": shown, "device": how.device, **how.extra}

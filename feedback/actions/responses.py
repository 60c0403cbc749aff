"""One person's response to one record: drafts, submits, discards, deletes.

Answers are in the form of feedback/questions: what a page or a program sent was translated at the edge.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext

from accounts.models import Membership
from core.errors import Conflict, Invalid, NotFound
from feedback.actions import answers, suggestions
from feedback.actions.queue import lock, settle
from feedback.actions.telling import status_told
from feedback.events import announce
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


@transaction.atomic
def save_draft(
    record: Record,
    values: Mapping[str, Any],
    *,
    by: Membership,
    revision: int | None = None,
    how: Circumstances = NONE,
) -> Response:
    """Keep what somebody has so far. `Conflict` if another tab kept something newer than `revision`, or submitted."""
    response = _mine(record, by)
    if response and revision is not None:
        if response.status != Status.DRAFT:
            raise Conflict(
                gettext("This record was handed in already. Submit replaces that answer by what is here.")
            )
        if response.revision != revision:
            raise Conflict(gettext("Another tab or device saved something newer. Reload the page to see it."))
    return _write(record, response, values, Status.DRAFT, by=by, how=how)


@transaction.atomic
def submit_response(
    record: Record, values: Mapping[str, Any], *, by: Membership, how: Circumstances = NONE
) -> Response:
    """Give somebody's final answers, but to questions that they do not ask for: what a draft kept of those goes.

    Submitting again replaces them; the same submission twice is one.
    """
    values = record.dataset.shape.without_unasked(values)
    response = _mine(record, by)
    if response and _is_repeated(response, how):
        return response
    return _write(record, response, values, Status.SUBMITTED, by=by, how=how)


@transaction.atomic
def discard_response(
    record: Record,
    values: Mapping[str, Any],
    *,
    by: Membership,
    reason: str | None = None,
    note: str = "",
    how: Circumstances = NONE,
) -> Response:
    """Say that somebody will not answer, and why. The place opens for somebody else."""
    if reason is not None and reason not in Reason.values:
        raise Invalid(
            gettext("%(reason)s is not a reason. Choose one of: %(reasons)s.")
            % {"reason": repr(reason), "reasons": ", ".join(Reason.values)}
        )
    response = _mine(record, by)
    if response and _is_repeated(response, how):
        return response
    return _write(record, response, values, Status.DISCARDED, by=by, how=how, reason=reason, note=note)


@transaction.atomic
def put_response(record: Record, status: str, values: Mapping[str, Any], *, by: Membership) -> Response:
    """Give somebody's response this status, whether there was one or not."""
    return _write(record, _mine(record, by), values, Status(status), by=by, how=NONE)


@transaction.atomic
def add_response(record: Record, status: str, values: Mapping[str, Any], *, by: Membership) -> Response:
    """Somebody's first response to a record; `Conflict` if there is one already."""
    if _mine(record, by):
        raise Conflict(gettext("You have answered this record already. Change that response."))
    return _write(record, None, values, Status(status), by=by, how=NONE)


@transaction.atomic
def change_response(response: Response, status: str, values: Mapping[str, Any]) -> Response:
    """Other values or another status, whoever asks for it; the same again changes nothing."""
    record, author = response.record, response.membership
    current = _mine(record, author)
    if current is None:
        raise NotFound(gettext("There is no such response any more."))
    final = status == Status.SUBMITTED
    cleaned = answers.clean(record.dataset.shape, values, record.item_for(author), final=final)
    if (current.status, current.values) == (status, cleaned):
        return current
    return _write(record, current, cleaned, Status(status), by=author, how=NONE)


@transaction.atomic
def delete_response(response: Response) -> None:
    """Take a response back altogether. Its place opens again."""
    current = _mine(response.record, response.membership)
    if current is None:
        return  # another tab was faster
    with status_told(response.record, response.membership):
        settle(current.record_id, current.membership_id, before=current.status, after=None)
        announce(Event.RESPONSE_DELETED, current)
        current.delete()


def _mine(record: Record, by: Membership) -> Response | None:
    """The person's response, read under a lock: two tabs of one person go one after the other."""
    lock(record, by)
    return Response.objects.filter(record=record, membership=by).first()


def _is_repeated(response: Response, how: Circumstances) -> bool:
    """Whether this very act has come before. Drafts carry the id of the act to come, and are none."""
    return bool(how.submission) and response.status != Status.DRAFT and response.submission == how.submission


def _write(
    record: Record, response: Response | None, values: Mapping[str, Any], status: Status, **given: Any
) -> Response:
    """Write it, and tell of it, unless answers and status are what they were. `given`: as for `_put`."""
    before = (response.status, response.values) if response else None
    with status_told(record, given["by"]):
        written = _put(record, response, values, status, **given)
        if before is None:
            announce(Event.RESPONSE_CREATED, written)
        elif before != (written.status, written.values):
            announce(Event.RESPONSE_UPDATED, written)
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
) -> Response:
    item = record.item_for(by)
    shape = record.dataset.shape
    kept = response.presentation.get("suggested", {}) if response else {}
    suggested = suggestions.seen(record) | kept  # what somebody began from stays
    cleaned = answers.clean(shape, values, item, final=status == Status.SUBMITTED)
    before = response.status if response else None
    extra = settle(
        record.pk,
        by.pk,
        before=before,
        after=status,
        active_ms=min(how.active_ms, 2**31 - 1),
    )
    at = now()
    changes: dict[str, Any] = {
        "values": cleaned,
        "status": status,
        "is_extra": extra,
        "is_set_aside": False,
        "reason": reason,
        "note": note,
        "guidelines_version": record.dataset.guidelines_version,
        "presentation": _presentation(item, how) | ({"suggested": suggested} if suggested else {}),
        "active_ms": min((response.active_ms or 0 if response else 0) + how.active_ms, 2**31 - 1),
        "submission": how.submission,
        "submitted_at": at if status == Status.SUBMITTED else (response.submitted_at if response else None),
    }
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

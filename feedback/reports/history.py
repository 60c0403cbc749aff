"""What became of one record: who had it when, who answered, when it was stopped, put back, completed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.utils.timezone import now
from django.utils.translation import gettext

from accounts.models import Membership
from feedback.models import AssignedRecord, Lease, PastLease, Record, Response
from feedback.models.assignments import AssignedState
from feedback.models.queue import Ending
from feedback.models.responses import Reason, Status

MOST = 100  # past leases that are shown, the latest ones

Happening = Literal[
    "added", "assigned", "leased", "skipped", "expired", "taken", "taken_back", "draft", "submitted", "discarded",
    "stopped", "put_back", "completed", "reopened",
]  # fmt: skip


@dataclass(frozen=True)
class Moment:
    """One thing that happened. `since`: when it began, if that was earlier; `until`: how long it holds.

    `response`: for answers; `giver`: who gave the record to `member` by name.
    """

    at: datetime
    event: Happening
    words: str
    member: Membership | None = None
    since: datetime | None = None
    until: datetime | None = None
    response: Response | None = None
    giver: Membership | None = None


def history(record: Record) -> list[Moment]:
    """All that is known, the latest first. Of past leases only the last `MOST`."""
    found = [
        *_of_the_record(record),
        *_assignments(record),
        *_leases(record),
        *_past_leases(record),
        *_answers(record),
    ]
    return sorted(found, key=lambda one: one.at, reverse=True)


def _of_the_record(record: Record) -> Iterator[Moment]:
    item = record.queue
    written = gettext("wrote the record") if record.author else gettext("The record was added.")
    yield Moment(record.inserted_at, "added", written, record.author)
    if item.cleared_at:
        yield Moment(item.cleared_at, "put_back", gettext("A manager put it back, to be handed out."))
    if item.stopped_at:
        yield Moment(
            item.stopped_at, "stopped", gettext("It was stopped, for its prompt was said to be bad.")
        )
    if item.turned_at and item.completed:
        yield Moment(item.turned_at, "completed", gettext("It had all the answers that it wants."))
    elif item.turned_at:
        yield Moment(item.turned_at, "reopened", gettext("It wants answers again."))


def _assignments(record: Record) -> Iterator[Moment]:
    words = {
        AssignedState.WAITING: gettext("was given it by name; it waits for them"),
        AssignedState.HELD: gettext("was given it by name"),
        AssignedState.ANSWERED: gettext("was given it by name, and answered"),
        AssignedState.FILLED: gettext("was given it by name; others gave all answers that are wanted"),
        AssignedState.LEFT: gettext("was given it by name, and left"),
    }
    rows = AssignedRecord.objects.filter(record=record).select_related("membership", "share__assignment__by")
    for one in rows:
        act = one.share.assignment
        yield Moment(
            act.inserted_at, "assigned", words[AssignedState(one.state)], one.membership, giver=act.by
        )


def _leases(record: Record) -> Iterator[Moment]:
    at = now()
    for one in Lease.objects.filter(record=record).select_related("membership"):
        if one.expires_at > at:
            yield Moment(one.leased_at, "leased", gettext("has it now"), one.membership, until=one.expires_at)
        else:  # a worker gives the place back in a moment
            yield Moment(one.expires_at, "expired", _ended(Ending.EXPIRED), one.membership, one.leased_at)


def _past_leases(record: Record) -> Iterator[Moment]:
    rows = PastLease.objects.filter(record=record).select_related("membership").order_by("-ended_at", "-pk")
    for one in rows[:MOST]:
        ending = Ending(one.ending)
        yield Moment(one.ended_at, _event(ending), _ended(ending), one.membership, one.leased_at)


def _event(ending: Ending) -> Happening:
    events: dict[Ending, Happening] = {
        Ending.SKIPPED: "skipped",
        Ending.EXPIRED: "expired",
        Ending.TAKEN: "taken",
        Ending.TAKEN_BACK: "taken_back",
    }
    return events[ending]


def _ended(ending: Ending) -> str:
    return {
        Ending.SKIPPED: gettext("had it, and gave it back"),
        Ending.EXPIRED: gettext("had it until the time ran out"),
        Ending.TAKEN: gettext("had it until somebody else’s answer took the place"),
        Ending.TAKEN_BACK: gettext("had it until a manager took it back"),
    }[ending]


def _answers(record: Record) -> Iterator[Moment]:
    rows = Response.objects.filter(record=record).select_related("membership")
    for one in rows.defer("values", "presentation"):
        at = (one.submitted_at if one.status == Status.SUBMITTED else None) or one.updated_at
        began = one.inserted_at if (at - one.inserted_at).total_seconds() >= 1 else None
        event, words = _answer(one)
        yield Moment(at, event, words, one.membership, began, response=one)


def _answer(one: Response) -> tuple[Happening, str]:
    if one.status == Status.DRAFT:
        return "draft", gettext("skipped it, with a draft") if one.is_set_aside else gettext("has a draft")
    if one.status == Status.SUBMITTED:
        extra = gettext("submitted an answer more than are wanted")
        return "submitted", extra if one.is_extra else gettext("submitted an answer")
    if one.reason == Reason.SKIPPED:
        counted, passed = gettext("skipped it, which counts as an answer"), gettext("skipped it")
    else:
        counted = gettext("could not judge it, which counts as an answer")
        passed = gettext("could not judge it")
    return "discarded", counted if one.is_counted else passed

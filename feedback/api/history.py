"""JSON about what became of a record."""

from __future__ import annotations

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response as Reply
from typing_extensions import TypedDict

from accounts.access import REVIEWERS, Verb
from core.api import ApiView
from core.operations import Items, Time, operation
from feedback.api.records import fetch_record
from feedback.reports.history import Happening, Moment, history


class MomentJson(TypedDict):
    """One thing that happened.

    `since`: when it began, if that was earlier; `until`: how long a lease holds. `detail`: the same in words.
    """

    event: Happening
    at: Time
    since: Time | None
    until: Time | None
    user_id: UUID | None
    username: str | None
    given_by: UUID | None
    reason: str | None
    note: str
    is_extra: bool
    is_counted: bool
    detail: str


def moment_json(one: Moment) -> MomentJson:
    """A moment of a record's history."""
    said = one.response
    return {
        "event": one.event,
        "at": one.at,
        "since": one.since,
        "until": one.until,
        "user_id": one.member.pk if one.member else None,
        "username": one.member.username if one.member else None,
        "given_by": one.giver.pk if one.giver else None,
        "reason": said.reason if said else None,
        "note": said.note if said else "",
        "is_extra": bool(said and said.is_extra),
        "is_counted": bool(said and said.is_counted),
        "detail": one.words,
    }


class RecordHistory(ApiView):
    """What became of a record."""

    @operation("get_history_of_record", REVIEWERS, gives={200: Items[MomentJson]})
    def get(self, request: Request, record_id: str) -> Reply:
        """Tell who had a record when, and what became of it, the latest first.

        Of those who had it and did not answer, the last 100.
        """
        record = fetch_record(self, Verb.REVIEW, record_id)
        return Reply({"items": [moment_json(one) for one in history(record)]})

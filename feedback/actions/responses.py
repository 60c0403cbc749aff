"""One person's response to one record: drafts, submits, discards, deletes.

Answers are in the form of feedback/questions: what a page or a program sent was translated at the edge.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from accounts.models import Membership
from core.errors import Conflict, Invalid, NotFound
from feedback.actions import answers
from feedback.actions.one_response import NONE, Circumstances, mine, write
from feedback.actions.queue import set_aside, settle, weigh_stop
from feedback.actions.telling import status_told
from feedback.events import Listeners, announce
from feedback.models import Record, Response
from feedback.models.responses import ELSEWHERE, Reason, Status
from feedback.models.rules import Again
from feedback.models.webhooks import Event


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
    response = mine(record, by)
    if response and revision is not None:
        if response.status != Status.DRAFT:
            raise Conflict(
                gettext("This record was handed in already. Submit replaces that answer by what is here.")
            )
        if response.revision != revision:
            raise Conflict(gettext("Another tab or device saved something newer. Reload the page to see it."))
    return write(record, response, values, Status.DRAFT, by=by, how=how)


@transaction.atomic
def submit_response(
    record: Record, values: Mapping[str, Any], *, by: Membership, how: Circumstances = NONE
) -> Response:
    """Give somebody's final answers, but to questions that they do not ask for: what a draft kept of those goes.

    Submitting again replaces them; the same submission twice is one.
    """
    values = record.dataset.shape.without_unasked(values)
    response = mine(record, by)
    if response and _is_repeated(response, how):
        return response
    return write(record, response, values, Status.SUBMITTED, by=by, how=how)


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
    response = mine(record, by)
    if response and _is_repeated(response, how):
        return response
    given: dict[str, Any] = {"by": by, "how": how, "reason": reason, "note": note}
    again = (
        Again.OTHERS if reason in (*ELSEWHERE, Reason.BAD_PROMPT) else Again(record.dataset.rules.on_discard)
    )
    return _pass_by(record, response, values, again, **given)


@transaction.atomic
def skip_record(record: Record, *, by: Membership) -> None:
    """Go on behind a record, whatever this person has begun on it; what becomes of it is a rule of the dataset."""
    response = mine(record, by)
    again = Again(record.dataset.rules.on_skip)
    if again == Again.LATER:
        set_aside(record, by)
    elif response is None or response.status == Status.DRAFT:
        kept = response.values if response else {}
        _pass_by(record, response, kept, again, by=by, how=NONE, reason=Reason.SKIPPED)


@transaction.atomic
def put_response(record: Record, status: str, values: Mapping[str, Any], *, by: Membership) -> Response:
    """Give somebody's response this status, whether there was one or not."""
    return write(record, mine(record, by), values, Status(status), by=by, how=NONE)


@transaction.atomic
def add_response(record: Record, status: str, values: Mapping[str, Any], *, by: Membership) -> Response:
    """Somebody's first response to a record; `Conflict` if there is one already."""
    if mine(record, by):
        raise Conflict(gettext("You have answered this record already. Change that response."))
    return write(record, None, values, Status(status), by=by, how=NONE)


@transaction.atomic
def change_response(response: Response, status: str, values: Mapping[str, Any]) -> Response:
    """Other values or another status, whoever asks for it; the same again changes nothing."""
    record, author = response.record, response.membership
    current = mine(record, author)
    if current is None:
        raise NotFound(gettext("There is no such response any more."))
    final = status == Status.SUBMITTED
    cleaned = answers.clean(record.dataset.shape, values, record.item_for(author), final=final)
    if (current.status, current.values) == (status, cleaned):
        return current
    return write(record, current, cleaned, Status(status), by=author, how=NONE)


@transaction.atomic
def delete_response(response: Response) -> None:
    """Take a response back altogether. Its place opens again."""
    current = mine(response.record, response.membership)
    if current is None:
        return  # another tab was faster
    listeners = Listeners(current.organization_id)
    with status_told(response.record, response.membership, listeners):
        settle(current.record_id, current.membership_id, before=current.status, after=None)
        announce(Event.RESPONSE_DELETED, current, listeners)
        current.delete()
        if current.reason == Reason.BAD_PROMPT:
            weigh_stop(response.record)


def _pass_by(
    record: Record, response: Response | None, values: Mapping[str, Any], again: Again, **given: Any
) -> Response:
    """Write that somebody did not answer; where it comes back to them later, as a draft that waits."""
    if again != Again.LATER:
        return write(record, response, values, Status.DISCARDED, counts=again == Again.COUNTED, **given)
    draft = write(record, response, values, Status.DRAFT, **given)
    set_aside(record, given["by"])
    return draft


def _is_repeated(response: Response, how: Circumstances) -> bool:
    """Whether this very act has come before. Drafts carry the id of the act to come, and are none."""
    return bool(how.submission) and response.status != Status.DRAFT and response.submission == how.submission

"""Records that labelers write: the record and its author's answers, in one act."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from accounts.models import Membership
from core.errors import Conflict, Invalid
from core.models import new_id
from feedback.actions import answers
from feedback.actions.entries import Entry
from feedback.actions.one_response import NONE, Circumstances
from feedback.actions.record_rows import lock
from feedback.actions.records import create_records
from feedback.actions.responses import submit_response
from feedback.invitation import check_invitation
from feedback.models import Dataset, Record

FIELD = "field:"  # before the names of fields among the errors, for questions may be called alike


@transaction.atomic
def write_record(
    dataset: Dataset,
    fields: Mapping[str, Any],
    values: Mapping[str, Any],
    *,
    by: Membership,
    how: Circumstances = NONE,
) -> Record:
    """Add a record that somebody wrote, with their answers to it. The same submission twice is one record.

    `Invalid.errors` names what is wrong: fields behind FIELD, questions by their name.
    """
    if not dataset.invites_records:
        raise Conflict(
            gettext("This dataset takes no records from labelers any more. Ask a manager to allow it again.")
        )
    check_invitation(dataset.shape)
    check(dataset, fields, values)
    lock(dataset)
    if before := written_before(dataset, by=by, how=how):
        return before
    written = create_records(dataset, [Entry(external_id=_name(how), fields=fields)], author=by)
    record = Record.objects.get(pk=written.ids[0])
    record.dataset = dataset  # its shape is read already
    submit_response(record, values, by=by, how=how)
    return record


def written_before(dataset: Dataset, *, by: Membership, how: Circumstances) -> Record | None:
    """The record that this very submission has become, if only the reply to it was lost."""
    return Record.objects.filter(dataset=dataset, external_id=_name(how), author=by).first()


def _name(how: Circumstances) -> str:
    return f"written-{how.submission or new_id()}"


def check(dataset: Dataset, fields: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Everything that is wrong with the fields and the answers, at once."""
    errors: dict[str, str] = {}
    try:
        dataset.shape.clean_fields(fields)
    except Invalid as error:
        errors |= {FIELD + name: sentence for name, sentence in error.errors.items()}
    try:
        asked_for = dataset.shape.without_unasked(values)
        answers.clean(dataset.shape, asked_for, dataset.shape.item(fields), final=True)
    except Invalid as error:
        errors |= error.errors
    if errors:
        name, sentence = next(iter(errors.items()))
        shape = dataset.shape
        about = (
            shape.fields.get(name.removeprefix(FIELD))
            if name.startswith(FIELD)
            else shape.questions.get(name)
        )
        raise Invalid(f"{about.title}: {sentence}" if about else sentence, errors)

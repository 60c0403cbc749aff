"""The questions of a dataset as a form that answers many records at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from feedback.item import Item
from feedback.shape import DatasetShape
from feedback.views.task import asked

NO_RECORD = Item(fields={})


@dataclass(frozen=True)
class BulkForm:
    """`questions`: those that one answer can hold for, as their templates take them. `others`: titles of the rest.

    `stopper`: the title of one of the rest that must be answered: then nothing can be.
    """

    questions: list[dict[str, Any]]
    others: list[str]
    stopper: str


def bulk_form(
    shape: DatasetShape, values: Mapping[str, Any], errors: Mapping[str, str] | None = None
) -> BulkForm:
    """With these answers filled in, and what is wrong with them."""
    rest = [one for one in shape.questions.values() if not one.kind.fits_any]
    return BulkForm(
        [
            asked(one, NO_RECORD, values, None, errors or {}) | {"when": shape.when_in_words(one.name)}
            for one in shape.questions.values()
            if one.kind.fits_any
        ],
        [one.title for one in rest],
        next((one.title for one in rest if one.required and not one.shown_when), ""),
    )


def posted_answers(shape: DatasetShape, form: QueryDict) -> dict[str, Any]:
    """The answers in a form, by question, without blank ones and those that nothing asks for."""
    found = {
        name: one.kind.read(form, name, NO_RECORD)
        for name, one in shape.questions.items()
        if one.kind.fits_any
    }
    return shape.without_unasked({name: answer for name, answer in found.items() if answer is not None})

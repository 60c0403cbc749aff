"""Copying what a dataset is made of. All of it or nothing: without one of its questions it would lose answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.db import transaction

from core.errors import Conflict
from feedback.actions import schema
from feedback.actions.copying_diary import here
from feedback.actions.copying_people import stamp
from feedback.actions.datasets import create_dataset, publish_dataset, update_dataset
from feedback.models import Dataset
from feedback.models.datasets import Status
from feedback.models.schema import Part
from feedback.sources import wire
from workspaces.models import Workspace

P = TypeVar("P", bound=Part)


@transaction.atomic
def copy_settings(workspace: Workspace, given: wire.Dataset, parts: wire.Parts) -> Dataset:
    """The dataset as it is there, published if it is. What was changed here later than there stays.

    `Conflict` if another dataset has its name; `Invalid` if it has a part of a kind that there is not here.
    """
    dataset = Dataset.objects.filter(pk=here(workspace.organization_id, given.id)).first()
    if dataset is None or given.updated_at > dataset.updated_at:
        dataset = _dataset(workspace, dataset, given)
    _parts(dataset, parts)
    if given.status == Status.READY and not dataset.is_published:
        dataset = publish_dataset(dataset)
        stamp(dataset, given)
    return dataset


def _dataset(workspace: Workspace, known: Dataset | None, given: wire.Dataset) -> Dataset:
    values: dict[str, Any] = {
        "name": given.name,
        "guidelines": given.guidelines,
        "allow_extra_metadata": given.allow_extra_metadata,
        "min_submitted": given.distribution.min_submitted if given.distribution else 1,
        "metadata": given.metadata,
    }
    try:
        if known is None:
            pk = here(workspace.organization_id, given.id)
            dataset = create_dataset(workspace, id=pk, **values)
        else:
            dataset = update_dataset(known, **values)
    except Conflict as error:
        raise Conflict(f"{error} It is another one: rename one of the two, and run this again.") from None
    stamp(dataset, given, last_activity_at=given.last_activity_at or given.updated_at)
    return dataset


def _parts(dataset: Dataset, parts: wire.Parts) -> None:
    _each(
        dataset.fields.all(),
        parts.fields,
        add=lambda one: schema.add_field(
            dataset, name=one.name, title=one.title, settings=one.settings, required=one.required
        ),
        change=lambda field, one: schema.change_field(field, title=one.title, settings=one.settings),
    )
    _each(
        dataset.questions.all(),
        parts.questions,
        add=lambda one: schema.add_question(
            dataset,
            name=one.name,
            title=one.title,
            settings=one.settings,
            required=one.required,
            description=one.description,
        ),
        change=lambda question, one: schema.change_question(
            question, title=one.title, description=one.description, settings=one.settings
        ),
    )
    _each(
        dataset.metadata_properties.all(),
        parts.metadata_properties,
        add=lambda one: schema.add_metadata_property(
            dataset,
            name=one.name,
            title=one.title,
            settings=one.settings,
            visible_for_annotators=one.visible_for_annotators,
        ),
        change=lambda prop, one: schema.change_metadata_property(
            prop, title=one.title, visible_for_annotators=one.visible_for_annotators
        ),
    )
    _each(
        dataset.vectors_settings.all(),
        parts.vectors_settings,
        add=lambda one: schema.add_vector_settings(
            dataset, name=one.name, title=one.title, dimensions=one.dimensions
        ),
        change=lambda settings, one: schema.change_vector_settings(settings, title=one.title),
    )


def _each(
    known: Iterable[P],
    given: Iterable[wire.Part],
    *,
    add: Callable[[wire.Part], P],
    change: Callable[[P, wire.Part], Any],
) -> None:
    """Add what is not there by its name; change what is newer there."""
    by_name = {part.name: part for part in known}
    for one in given:
        part = by_name.get(one.name)
        if part is None:
            part = add(one)
        elif one.updated_at > part.updated_at:
            change(part, one)
        else:
            continue
        stamp(part, one)

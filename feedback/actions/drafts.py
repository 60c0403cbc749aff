"""Drafts: begun from a preset, and changed in ways that a published dataset no longer can."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.timezone import now

from accounts.models import Membership
from core.errors import Invalid
from feedback.actions import conditions
from feedback.actions.datasets import create_dataset
from feedback.actions.schema import add_field, add_metadata_property, add_question
from feedback.models import Dataset, Field, Question
from feedback.presets import Preset
from workspaces.models import Workspace


@transaction.atomic
def begin_dataset(
    workspace: Workspace, *, name: str, preset: Preset, by: Membership | None = None, **given: Any
) -> Dataset:
    """A draft with what the preset has. `given`: as for `create_dataset`."""
    dataset = create_dataset(workspace, name=name, by=by, **given)
    for part in preset.fields:
        add_field(dataset, **vars(part))
    for part in preset.questions:
        add_question(dataset, **vars(part))
    for prop in preset.metadata:
        add_metadata_property(dataset, **vars(prop))
    return dataset


@transaction.atomic
def remake(part: Field | Question, *, settings: Mapping[str, Any], required: bool) -> None:
    """Other settings of the same kind, and whether it is required, in a draft: nothing refers to them yet."""
    if part.dataset.is_published:
        raise Invalid("The dataset is published: only titles and some settings can change.")
    if isinstance(part, Question):
        made = _remade(part, settings)
    else:
        made = dict(type(part.kind).from_wire({**settings, "type": part.type}).settings.model_dump())
    part.settings, part.required, part.updated_at = made, required, now()
    part.save(update_fields=["settings", "required", "updated_at"])
    part.__dict__.pop("kind", None)
    part.dataset.__dict__.pop("shape", None)


def _remade(question: Question, settings: Mapping[str, Any]) -> dict[str, Any]:
    kind = type(question.kind).from_wire({**settings, "type": question.type})
    others = question.dataset.questions.exclude(pk=question.pk)
    fields = {field.name: field.type for field in question.dataset.fields.all()}
    kind.suits(fields, [other.kind for other in others])
    conditions.refuse_unfit(question, kind)
    return conditions.settled(kind, conditions.earlier(question))

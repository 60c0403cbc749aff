"""What a dataset is made of: fields and questions of drafts; titles and some settings at any time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction
from django.utils.timezone import now

from accounts.audit import note
from core.errors import Conflict, Invalid
from core.text import check_text
from feedback import fields, metadata, questions
from feedback.actions import conditions, indexing, record_rows
from feedback.actions.rules import refuse_if_ruled
from feedback.models import Dataset, Field, MetadataProperty, MetadataValue, Question, VectorSettings
from feedback.models.schema import Part

MOST_VECTORS = 5
P = TypeVar("P", bound=Part)


@transaction.atomic
def add_field(
    dataset: Dataset, *, name: str, title: str, settings: Mapping[str, Any], required: bool = False
) -> Field:
    """A field of the kind that `settings["type"]` names, to a draft."""
    _only_draft(dataset, "add fields")
    kind = fields.from_wire(settings)
    return _add(
        Field(
            dataset=dataset,
            name=name,
            title=title,
            required=required,
            type=kind.name,
            settings=_json(kind.settings),
        )
    )


@transaction.atomic
def change_field(
    field: Field, *, title: str | None = None, settings: Mapping[str, Any] | None = None
) -> Field:
    """Another title, or settings of the same kind; also when published."""
    return _change(
        field, title=title, settings=field.kind.changed(settings) if settings is not None else None
    )


@transaction.atomic
def remove_field(field: Field) -> None:
    """Take a field out of a draft; not one that a question is about."""
    _only_draft(field.dataset, "remove fields")
    left = {other.name: other.type for other in field.dataset.fields.exclude(pk=field.pk)}
    for question in field.dataset.questions.all():
        try:
            question.kind.suits(left)
        except Invalid:
            raise Invalid(
                f"The question {question.name!r} needs this field. Remove the question first."
            ) from None
    _note("dataset.part_removed", field)
    field.delete()
    _forget_shape(field)


@transaction.atomic
def add_question(
    dataset: Dataset,
    *,
    name: str,
    title: str,
    settings: Mapping[str, Any],
    required: bool = False,
    description: str | None = None,
) -> Question:
    """A question of the kind that `settings["type"]` names, to a draft."""
    if dataset.questions.filter(name=name).exists():  # the contract checks the name first
        raise Conflict(f"The dataset already has a question named {name!r}.")
    _only_draft(dataset, "add questions")
    kind = questions.from_wire(settings)
    kind.suits(
        {field.name: field.type for field in dataset.fields.all()},
        [other.kind for other in dataset.questions.all()],
    )
    return _add(
        Question(
            dataset=dataset,
            name=name,
            title=title,
            description=description,
            required=required,
            type=kind.name,
            settings=conditions.settled(kind, dataset.questions.all()),
        )
    )


@transaction.atomic
def change_question(
    question: Question, *, settings: Mapping[str, Any] | None = None, **given: Any
) -> Question:
    """Another title or description, or those settings that may change; also when published."""
    if settings is not None:
        kind = type(question.kind)(question.kind.changed(settings))
        settings = conditions.settled(kind, conditions.earlier(question))
    return _change(question, settings=settings, **given)


@transaction.atomic
def remove_question(question: Question) -> None:
    """Take a question out of a draft; not one by which the queue goes."""
    _only_draft(question.dataset, "remove questions")
    conditions.refuse_if_needed(question)
    refuse_if_ruled(question)
    _note("dataset.part_removed", question)
    question.delete()
    _forget_shape(question)


@transaction.atomic
def add_metadata_property(
    dataset: Dataset,
    *,
    name: str,
    title: str,
    settings: Mapping[str, Any],
    visible_for_annotators: bool = True,
) -> MetadataProperty:
    """Something known about records, also when published. Records that are there keep what they have."""
    kind = metadata.from_wire(settings)
    prop = _add(
        MetadataProperty(
            dataset=dataset,
            name=name,
            title=title,
            type=kind.name,
            settings=_json(kind.settings),
            visible_for_annotators=visible_for_annotators,
        )
    )
    indexing.begin_property(prop)
    return prop


@transaction.atomic
def change_metadata_property(prop: MetadataProperty, **given: Any) -> MetadataProperty:
    """Another title, or who may see it."""
    return _change(prop, **given)


@transaction.atomic
def remove_metadata_property(prop: MetadataProperty) -> None:
    """Forget the property; the values stay in the records. Not one by which the queue goes."""
    record_rows.lock(prop.dataset)  # whoever writes records copies values of the properties that there are
    refuse_if_ruled(prop)
    copies = MetadataValue.objects.filter(property=prop)
    for kept in ("term", "number"):  # each has an index of its own
        copies.filter(**{f"{kept}__isnull": False})._raw_delete(using="default")
    _note("dataset.part_removed", prop)
    prop.delete()
    _forget_shape(prop)


@transaction.atomic
def add_vector_settings(dataset: Dataset, *, name: str, title: str, dimensions: int) -> VectorSettings:
    """A vector that records may have, also when published."""
    if dataset.vectors_settings.count() >= MOST_VECTORS:
        raise Invalid(f"A dataset has at most {MOST_VECTORS} vector settings.")
    return _add(VectorSettings(dataset=dataset, name=name, title=title, dimensions=dimensions))


@transaction.atomic
def change_vector_settings(settings: VectorSettings, *, title: str) -> VectorSettings:
    """Another title."""
    return _change(settings, title=title)


@transaction.atomic
def remove_vector_settings(settings: VectorSettings) -> None:
    """Forget the settings; the records' vectors of that name go too."""
    _note("dataset.part_removed", settings)
    VectorSettings.objects.filter(pk=settings.pk)._raw_delete(using="default")


def _only_draft(dataset: Dataset, what: str) -> None:
    if dataset.is_published:
        raise Invalid(f"The dataset is published: you can no longer {what}.")


def _json(settings: Any) -> dict[str, Any]:
    return dict(settings.model_dump())


def _add(part: P) -> P:
    part.organization_id = part.dataset.organization_id  # type: ignore[attr-defined]
    for text in (part.name, part.title, getattr(part, "description", None)):
        check_text(text or "")
    try:
        with transaction.atomic():
            part.save(force_insert=True)
    except IntegrityError as error:
        if "_name_per_dataset" not in str(error):
            raise
        noun = part._meta.verbose_name
        raise Conflict(f"The dataset already has a {noun} named {part.name!r}.") from None
    _forget_shape(part)
    _note("dataset.part_added", part)
    return part


def _change(part: P, **given: Any) -> P:
    """Write what is given and differs; `settings` that are given move the date even when equal (contract 7.2)."""
    settings = given.pop("settings", None)
    changed = {name: value for name, value in given.items() if value is not None or name == "description"}
    changed = {name: value for name, value in changed.items() if getattr(part, name) != value}
    if settings is not None:
        changed["settings"] = settings
    for name, value in changed.items():
        check_text(value) if isinstance(value, str) else None
        setattr(part, name, value)
    if changed:
        part.updated_at = now()
        part.save(update_fields=[*changed, "updated_at"])
        part.__dict__.pop("kind", None)
        _forget_shape(part)
        _note("dataset.part_changed", part, changed=sorted(changed))
    return part


def _note(act: str, part: Part, **details: Any) -> None:
    """About the dataset: that is what one looks for."""
    note(act, part.dataset, part=f"{part._meta.verbose_name} {part.name}", **details)  # type: ignore[attr-defined]


def _forget_shape(part: models.Model) -> None:
    dataset = part.dataset  # type: ignore[attr-defined]
    dataset.__dict__.pop("shape", None)
    dataset.refresh_from_db(fields=["shape_token"])

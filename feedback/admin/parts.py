"""What a dataset is made of, edited on the dataset's page: fields, questions, metadata properties."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from accounts.access import Verb
from accounts.admin.base import TenantAdmin
from accounts.admin.refusals import RefusedError
from core.errors import DomainError
from feedback.actions import schema
from feedback.admin.part_forms import FieldForm, PartForm, PropertyForm, QuestionForm
from feedback.models import Dataset, Field, MetadataProperty, Question

if TYPE_CHECKING:
    StackedInline = admin.StackedInline[Any, Any]
else:
    StackedInline = admin.StackedInline


class PartInline(StackedInline):
    """Parts of one sort. `add`, `change` and `remove` are actions."""

    form = PartForm
    extra = 0
    until_published = True  # whether parts come and go only while the dataset is a draft

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """An empty one to begin with."""
        return 1 if obj is None else 0

    def page(self) -> TenantAdmin:
        """The dataset's page, which knows who may what."""
        return cast(TenantAdmin, self.admin_site.get_model_admin(Dataset))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.page().has_view_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.page().may(request, Verb.MANAGE, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        free = obj is None or not (self.until_published and obj.is_published)
        return free and self.page().may(request, Verb.MANAGE, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_add_permission(request, obj)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        formset.form.request = request  # type: ignore[attr-defined]
        return formset

    def get_queryset(self, request: HttpRequest) -> Any:
        """All parts of a dataset that was obtained by permission."""
        return super().get_queryset(request).order_by("inserted_at", "id")

    def add(self, dataset: Dataset, given: dict[str, Any]) -> Any:
        """Make the part."""
        raise NotImplementedError

    def change(self, part: Any, given: dict[str, Any]) -> Any:
        """Change what differs."""
        raise NotImplementedError

    def remove(self, part: Any) -> None:
        """Take it out."""
        raise NotImplementedError


class FieldInline(PartInline):
    """Fields."""

    model = Field
    form = FieldForm
    fields = (("name", "title"), ("type", "required"), "settings")

    def add(self, dataset: Dataset, given: dict[str, Any]) -> Field:
        return schema.add_field(dataset, **given)

    def change(self, part: Field, given: dict[str, Any]) -> Field:
        return schema.change_field(part, title=given["title"], settings=given["settings"])

    def remove(self, part: Field) -> None:
        schema.remove_field(part)


class QuestionInline(PartInline):
    """Questions."""

    model = Question
    form = QuestionForm
    fields = (("name", "title"), "description", ("type", "required"), "settings")

    def add(self, dataset: Dataset, given: dict[str, Any]) -> Question:
        return schema.add_question(dataset, **given)

    def change(self, part: Question, given: dict[str, Any]) -> Question:
        return schema.change_question(
            part, title=given["title"], description=given["description"], settings=given["settings"]
        )

    def remove(self, part: Question) -> None:
        schema.remove_question(part)


class PropertyInline(PartInline):
    """Metadata properties, also of published datasets."""

    model = MetadataProperty
    form = PropertyForm
    fields = (("name", "title"), ("type", "visible_for_annotators"), "settings")
    until_published = False

    def add(self, dataset: Dataset, given: dict[str, Any]) -> MetadataProperty:
        return schema.add_metadata_property(dataset, **given)

    def change(self, part: MetadataProperty, given: dict[str, Any]) -> MetadataProperty:
        return schema.change_metadata_property(
            part, title=given["title"], visible_for_annotators=given["visible_for_annotators"]
        )

    def remove(self, part: MetadataProperty) -> None:
        schema.remove_metadata_property(part)


def write(inline: PartInline, dataset: Dataset, form: PartForm) -> Any:
    """Add or change the part of one form. A refusal is said beside that form."""
    given = {
        name: value for name, value in form.given.items() if name not in {"id", "dataset", "type", "DELETE"}
    }
    try:
        if form.instance._state.adding:
            return inline.add(dataset, given)
        return inline.change(_stored(dataset, form), given)
    except DomainError as why:
        raise RefusedError(form.prefix, why) from None


def remove(inline: PartInline, dataset: Dataset, form: PartForm) -> None:
    """Take the part of one form out."""
    try:
        inline.remove(_stored(dataset, form))
    except DomainError as why:
        raise RefusedError(None, why) from None


def _stored(dataset: Dataset, form: forms.BaseForm) -> Any:
    """The part as it is stored, belonging to the dataset at hand."""
    relation = {Field: "fields", Question: "questions", MetadataProperty: "metadata_properties"}
    part = cast(PartForm, form).instance
    stored = getattr(dataset, relation[type(part)]).get(pk=part.pk)
    stored.dataset = dataset
    return stored

"""One field, question or metadata property of a dataset: added, changed, removed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import Verb
from core.errors import DomainError, Invalid
from core.http import Request
from core.registry import Registry
from feedback import fields, metadata, questions
from feedback.actions import schema
from feedback.actions.drafts import remake
from feedback.models import Dataset, Field, MetadataProperty, Question, Record
from feedback.part_forms import PartForm
from feedback.views.frame_policy import shows_records


@dataclass(frozen=True)
class Family:
    """What datasets are made of: the model, its kinds, and the actions. `extra`: the switches of its form."""

    name: str
    new: str
    model: Any
    kinds: Registry[Any]
    add: Callable[..., Any]
    change: Callable[..., Any]
    remove: Callable[[Any], None]
    extra: tuple[str, ...] = ()
    is_fixed: bool = True  # once the dataset is published

    def switches(self, dataset: Dataset) -> tuple[str, ...]:
        """Whether a field is required is decided before publishing."""
        return tuple(one for one in self.extra if one != "required" or not dataset.is_published)

    def form(self, request: Request, dataset: Dataset, kind: Any, part: Any = None) -> PartForm:
        """With all settings in a draft; later with those that may still change."""
        is_free = part is None or (self.is_fixed and not dataset.is_published)
        only: frozenset[str] | None = None if is_free else getattr(kind, "changeable", NOTHING)
        extra = self.switches(dataset)
        return PartForm(request.POST or None, dataset=dataset, kind=kind, part=part, extra=extra, only=only)


NOTHING: frozenset[str] = frozenset()
FAMILIES = {
    one.name: one
    for one in (
        Family(
            "fields",
            gettext_noop("New field"),
            Field,
            fields.kinds,
            schema.add_field,
            schema.change_field,
            schema.remove_field,
            ("required",),
        ),
        Family(
            "questions",
            gettext_noop("New question"),
            Question,
            questions.kinds,
            schema.add_question,
            schema.change_question,
            schema.remove_question,
            ("description", "required"),
        ),
        Family(
            "metadata",
            gettext_noop("New metadata property"),
            MetadataProperty,
            metadata.kinds,
            schema.add_metadata_property,
            schema.change_metadata_property,
            schema.remove_metadata_property,
            ("visible_for_annotators",),
            is_fixed=False,
        ),
    )
}


@require_http_methods(["GET", "POST"])
@shows_records
def new_part(request: Request, pk: UUID, family: str) -> HttpResponse:
    """Add one of the kind that `?kind=` names."""
    dataset = Dataset.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    group = FAMILIES[family]
    if dataset.is_published and group.is_fixed:
        raise Invalid(gettext("The dataset is published: you can no longer add this."))
    kind = group.kinds[request.GET.get("kind", "")]
    form = group.form(request, dataset, kind)
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("title", *group.switches(dataset))}
        try:
            group.add(dataset, name=form.name, settings=form.settings(), **given)
        except DomainError as error:
            form.explain(error)
        else:
            return _back(request, dataset, group)
    return _page(request, dataset, group, form, kind)


@require_http_methods(["GET", "POST"])
@shows_records
def part(request: Request, pk: UUID, family: str, part: UUID) -> HttpResponse:
    """Change one."""
    group = FAMILIES[family]
    found = group.model.objects.fetch(Verb.MANAGE, request.membership, pk=part, dataset=pk)
    dataset, kind = found.dataset, type(found.kind)
    form = group.form(request, dataset, kind, found)
    if request.method == "POST" and form.is_valid():
        try:
            _change(group, found, form)
        except DomainError as error:
            form.explain(error)
        else:
            messages.success(request, gettext("%(name)s is saved.") % {"name": found.title})
            return _back(request, dataset, group)
    return _page(request, dataset, group, form, kind)


@require_POST
def remove_part(request: Request, pk: UUID, family: str, part: UUID) -> HttpResponse:
    """Take one out."""
    group = FAMILIES[family]
    found = group.model.objects.fetch(Verb.MANAGE, request.membership, pk=part, dataset=pk)
    group.remove(found)
    messages.success(request, gettext("%(name)s is removed.") % {"name": found.title})
    return _back(request, found.dataset, group)


def _change(group: Family, found: Any, form: PartForm) -> None:
    given = {name: form.cleaned_data[name] for name in ("title", *group.extra) if name in form.cleaned_data}
    if "required" in given:  # a draft
        remake(found, settings=form.settings(), required=given.pop("required"))
    elif form.blank:
        given["settings"] = form.blank | form.settings()
    group.change(found, **given)


def _back(request: Request, dataset: Dataset, group: Family) -> HttpResponse:
    response = redirect("dataset_settings", request.organization.slug, dataset.pk)
    response["Location"] += f"#{group.name}"
    return response


def _trying(request: Request, dataset: Dataset, form: PartForm, kind: Any) -> dict[str, Any]:
    """For kinds whose settings can be tried: the template for that, and a value to begin with."""
    template = getattr(kind, "preview", "")
    if not template:
        return {}
    sample = kind.example.values[0]
    if form.part:
        records = Record.objects.allowing(Verb.MANAGE, request.membership)
        first = records.filter(dataset=dataset).order_by("position").first()
        sample = (first.fields.get(form.part.name) if first else None) or sample
    return {
        "preview": template,
        "kind": kind.name,
        "sample": json.dumps(sample, ensure_ascii=False, indent=2),
    }


def _page(request: Request, dataset: Dataset, group: Family, form: PartForm, kind: Any) -> HttpResponse:
    context = {
        "nav": "datasets",
        "dataset": dataset,
        "family": group,
        "form": form,
        "label": gettext(kind.label),
    }
    context |= _trying(request, dataset, form, kind)
    return render(request, "feedback/part.html", context, status=422 if form.errors else 200)

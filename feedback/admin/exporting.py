"""Exporting from the admin: a format, its options, then a job."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from accounts.admin.base import TenantAdmin
from accounts.admin.reach import who
from accounts.admin.refusals import REFUSALS
from core.errors import DomainError, Invalid
from feedback import exports
from feedback.actions.export_plans import shape_for_export
from feedback.actions.export_starts import start_export
from feedback.exports.controls import Control, controls
from feedback.models import Dataset
from feedback.shape import DatasetShape


def export_page(page: TenantAdmin, request: HttpRequest, dataset: Dataset) -> HttpResponse:
    """The formats that suit the dataset, each with its options."""
    shape = shape_for_export(dataset)
    kinds = [kind() for kind in exports.kinds if kind().suits(shape)]
    chosen = request.POST.get("format") or (kinds[0].name if kinds else "")
    why: DomainError | None = None
    if request.method == "POST":
        try:
            job = start_export(
                dataset, format=chosen, options=_options(request.POST, chosen, shape), by=who(request)
            )
        except REFUSALS as refusal:
            why = refusal
        else:
            page.message_user(request, "The export is on its way.", messages.SUCCESS)
            return redirect("admin:feedback_job_change", job.pk)
    errors = dict(why.errors) if isinstance(why, Invalid) else {}
    groups = [
        (
            kind,
            [
                _shown(kind.name, one, request, errors if kind.name == chosen else {})
                for one in controls(kind, shape)
            ],
        )
        for kind in kinds
    ]
    context = {
        **page.admin_site.each_context(request),
        "title": f"Export {dataset.name}",
        "opts": page.opts,
        "original": dataset,
        "groups": groups,
        "chosen": chosen,
        "why": why,
    }
    return TemplateResponse(request, "admin/export.html", context, status=422 if why else 200)


def _options(posted: QueryDict, chosen: str, shape: DatasetShape) -> dict[str, Any]:
    """What was said about the options of the chosen format."""
    kind = exports.kinds[chosen]()
    found: dict[str, Any] = {}
    for one in controls(kind, shape):
        name = f"{kind.name}-{one.name}"
        if one.type == "choices":
            found[one.name] = posted.getlist(name)
        elif one.type == "flag":
            found[one.name] = name in posted
        else:
            found[one.name] = posted.get(name, "")
    return {name: value for name, value in found.items() if value not in ("", [])}


def _shown(kind: str, control: Control, request: HttpRequest, errors: dict[str, str]) -> dict[str, Any]:
    name = f"{kind}-{control.name}"
    default = control.default if isinstance(control.default, list) else [control.default]
    posted = request.POST.getlist(name) if request.method == "POST" else None
    values = [str(one) for one in default if one is not None] if posted is None else posted
    return {
        "control": control,
        "name": name,
        "values": values,
        "value": values[0] if values else "",
        "is_on": bool(posted) if posted is not None else bool(control.default),
        "error": errors.get(control.name, ""),
    }

"""The audit log of the organization, for its owners."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.timezone import now
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import Verb, demand
from accounts.actions.audit_log import keep_audit_log, note_export
from accounts.audit_acts import Kind
from accounts.audit_models import LEAST_DAYS, MOST_DAYS, AuditEntry
from accounts.audit_reading import Wanted, as_csv, as_jsonl, page
from accounts.forms import explain
from core.errors import DomainError, NotFound
from core.http import Request, asked
from core.origin import Door

PER_PAGE = 50
FILES = {"csv": ("text/csv; charset=utf-8", as_csv), "jsonl": ("application/jsonl", as_jsonl)}
DOORS = {
    Door.PAGE: _("Page"),
    Door.ADMIN: _("Admin"),
    Door.API: _("API"),
    Door.TERMINAL: _("Terminal"),
    Door.WORKER: _("Worker"),
}


class KeepForm(forms.Form):
    """How long entries are kept."""

    days = forms.IntegerField(
        label=_("Keep entries for so many days"), min_value=LEAST_DAYS, max_value=MOST_DAYS
    )


class AskedPage(Wanted):
    """The query of the page."""

    before: UUID | None = None


@require_GET
@never_cache
def audit_log(request: Request) -> HttpResponse:
    """Newest first. Pages go by the last one seen."""
    demand(Verb.OVERSEE, request.membership)
    return _page(request, KeepForm(initial={"days": request.organization.audit_days}))


@require_GET
@never_cache
def audit_file(request: Request, format: str) -> HttpResponseBase:
    """All that the filter lets through, as one file, written while it is sent."""
    demand(Verb.OVERSEE, request.membership)
    if format not in FILES:
        raise NotFound(gettext("The log is given as csv or as jsonl."))
    entries = asked(request, AskedPage).select(AuditEntry.objects.allowing(Verb.OVERSEE, request.membership))
    note_export(request.organization, format=format)
    kind, write = FILES[format]
    reply = StreamingHttpResponse(write(request.organization.pk, entries), content_type=kind)
    name = f"audit-log-{request.organization.slug}-{now():%Y-%m-%d}.{format}"
    reply.headers["Content-Disposition"] = str(content_disposition_header(True, name))
    return reply


@require_POST
def keep_log(request: Request) -> HttpResponse:
    """How long entries are kept from now on."""
    demand(Verb.OWN, request.membership)
    form = KeepForm(request.POST)
    if form.is_valid():
        try:
            keep_audit_log(request.organization, days=form.cleaned_data["days"])
        except DomainError as error:
            explain(form, error)
        else:
            days = form.cleaned_data["days"]
            said = ngettext("Entries are kept for %(days)s day.", "Entries are kept for %(days)s days.", days)
            messages.success(request, said % {"days": days})
            return redirect("audit_log", request.organization.slug)
    return _page(request, form)


def _page(request: Request, form: KeepForm) -> HttpResponse:
    wanted = asked(request, AskedPage)
    entries = wanted.select(AuditEntry.objects.allowing(Verb.OVERSEE, request.membership))
    found, following = page(entries, wanted.before, PER_PAGE)
    context: dict[str, Any] = {
        "nav": "people",
        "entries": [(entry, DOORS.get(Door(entry.door), entry.door)) for entry in found],
        "older": following,
        "wanted": wanted,
        "is_filtered": any(wanted.model_dump().values()),
        "kinds": Kind.choices,
        "doors": DOORS.items(),
        "form": form,
    }
    return render(request, "workspaces/audit_log.html", context, status=422 if form.errors else 200)

"""What one may do here, and why."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import Verb
from core.http import Request
from workspaces.models import WorkspaceMembership
from workspaces.standing import matrix, reasons


@require_GET
def rights(request: Request) -> HttpResponse:
    """Of whoever asks: their roles, who gave them, and what each role may."""
    by = request.membership
    places = WorkspaceMembership.objects.allowing(Verb.VIEW, by).filter(membership=by)
    found = places.select_related("workspace", "role_set_by").order_by("workspace__name")
    context = {"nav": "account", "reasons": reasons(by, found, by=by), "matrix": matrix(by)}
    return render(request, "workspaces/rights.html", context)

"""The first page: what waits for whoever is signed in."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access import Verb, may
from core.http import Request
from feedback.models import Dataset
from feedback.reports.worklist import drafts, week, worklist
from workspaces.models import Workspace

MOST_UNFINISHED = 5


@require_GET
@never_cache
def home(request: Request) -> HttpResponse:
    """The work list; for managers also the datasets that they have not published yet."""
    by = request.membership
    work = worklist(by)
    unfinished = Dataset.objects.allowing(Verb.MANAGE, by).filter(status="draft").order_by("-updated_at")
    waiting = [one for one in work if not one.why_not]
    context = {
        "nav": "work",
        "work": work,
        "waiting": waiting,
        "resting": [one for one in work if one.why_not],
        "drafts": drafts(by, work),
        "week": week(by, work),
        "unfinished": unfinished[:MOST_UNFINISHED],
        "answers": may(Verb.ANNOTATE, by),
        "has_workspace": bool(work) or Workspace.objects.allowing(Verb.VIEW, by).exists(),
    }
    return render(request, "feedback/home.html", context)

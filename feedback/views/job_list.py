"""The list of jobs, and what keeps it true while they go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from django_htmx.http import HttpResponseClientRefresh
from pydantic import BaseModel

from accounts.access import Verb, demand
from accounts.models import Membership
from core.http import Request, asked, id_in
from feedback.models import Dataset, Job
from feedback.models.jobs import JobKind, State
from feedback.reports.job_list import Wanted, jobs_page
from feedback.reports.job_progress import Pace, paces
from workspaces.views.nowhere import says_why_it_is_empty

PER_PAGE = 25
MOST_NAMED = 500  # datasets to choose from


class Seen(BaseModel):
    """What a page shows already: its newest job."""

    newest: UUID | None = None


@dataclass(frozen=True)
class Watching:
    """What a page asks about again: the stamps of those of its jobs that go on, and whatever is newer than all."""

    stamps: list[str]
    newest: UUID | None
    wanted: Wanted

    @classmethod
    def of(cls, shown: Sequence[Pace], wanted: Wanted, *, newest: UUID | None = None) -> Watching:
        """Of the rows of a page."""
        stamps = [one.stamp for one in shown if not one.job.has_ended and one.job.state != State.UPLOADED]
        ids = [one.job.pk for one in shown] + ([newest] if newest else [])
        return cls(stamps, max(ids, default=None), wanted)


@require_GET
@never_cache
@says_why_it_is_empty("jobs")
def jobs(request: Request) -> HttpResponse:
    """All jobs that one manages, newest first. Pages go by the last one seen."""
    demand(Verb.MANAGE, request.membership)
    wanted = asked(request, Wanted)
    page = jobs_page(wanted, request.membership, PER_PAGE + 1)
    shown = paces(page[:PER_PAGE])
    context = {
        "nav": "jobs",
        "jobs": shown,
        "older": page[PER_PAGE - 1].pk if len(page) > PER_PAGE else None,
        "wanted": wanted,
        "watching": Watching.of(shown, wanted),
        "states": State.choices,
        "kinds": JobKind.choices,
        "datasets": Dataset.objects.allowing(Verb.MANAGE, request.membership).order_by("name")[:MOST_NAMED],
    }
    return render(request, "feedback/jobs.html", context)


@require_GET
@never_cache
def live_jobs(request: Request) -> HttpResponse:
    """The rows of a list of jobs that changed since it was shown, and those that came; nothing if none did."""
    demand(Verb.MANAGE, request.membership)
    wanted, watched = asked(request, Wanted), set(request.GET.getlist("seen")[:PER_PAGE])
    newest = asked(request, Seen).newest
    known = [pk for stamp in watched if (pk := id_in(stamp.partition(".")[0]))]
    found = Job.objects.allowing(Verb.MANAGE, request.membership).select_related("dataset", "by")
    rows = paces(list(found.filter(pk__in=known)))
    came = [] if wanted.before else paces(_newer(wanted, request.membership, newest))
    changed = [one for one in rows if one.stamp not in watched]
    if not changed and not came:
        return HttpResponse(status=204)
    if newest is None:
        return HttpResponseClientRefresh()  # the page said that there are none, and has no table
    context = {
        "changed": changed,
        "came": came,
        "ended": [one for one in changed if one.job.has_ended],
        "watching": Watching.of([*came, *rows], wanted, newest=newest),
        "organization": request.organization,
    }
    return render(request, "feedback/parts/jobs_live.html", context)


def _newer(wanted: Wanted, by: Membership, newest: UUID | None) -> list[Job]:
    return [job for job in jobs_page(wanted, by, PER_PAGE) if newest is None or job.pk > newest]

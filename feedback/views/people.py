"""The people of a dataset, for those who manage it: who has which record, who did how much, who is paused."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import Verb, may
from accounts.models import Membership
from core.errors import NotFound
from core.http import Request
from feedback.actions.labelers import pause_labeler, resume_labeler, take_back_lease
from feedback.models import Dataset, Lease
from feedback.reports.labelers import ORDERS, PER_PAGE, at_work, labeler, labelers, shown

PLACES = ("q", "order", "page")  # what an address of the list says


@never_cache
@require_GET
def people(request: Request, pk: UUID) -> HttpResponse:
    """Everybody who works on a dataset or may, as the address asks for them."""
    dataset = Dataset.objects.fetch(Verb.REVIEW, request.membership, pk=pk)
    return render(request, "feedback/people.html", _list(request, dataset))


@require_POST
def pause(request: Request, pk: UUID, person: UUID) -> HttpResponse:
    """Hand somebody nothing more here."""
    dataset = Dataset.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    member = labeler(dataset, person).member
    pause_labeler(dataset, member)
    said = gettext("%(name)s is paused here: handed nothing more until you resume them.")
    return _done(request, dataset, said % {"name": member.display_name})


@require_POST
def resume(request: Request, pk: UUID, person: UUID) -> HttpResponse:
    """Hand them records again."""
    dataset = Dataset.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    member = labeler(dataset, person).member
    resume_labeler(dataset, member)
    return _done(request, dataset, gettext("%(name)s gets records again.") % {"name": member.display_name})


@require_POST
def take_back(request: Request, pk: UUID, lease: UUID) -> HttpResponse:
    """Take a record back from somebody who has it."""
    dataset = Dataset.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    try:
        found = Lease.objects.fetch(Verb.MANAGE, request.membership, pk=lease, dataset=dataset)
        take_back_lease(found)
    except NotFound:  # as it happens while somebody reads the list
        return _done(
            request, dataset, gettext("Nobody has that record any more. This is the list as it is now.")
        )
    said = gettext("%(name)s does not have that record any more. Somebody else may get it now.")
    said %= {"name": found.membership.display_name}
    return _done(request, dataset, said, focus=found.membership_id)


def _done(request: Request, dataset: Dataset, said: str, *, focus: UUID | None = None) -> HttpResponse:
    """The list as it was, with what changed. `focus`: the person whose button is gone."""
    if request.htmx:
        context = _list(request, dataset) | {"said": said, "focus": focus}
        return render(request, "feedback/people.html#list", context)
    messages.success(request, said)
    page = reverse("dataset_people", args=[request.organization.slug, dataset.pk])
    return redirect(page + _at(request))


def _list(request: Request, dataset: Dataset) -> dict[str, Any]:
    sought, order = request.GET.get("q", "").strip(), request.GET.get("order", "last")
    rows = labelers(dataset, sought=sought, order=order)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    found = shown(dataset, page.object_list)
    is_manager = may(Verb.MANAGE, request.membership, dataset.workspace_id)
    verb = Verb.VIEW if is_manager else Verb.MANAGE  # others have no page about people
    reachable = Membership.objects.allowing(verb, request.membership).filter(left_at=None)
    working, paused = at_work(dataset)
    return {
        "nav": "datasets",
        "tab": "people",
        "dataset": dataset,
        "page": page,
        "people": found,
        "linked": set(reachable.filter(pk__in=[one.member.pk for one in found]).values_list("pk", flat=True)),
        "sought": sought,
        "order": order,
        "orders": [(key, gettext(words)) for key, words in ORDERS.items()],
        "at": _at(request),
        "working": working,
        "paused": paused,
        "is_manager": is_manager,
    }


def _at(request: Request) -> str:
    """Which part of the list it is: the end of an address, which the acts have as well."""
    kept = urlencode([(name, value) for name in PLACES if (value := request.GET.get(name))])
    return f"?{kept}" if kept else ""

"""Work that was given to people by name: seen, given, taken back, handed over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import Verb
from accounts.forms import explain
from accounts.models import Membership
from core.errors import DomainError
from core.http import Request
from feedback.actions.assigning import start_assignment
from feedback.actions.assignments import change_assignment
from feedback.actions.handing_over import hand_over
from feedback.actions.unassigning import take_back_assignment, take_back_share
from feedback.assignment_forms import AssignForm, NoteForm, PeopleForm
from feedback.models import Assignment, Dataset, Share
from feedback.reports.assignments import MOST_LISTED, given, left_behind, number_of
from feedback.reports.job_progress import pace
from feedback.search.selection import Selection
from feedback.views.bulk import back_from, chosen_again
from workspaces.actions import people_of
from workspaces.models import Group

PER_PAGE = 25


@require_GET
@never_cache
def assignments(request: Request, pk: UUID) -> HttpResponse:
    """All of a dataset, the newest first, and what people left behind."""
    dataset = Dataset.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    found = dataset.assignments.select_related("job", "by")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = _context(dataset) | {
        "page": page,
        "assignments": given(list(page), most=MOST_LISTED),
        "leavers": left_behind(dataset),
    }
    return render(request, "feedback/assignments.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def assign(request: Request, pk: UUID) -> HttpResponse:
    """Give the records of a selection to people."""
    dataset = Dataset.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    sent = request.POST if request.method == "POST" else request.GET
    selection = Selection.read(sent)
    form = AssignForm(request.POST if request.method == "POST" else None, **_choices(request, dataset))
    if request.method == "POST" and form.is_valid():
        try:
            made = start_assignment(dataset, selection, by=request.membership, **form.asked)
        except DomainError as error:
            explain(form, error)
        else:
            return redirect("assignment", request.organization.slug, dataset.pk, made.pk)
    back = reverse("assignments", args=[request.organization.slug, dataset.pk])
    from_records = bool(sent.getlist("record") or sent.get("address"))
    context = _context(dataset) | {
        "form": form,
        "number": number_of(selection, dataset, request.membership),
        "is_all": selection.ids is None and not selection.address,
        "chosen": chosen_again(sent),
        "back": back_from(request, dataset, sent) if from_records else back,
    }
    return render(request, "feedback/assign.html", context, status=422 if form.errors else 200)


@require_GET
@never_cache
def assignment(request: Request, pk: UUID, assignment_id: UUID) -> HttpResponse:
    """One, with its people. While it is being given, the page asks for its middle every second."""
    found = _fetch(request, pk, assignment_id)
    context = _context(found.dataset) | {
        "one": given([found])[0],
        "pace": pace(found.job) if found.job else None,
    }
    page = "feedback/assignment.html"
    return render(request, f"{page}#live" if request.htmx else page, context)


@require_http_methods(["GET", "POST"])
def edit_assignment(request: Request, pk: UUID, assignment_id: UUID) -> HttpResponse:
    """Change what is said about it, and until when it is due."""
    found = _fetch(request, pk, assignment_id)
    initial = {"note": found.note, "due_at": found.due_at}
    form = NoteForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in initial}
        change_assignment(found, **given)
        return redirect("assignment", request.organization.slug, pk, found.pk)
    context = _context(found.dataset) | {"form": form, "assignment": found}
    return render(request, "feedback/edit_assignment.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def take_back(request: Request, pk: UUID, assignment_id: UUID, person_id: UUID | None = None) -> HttpResponse:
    """Ask, then take back what nobody has begun: all of it, or one person's."""
    found = _fetch(request, pk, assignment_id)
    share = _share(request, pk, person_id, found) if person_id else None
    if request.method == "POST":
        by = request.membership
        job = take_back_share(share, by=by) if share else take_back_assignment(found, by=by)
        return redirect("job", request.organization.slug, job.pk)
    context = _context(found.dataset) | {"one": given([found])[0], "share": share}
    return render(request, "feedback/take_back.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def pass_on(request: Request, pk: UUID, person_id: UUID, assignment_id: UUID | None = None) -> HttpResponse:
    """Hand over what waits for somebody, or what they left: of the whole dataset, or of one assignment."""
    only = _fetch(request, pk, assignment_id) if assignment_id else None
    share = _share(request, pk, person_id, only)
    dataset, leaver = share.dataset, share.membership
    form = PeopleForm(request.POST if request.method == "POST" else None, **_choices(request, dataset))
    if request.method == "POST" and form.is_valid():
        try:
            job = hand_over(dataset, leaver, to=form.weights, by=request.membership, assignment=only)
        except DomainError as error:
            explain(form, error)
        else:
            return redirect("job", request.organization.slug, job.pk)
    context = _context(dataset) | {"form": form, "leaver": leaver, "only": only}
    return render(request, "feedback/hand_over.html", context, status=422 if form.errors else 200)


def _fetch(request: Request, pk: UUID, assignment_id: UUID) -> Assignment:
    return Assignment.objects.fetch(Verb.MANAGE, request.membership, pk=assignment_id, dataset=pk)


def _share(request: Request, pk: UUID, person_id: UUID, only: Assignment | None) -> Share:
    """Of this person, who may not be here any more."""
    of = {"assignment": only} if only else {}
    return Share.objects.fetch(Verb.MANAGE, request.membership, dataset=pk, membership=person_id, **of)


def _choices(request: Request, dataset: Dataset) -> dict[str, Any]:
    """To whom something can be given: people by name, and groups."""
    known = Membership.objects.allowing(Verb.VIEW, request.membership)
    people = sorted(
        known.working_in(dataset.workspace_id).with_role_in(dataset.workspace_id), key=_managers_last
    )
    groups = list(
        Group.objects.allowing(Verb.MANAGE, request.membership).filter(workspace=dataset.workspace_id)
    )
    members = people_of(groups)
    return {"people": people, "groups": {group: members[group.pk] for group in groups}}


def _managers_last(member: Any) -> tuple[bool, str]:
    return member.manages_here, member.display_name.casefold()


def _context(dataset: Dataset) -> dict[str, Any]:
    return {"nav": "datasets", "tab": "assignments", "dataset": dataset}

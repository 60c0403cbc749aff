"""The people of an organization: who is there, adding, changing and removing them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import Role, Verb, demand
from accounts.actions import NewMember, change_member, next_usernames, remove_member
from accounts.actions.teams import make_a_password
from accounts.forms import explain
from accounts.key_list import listed
from accounts.models import ApiKey, Membership
from core.errors import DomainError
from core.http import Request
from workspaces.actions import add_people, add_person
from workspaces.forms import MemberForm, NewMemberForm, NewMembersForm, workspace_roles_for
from workspaces.models import Invitation, WorkspaceMembership
from workspaces.standing import matrix, reasons
from workspaces.views.nowhere import says_why_it_is_empty
from workspaces.views.passwords import passwords_page

PER_PAGE = 50


@require_GET
@says_why_it_is_empty("people")
def members(request: Request) -> HttpResponse:
    """Everybody whom one may see, with a search and a filter by role."""
    demand(Verb.MANAGE, request.membership)
    people = Membership.objects.allowing(Verb.VIEW, request.membership)
    people = people.filter(left_at=None, is_service=False)
    if sought := request.GET.get("q", "").strip():
        named = Q(username__icontains=sought) | Q(first_name__icontains=sought)
        people = people.filter(named | Q(last_name__icontains=sought) | Q(user__email__icontains=sought))
    if (role := request.GET.get("role", "")) in Role.values:
        people = people.filter(role=role)
    places = WorkspaceMembership.objects.allowing(Verb.MANAGE, request.membership).select_related("workspace")
    shown = Prefetch("workspace_memberships", places.order_by("workspace__name"), to_attr="shown_places")
    people = people.select_related("user").prefetch_related(shown).order_by("username")
    page = Paginator(people, PER_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "nav": "people",
        "page": page,
        "sought": sought,
        "role": role,
        "roles": Role.choices,
    }
    invitations = Invitation.objects.allowing(Verb.MANAGE, request.membership)
    context["invitations"] = invitations.waiting()
    return render(request, "workspaces/members.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def new_member(request: Request) -> HttpResponse:
    """Add one person; a password that was made is shown once."""
    demand(Verb.MANAGE, request.membership)
    form = NewMemberForm(request.POST or None, by=request.membership)
    if request.method == "POST" and form.is_valid():
        given = {**form.cleaned_data}
        made = "" if given["password"] else make_a_password()
        try:
            member = add_person(
                request.organization,
                by=request.membership,
                **{**given, "password": made or given["password"], "must_change_password": True},
            )
        except DomainError as error:
            explain(form, error)
        else:
            messages.success(request, gettext("%(name)s is added.") % {"name": member.display_name})
            if made:
                return passwords_page(request, [NewMember(member, made)])
            return redirect("member", request.organization.slug, member.pk)
    return _form(request, "workspaces/new_member.html", form)


@require_http_methods(["GET", "POST"])
@never_cache
def new_members(request: Request) -> HttpResponse:
    """Add many people at once; their passwords are shown once."""
    demand(Verb.MANAGE, request.membership)
    form = NewMembersForm(request.POST or None, by=request.membership)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            usernames: Sequence[str] = given["usernames"] or next_usernames(
                request.organization, given["word"], given["number"]
            )
            people = add_people(
                request.organization,
                usernames,
                role=given["role"],
                workspaces=given["workspaces"],
                by=request.membership,
                skills=form.skills,
            )
        except DomainError as error:
            explain(form, error)
        else:
            return passwords_page(request, people)
    return _form(request, "workspaces/new_members.html", form)


@require_http_methods(["GET", "POST"])
def member(request: Request, pk: UUID) -> HttpResponse:
    """One person: names, role, where they work, their keys."""
    verb = Verb.MANAGE if request.method == "POST" else Verb.VIEW
    demand(Verb.MANAGE, request.membership)
    person = Membership.objects.fetch(verb, request.membership, pk=pk, left_at=None)
    if person.is_service and request.membership.is_owner:
        return redirect("service", request.organization.slug, pk)
    form = MemberForm(request.POST or None, by=request.membership, member=person)
    if request.method == "POST" and form.is_valid():
        try:
            change_member(person, by=request.membership, **form.cleaned_data)
        except DomainError as error:
            explain(form, error)
        else:
            messages.success(request, gettext("%(name)s is saved.") % {"name": person.display_name})
            return redirect("member", request.organization.slug, person.pk)
    return _form(request, "workspaces/member.html", form, **_about(request, person))


@require_POST
@never_cache
def new_password(request: Request, pk: UUID) -> HttpResponse:
    """A new password for somebody who forgot theirs, shown once."""
    person = Membership.objects.fetch(Verb.MANAGE, request.membership, pk=pk, left_at=None)
    password = make_a_password()
    change_member(person, password=password, by=request.membership)
    return passwords_page(request, [NewMember(person, password)])


@require_http_methods(["GET", "POST"])
def remove(request: Request, pk: UUID) -> HttpResponse:
    """Ask, then let somebody go."""
    person = Membership.objects.fetch(Verb.MANAGE, request.membership, pk=pk, left_at=None)
    name = person.display_name
    if request.method == "GET":
        return render(request, "workspaces/remove_member.html", {"nav": "people", "person": person})
    remove_member(person)
    if person.pk == request.membership.pk:
        return redirect("index")
    if person.is_service:
        messages.success(request, gettext("%(name)s is gone, with its keys.") % {"name": name})
        return redirect("services", request.organization.slug)
    messages.success(request, gettext("%(name)s has left. The answers stay.") % {"name": name})
    return redirect("members", request.organization.slug)


def _about(request: Request, person: Membership) -> dict[str, Any]:
    by = request.membership
    may_change = Membership.objects.allowing(Verb.MANAGE, by).filter(pk=person.pk).exists()
    places = WorkspaceMembership.objects.allowing(Verb.MANAGE, by).filter(membership=person)
    found = places.select_related("workspace", "membership", "role_set_by").order_by("workspace__name")
    return {
        "person": person,
        "may_change": may_change,
        "keys": listed(ApiKey.objects.allowing(Verb.VIEW, by).filter(membership=person)),
        "places": found,
        "roles": workspace_roles_for(by),
        "reasons": reasons(person, found, by=by),
        "matrix": matrix(person),
        "is_managed": person.user and person.user.managed_by_id == person.organization_id,
    }


def _form(request: Request, template: str, form: Any, **context: Any) -> HttpResponse:
    return render(
        request, template, {"nav": "people", "form": form, **context}, status=422 if form.errors else 200
    )

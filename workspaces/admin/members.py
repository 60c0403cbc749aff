"""Members in the admin: added one by one or many at once, renamed, given a role, let go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html

from accounts.access import Verb
from accounts.actions import (
    NewMember,
    change_member,
    deactivate_member,
    let_answer,
    next_usernames,
    reactivate_member,
    remove_member,
)
from accounts.actions.teams import make_a_password
from accounts.admin.base import TenantAdmin
from accounts.admin.reach import who
from accounts.admin.refusals import REFUSALS, ActionForm
from accounts.forms import explain
from accounts.models import Membership
from workspaces.actions import add_people, add_person, add_service
from workspaces.admin.forms import NewPersonForm, PersonForm
from workspaces.forms import NewMembersForm
from workspaces.models import WorkspaceMembership
from workspaces.views.passwords import passwords_page

NAMES = ("username", "first_name", "last_name", "role")
CHANGED = (*NAMES, "skills")


class LeftFilter(admin.EmptyFieldListFilter):
    """Those who are there, or those who left."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = "state"

    def choices(self, changelist: Any) -> Any:
        """In words."""
        for choice, words in zip(super().choices(changelist), ("All", "Active", "Left"), strict=True):
            yield {**choice, "display": words}


@admin.register(Membership)
class MembershipAdmin(TenantAdmin):
    """The people of the organization, as far as whoever asks reaches."""

    product_page = ("member", "pk")
    list_display = ("username", "display_name", "role", "places", "last_seen_at", "is_service", "state")
    list_filter = ("role", "is_service", ("left_at", LeftFilter))
    search_fields = ("username", "first_name", "last_name", "user__email")
    search_help_text = "Name, username or e-mail"
    ordering = ("username",)
    change_list_template = "admin/members.html"
    view_verb = Verb.VIEW
    add_verb = change_verb = delete_verb = Verb.MANAGE
    actions = ("deactivate", "reactivate")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        places = self.reachable(request, WorkspaceMembership).select_related("workspace")
        shown = Prefetch("workspace_memberships", places.order_by("workspace__name"), to_attr="shown_places")
        return self.rows(request).prefetch_related(shown)

    @admin.display(description="name")
    def display_name(self, member: Membership) -> str:
        """First and last, or the username."""
        return member.display_name

    @admin.display(description="workspaces")
    def places(self, member: Membership) -> str:
        """By name."""
        if member.is_owner:
            return "All"
        places: Any = member.shown_places  # type: ignore[attr-defined]
        return ", ".join(f"{place.workspace} ({place.get_role_display()})" for place in places)

    @admin.display(description="state", ordering="left_at")
    def state(self, member: Membership) -> str:
        """Whether they are still there."""
        word, tone = ("Deactivated", "warn") if member.deactivated_at else ("Active", "ok")
        if member.left_at:
            word, tone = "Left", ""
        return format_html('<span class="tag {}">{}</span>', tone, word)

    @admin.action(description="Deactivate", permissions=["delete"])
    def deactivate(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Shut them out at once; it can be undone, but for their keys."""
        self._each(request, queryset, deactivate_member, "Deactivated.")

    @admin.action(description="Let in again", permissions=["delete"])
    def reactivate(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """As what they were."""
        self._each(request, queryset, reactivate_member, "Let in again.")

    def _each(
        self, request: HttpRequest, queryset: QuerySet[Any], act: Callable[[Membership], Any], words: str
    ) -> None:
        chosen = self.rows(request, Verb.MANAGE).filter(pk__in=queryset.values("pk"), left_at=None)
        for member in chosen:
            act(member)
            self.log_change(request, member, words)
        self.message_user(request, f"{len(chosen)} of {queryset.count()}: {words}")

    # One

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(
            request, obj, change, **{"form": NewPersonForm if obj is None else PersonForm, **kwargs}
        )

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        by = who(request)
        if obj is not None:
            program = ("is_service", "may_answer") if obj.is_service else ()
            return (*CHANGED, *program, "places", "last_seen_at", "inserted_at", "deactivated_at", "left_at")
        last = ("workspaces", "is_service") if by and by.is_owner else ("workspaces",)
        return (*NAMES[:3], "email", "password", "role", *(last if by else ("organization",)))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        never = ("is_service", "places", "last_seen_at", "inserted_at", "deactivated_at", "left_at")
        return () if obj is None else never

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and getattr(obj, "left_at", None) is None

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and getattr(obj, "left_at", None) is None

    def add(self, request: HttpRequest, form: ActionForm) -> Any:
        given, by = form.given, who(request)
        if given.pop("is_service", False):
            assert by is not None
            vars(request)["made"] = []
            kept = {name: given[name] for name in ("username", "first_name", "workspaces")}
            return add_service(by.organization, by=by, **kept)
        organization = by.organization if by else given.pop("organization")
        password = given.pop("password")
        made = "" if password else make_a_password()
        member = add_person(
            organization, password=password or made, by=by, must_change_password=True, **given
        )
        vars(request)["made"] = [NewMember(member, made)] if made else []
        return member

    def change(self, request: HttpRequest, obj: Membership, form: ActionForm) -> Any:
        changed = change_member(obj, by=who(request), **{name: form.given[name] for name in CHANGED})
        return let_answer(changed, form.given["may_answer"]) if changed.is_service else changed

    def remove(self, request: HttpRequest, obj: Membership) -> None:
        remove_member(obj)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """A password that was made is shown once."""
        if made := vars(request)["made"]:
            return self._passwords(request, made)
        return super().response_add(request, obj, post_url_continue)

    # Many at once

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.add_many)
        return [path("many/", view, name="accounts_membership_many"), *super().get_urls()]

    def add_many(self, request: HttpRequest) -> HttpResponse:
        """A list of usernames, or a word and how many; their passwords are shown once."""
        by = who(request)
        if by is None or not self.has_add_permission(request):
            raise PermissionDenied
        form = NewMembersForm(request.POST or None, by=by)
        if request.method == "POST" and form.is_valid():
            try:
                people = self._add_many(request, form)
            except REFUSALS as error:
                explain(form, error)
            else:
                return self._passwords(request, people)
        context = {"title": "Add many members", "opts": self.opts, "form": form}
        page = {**self.admin_site.each_context(request), **context}
        return TemplateResponse(request, "admin/page_form.html", page, status=422 if form.errors else 200)

    def _add_many(self, request: HttpRequest, form: NewMembersForm) -> list[NewMember]:
        by, given = who(request), form.cleaned_data
        assert by is not None
        usernames = given["usernames"] or next_usernames(by.organization, given["word"], given["number"])
        people = add_people(
            by.organization,
            usernames,
            role=given["role"],
            workspaces=given["workspaces"],
            by=by,
            skills=form.skills,
        )
        for person in people:
            self.log_addition(request, person.membership, "Added with others.")
        return people

    def _passwords(self, request: HttpRequest, people: list[NewMember]) -> HttpResponse:
        if who(request) is not None:
            return passwords_page(request, people)  # type: ignore[arg-type]
        context = {"title": "New password", "opts": self.opts, "people": people}
        return TemplateResponse(
            request, "admin/passwords.html", {**self.admin_site.each_context(request), **context}
        )

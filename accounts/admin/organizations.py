"""Organizations in the admin: the operator of the installation makes them, each with its first owner.

Owners see their own, and whether it is going to end; they and the operator keep it while there is time.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.password_validation import validate_password
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.access import Role, Verb, may
from accounts.actions import add_member, create_organization
from accounts.actions.endings import keep_organization
from accounts.admin.base import TenantAdmin
from accounts.admin.reach import who
from accounts.admin.refusals import ActionForm
from accounts.models import Organization
from core.errors import DomainError
from core.tenancy import acting_for


class NewOrganizationForm(ActionForm):
    """An organization and its first owner."""

    username = forms.CharField(label="First owner's username", max_length=200)
    email = forms.EmailField(label="First owner's e-mail", required=False)
    password = forms.CharField(
        label="First owner's password",
        max_length=100,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        fields = ("name",)

    def clean_password(self) -> str:
        """Long enough, and none of those that everybody guesses."""
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password


class EndFilter(admin.EmptyFieldListFilter):
    """Those that are going to be deleted, and the others."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = "end"

    def choices(self, changelist: Any) -> Any:
        """In words."""
        for choice, words in zip(
            super().choices(changelist), ("All", "Stays", "Is going to be deleted"), strict=True
        ):
            yield {**choice, "display": words}


@admin.register(Organization)
class OrganizationAdmin(TenantAdmin):
    """The operator sees all of them, and an owner the one that they own. To end one is ordered on its own page."""

    asks_first: ClassVar = {"keep": "They are not deleted, and everybody who was in them comes in again."}
    form = NewOrganizationForm
    list_display = ("name", "slug", "inserted_at", "purged")
    list_filter = (("purge_at", EndFilter),)
    search_fields = ("name", "slug")
    ordering = ("name",)
    actions = ("keep",)
    product_page = ("organization",)
    view_verb = Verb.OVERSEE
    add_verb = Verb.OWN

    def rows(self, request: HttpRequest, verb: Verb | None = None) -> QuerySet[Any]:
        """All of them, or one's own."""
        by = who(request)
        if by is None:
            return super().rows(request, verb)
        everything: QuerySet[Any] = admin.ModelAdmin.get_queryset(self, request)
        return (
            everything.filter(pk=by.organization_id) if may(verb or self.view_verb, by) else everything.none()
        )

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.may(request, Verb.OVERSEE)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, Verb.OVERSEE, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return who(request) is None and super().has_add_permission(request)

    def has_own_permission(self, request: HttpRequest) -> bool:
        """For the action."""
        return self.may(request, Verb.OWN)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ("name", "username", "email", "password")
        return ("name", "slug", "inserted_at", "purged")

    @admin.display(description="deleted at", ordering="purge_at", empty_value="–")
    def purged(self, organization: Organization) -> Any:
        """When all of it goes, if its end was ordered."""
        return organization.purge_at

    def add(self, request: HttpRequest, form: ActionForm) -> Any:
        given = form.given
        made = create_organization(given.pop("name"))
        with acting_for(made.pk):
            add_member(made, role=Role.OWNER, must_change_password=True, **given)
        return made

    @admin.action(description="Keep: take back that they are deleted", permissions=["own"])
    def keep(self, request: HttpRequest, queryset: QuerySet[Organization]) -> None:
        """While there is time; each by itself."""
        for one in queryset:
            if one.purge_at is None:
                self.message_user(request, f"{one} is not going to be deleted.", messages.WARNING)
                continue
            try:
                with acting_for(one.pk):
                    keep_organization(one)
            except DomainError as why:
                self.message_user(request, f"{one}: {why}", messages.ERROR)
            else:
                self.log_change(request, one, "Kept.")
                self.message_user(request, f"{one} is kept.", messages.SUCCESS)

"""Organizations in the admin: the operator of the installation makes them, each with its first owner."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.password_validation import validate_password
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.access import Role, Verb
from accounts.actions import add_member, create_organization
from accounts.admin.base import TenantAdmin
from accounts.admin.reach import who
from accounts.admin.refusals import ActionForm
from accounts.models import Organization
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


@admin.register(Organization)
class OrganizationAdmin(TenantAdmin):
    """For the operator alone."""

    form = NewOrganizationForm
    list_display = ("name", "slug", "inserted_at")
    search_fields = ("name", "slug")
    ordering = ("name",)
    add_verb = Verb.OWN

    def rows(self, request: HttpRequest, verb: Verb | None = None) -> QuerySet[Any]:
        """All of them, or none."""
        if who(request) is not None:
            return admin.ModelAdmin.get_queryset(self, request).none()
        return super().rows(request, verb)

    def may(self, request: HttpRequest, verb: Verb | None, obj: Any = None) -> bool:
        return who(request) is None and super().may(request, verb, obj)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("name", "username", "email", "password") if obj is None else ("name", "slug", "inserted_at")

    def add(self, request: HttpRequest, form: ActionForm) -> Any:
        given = form.given
        made = create_organization(given.pop("name"))
        with acting_for(made.pk):
            add_member(made, role=Role.OWNER, must_change_password=True, **given)
        return made

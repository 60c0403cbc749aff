"""API keys in the admin: made for oneself, shown once, ended."""

from __future__ import annotations

from typing import Any, ClassVar, cast
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from accounts.access import Verb
from accounts.actions import issue_api_key, revoke_api_key
from accounts.admin.base import TenantAdmin
from accounts.admin.reach import who
from accounts.admin.refusals import ActionForm
from accounts.forms import KeyForm, end_of, workspaces_of
from accounts.key_list import listed
from accounts.models import ApiKey, Membership


class NewKeyForm(ActionForm):
    """What a new key is for, and when it ends."""

    days = forms.TypedChoiceField(
        label="It ends", choices=KeyForm.DAYS, coerce=int, empty_value=None, required=False, initial="365"
    )

    program: Any = forms.ModelChoiceField(
        queryset=None, required=False, label="For a service account", help_text="Left empty, it is your own."
    )
    workspaces = forms.MultipleChoiceField(
        label="Only in these workspaces",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None ticked: wherever its member may do something, now and later.",
    )

    class Meta:
        labels = {"name": "What it is for", "scope": "It may"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by = who(self.request)
        if by is not None and "workspaces" in self.fields:
            cast(forms.MultipleChoiceField, self.fields["workspaces"]).choices = workspaces_of(by)
            programs = Membership.objects.allowing(Verb.OWN, by).filter(is_service=True, left_at=None)
            cast("forms.ModelChoiceField[Any]", self.fields["program"]).queryset = programs

    def asked(self) -> dict[str, Any]:
        """As `issue_api_key` takes it."""
        given = self.given
        return {
            "name": given["name"],
            "scope": given["scope"],
            "workspaces": [UUID(pk) for pk in given["workspaces"]] or None,
            "expires_at": end_of(given["days"]),
        }


class EndedFilter(admin.EmptyFieldListFilter):
    """Those that were ended, and the others."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = "state"

    def choices(self, changelist: Any) -> Any:
        """In words."""
        for choice, words in zip(super().choices(changelist), ("All", "Not ended", "Ended"), strict=True):
            yield {**choice, "display": words}


@admin.register(ApiKey)
class ApiKeyAdmin(TenantAdmin):
    """Everybody's own keys; owners see those of all members."""

    asks_first: ClassVar = {
        "end_keys": "Programs that use them are refused from now on. This cannot be undone."
    }
    form = NewKeyForm
    fields = ("name", "program", "scope", "days", "workspaces")
    list_display = (
        "name",
        "prefix",
        "membership",
        "scope",
        "inserted_at",
        "last_used_at",
        "expires_at",
        "state",
    )
    list_filter = (("revoked_at", EndedFilter), "scope", "membership__is_service")
    list_select_related = ("membership",)
    search_fields = ("name", "prefix", "membership__username")
    search_help_text = "Name, beginning of the key, or username"
    ordering = ("-inserted_at",)
    actions = ("end_keys",)
    view_verb = Verb.VIEW
    add_verb = Verb.MANAGE

    @admin.display(description="state")
    def state(self, key: ApiKey) -> str:
        """In a word."""
        if key.revoked_at:
            return "Ended"
        return "Works" if key.is_valid(timezone.now()) else "Expired"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and who(request) is not None

    def get_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> Any:
        if obj is None:
            return self.fields
        shown = ("name", "prefix", "membership", "scope", "only_in")
        return (*shown, "inserted_at", "last_used_at", "expires_at", "revoked_at")

    @admin.display(description="only in these workspaces")
    def only_in(self, key: ApiKey) -> str:
        """By name; a dash for all."""
        names = listed(ApiKey.objects.allowing(Verb.VIEW, key.membership).filter(pk=key.pk))
        return ", ".join(names[0].workspaces) if names and names[0].workspaces is not None else "–"

    def add(self, request: HttpRequest, form: ActionForm) -> Any:
        assert isinstance(form, NewKeyForm)
        by = who(request)
        assert by is not None
        issued = issue_api_key(form.given["program"] or by, **form.asked())
        vars(request)["issued"] = issued
        return issued.api_key

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """The only page that ever shows the key."""
        context = {**self.admin_site.each_context(request), "title": "New API key", "opts": self.opts}
        issued = vars(request)["issued"]
        return TemplateResponse(request, "admin/issued_key.html", {**context, "issued": issued})

    @admin.action(description="End the selected keys", permissions=["view"])
    def end_keys(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        """Now and for ever."""
        keys = list(queryset)
        for key in keys:
            revoke_api_key(key)
            self.log_change(request, key, "Ended.")
        self.message_user(request, f"{len(keys)} ended.", messages.SUCCESS)

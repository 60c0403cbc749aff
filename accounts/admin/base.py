"""What each page of the admin stands on: writing by actions, refusals beside the fields, choices within reach."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import models, transaction
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from accounts.access import Verb
from accounts.admin.confirming import ConfirmingAdmin
from accounts.admin.history import name_actors
from accounts.admin.paging import BoundedPaginator
from accounts.admin.reach import ReachableFilter, who
from accounts.admin.refusals import REFUSALS, ActionForm, RefusedError, remember
from core.errors import DomainError


class TenantAdmin(ConfirmingAdmin):
    """A page about rows of an organization. A subclass writes by actions in `add`, `change` and `remove`."""

    form = ActionForm
    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    product_page: ClassVar[tuple[str, ...]] = ()  # its name, and what of the row stands in its address

    # Writing

    def add(self, request: HttpRequest, form: ActionForm) -> Any:
        """Make the row by an action, and return it."""
        raise NotImplementedError

    def change(self, request: HttpRequest, obj: Any, form: ActionForm) -> Any:
        """Change the row, which is as it is stored, by an action, and return it."""
        raise NotImplementedError

    def remove(self, request: HttpRequest, obj: Any) -> None:
        """Delete the row by an action."""
        raise NotImplementedError

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """By the action; the admin goes on with the row as it was written."""
        if change:
            assert self.change_verb is not None
            written = self.change(request, self.held(request, self.change_verb, obj.pk), form)
        else:
            written = self.add(request, form)
        vars(obj).update(vars(written))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        assert self.delete_verb is not None
        self.remove(request, self.held(request, self.delete_verb, obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        for obj in queryset:
            self.delete_model(request, obj)

    def one_by_one(
        self,
        request: HttpRequest,
        queryset: models.QuerySet[Any],
        verb: Verb,
        act: Callable[[Any], Any],
        *,
        log: str,
        said: str,
    ) -> None:
        """An action on rows of which some may be refused: each by itself, as it is stored, with its own message."""
        for one in queryset:
            try:
                act(self.held(request, verb, one.pk))
            except REFUSALS as why:
                self.message_user(request, f"{one}: {why}", messages.WARNING)
            else:
                self.log_change(request, one, log)
                self.message_user(request, f"{one} {said}", messages.SUCCESS)

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Their names. What hangs on them is not looked up: it may be a million records."""
        keys = [obj.pk for obj in objs]
        verb = self.delete_verb
        may = self.rows(request, verb).filter(pk__in=keys).count() if verb else 0
        lacking = {str(self.opts.verbose_name)} if may < len(keys) else set()
        return [str(obj) for obj in objs], {str(self.opts.verbose_name_plural): len(keys)}, lacking, []

    # Refusals

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Once more if an action refuses: nothing is written, and the form says why."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except RefusedError as error:
            remember(request, error)
        except REFUSALS as error:
            remember(request, RefusedError(None, error))
        return super().changeform_view(request, object_id, form_url, extra_context)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> Any:
        try:
            return super().delete_view(request, object_id, extra_context)
        except REFUSALS as error:
            return self.refuse(request, error, "../change/")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        title = {"title": str(self.opts.verbose_name_plural).capitalize()}
        try:
            with transaction.atomic():
                return super().changelist_view(request, {**title, **(extra_context or {})})
        except REFUSALS as error:
            return self.refuse(request, error, request.get_full_path())

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> Any:
        return name_actors(self, request, super().history_view(request, object_id, extra_context))

    def refuse(self, request: HttpRequest, error: DomainError, back: str) -> HttpResponse:
        """Back to a page that says why not."""
        self.message_user(request, str(error), messages.ERROR)
        return redirect(back)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().render_change_form(request, context, *args, **kwargs)
        if context.get("errors"):
            response.status_code = 422
        obj, by = context.get("original"), who(request)
        if obj is not None and by is not None and self.product_page:
            name, *parts = self.product_page
            place = [by.organization.slug, *(attrgetter(part)(obj) for part in parts)]
            page: Any = response
            page.context_data |= {"has_absolute_url": True, "absolute_url": reverse(name, args=place)}
        return response

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponseBase:
        raise Http404(f"There is no such {opts.verbose_name}.")

    # Forms and lists

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm[Any]]:
        form = super().get_form(request, obj, change, **kwargs)
        form.request = request  # type: ignore[attr-defined]  # a class made for this request
        return form

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Only rows that whoever asks may manage can be chosen; the form refuses every other id."""
        kwargs["queryset"] = self.reachable(request, db_field.related_model)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Without the links to other pages beside a choice."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def get_list_display(self, request: HttpRequest) -> Any:
        shown = super().get_list_display(request)
        return shown if who(request) else [*shown, *self._tenant()]

    def get_list_filter(self, request: HttpRequest) -> Any:
        filters = super().get_list_filter(request)
        return filters if who(request) else [*((one, ReachableFilter) for one in self._tenant()), *filters]

    def get_list_select_related(self, request: HttpRequest) -> Any:
        related: Any = super().get_list_select_related(request)
        return related if who(request) else [*(related or ()), *self._tenant()]

    def _tenant(self) -> Iterable[str]:
        names = {field.name for field in self.opts.get_fields()}
        return [name for name in ("organization",) if name in names]

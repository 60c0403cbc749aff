"""Datasets in the admin: set up, published, filled, deleted."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html

from accounts.access import Verb
from accounts.admin.base import TenantAdmin
from accounts.admin.reach import ReachableFilter, who
from accounts.admin.refusals import REFUSALS, ActionForm
from feedback.actions.datasets import create_dataset, delete_dataset, publish_dataset, update_dataset
from feedback.admin import parts
from feedback.admin.exporting import export_page
from feedback.admin.importing import import_page
from feedback.models import Dataset
from feedback.reports.progress import Progress, progress_of

SETTINGS = ("name", "guidelines", "min_submitted", "allow_extra_metadata", "invites_records")


class DatasetForm(ActionForm):
    """What a dataset is called and wants."""

    class Meta:
        widgets = {"guidelines": forms.Textarea(attrs={"rows": 12, "dir": "auto"})}
        help_texts = {
            "guidelines": "Markdown. Each change is kept as a version.",
            "invites_records": "They fill the fields themselves and answer the questions on it.",
        }


class DatasetList(ChangeList):
    """A page of datasets, each with its progress: two queries for all of them."""

    def get_results(self, request: HttpRequest) -> None:
        """As always, then how far each is."""
        super().get_results(request)
        datasets: list[Any] = list(self.result_list)
        found = progress_of(datasets)
        for dataset in datasets:
            vars(dataset)["progress"] = found.get(dataset.pk, Progress(0, 0))
        self.result_list = datasets


@admin.register(Dataset)
class DatasetAdmin(TenantAdmin):
    """The datasets of the workspaces that whoever asks manages."""

    product_page = ("dataset", "pk")
    asks_first: ClassVar = {
        "publish": "Labelers see them from then on, and their fields and questions stay as they are."
    }
    form = DatasetForm
    inlines = (parts.FieldInline, parts.QuestionInline, parts.PropertyInline)
    list_display = ("name", "workspace", "state", "records", "completed", "min_submitted", "inserted_at")
    list_filter = ("status", ("workspace", ReachableFilter))
    list_select_related = ("workspace",)
    search_fields = ("name",)
    ordering = ("-id",)  # ids come in the order of time, and have an index in each organization
    actions = ("publish", "bring_in", "take_out")
    change_form_template = "admin/dataset.html"
    add_verb = change_verb = delete_verb = Verb.MANAGE

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return DatasetList

    @admin.display(description="state", ordering="status")
    def state(self, dataset: Dataset) -> str:
        """Draft or published."""
        tone = "ok" if dataset.is_published else ""
        return format_html('<span class="tag {}">{}</span>', tone, dataset.get_status_display())

    @admin.display(description="records")
    def records(self, dataset: Any) -> str:
        """How many, with the way to them."""
        url = f"{reverse('admin:feedback_record_changelist')}?dataset__id__exact={dataset.pk}"
        return format_html('<a href="{}">{}</a>', url, f"{_progress(dataset).total:,}")

    @admin.display(description="completed")
    def completed(self, dataset: Any) -> str:
        """The share that has the answers it needs."""
        progress = _progress(dataset)
        return f"{progress.completed:,} ({progress.percent} %)"

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (
            ("workspace", *SETTINGS)
            if obj is None
            else ("workspace", "state", "records", "completed", *SETTINGS)
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None else ("workspace", "state", "records", "completed")

    def add(self, request: HttpRequest, form: ActionForm) -> Any:
        given = form.given
        return create_dataset(given.pop("workspace"), by=who(request), **given)

    def change(self, request: HttpRequest, obj: Dataset, form: ActionForm) -> Any:
        return update_dataset(obj, by=who(request), **{name: form.given[name] for name in SETTINGS})

    def remove(self, request: HttpRequest, obj: Dataset) -> None:
        delete_dataset(obj, by=who(request))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """What goes goes first and the last first; then what comes, fields before the questions about them."""
        dataset = self.held(request, Verb.MANAGE, form.instance.pk)
        inlines = [self._inline(request, formset) for formset in formsets]
        for formset in formsets:
            formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
        for inline, formset in reversed([*zip(inlines, formsets, strict=True)]):
            for one in reversed(formset.deleted_forms):
                if not one.instance._state.adding:
                    parts.remove(inline, dataset, one)
                    formset.deleted_objects.append(one.instance)
        for inline, formset in zip(inlines, formsets, strict=True):
            for one in formset.forms:
                if one.has_changed() and one not in formset.deleted_forms:
                    is_new = one.instance._state.adding
                    written = parts.write(inline, dataset, one)
                    if is_new:
                        formset.new_objects.append(written)
                    else:
                        formset.changed_objects.append((written, one.changed_data))

    def _inline(self, request: HttpRequest, formset: Any) -> parts.PartInline:
        found = next(one for one in self.get_inline_instances(request) if one.model is formset.model)
        assert isinstance(found, parts.PartInline)
        return found

    # Acts on the selected

    @admin.action(description="Publish", permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Dataset]) -> None:
        """Each with its own message."""
        for dataset in queryset:
            try:
                publish_dataset(self.held(request, Verb.MANAGE, dataset.pk))
            except REFUSALS as why:
                self.message_user(request, f"{dataset.name}: {why}", messages.ERROR)
            else:
                self.log_change(request, dataset, "Published.")
                self.message_user(request, f"{dataset.name} is published.", messages.SUCCESS)

    @admin.action(description="Import into…", permissions=["change"])
    def bring_in(self, request: HttpRequest, queryset: QuerySet[Dataset]) -> HttpResponse | None:
        """One at a time."""
        return self._page_of_one(request, queryset, "import")

    @admin.action(description="Export…", permissions=["change"])
    def take_out(self, request: HttpRequest, queryset: QuerySet[Dataset]) -> HttpResponse | None:
        """One at a time."""
        return self._page_of_one(request, queryset, "export")

    def _page_of_one(
        self, request: HttpRequest, queryset: QuerySet[Dataset], name: str
    ) -> HttpResponse | None:
        chosen = list(queryset[:2])
        if len(chosen) == 1:
            return redirect(f"admin:feedback_dataset_{name}", chosen[0].pk)
        self.message_user(request, "Choose one dataset.", messages.ERROR)
        return None

    # Pages

    def get_urls(self) -> list[URLPattern]:
        pages = [
            ("<uuid:pk>/publish/", self.publish_one, "publish"),
            ("<uuid:pk>/import/", self._page(import_page), "import"),
            ("<uuid:pk>/export/", self._page(export_page), "export"),
        ]
        ours = [
            path(route, self.admin_site.admin_view(view), name=f"feedback_dataset_{name}")
            for route, view, name in pages
        ]
        return [*ours, *super().get_urls()]

    def _page(self, view: Any) -> Any:
        return lambda request, pk: view(self, request, self.held(request, Verb.MANAGE, pk))

    def publish_one(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """By the button on its page."""
        dataset = self.held(request, Verb.MANAGE, pk)
        if request.method == "POST":
            self.publish(request, self.rows(request, Verb.MANAGE).filter(pk=dataset.pk))
        return redirect("admin:feedback_dataset_change", pk)


def _progress(dataset: Any) -> Progress:
    if "progress" not in vars(dataset):
        vars(dataset)["progress"] = progress_of([dataset]).get(dataset.pk, Progress(0, 0))
    found: Progress = vars(dataset)["progress"]
    return found

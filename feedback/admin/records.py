"""Records in the admin: read, and deleted by the action."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from accounts.access import Verb
from accounts.admin.reach import ReachableFilter, who
from feedback.actions.records import delete_records
from feedback.actions.stops import put_back
from feedback.admin import shown
from feedback.admin.listing import InDatasetAdmin
from feedback.models import Dataset, Record
from feedback.models.records import RecordQuerySet
from feedback.reports.listing import beginning


class StoppedFilter(admin.SimpleListFilter):
    """Those that are handed to nobody, because somebody said that their prompt is bad."""

    title = "handing out"
    parameter_name = "stopped"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Stopped")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """All of them, unless it is chosen."""
        return queryset.filter(queue__stopped_at__isnull=False) if self.value() == "yes" else queryset


@admin.register(Record)
class RecordAdmin(InDatasetAdmin):
    """The records of a dataset, in their order."""

    product_page = ("record", "dataset_id", "pk")
    list_display = ("__str__", "beginning", "given", "position", "inserted_at")
    list_filter = (
        ("dataset", ReachableFilter),
        ("queue__completed", admin.BooleanFieldListFilter),
        StoppedFilter,
    )
    list_select_related = ("dataset", "queue")
    search_fields = ("external_id",)
    search_help_text = "Beginning of the external id, or the id"
    ordering = ("dataset_id", "position")
    sortable_by = ()
    fields = (
        "dataset", "external_id", "id", "position", "inserted_at", "changed", "texts", "about", "said", "proposed",
    )  # fmt: skip
    delete_verb = Verb.MANAGE
    actions = ("put_records_back",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: RecordQuerySet = self.rows(request)  # type: ignore[assignment]
        return rows.dated().select_related("dataset", "queue")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """What an index finds: not a search through the texts."""
        sought = search_term.strip()
        if not sought:
            return queryset, False
        match = Q(external_id__startswith=sought)
        with suppress(ValueError):
            match |= Q(pk=UUID(sought))
        return queryset.filter(match), False

    @admin.display(description="text")
    def beginning(self, record: Record) -> str:
        """The first words of the first field that has some."""
        text, _ = beginning(record, record.dataset)
        return text if len(text) <= 80 else f"{text[:80]}…"

    @admin.display(description="answers")
    def given(self, record: Record) -> str:
        """How many, of how many wanted."""
        return f"{record.queue.submitted} of {record.queue.target}"

    @admin.display(description="updated at")
    def changed(self, record: Record) -> datetime:
        """When it was written or turned."""
        return record.changed_at

    @admin.display(description="fields")
    def texts(self, record: Record) -> SafeString:
        """All of them."""
        return shown.rendered("record_fields", fields=shown.record_fields(record))

    @admin.display(description="metadata")
    def about(self, record: Record) -> SafeString:
        """All of it."""
        return shown.rendered("pairs", pairs=(record.metadata or {}).items())

    @admin.display(description="responses")
    def said(self, record: Record) -> SafeString:
        """What people answered."""
        responses = record.responses.select_related("membership").order_by("inserted_at")[:200]
        rows = [(one, shown.answers(record.dataset, one.values)) for one in responses]
        return shown.rendered("record_responses", rows=rows)

    @admin.display(description="suggestions")
    def proposed(self, record: Record) -> SafeString:
        """What models or people proposed."""
        questions = record.dataset.shape.questions
        rows = [
            (one, shown.answer(questions.get(one.question.name), one.value))
            for one in record.suggestions.select_related("question")
        ]
        return shown.rendered("record_suggestions", rows=rows)

    def remove(self, request: HttpRequest, obj: Record) -> None:
        delete_records(obj.dataset, [obj.pk], by=who(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """All of a dataset at once."""
        for dataset, keys in self._chosen(request, queryset).items():
            delete_records(dataset, keys, by=who(request))

    @admin.action(description="Put back what is stopped", permissions=["delete"])
    def put_records_back(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Let them be handed out again."""
        chosen = self._chosen(request, queryset)
        number = sum(put_back(dataset, keys) for dataset, keys in chosen.items())
        self.message_user(request, f"Stopped records that are handed out again: {number}.", messages.SUCCESS)

    def _chosen(self, request: HttpRequest, queryset: QuerySet[Any]) -> dict[Dataset, list[UUID]]:
        """Those that whoever asks manages, by dataset."""
        chosen: dict[Dataset, list[UUID]] = defaultdict(list)
        for record in self.rows(request, Verb.MANAGE).filter(pk__in=queryset).select_related("dataset"):
            chosen[record.dataset].append(record.pk)
        return chosen

"""How datasets hand out their records, in the admin: the same rules, checked by the same action."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html

from accounts.access import Verb
from accounts.admin.base import TenantAdmin
from accounts.admin.reach import who
from accounts.admin.refusals import ActionForm
from feedback.actions.rules import FIELDS, update_rules
from feedback.lines import Terms
from feedback.models import QueueRules
from feedback.zoned_times import Moment

SECTIONS = (
    (
        "Answers wanted",
        "How many all records get is a setting of the dataset.",
        ("overlap_percent", "overlap_answers", "overlap_property", "overlap_values"),
    ),
    ("Another opinion", "", ("opinion_question", "opinion_distance", "opinion_most")),
    ("Order", "", ("order", "order_by", "is_descending", "started")),
    ("Who gets what", "", ("match_properties", "opens_unassigned")),
    (
        "Limits for each person",
        "Empty: none.",
        ("most_held", "most_records", "most_percent", "most_per_day"),
    ),
    ("Skips and discards", "", ("on_skip", "on_discard", "stops_bad_prompts")),
    ("Pause and due date", "", ("is_paused", "pause_note", "due_at", "closes_when_due")),
)


class RulesForm(ActionForm):
    """All rules of a dataset. What they name, they name as files and programs do."""

    overlap_values = Terms(
        label="Its values",
        required=False,
        help_text="One on each line. A record of the share has one of them.",
    )
    match_properties = Terms(
        label="Matched with skills",
        required=False,
        help_text="Metadata properties of terms, one a line: a record goes to people whose skills have its values.",
    )

    due_at = forms.DateTimeField(label="Due", required=False, widget=Moment(), help_text="In UTC.")

    class Meta:
        labels = {
            "overlap_percent": "Share of records with more answers, in percent",
            "overlap_answers": "Answers per record of the share",
            "overlap_property": "Only of records with a certain",
            "opinion_question": "Question",
            "opinion_distance": "Distance that is still fine",
            "opinion_most": "Answers per record at most",
            "order": "Records come",
            "order_by": "By",
            "is_descending": "Descending",
            "started": "Records that have some of their answers",
            "opens_unassigned": "Open to all",
            "most_held": "Records held at once",
            "most_records": "Answers in this dataset",
            "most_percent": "Share of all records, in percent",
            "most_per_day": "Answers in a day (UTC)",
            "on_skip": "A skipped record",
            "on_discard": "A record that somebody cannot judge",
            "stops_bad_prompts": "Stop records with bad prompts",
            "is_paused": "Paused",
            "pause_note": "Note to the labelers",
            "closes_when_due": "Closes when it is due",
        }
        help_texts = {
            "order_by": "The name of a metadata property, or of the question whose suggestions have a score.",
            "is_descending": "Greatest first. What has no value is last either way.",
            "overlap_percent": "0: no records get more answers than the others.",
            "overlap_property": "A metadata property of terms. Empty: the share is of all records.",
            "opinion_question": "One more answer where answers to it are further apart than the distance.",
            "opens_unassigned": "Records that were given to nobody by name are open to all.",
            "stops_bad_prompts": "A record whose prompt is called bad waits until a manager has looked at it.",
            "pause_note": "Labelers are shown it while the dataset is paused.",
            "closes_when_due": "Nothing is handed out after it is due.",
        }


@admin.register(QueueRules)
class QueueRulesAdmin(TenantAdmin):
    """One row for each dataset that whoever asks manages; it comes and goes with the dataset."""

    product_page = ("dataset_queue", "dataset_id")
    form = RulesForm
    list_display = ("dataset", "order", "state", "due_at")
    list_filter = ("is_paused", "order")
    list_select_related = ("dataset",)
    search_fields = ("dataset__name",)
    ordering = ("dataset__name",)
    change_verb = Verb.MANAGE

    @admin.display(description="state", ordering="is_paused")
    def state(self, rules: QueueRules) -> str:
        """Whether it is paused."""
        word, tone = ("Paused", "warn") if rules.is_paused else ("Open", "ok")
        return format_html('<span class="tag {}">{}</span>', tone, word)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        sections = ((title, {"fields": names, "description": about}) for title, about, names in SECTIONS)
        return [(None, {"fields": ("dataset",)}), *sections]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("dataset",)

    def change(self, request: HttpRequest, obj: QueueRules, form: ActionForm) -> Any:
        return update_rules(obj.dataset, by=who(request), **{name: form.given[name] for name in FIELDS})

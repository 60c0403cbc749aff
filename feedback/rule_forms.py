"""How a dataset hands out its records, as a form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms import Names
from core.errors import DomainError, Invalid
from feedback.forms import WANTED
from feedback.lines import Terms
from feedback.models import Dataset
from feedback.models.rules import BOUNDS, Order, again, orders, started
from feedback.rule_groups import GROUPS, Group, Part
from feedback.zoned_times import Moment, in_zone, zone_field


def _number(name: str, label: Any, hint: Any = "", *, required: bool = False) -> forms.IntegerField:
    least, most = BOUNDS[name]
    return forms.IntegerField(label=label, help_text=hint, required=required, min_value=least, max_value=most)


class RulesForm(forms.Form):
    """All rules of one dataset."""

    min_submitted = forms.IntegerField(
        label=_("Answers per record"), min_value=1, max_value=1000, help_text=WANTED
    )
    overlap_percent = _number(
        "overlap_percent",
        _("Share of records with more answers, in percent"),
        _("To see how far people agree without paying for more answers everywhere. 0: none."),
        required=True,
    )
    overlap_answers = _number("overlap_answers", _("Answers per record of the share"))
    overlap_property = forms.ChoiceField(
        label=_("Only of records with a certain"),
        required=False,
        widget=Names,
        help_text=_("Empty: of all records."),
    )
    overlap_values = Terms(
        label=_("Its values"), required=False, help_text=_("One a line. A record has at least one of them.")
    )
    opinion_question = forms.ChoiceField(
        label=_("Ask for another opinion where answers differ to"),
        required=False,
        widget=Names,
        help_text=_("As soon as a record has its answers and two of them are too far apart."),
    )
    opinion_distance = forms.FloatField(
        label=_("Distance that is still fine"),
        required=False,
        min_value=0,
        help_text=_("0: any difference asks for another opinion."),
    )
    opinion_most = _number("opinion_most", _("Answers per record at most"))
    order = forms.ChoiceField(label=_("Records come"), choices=orders, widget=forms.RadioSelect)
    order_property = forms.ChoiceField(label=_("Metadata property"), required=False, widget=Names)
    order_question = forms.ChoiceField(label=_("Suggestions to"), required=False, widget=Names)
    is_descending = forms.BooleanField(
        label=_("Greatest first; for terms, the last listed first"), required=False
    )
    started = forms.ChoiceField(
        label=_("Records that have some of their answers"), choices=started, required=False
    )
    match_properties = forms.MultipleChoiceField(
        label=_("A record goes to people whose skills have its"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    opens_unassigned = forms.BooleanField(
        label=_("Records that were given to nobody by name are open to all"), required=False
    )
    most_held = _number(
        "most_held",
        _("Records held at once"),
        _("Programs may ask for another before they have answered; on the labeling page it is one."),
        required=True,
    )
    most_records = _number("most_records", _("Answers in this dataset"))
    most_percent = _number("most_percent", _("Share of all records, in percent"))
    most_per_day = _number("most_per_day", _("Answers in a day"), _("A day of UTC."))
    on_skip = forms.ChoiceField(label=_("A skipped record"), choices=again)
    on_discard = forms.ChoiceField(
        label=_("A record that somebody cannot judge"),
        choices=again,
        help_text=_("Whoever lacks the language or the expertise always leaves it to others."),
    )
    stops_bad_prompts = forms.BooleanField(
        label=_("A record whose prompt is called bad is handed to nobody until a manager has looked at it"),
        required=False,
    )
    is_paused = forms.BooleanField(label=_("Paused: nobody is handed a record"), required=False)
    pause_note = forms.CharField(
        label=_("Note to the labelers"),
        required=False,
        max_length=300,
        widget=forms.TextInput({"dir": "auto"}),
    )
    due_at = forms.DateTimeField(label=_("Due"), required=False, widget=Moment())
    zone = zone_field()
    closes_when_due = forms.BooleanField(label=_("Nothing is handed out after that"), required=False)

    def __init__(self, data: Any, *, dataset: Dataset) -> None:
        rules, shape = dataset.rules, dataset.shape
        shown = {name: getattr(rules, name) for name in self.base_fields if hasattr(rules, name)}
        is_metadata = rules.order == Order.METADATA
        shown |= {
            "min_submitted": dataset.min_submitted,
            "opinion_distance": f"{rules.opinion_distance:g}",
            "order_property": rules.order_by if is_metadata else "",
            "order_question": "" if is_metadata else rules.order_by,
        }
        super().__init__(data, initial=shown)
        terms = [(name, one.title) for name, one in shape.metadata.items() if not one.kind.is_number]
        ordered = [
            (name, one.title)
            for name, one in shape.metadata.items()
            if one.kind.is_number or one.kind.choices
        ]
        asked = [(name, one.title) for name, one in shape.questions.items()]
        compared = [
            (name, f"{one.title} ({gettext(one.kind.distance_unit)})")
            for name, one in shape.questions.items()
            if one.kind.distance
        ]
        self._offer(overlap_property=terms, order_property=ordered, order_question=asked)
        self._offer(opinion_question=compared)
        matched = [(name, format_html("<bdi>{}</bdi>", title)) for name, title in terms]
        self._offer(match_properties=matched, blank=[])
        if not terms:
            self.fields["match_properties"].help_text = gettext(
                "This dataset has no metadata property of terms, such as a language. Add one under Settings."
            )

    def _offer(self, *, blank: Any = (("", "–"),), **choices: Sequence[tuple[str, str]]) -> None:
        for name, offered in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [*blank, *offered]

    @property
    def groups(self) -> Iterator[Group]:
        """As the page shows them."""
        for name, title, lead, parts in GROUPS:
            yield Group(name, title, lead, [Part(self[field], on, values) for field, on, values in parts])

    @property
    def given(self) -> dict[str, Any]:
        """The rules that were said, as the actions take them; those in which nothing stands stay as they are."""
        said: dict[str, Any] = {}
        for name, value in self.cleaned_data.items():
            if name in BLANK_STAYS and value is None:
                continue
            said[name] = value
        zone = said.pop("zone")
        if said.get("due_at"):
            said["due_at"] = in_zone(said["due_at"], zone)
        by_property, by_question = said.pop("order_property", ""), said.pop("order_question", "")
        said["order_by"] = by_property if said.get("order") == Order.METADATA else by_question
        return said

    def explain(self, error: DomainError) -> None:
        """Each sentence beside the field that it is about."""
        sentences: Mapping[str, str] = error.errors if isinstance(error, Invalid) else {}
        by = "order_property" if self.cleaned_data.get("order") == Order.METADATA else "order_question"
        for name, sentence in sentences.items():
            self.add_error(by if name == "order_by" else name if name in self.fields else None, sentence)
        if not sentences:
            self.add_error(None, str(error))


BLANK_STAYS = frozenset({"overlap_answers", "opinion_distance", "opinion_most"})  # where they do not matter

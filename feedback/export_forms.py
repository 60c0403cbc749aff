"""The export dialog's fields beside the format's own options: files, records, prompts to keep apart, people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms import Names
from core.errors import DomainError, Invalid
from feedback.exports import Kind
from feedback.exports.files.formats import TYPES
from feedback.lines import Pairs, Terms
from feedback.models import Dataset, Job
from feedback.models.jobs import JobKind, State

EARLIER = 30  # exports to choose from
ORDERS = (("", _("As the format wants it")), ("yes", _("Mixed")), ("no", _("As the records came")))
# Where what is wrong with a plan stands in the form.
PLACES = {
    "filters.people": "people",
    "filters.agreement": "agreement",
    "against.job": "against",
    "against.words": "words",
}
SECTIONS = (
    (
        _("Files"),
        _("all rows of a prompt come into one split"),
        ("file_type", "train", "validation", "test", "seed", "shuffle"),
    ),
    (
        _("Answers"),
        _("records without any such answer stay out"),
        ("people", "versions", "answered_from", "answered_to", "agreement", "distance", "weights"),
    ),
    (
        _("Keep apart"),
        _("records whose prompt is in another file stay out"),
        ("against", "against_file", "words"),
    ),
    (_("Snapshot and card"), _("if you like"), ("name", "license", "language")),
)


@dataclass(frozen=True)
class Section:
    """A card of the dialog. `fields`: those in it; `is_open`: the first, and what was filled in or is wrong."""

    title: Any
    lead: Any
    fields: list[forms.BoundField]
    is_open: bool


class PlanForm(forms.Form):
    """How the rows of an export become files, and of which records and answers they are made."""

    file_type = forms.ChoiceField(label=_("Type of file"), required=False, widget=Names)
    train = forms.FloatField(
        label=_("Training, percent"), min_value=0, max_value=100, initial=100, required=False
    )
    validation = forms.FloatField(
        label=_("Validation, percent"), min_value=0, max_value=100, initial=0, required=False
    )
    test = forms.FloatField(label=_("Test, percent"), min_value=0, max_value=100, initial=0, required=False)
    seed = forms.IntegerField(
        label=_("Seed"),
        min_value=0,
        max_value=2**31 - 1,
        initial=0,
        required=False,
        help_text=_(
            "With the same seed each prompt is in the same split in every export. Another one deals anew."
        ),
    )
    shuffle = forms.ChoiceField(label=_("Order of the rows"), choices=ORDERS, required=False)
    name = forms.CharField(
        label=_("Freeze it as"),
        max_length=200,
        required=False,
        help_text=_(
            "A name. The data is kept as it is now, and the same files can be made again whatever changes."
        ),
    )
    license = forms.CharField(
        label=_("License"), max_length=60, required=False, help_text=_("For the card, such as cc-by-4.0.")
    )
    language = forms.CharField(
        label=_("Languages"), max_length=200, required=False, help_text=_("For the card, such as en, el.")
    )
    people = Terms(
        label=_("Only answers of"),
        required=False,
        help_text=_("Usernames, one a line. Nobody named: everybody."),
    )
    versions = forms.MultipleChoiceField(
        label=_("Only answers under these guidelines"), required=False, widget=forms.CheckboxSelectMultiple
    )
    answered_from = forms.DateField(
        label=_("Only answers from"), required=False, widget=forms.DateInput({"type": "date"})
    )
    answered_to = forms.DateField(
        label=_("to"),
        required=False,
        widget=forms.DateInput({"type": "date"}),
        help_text=_("Both days included, UTC."),
    )
    agreement = forms.ChoiceField(
        label=_("Only records where people agree about"), required=False, widget=Names
    )
    distance = forms.FloatField(
        label=_("Answers lie apart at most"),
        min_value=0,
        required=False,
        help_text=_(
            "The mean distance of two answers, in the unit named with the question; 0 is full agreement."
        ),
    )
    against = forms.ChoiceField(label=_("Prompts of an earlier export"), required=False, widget=Names)
    against_file = forms.FileField(label=_("Prompts of a file"), required=False)
    words = forms.IntegerField(
        label=_("Words in a row"),
        min_value=0,
        max_value=50,
        initial=0,
        required=False,
        help_text=_(
            "0: only prompts with the same text stay out. 13: also those that share 13 words in a row."
        ),
    )
    weights = Pairs(
        label=_("How much people count"),
        required=False,
        help_text=_("One a line: username = 2. Others count 1; with 0 somebody’s answers are left out."),
    )

    def __init__(self, data: Any, files: Any = None, *, dataset: Dataset, kind: Kind[Any]) -> None:
        super().__init__(data, files, prefix="plan")
        questions = [one for one in dataset.shape.questions.values() if one.kind.distance is not None]
        versions = dataset.guidelines_versions.order_by("number").values_list("number", flat=True)[:50]
        titled = [(one.name, f"{one.title} ({gettext(one.kind.distance_unit)})") for one in questions]
        self._choose("file_type", [(one, TYPES[one].label) for one in kind.file_types])
        self._choose("versions", [(str(n), str(n)) for n in versions])
        self._choose("agreement", [("", "–"), *titled])
        self._choose("against", [("", "–"), *map(_earlier, _exports(dataset))])

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    @property
    def sections(self) -> list[Section]:
        """The cards of the dialog, without fields that have nothing to choose, unless they are wrong."""
        said = {"file_type", *self.errors, *(self.changed_data if self.is_bound else ())}
        return [
            Section(
                title,
                lead,
                [self[name] for name in names if self._has_choice(name) or name in self.errors],
                not said.isdisjoint(names),
            )
            for title, lead, names in SECTIONS
        ]

    def _has_choice(self, name: str) -> bool:
        field = self.fields[name]
        if name == "distance":
            return self._has_choice("agreement")
        if not isinstance(field, forms.ChoiceField) or name == "file_type":
            return True
        return any(value for value, _ in list(field.widget.choices))

    @property
    def asked(self) -> dict[str, Any]:
        """The plan, as far as it was said; without the search among records, which stands beside this form."""
        said = self.cleaned_data
        filters: dict[str, Any] = {
            "people": said["people"],
            "guidelines_versions": [int(one) for one in said["versions"]],
        }
        bounds = {"ge": said["answered_from"], "le": said["answered_to"]}
        if any(bounds.values()):
            times = {"ge": "T00:00:00Z", "le": "T23:59:59.999999Z"}
            filters["answered"] = {name: f"{day}{times[name]}" for name, day in bounds.items() if day}
        if said["agreement"]:
            filters["agreement"] = {"question": said["agreement"], "distance": said["distance"] or 0}
        given: dict[str, Any] = {
            "file_type": said["file_type"],
            "filters": filters,
            "splits": self._splits(said),
            "weights": said["weights"],
        }
        if said["shuffle"]:
            given["shuffle"] = said["shuffle"] == "yes"
        if said["against"] or said["against_file"]:
            given["against"] = {"job": said["against"] or None, "words": said["words"] or 0}
        if languages := [one.strip() for one in said["language"].split(",") if one.strip()]:
            given["language"] = languages
        return given | {name: said[name] for name in ("name", "license") if said[name]}

    def _splits(self, said: Mapping[str, Any]) -> dict[str, Any]:
        shares = {name: (said[name] or 0) / 100 for name in ("validation", "test")}
        rest = 1 - sum(shares.values()) if said["train"] is None else said["train"] / 100
        shares = {"train": max(0, rest), **shares}
        return {**shares, "seed": said["seed"] or 0}

    def explain(self, error: DomainError) -> None:
        """Put each sentence of a refusal beside its field, or above the form."""
        sentences = error.errors if isinstance(error, Invalid) else {}
        for path, sentence in sentences.items():
            name = PLACES.get(path) or path.partition(".")[0]
            self.add_error(name if name in self.fields else None, sentence)
        if not sentences:
            self.add_error("name" if "snapshot" in str(error) else None, str(error))


def _exports(dataset: Dataset) -> list[Job]:
    found = dataset.jobs.filter(kind=JobKind.EXPORT, state=State.FINISHED).exclude(files=[])
    return list(found[:EARLIER])


def _earlier(job: Job) -> tuple[str, str]:
    rows = sum(one["rows"] for one in job.data_files)
    return str(job.pk), f"{job.format} · {job.inserted_at:%Y-%m-%d %H:%M} · {rows:,}"

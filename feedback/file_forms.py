"""What comes with files: an upload, where its columns go, and the options of an export."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict

from feedback.exports.controls import Control

COLUMN, TARGET = "column.", "to."


class UploadForm(forms.Form):
    """A file to import."""

    file = forms.FileField(
        label="File",
        help_text="JSON Lines (.jsonl, .ndjson): one object a line, in UTF-8.",
        error_messages={"empty": "This file is empty. Choose one with at least one row."},
        widget=forms.FileInput(attrs={"accept": ".jsonl,.ndjson,.json"}),
    )


def mapping_from(form: QueryDict) -> dict[str, str]:
    """Column -> target. Columns may be called anything, so their names are values: column.0 goes to to.0."""
    numbers = [name.removeprefix(COLUMN) for name in form if name.startswith(COLUMN)]
    return {str(form[COLUMN + n]): str(form[TARGET + n]) for n in numbers if TARGET + n in form}


class ExportForm(forms.Form):
    """The options of one kind of export."""

    def __init__(self, data: Any, *, controls: list[Control], prefix: str) -> None:
        super().__init__(data, prefix=prefix)
        for control in controls:
            self.fields[control.name] = _field(control)

    def options(self) -> dict[str, Any]:
        """As the kind takes them; what was left blank is not said."""
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None, [])}


def _field(control: Control) -> forms.Field:
    said: dict[str, Any] = {
        "label": control.title,
        "help_text": control.description,
        "required": False,
        "initial": control.default,
    }
    if control.type == "choice":
        blank = [] if control.default else [("", "–")]
        return forms.ChoiceField(**said, choices=[*blank, *control.choices])
    if control.type == "choices":
        return forms.MultipleChoiceField(**said, choices=control.choices, widget=forms.CheckboxSelectMultiple)
    if control.type == "flag":
        return forms.BooleanField(**said)
    bounds: Mapping[str, float | None] = {"min_value": control.least, "max_value": control.most}
    return forms.FloatField(**said, **bounds)  # type: ignore[arg-type]

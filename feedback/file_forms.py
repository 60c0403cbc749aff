"""What comes with files: an upload, where its columns go, and the options of an export."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms import Names
from feedback.exports.controls import Control

COLUMN, TARGET = "column.", "to."


class FilesInput(forms.FileInput):
    """Takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, at least one."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        """All of them, each checked as one would be."""
        given = data if isinstance(data, list | tuple) and data else [data]
        return [super(FilesField, self).clean(one, initial) for one in given]


class UploadForm(forms.Form):
    """Files to import."""

    file = FilesField(
        label=_("Files"),
        help_text=_(
            "JSON Lines, JSON, CSV, TSV, Parquet, Arrow or an Excel workbook; compressed by gzip or Zstandard, or "
            "several in a zip archive."
        ),
        error_messages={"empty": _("This file is empty. Choose one with at least one row.")},
    )


class PrefixForm(forms.Form):
    """A folder that lies in the storage which the operator opened, to import all files in it."""

    folder = forms.CharField(
        label=_("Folder"),
        required=False,
        max_length=500,
        help_text=_("Below your organization's own folder; empty for all that lies there."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "ltr"}),
    )


class HubForm(forms.Form):
    """A split of a data set on the Hugging Face Hub, to look at."""

    name = forms.CharField(
        label=_("Data set"),
        max_length=200,
        help_text=_("As it is called on the Hub, such as argilla/ultrafeedback."),
    )
    subset = forms.CharField(label=_("Subset"), max_length=200, initial="default")
    split = forms.CharField(label=_("Split"), max_length=200, initial="train")
    token = forms.CharField(
        label=_("Access token"),
        required=False,
        max_length=1000,
        help_text=_("Only for data sets that not everybody may read. It is forgotten when the import ends."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


class PushForm(forms.Form):
    """A data set on the Hugging Face Hub, to push all records to."""

    name = forms.CharField(
        label=_("Data set"),
        max_length=200,
        help_text=_(
            "Your name or your organization's on the Hub, a slash, and a name for the data set. It is made if it is "
            "not there."
        ),
    )
    token = forms.CharField(
        label=_("Access token"),
        max_length=1000,
        help_text=_(
            "One that may write. You make it on the Hub, under Settings, Access Tokens. It is forgotten when the push "
            "ends."
        ),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    private = forms.BooleanField(
        label=_("Keep it private, if it is new: only you, or your organization, can see it"),
        required=False,
        initial=True,
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
        "label": gettext(control.title),
        "help_text": control.description and gettext(control.description),
        "required": False,
        "initial": control.default,
    }
    if control.type == "choice":
        blank = [] if control.default else [("", "–")]
        return forms.ChoiceField(**said, choices=[*blank, *control.choices], widget=Names)
    if control.type == "choices":
        named = [
            (value, format_html('<span dir="auto">{}</span>', words)) for value, words in control.choices
        ]
        return forms.MultipleChoiceField(**said, choices=named, widget=forms.CheckboxSelectMultiple)
    if control.type == "flag":
        return forms.BooleanField(**said)
    bounds: Mapping[str, float | None] = {"min_value": control.least, "max_value": control.most}
    return forms.FloatField(**said, **bounds)  # type: ignore[arg-type]

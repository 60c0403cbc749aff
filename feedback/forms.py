"""What managers write on the pages about datasets, read and checked for shape; decisions are the actions'."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.access import Verb
from accounts.forms import Names
from accounts.models import Membership
from feedback.actions.priority import MOST_MORE
from feedback.models import Dataset
from feedback.models.queue import NORMAL
from feedback.presets import PRESETS, preset
from workspaces.models import Workspace

WANTED = _("How many people answer each record.")


class NewDatasetForm(forms.Form):
    """A dataset to be."""

    name = forms.CharField(
        label=_("Name"), max_length=200, widget=forms.TextInput(attrs={"dir": "auto", "autofocus": True})
    )
    workspace: forms.ModelChoiceField[Workspace] = forms.ModelChoiceField(
        label=_("Workspace"),
        queryset=None,
        empty_label=None,
        widget=Names,
        help_text=_("Its members will answer."),
    )
    min_submitted = forms.IntegerField(
        label=_("Answers per record"), min_value=1, max_value=1000, initial=1, help_text=WANTED
    )
    preset = forms.TypedChoiceField(
        label=_("Start from"),
        choices=lambda: [(one.name, gettext(one.label)) for one in PRESETS],
        coerce=preset,
        initial=PRESETS[0].name,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, by: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        workspace = self.fields["workspace"]
        assert isinstance(workspace, forms.ModelChoiceField)
        workspace.queryset = Workspace.objects.allowing(Verb.MANAGE, by)


class DatasetForm(forms.Form):
    """What may change about a dataset at any time."""

    name = forms.CharField(label=_("Name"), max_length=200, widget=forms.TextInput(attrs={"dir": "auto"}))
    min_submitted = forms.IntegerField(
        label=_("Answers per record"), min_value=1, max_value=1000, help_text=WANTED
    )
    allow_extra_metadata = forms.BooleanField(
        label=_("Records may have metadata that is not listed here"), required=False
    )

    invites_records = forms.BooleanField(
        label=_("Labelers may add records"),
        required=False,
        help_text=_("They fill the fields themselves and answer the questions on it."),
    )

    def __init__(self, data: Any, *, dataset: Dataset) -> None:
        names = ("name", "min_submitted", "allow_extra_metadata", "invites_records")
        super().__init__(data, initial={name: getattr(dataset, name) for name in names})


class PriorityForm(forms.Form):
    """When some records come, and how many answers more they get."""

    priority = forms.TypedChoiceField(
        label=_("They come"),
        choices=lambda: [
            ("", gettext("As it is")),
            (8, gettext("First, before all others")),
            (NORMAL, gettext("In the order of the dataset")),
            (2, gettext("Last, after all others")),
        ],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    answers = forms.ChoiceField(
        label=_("Their answers"),
        choices=lambda: [
            ("", gettext("As it is")),
            ("more", gettext("More than now")),
            ("rules", gettext("As many as the rules say")),
        ],
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Further opinions that were asked for because answers differ go too."),
    )
    more_answers = forms.IntegerField(
        label=_("How many more"), min_value=1, max_value=MOST_MORE, required=False, initial=1
    )

    @property
    def given(self) -> dict[str, int | None]:
        """As the actions take it."""
        more = {"more": self.cleaned_data.get("more_answers"), "rules": 0}
        return {
            "priority": self.cleaned_data.get("priority"),
            "more_answers": more.get(self.cleaned_data["answers"]),
        }


class GuidelinesForm(forms.Form):
    """The guidelines, in Markdown."""

    guidelines = forms.CharField(
        label=_("Guidelines"),
        required=False,
        strip=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 18, "dir": "auto", "spellcheck": "true"}),
    )

    def clean_guidelines(self) -> str | None:
        """Browsers send every line break as CR LF; stored is LF. Nothing but spaces means none."""
        text = str(self.cleaned_data["guidelines"]).replace("\r\n", "\n")
        return text if text.strip() else None


class DeleteForm(forms.Form):
    """The name of what is to be deleted, typed."""

    typed = forms.CharField(
        label=_("Type the dataset's name to delete it"),
        strip=True,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    wrong = _("This is not the dataset's name. Nothing was deleted.")

    def __init__(self, *args: Any, name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name = name

    def clean_typed(self) -> str:
        """It must be the very name."""
        typed: str = self.cleaned_data["typed"]
        if typed != self.name.strip():
            raise forms.ValidationError(self.wrong)
        return typed

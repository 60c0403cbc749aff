"""What managers write to make a dataset out of a file. Its columns are read by the view (views/from_file.py)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.access import Verb
from accounts.forms import Names
from accounts.models import Membership
from feedback.file_forms import UploadForm
from feedback.forms import WANTED
from workspaces.models import Workspace

STAYS = {"hx-preserve": "true"}  # what is being typed while the page looks again


class FromFileForm(UploadForm):
    """The file, and where the dataset will be."""

    workspace: forms.ModelChoiceField[Workspace] = forms.ModelChoiceField(
        label=_("Workspace"),
        queryset=None,
        empty_label=None,
        widget=Names,
        help_text=_("Its members will answer."),
    )

    def __init__(self, *args: Any, by: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        workspace = self.fields["workspace"]
        assert isinstance(workspace, forms.ModelChoiceField)
        workspace.queryset = Workspace.objects.allowing(Verb.MANAGE, by)


class PlanForm(forms.Form):
    """The dataset as a whole."""

    name = forms.CharField(
        label=_("Name"), max_length=200, widget=forms.TextInput(attrs={"dir": "auto"} | STAYS)
    )
    min_submitted = forms.IntegerField(
        label=_("Answers per record"),
        min_value=1,
        max_value=1000,
        help_text=WANTED,
        widget=forms.NumberInput(attrs=STAYS),
    )

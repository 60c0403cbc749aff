"""What a clone is to be."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.access import Verb
from accounts.forms import Names
from accounts.models import Membership
from feedback.models import Dataset
from workspaces.models import Workspace


class CloneForm(forms.Form):
    """The clone of a dataset."""

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
    rules = forms.BooleanField(
        label=_("How its queue hands out records"),
        required=False,
        initial=True,
        help_text=_("Not its pause, nor its due date."),
    )
    records = forms.BooleanField(label=_("Records"), required=False, initial=True)
    responses = forms.BooleanField(
        label=_("With the answers that people submitted or discarded"), required=False, initial=False
    )
    suggestions = forms.BooleanField(label=_("With suggestions"), required=False, initial=True)
    vectors = forms.BooleanField(label=_("With vectors"), required=False, initial=True)

    def __init__(self, *args: Any, by: Membership, dataset: Dataset, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {}).update(
            name=gettext("%(name)s (copy)") % {"name": dataset.name[:190]}, workspace=dataset.workspace_id
        )
        super().__init__(*args, **kwargs)
        workspace = self.fields["workspace"]
        assert isinstance(workspace, forms.ModelChoiceField)
        workspace.queryset = Workspace.objects.allowing(Verb.MANAGE, by)

"""What an owner writes to have somebody erased."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ErasureForm(forms.Form):
    """Whom, and what becomes of the answers."""

    answers = forms.ChoiceField(
        label=_("Their answers"),
        choices=[
            ("keep", _("stay, under a name that says nothing, without their notes")),
            ("delete", _("are deleted, and their places open again")),
        ],
        widget=forms.RadioSelect,
    )
    username = forms.CharField(
        label=_("Their username, to be sure"), max_length=200, widget=forms.TextInput({"autocomplete": "off"})
    )

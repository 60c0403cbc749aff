"""Forms about the trash."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.forms import DeleteForm


class RestoreForm(forms.Form):
    """Another name, where its own is taken by now."""

    name = forms.CharField(
        label=_("Name"), strip=True, max_length=200, widget=forms.TextInput(attrs={"dir": "auto"})
    )


class ForGoodForm(DeleteForm):
    """The name of what is to go for ever, typed."""

    typed = forms.CharField(
        label=_("Type its name to delete it for ever"),
        strip=True,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    wrong = _("This is not its name. Nothing was deleted.")

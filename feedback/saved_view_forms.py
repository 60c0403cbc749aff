"""What people write about saved views, read for shape; decisions are the actions'."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.models import SavedView


class SavedViewForm(forms.Form):
    """A view to be, or as it is. Whoever may not share has no box for it."""

    name = forms.CharField(
        label=_("Name"), max_length=100, widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"})
    )
    is_shared = forms.BooleanField(
        label=_("Share it with everybody in the workspace"),
        required=False,
        help_text=_("Labelers see its records with their own answers alone."),
    )

    def __init__(self, data: Any, *, may_share: bool, view: SavedView | None = None) -> None:
        initial = {"name": view.name, "is_shared": view.is_shared} if view else {}
        super().__init__(data, initial=initial)
        if not may_share:
            del self.fields["is_shared"]

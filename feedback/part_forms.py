"""One form for each kind of field, question and metadata property, made from the kind's schema."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError, Invalid
from feedback import setting_controls
from feedback.actions import conditions
from feedback.lines import short
from feedback.models import Dataset

SETTING = "set-"  # before the names of settings, which may be called like other parts of the form
TOO_FEW = re.compile(r"^(?:Value|List) should have at least (\d+) items? after validation, not \d+")
NAME = r"^[a-z0-9][a-z0-9_-]*$"


class PartForm(forms.Form):
    """Title, name and settings of one part of a dataset.

    `kind`: the class of its kind; `part`: the one to change, or None; `extra`: which of EXTRAS it has; `only`: the
    settings that may still change, None for all.
    """

    def __init__(
        self,
        data: Any,
        *,
        dataset: Dataset,
        kind: Any,
        extra: Sequence[str],
        part: Any = None,
        only: frozenset[str] | None = None,
    ) -> None:
        super().__init__(data)
        self.dataset, self.kind, self.part = dataset, kind, part
        self.fields["title"] = forms.CharField(
            label=_("Title"),
            max_length=500,
            help_text=_("What people read."),
            widget=forms.TextInput({"dir": "auto"}),
        )
        if part is None:
            self.fields["name"] = forms.RegexField(
                NAME,
                label=_("Name"),
                max_length=200,
                required=False,
                help_text=_(
                    "In files and programs: small letters, digits, _ and -. Empty: made from the title."
                ),
                error_messages={
                    "invalid": _("Use small letters, digits, _ and - only, such as best_answer.")
                },
            )
        controls = setting_controls.controls(kind.schema, self._refers, only)
        self.fields |= {SETTING + name: control for name, control in controls.items()}
        self.fields |= {name: EXTRAS[name]() for name in extra}
        self.initial = self._initial(extra)

    @property
    def name(self) -> str:
        """As written, or made from the title."""
        return self.cleaned_data.get("name") or short(self.cleaned_data["title"])[:100]

    @property
    def blank(self) -> dict[str, Any]:
        """The settings that the form shows, all as they are where nothing is said."""
        shown = [name.removeprefix(SETTING) for name in self.fields if name.startswith(SETTING)]
        schema = self.kind.schema.model_fields
        return {name: None if schema[name].is_required() else schema[name].get_default() for name in shown}

    def settings(self) -> dict[str, Any]:
        """As the kind takes them."""
        sent = {
            name.removeprefix(SETTING): v for name, v in self.cleaned_data.items() if name.startswith(SETTING)
        }
        return {"type": self.kind.name, **setting_controls.given(sent)}

    def explain(self, error: DomainError) -> None:
        """Each sentence beside the setting that it is about; "options.2.text" is about the options."""
        sentences = error.errors if isinstance(error, Invalid) else {}
        for path, sentence in sentences.items():
            name = SETTING + path.partition(".")[0]
            self.add_error(
                name if name in self.fields else None,
                TOO_FEW.sub(lambda found: gettext("Write at least %(n)s.") % {"n": found[1]}, sentence),
            )
        if not sentences:
            self.add_error(None, str(error))

    def _refers(self, setting: str) -> list[tuple[str, str]]:
        """What this setting may name: of the dataset's fields those that the kind is about, or the questions before."""
        if setting_controls.is_condition(self.kind.schema.model_fields[setting]):
            before = conditions.earlier(self.part) if self.part else self.dataset.questions.all()
            return [(one.name, one.title) for one in before]
        fields = self.dataset.fields.all()
        return [(one.name, one.title) for one in fields if self.kind.may_be_about(type(one.kind))]

    def _initial(self, extra: Sequence[str]) -> dict[str, Any]:
        if self.part is None:
            given = {
                name: f.get_default()
                for name, f in self.kind.schema.model_fields.items()
                if not f.is_required()
            }
            return {SETTING + name: value for name, value in given.items()} | START
        shown = {name: getattr(self.part, name) for name in ("title", *extra)}
        return shown | {SETTING + name: value for name, value in self.part.settings.items()}


START = {"required": True, "visible_for_annotators": True}
EXTRAS: dict[str, type[forms.Field] | Any] = {
    "description": lambda: forms.CharField(
        label=_("Description"),
        required=False,
        max_length=1000,
        help_text=_("Shown below the title."),
        widget=forms.Textarea({"rows": 2}),
    ),
    "required": lambda: forms.BooleanField(label=_("Required"), required=False),
    "visible_for_annotators": lambda: forms.BooleanField(label=_("Labelers see it"), required=False),
}

"""The forms of a dataset's parts: what a field, a question or a metadata property is, judged by its kind."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar, cast

from accounts.admin.refusals import ActionForm
from core.errors import DomainError, Invalid
from core.registry import Registry
from feedback import fields, metadata, questions
from feedback.admin.controls import WORDS
from feedback.admin.editor import SettingsField, SettingsWidget, Written


class PartForm(ActionForm):
    """A part: its kind is chosen once, then only some settings can change."""

    kinds: ClassVar[Registry[Any]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = not self.instance._state.adding
        if "settings" in self.fields:
            widget = cast(SettingsWidget, self.fields["settings"].widget)
            widget.chosen = self.instance.type if kept else None
            widget.changeable = self.changeable() if kept else None
        for name in ("name", "type", "required"):
            if name in self.fields:
                self.fields[name].disabled = kept
        if "type" in self.fields:
            self.fields["type"].widget.attrs["data-chooses-kind"] = ""

    def changeable(self) -> Collection[str] | None:
        """The settings of the stored part that may change; None: all."""
        return None

    def clean(self) -> dict[str, Any]:
        """The settings, judged by their kind."""
        given = super().clean() or {}
        written, chosen = given.get("settings"), given.get("type")
        if not chosen:
            given.pop("settings", None)
        elif isinstance(written, Written):
            try:
                given["settings"] = self.judged(written, chosen)
            except Invalid as why:
                self.explain(why)
        return given

    def judged(self, written: Written, chosen: str) -> dict[str, Any]:
        """The settings as they will be given to the action."""
        settings = written.settings(self.kinds, chosen)
        if not self.instance._state.adding:
            return self.merged(settings, is_whole=not written.json.strip())
        return dict(self.kinds[chosen](settings).settings.model_dump())

    def merged(self, settings: dict[str, Any], *, is_whole: bool) -> dict[str, Any]:
        """Those of the stored part, with what may change. `is_whole`: what was left empty has no value now."""
        kind = self.instance.kind
        stored = kind.settings.model_dump()
        may = set(stored if (names := self.changeable()) is None else names) - {"type"}
        empty = {name: kind.schema.model_fields[name].get_default() for name in may} if is_whole else {}
        new = {name: value for name, value in {**empty, **settings}.items() if name in may}
        return dict(kind.changed({**stored, **new}))

    def explain(self, why: DomainError) -> None:
        """What is wrong with a setting is said beside the settings, with its place."""
        sentences = why.errors if isinstance(why, Invalid) else {}
        for path, sentence in sentences.items():
            known = path in self.fields
            self.add_error(
                path if known else "settings", sentence if known else f"{_place(path)}: {sentence}"
            )
        if not sentences:
            self.add_error("settings" if isinstance(why, Invalid) else None, str(why))


class FieldForm(PartForm):
    """A field."""

    kinds = fields.kinds
    settings = SettingsField(fields.kinds)


class QuestionForm(PartForm):
    """A question."""

    kinds = questions.kinds
    settings = SettingsField(questions.kinds)

    def changeable(self) -> Collection[str] | None:
        return frozenset(self.instance.kind.changeable)


class PropertyForm(PartForm):
    """A metadata property; its settings stay as they are."""

    kinds = metadata.kinds
    settings = SettingsField(metadata.kinds)

    def changeable(self) -> Collection[str] | None:
        return frozenset()

    def merged(self, settings: dict[str, Any], *, is_whole: bool) -> dict[str, Any]:
        return dict(self.instance.settings)


def _place(path: str) -> str:
    """Where in the settings: "options.1.value" -> "Options, line 2"."""
    name, *rest = path.split(".")
    title = WORDS.get(name, (name, ""))[0]
    return f"{title}, line {int(rest[0]) + 1}" if rest and rest[0].isdecimal() else title

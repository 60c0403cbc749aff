"""The editor of a kind's settings: a group of controls for each kind, and JSON for what they cannot say."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from core.errors import Invalid
from core.registry import Registry
from feedback.admin.controls import Control, controls, read_all


@dataclass(frozen=True)
class Written:
    """What stands in the editor: kind -> setting -> text, and the JSON that goes over it."""

    groups: Mapping[str, Mapping[str, str]]
    json: str

    def settings(self, kinds: Registry[Any], name: str) -> dict[str, Any]:
        """The settings of the chosen kind, still to be judged by it. `Invalid` for JSON that is none."""
        kind = kinds[name]
        if not self.json.strip():
            return {**read_all(kind.schema, self.groups.get(kind.name, {})), "type": kind.name}
        try:
            found = json.loads(self.json)
        except (ValueError, RecursionError):
            raise Invalid("This is no JSON. Correct it, or empty it and use the fields above.") from None
        if not isinstance(found, dict):
            raise Invalid('Settings are an object of JSON: {"name": value, …}.')
        return {**found, "type": kind.name}


class SettingsWidget(forms.Widget):
    """Shows the groups of all kinds, or of the one that the part has already; `fixed` settings only to be read."""

    def __init__(self, kinds: Registry[Any]) -> None:
        super().__init__()
        self.kinds = kinds
        self.chosen: str | None = None
        self.changeable: Iterable[str] | None = None  # None: all

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        shown = [kind for kind in self.kinds if self.chosen in (None, kind.name)]
        groups = [(kind.name, kind.label, self._inputs(name, kind, value)) for kind in shown]
        text = value.json if isinstance(value, Written) else ""
        context = {
            "name": name,
            "groups": groups,
            "json": text,
            "alone": self.chosen is not None,
            "is_fixed": self.changeable is not None,
        }
        return mark_safe(render_to_string("admin/settings_editor.html", context))  # noqa: S308 - escaped there

    def _inputs(self, name: str, kind: Any, value: Any) -> list[tuple[Control, str, Any, bool]]:
        return [
            (
                control,
                f"{name}-{kind.name}-{control.name}",
                _shown(control, kind, value),
                self.changeable is not None and control.name not in self.changeable,
            )
            for control in controls(kind.schema)
        ]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Written:
        return Written(
            groups={
                kind.name: {
                    one.name: data.get(f"{name}-{kind.name}-{one.name}", "") for one in controls(kind.schema)
                }
                for kind in self.kinds
            },
            json=data.get(f"{name}-json", ""),
        )

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False


def _shown(control: Control, kind: Any, value: Any) -> Any:
    """What stands in the control: as it was written, as it is stored, or the kind's default."""
    if isinstance(value, Written):
        return value.groups.get(kind.name, {}).get(control.name, "")
    if isinstance(value, Mapping) and value.get("type") == kind.name:
        return control.write(value.get(control.name))
    default = kind.schema.model_fields[control.name].get_default(call_default_factory=True)
    return control.write(None if kind.schema.model_fields[control.name].is_required() else default)


class SettingsField(forms.Field):
    """Settings, of which the form makes sense once it knows the kind."""

    def __init__(self, kinds: Registry[Any], **kwargs: Any) -> None:
        super().__init__(required=False, widget=SettingsWidget(kinds), **kwargs)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether something stands there that the stored settings do not say."""
        if not isinstance(data, Written):
            return False
        assert isinstance(self.widget, SettingsWidget)
        if data.json.strip():
            return True
        if not isinstance(initial, Mapping) or not initial:
            return False  # a new part has changed once it has a name
        kind = self.widget.kinds[str(initial["type"])]
        changeable = self.widget.changeable
        return any(
            (changeable is None or one.name in changeable)
            and one.read(data.groups[kind.name][one.name])
            != one.read(_text(one.write(initial.get(one.name))))
            for one in controls(kind.schema)
        )


def _text(value: Any) -> str:
    return ("on" if value else "") if isinstance(value, bool) else str(value)

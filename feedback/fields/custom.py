"""Whatever else: an object, shown by a template that the author of the dataset writes."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from django.utils.translation import gettext_noop
from pydantic import Field

from core.columns import as_parts
from core.errors import Invalid
from core.handlebars import Mistake, render
from core.text import Text as Storable
from core.text import check_json
from feedback.fields import base

INDENT = 4


class Settings(base.Settings):
    """`template`: HTML. In the simple mode {{record.fields.name.key}} is filled in; in the advanced mode its
    scripts have the variable `record`.
    """

    type: Literal["custom"]
    template: Storable = Field(
        title=gettext_noop("Template"),
        description=gettext_noop(
            "HTML and styles. {{record.fields.name.key}} writes a value, {{#each …}} and {{#if …}} repeat "
            "and choose."
        ),
        json_schema_extra={"x-code": True},
    )
    advanced_mode: bool = Field(
        False,
        title=gettext_noop("Advanced mode"),
        description=gettext_noop("The template has scripts that read the variable record."),
    )


class Custom(base.Kind[Settings]):
    """An object, kept as it came. What is seen of it is up to the template, which runs shut off from the page."""

    name = "custom"
    label = gettext_noop("Custom")
    order = 40
    schema = Settings
    changeable = frozenset({"template", "advanced_mode"})
    preview = "feedback/fields/parts/try_template.html"
    example = base.Example(
        settings={
            "type": "custom",
            "template": "<h1>{{record.fields.custom.title}}</h1>",
            "advanced_mode": False,
        },
        values=[
            {"title": "A well", "depth": 12.5, "lined": True, "parts": ["shaft", None, {"of": "brick"}]},
            {},
            {"kind": " candidates ", "": "بئر 🕳️"},
        ],
        mistakes=[
            *("a well", 3, True, None, [], [{"title": "A well"}]),
            *({"a": "b\0"}, {"a": ["\ud800"]}, {"a": float("nan")}, {1: "a"}, {"a": {"b": object()}}),
        ],
    )

    def from_column(self, value: Any) -> Any:
        return as_parts(value)

    def clean(self, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise Invalid('This field holds an object: {"name": value, …}.')
        check_json(value)
        return value

    def recognizes(self, value: Any) -> bool:
        return isinstance(value, dict)

    def plain(self, value: Any) -> str:
        return "\n".join(_texts(value))

    def framed(self, record: Mapping[str, Any]) -> base.Framed:
        """The template for this record ({"fields", …} as the person may have it). A mistake in it is told."""
        if self.settings.advanced_mode:
            return base.Framed(self.settings.template, record)
        try:
            return base.Framed(render(self.settings.template, {"record": record}, {"json": _json}))
        except Mistake as mistake:
            return base.Framed(problem=str(mistake))


def _json(value: Any) -> str:
    return f"<pre>{json.dumps(value, ensure_ascii=False, indent=INDENT)}</pre>"


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)

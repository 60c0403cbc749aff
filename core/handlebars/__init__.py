"""Templates in the language of Handlebars, filled in on the server: values, #each, #if, #unless, #with.

What is understood of it (source: handlebarsjs.com/guide): `{{a.b}}`, `{{a.[odd name]}}`, `{{this}}`, `{{../a}}`,
`{{@root.a}}`, `{{@key}}`, `{{@index}}`, `{{@first}}`, `{{@last}}`, `{{{unescaped}}}`, `{{! comments}}`,
`{{else}}` and `{{else if}}`, sections `{{#a}}` and `{{^a}}`, `as |item key|`, `{{lookup a b}}`, expressions in
parentheses, literals, helpers of the caller's, and `~`. Partials and other helpers are mistakes, and said to be.
"""

from collections.abc import Callable, Mapping
from typing import Any

from core.handlebars.mistakes import Mistake
from core.handlebars.parsing import parse
from core.handlebars.writing import Writer

__all__ = ["Mistake", "render"]

Helper = Callable[[Any], str]  # a value -> HTML; what stands in the value is escaped before


def render(template: str, values: Mapping[str, Any], helpers: Mapping[str, Helper] | None = None) -> str:
    """The template with JSON-like `values` filled in, or `Mistake`. Values are escaped."""
    return Writer(values, helpers or {}).write(parse(template))

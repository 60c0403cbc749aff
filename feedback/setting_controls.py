"""The settings of any kind as fields of a form, read from the kind's own schema: a new kind needs no new form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from django import forms
from django.utils.translation import gettext, gettext_noop, ngettext
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from feedback.condition_lines import HOW, ConditionField
from feedback.lines import Code, NamedTexts, Numbers, OptionLines, Pairs, Terms
from feedback.questions.shown_when import ShownWhen

# How settings are called, by their name. One that is not here is called by its own name, or the title it gives itself.
WORDS: Mapping[str, tuple[str, str]] = {
    "use_markdown": (gettext_noop("Show as Markdown"), ""),
    "min_length": (gettext_noop("Shortest text"), gettext_noop("In characters.")),
    "max_length": (gettext_noop("Longest text"), gettext_noop("In characters.")),
    "options": (
        gettext_noop("Options"),
        gettext_noop(
            "One a line. “wrong = Has mistakes” keeps the short word in files and shows the long one; "
            "“wrong = Has mistakes | Facts, figures, names” explains it."
        ),
    ),
    "words": (
        gettext_noop("What points mean"),
        gettext_noop("One a line: “1 = unclear”. Points without a word are fine."),
    ),
    "visible_options": (
        gettext_noop("Options shown at first"),
        gettext_noop("The others come with “more”. Empty: all are shown."),
    ),
    "options_order": (gettext_noop("Order"), ""),
    "field": (
        gettext_noop("Rank the answers of"),
        gettext_noop("Each record brings its own answers. Or write fixed options below."),
    ),
    "layout": (
        gettext_noop("Layout at first"),
        gettext_noop("Labelers may switch. Empty: by the number of answers."),
    ),
    "strength": (
        gettext_noop("Ask how much better"),
        gettext_noop("Slightly, clearly or much, between neighboring tiers."),
    ),
    "why": (gettext_noop("Ask why"), gettext_noop("In the labeler’s own words.")),
    "reasons": (
        gettext_noop("Reasons to choose from"),
        gettext_noop("One a line, such as “more correct”. Empty: none."),
    ),
    "flags": (
        gettext_noop("Flags"),
        gettext_noop(
            "Labelers may say that an answer is broken, unsafe, a duplicate or in the wrong language."
        ),
    ),
    "better": (
        gettext_noop("A better answer"),
        gettext_noop("Labelers may write one, kept above all others."),
    ),
    "values": (gettext_noop("Terms"), gettext_noop("One a line. Empty: any word.")),
    "min": (gettext_noop("Smallest"), ""),
    "max": (gettext_noop("Largest"), ""),
}
CHOICES = {
    "natural": gettext_noop("as written"),
    "suggestion": gettext_noop("suggested ones first"),
    "focus": gettext_noop("one at a time"),
}
POINTS = (gettext_noop("Points"), gettext_noop("Whole numbers from 0 to 10, such as 1 2 3 4 5."))
LONGEST_SAID = 60  # characters of a setting that are repeated in a list
FIRST, LAST = ("field", "for_each"), ("shown_when",)  # settings that decide about others come before them

Refers = Callable[[str], Sequence[tuple[str, str]]]  # setting -> (name, title) of what it may name


def controls(
    schema: type[BaseModel], refers: Refers, only: frozenset[str] | None = None
) -> dict[str, forms.Field]:
    """Setting -> form field, but for `type`. `only`: those that may still change."""
    named = [name for name in schema.model_fields if name != "type" and (only is None or name in only)]
    return {name: _control(name, schema.model_fields[name], refers) for name in in_order(named)}


def in_order(names: Iterable[str]) -> list[str]:
    """Names of settings as a form has them."""
    return sorted(names, key=lambda name: (name not in FIRST, name in LAST))


def given(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as a kind takes them: what was left blank is not said."""
    return {name: value for name, value in cleaned.items() if value not in (None, "", [], {})}


def _control(name: str, field: FieldInfo, refers: Refers) -> forms.Field:
    label, hint = called(name, field)
    bare = _bare(field.annotation)
    said: dict[str, Any] = {"label": label, "help_text": hint, "required": field.is_required()}
    if bare is bool:
        return forms.BooleanField(**{**said, "required": False})
    if bare is int or bare is float:
        return (forms.IntegerField if bare is int else forms.FloatField)(**said, **_bounds(field))
    if get_origin(bare) is Literal:
        blank = [] if field.default in get_args(bare) or field.is_required() else [("", "–")]
        named = [(one, gettext(CHOICES.get(one, one)).capitalize()) for one in get_args(bare)]
        return forms.ChoiceField(**said, choices=[*blank, *named])
    if is_condition(field):
        return ConditionField(**{**said, "help_text": f"{hint} {gettext(HOW)}"}, choices=refers(name))
    if get_origin(bare) in (dict, list):
        return _listing(bare, said)
    return Code(**said) if is_code(field) else forms.ChoiceField(**said, choices=[("", "–"), *refers(name)])


def called(name: str, field: FieldInfo) -> tuple[str, str]:
    """Label and hint of a setting: its own, or those by its name."""
    if field.title:
        label, hint = field.title, field.description or ""
    else:
        label, hint = WORDS.get(name, (name.replace("_", " ").capitalize(), field.description or ""))
    return gettext(label), hint and gettext(hint)


def is_code(field: FieldInfo) -> bool:
    """Whether it is a text of many lines that a program reads."""
    return isinstance(field.json_schema_extra, dict) and bool(field.json_schema_extra.get("x-code"))


def is_named(part: Any) -> bool:
    """Whether entries of a list are texts of many lines, each with a name."""
    return (
        isinstance(part, type) and issubclass(part, BaseModel) and set(part.model_fields) == {"name", "text"}
    )


def is_condition(field: FieldInfo) -> bool:
    """Whether it says after which answers a question is asked."""
    return _bare(field.annotation) is ShownWhen


def _listing(bare: Any, said: dict[str, Any]) -> forms.Field:
    if get_origin(bare) is dict:
        return Pairs(**said)
    part = _bare(get_args(bare)[0])
    if not (isinstance(part, type) and issubclass(part, BaseModel)):
        return Terms(**said)
    if is_named(part):
        return NamedTexts(**said)
    if "text" in part.model_fields:
        return OptionLines(**said)
    return Numbers(**{**said, "label": gettext(POINTS[0]), "help_text": gettext(POINTS[1])})


def _bare(annotation: Any) -> Any:
    """The type itself: without None, and without what is annotated."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return _bare(next(one for one in get_args(annotation) if one is not NoneType))
    return annotation


def _bounds(field: FieldInfo) -> dict[str, Any]:
    found = {type(one).__name__: one for one in field.metadata}
    bounds = {
        "min_value": getattr(found.get("Ge"), "ge", None),
        "max_value": getattr(found.get("Le"), "le", None),
    }
    return {name: bound for name, bound in bounds.items() if bound is not None}


def in_words(settings: Mapping[str, Any]) -> str:
    """Settings in one line: "Show as Markdown; shortest text 20". Conditions, which need other questions, apart."""
    said = [
        _said(name, value)
        for name, value in settings.items()
        if name not in ("type", *LAST) and given({name: value})
    ]
    return "; ".join(filter(None, said))


def _said(name: str, value: Any) -> str:
    if isinstance(value, str) and len(value) > LONGEST_SAID:
        return ngettext("%(name)s of %(n)s character", "%(name)s of %(n)s characters", len(value)) % {
            "name": name.replace("_", " "),
            "n": f"{len(value):,}",
        }
    label = gettext(WORDS.get(name, (name.replace("_", " "), ""))[0])
    if isinstance(value, bool):
        return "Markdown" if value and name == "use_markdown" else label if value else ""
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {word}" for key, word in value.items())
    if isinstance(value, list):
        shown = [_one(entry) for entry in value]
        return ", ".join(shown[:8]) + (" …" if len(shown) > 8 else "")
    return f"{label.lower()} {gettext(CHOICES[value]) if value in CHOICES else value}"


def _one(entry: Any) -> str:
    if not isinstance(entry, Mapping):
        return str(entry)
    return str(next(entry[key] for key in ("name", "text", "value") if entry.get(key) is not None))

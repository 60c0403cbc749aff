"""The settings of a kind as controls of a form, read off its schema: a new kind needs nothing here."""

from __future__ import annotations

import json
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from feedback import condition_lines
from feedback.questions.snippets import read_named, write_named
from feedback.setting_controls import in_order, is_code, is_condition, is_named

FIXED = "type"
BAR = "|"

# Words for settings; one that is not here is called by its own name.
WORDS: dict[str, tuple[str, str]] = {
    "use_markdown": ("Show as Markdown", ""),
    "options": ("Options", ""),
    "words": ("Words for points", "One on each line: the point | what it means. 1 | unclear"),
    "field": ("Rank the answers in the field", "The name of a field that holds model answers."),
    "visible_options": ("Shown at first", "How many options are shown before “more”. Empty: all."),
    "options_order": ("Order of options", ""),
    "min_length": ("Shortest", "In characters."),
    "max_length": ("Longest", "In characters."),
    "min": ("Smallest", "Empty: no bound."),
    "max": ("Largest", "Empty: no bound."),
    "layout": ("Layout at first", "Empty: by the number of answers."),
    "strength": ("Ask how much better", "Between neighboring tiers."),
    "why": ("Ask why", "In the labeler’s own words."),
    "reasons": ("Reasons to choose from", "One on each line."),
    "flags": ("Flags", "Broken, unsafe, duplicate, wrong language."),
    "better": ("A better answer", "Labelers may write one."),
    "shown_when": ("Ask it only when", ""),
    "values": ("Terms", "One on each line. Empty: any."),
}


Form = Literal["flag", "number", "choice", "line", "lines", "texts", "code"]
ONE: dict[Any, Form] = {bool: "flag", int: "number", float: "number", str: "line"}  # by type of the setting


@dataclass(frozen=True)
class Control:
    """One setting. `form`: flag, number, choice, line, code, lines (several values, one on each line) or texts."""

    name: str
    title: str
    hint: str
    form: Form
    choices: tuple[str, ...] = ()
    row: type[BaseModel] | None = None  # what a line says, where it is more than one word
    pairs: bool = False  # each line is a key and a text
    is_condition: bool = False  # the first line is the name of a question, the others are answers to it

    def read(self, raw: str) -> Any:
        """The setting that was written, for the schema to judge; None if nothing was."""
        if self.form == "code":
            return raw.replace("\r\n", "\n")
        if self.form == "texts":
            return _texts(raw)
        raw = raw.strip()
        if self.form == "flag":
            return bool(raw)
        if not raw:
            return None
        if self.form == "lines":
            return self._entries([line.strip() for line in raw.splitlines() if line.strip()])
        return _number(raw) if self.form == "number" else raw

    def write(self, value: Any) -> Any:
        """The setting as it stands in the control."""
        if self.form == "flag":
            return bool(value)
        if value is None:
            return ""
        if self.form == "texts":
            return value if isinstance(value, str) else write_named(value)
        if self.form != "lines":
            return value
        return "\n".join(self._lines(value))

    def _entries(self, lines: list[str]) -> Any:
        if self.is_condition:
            return condition_lines.read(lines[0], lines[1:])
        return dict(_pair(line) for line in lines) if self.pairs else [self._item(line) for line in lines]

    def _lines(self, value: Any) -> list[str]:
        if self.is_condition:
            question, answers = condition_lines.written(value)
            return [question, *answers]
        if self.pairs:
            return [f"{key} {BAR} {text}" for key, text in value.items()]
        return [self._line(one) for one in value]

    def _item(self, line: str) -> Any:
        if self.row is None:
            return line
        parts = [part.strip() for part in line.split(BAR)]
        item: dict[str, Any] = {}
        for position, (name, field) in enumerate(self.row.model_fields.items()):
            part = parts[position] if position < len(parts) else ""
            if part or field.is_required():  # an option alone is its own text
                item[name] = (
                    _number(part or parts[0]) if _plain(field.annotation) is int else part or parts[0]
                )
        return item

    def _line(self, one: Any) -> str:
        if self.row is None:
            return one if isinstance(one, str) else json.dumps(one)
        parts = [str(one[name]) for name in self.row.model_fields if one.get(name) is not None]
        if len(parts) == 2 and parts[0] == parts[1]:
            parts = parts[:1]
        return f" {BAR} ".join(parts)


def controls(schema: type[BaseModel]) -> Iterator[Control]:
    """The controls of these settings. What is too deep for a control is left to the JSON."""
    for name in in_order(schema.model_fields):
        if name != FIXED and (made := _control(name, schema.model_fields[name])):
            yield made


def _control(name: str, field: FieldInfo) -> Control | None:
    title, hint = WORDS.get(name, (name.replace("_", " ").capitalize(), ""))
    if field.title:
        title, hint = field.title, field.description or ""
    shape = _plain(field.annotation)
    if shape in ONE:
        return Control(name, title, hint, "code" if is_code(field) else ONE[shape])
    if get_origin(shape) is Literal:
        blank = () if field.is_required() or field.default is not None else ("",)
        return Control(name, title, hint, "choice", choices=(*blank, *map(str, get_args(shape))))
    if conditional := is_condition(field):
        hint = f"{hint} Its name comes first. {condition_lines.HOW}"
    if conditional or get_origin(shape) is dict:
        return Control(name, title, hint, "lines", pairs=not conditional, is_condition=conditional)
    if get_origin(shape) is not list:
        return None
    row = _plain(get_args(shape)[0])
    if isinstance(row, type) and issubclass(row, BaseModel):
        form: Form = "texts" if is_named(row) else "lines"
        return Control(name, title, hint or _explain(row), form, row=row)
    return Control(name, title, hint, "lines")


def _explain(row: type[BaseModel]) -> str:
    parts = list(row.model_fields)
    if len(parts) == 1:
        return (
            "One number on each line."
            if _plain(row.model_fields[parts[0]].annotation) is int
            else "One on each line."
        )
    return f"One on each line. In full: {f' {BAR} '.join(parts)}."


def _plain(annotation: Any) -> Any:
    """The type without `Annotated` and `| None`."""
    if get_origin(annotation) is Annotated:
        return _plain(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        left = [one for one in get_args(annotation) if one is not type(None)]
        return _plain(left[0]) if len(left) == 1 else annotation
    return annotation


def _pair(line: str) -> tuple[str, str]:
    key, _, text = line.partition(BAR)
    return key.strip(), text.strip()


def _texts(raw: str) -> Any:
    """Texts by their names; what has none stands as it was written, for the schema to refuse."""
    try:
        return read_named(raw)
    except ValueError:
        return raw


def _number(raw: str) -> Any:
    for read in (int, float):
        try:
            return read(raw)
        except ValueError:
            continue
    return raw


def read_all(schema: type[BaseModel], posted: Mapping[str, str]) -> dict[str, Any]:
    """All settings that were written; those left empty are left out, flags never."""
    found = {control.name: control.read(posted.get(control.name, "")) for control in controls(schema)}
    return {name: value for name, value in found.items() if value is not None}

"""How the first rows of a file will look as records, before any comes in."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext, ngettext

from core.errors import Invalid
from feedback.imports.convert import convert
from feedback.imports.mapping import SKIP, check
from feedback.imports.mapping import Mapping as ColumnMapping
from feedback.imports.nesting import APART, TOGETHER, is_nested
from feedback.imports.targets import targets
from feedback.shape import DatasetShape

SHOWN = 5  # rows
LENGTH = 140  # characters of a text


@dataclass(frozen=True)
class Column:
    """A column of the file. `sample`: what stands in it first; `error`: why its place does not fit."""

    name: str
    target: str
    choices: list[tuple[str, str]]
    sample: str
    error: str | None = None


@dataclass
class Preview:
    """`rows`: (line, cells by field, what is wrong); `missing`: required fields that no column fills."""

    columns: list[Column]
    titles: list[str]
    rows: list[tuple[int, list[str], str]] = field(default_factory=list)
    looked_at: int = 0
    unfit: int = 0  # rows that will not come in
    reason: str = ""  # of the first of them
    twins: int = 0  # rows that hold the same answer twice
    further: list[str] = field(default_factory=list)  # columns kept as metadata that nobody described
    left_out: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def fits(self) -> bool:
        return not self.missing and not any(column.error for column in self.columns)


def preview(
    rows: Sequence[dict[str, Any]], mapping: ColumnMapping, shape: DatasetShape, *, is_table: bool = False
) -> Preview:
    """What becomes of these rows by this mapping. `is_table`: as for `convert`."""
    spread = [dict(mapping.spread(row, is_table=is_table)) for row in rows]
    names = list(dict.fromkeys(name for row in spread for name in row))
    errors = _errors(mapping, shape, names)
    made = [_column(name, spread, mapping, shape, errors) for name in names]
    result = Preview(columns=made, titles=[one.title for one in shape.fields.values()], looked_at=len(rows))
    result.missing = [sentence for name, sentence in errors.items() if name not in names]
    result.left_out = [one.name for one in made if one.target == SKIP]
    known = {f"metadata.{name}" for name in shape.metadata}
    result.further = [
        one.name for one in made if one.target.startswith("metadata.") and one.target not in known
    ]
    for line, row in enumerate(rows, 1):
        _look(result, line, row, mapping, shape, is_table=is_table)
    return result


def _look(
    result: Preview,
    line: int,
    row: dict[str, Any],
    mapping: ColumnMapping,
    shape: DatasetShape,
    *,
    is_table: bool,
) -> None:
    try:
        incoming = convert(row, mapping, shape, is_table=is_table)
    except Invalid as error:
        column, sentence = next(iter(error.errors.items()), ("", str(error)))
        result.unfit += 1
        result.reason = result.reason or f"Row {line}, {column}: {sentence}"
        cells, wrong = [""] * len(shape.fields), sentence
    else:
        result.twins += _has_twins(incoming.fields, shape)
        cells, wrong = [_cell(name, incoming.fields, shape) for name in shape.fields], ""
    if len(result.rows) < SHOWN:
        result.rows.append((line, cells, wrong))


def _cell(name: str, fields: Mapping[str, Any], shape: DatasetShape) -> str:
    if name not in fields:
        return "–"
    answers = shape.candidates(fields).get(name)
    if answers is not None:
        return ngettext("%(n)s answer", "%(n)s answers", len(answers)) % {"n": len(answers)}
    kind = shape.fields[name].kind
    text = kind.plain(fields[name]) or kind.brief(fields[name])
    return text if len(text) <= LENGTH else f"{text[:LENGTH].rstrip()} …"


def _has_twins(fields: Mapping[str, Any], shape: DatasetShape) -> bool:
    for answers in shape.candidates(fields).values():
        said = [repr((one.text, list(one.messages))) for one in answers]
        if len(set(said)) < len(said):
            return True
    return False


def _column(
    name: str,
    spread: Sequence[Mapping[str, Any]],
    mapping: ColumnMapping,
    shape: DatasetShape,
    errors: Mapping[str, str],
) -> Column:
    values = [value for row in spread if (value := row.get(name)) is not None]
    first = values[0] if values else ""
    shown = first if isinstance(first, str) else json.dumps(first, ensure_ascii=False)
    target, error = mapping.target(name, shape), errors.get(name)
    choices = targets(shape, name)
    if any(is_nested(value) for value in values):
        choices.append((APART, gettext("Take it apart")))
    whole = name.rpartition(".")[0]
    if whole in mapping.opened and not mapping.of_shape:
        choices.append((TOGETHER + whole, gettext("Put %(name)s together again") % {"name": whole}))
    return Column(name, target, choices, shown[:LENGTH], error)


def _errors(mapping: ColumnMapping, shape: DatasetShape, names: Sequence[str]) -> Mapping[str, str]:
    try:
        check(mapping, shape, names, complete=False)
    except Invalid as error:
        return error.errors
    return {}

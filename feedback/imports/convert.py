"""One row of a file becomes one record to be, checked against the dataset."""

from collections.abc import Mapping as Columns
from dataclasses import dataclass
from typing import Any

from core.errors import Invalid
from feedback.imports.mapping import EXTERNAL_ID, SKIP, Mapping
from feedback.shape import DatasetShape


@dataclass(frozen=True, slots=True)
class Incoming:
    """One record as it will be stored. `suggestions`: question -> value."""

    external_id: str | None
    fields: dict[str, Any]
    metadata: dict[str, Any]
    suggestions: dict[str, Any]


def convert(
    data: Columns[str, Any], mapping: Mapping, shape: DatasetShape, *, is_table: bool = False
) -> Incoming:
    """The record that this row is; or `Invalid`, whose `errors` say what is wrong by column.

    `is_table`: it comes from a typed table, where texts and numbers pass for each other.
    """
    placed = _Placed(data, mapping, shape, is_table=is_table)
    fields = placed.fields(shape)
    metadata = placed.metadata(shape)
    suggestions = placed.suggestions(shape, fields) if fields or not placed.errors else {}
    external_id = placed.external_id()
    if placed.errors:
        raise Invalid(next(iter(placed.errors.values())), placed.errors)
    return Incoming(external_id, fields, metadata, suggestions)


def as_kind_takes(value: Any, target: str, shape: DatasetShape) -> Any:
    """A value of a typed table, as the kind of its target takes it."""
    part, _, name = target.partition(".")
    parts: dict[str, Columns[str, Any]] = {
        "fields": shape.fields,
        "metadata": shape.metadata,
        "suggestions": shape.questions,
    }
    known = parts.get(part, {})
    return known[name].kind.from_column(value) if name in known and value is not None else value


class _Placed:
    """The values of one row by target, and what is wrong with them, by column."""

    def __init__(
        self, data: Columns[str, Any], mapping: Mapping, shape: DatasetShape, *, is_table: bool = False
    ) -> None:
        self.values: dict[str, dict[str, Any]] = {"fields": {}, "metadata": {}, "suggestions": {}}
        self.columns: dict[str, str] = {}
        self.errors: dict[str, str] = {}
        self.id: Any = None
        for column, value in mapping.spread(data):
            target = mapping.target(column, shape)
            if target != SKIP:
                self._place(column, target, as_kind_takes(value, target, shape) if is_table else value)

    def _place(self, column: str, target: str, value: Any) -> None:
        if target in self.columns:
            other = self.columns[target]
            self.errors[column] = f"It would replace what comes from {other!r}: both go to {target}."
            return
        self.columns[target] = column
        if target == EXTERNAL_ID:
            self.id = value
        else:
            part, _, name = target.partition(".")
            self.values[part][name] = value

    def _blame(self, part: str, name: str, sentence: str) -> None:
        self.errors.setdefault(self.columns.get(f"{part}.{name}", name), sentence)

    def external_id(self) -> str | None:
        if self.id is None or isinstance(self.id, str):
            return self.id
        if isinstance(self.id, int | float) and not isinstance(self.id, bool):
            return str(self.id)
        self.errors[self.columns[EXTERNAL_ID]] = "An external id is a text or a number."
        return None

    def fields(self, shape: DatasetShape) -> dict[str, Any]:
        found = self.values["fields"]
        known = {name: value for name, value in found.items() if value is not None and name in shape.fields}
        adopted = {name: shape.fields[name].kind.adopt(value) for name, value in known.items()}
        try:
            return shape.clean_fields(found | adopted or dict.fromkeys(shape.fields)) or shape.clean_fields(
                {}
            )
        except Invalid as error:
            for name, sentence in error.errors.items():
                self._blame("fields", name, sentence)
            return {}

    def metadata(self, shape: DatasetShape) -> dict[str, Any]:
        try:
            return shape.clean_metadata(self.values["metadata"])
        except Invalid as error:
            for name, sentence in error.errors.items():
                self._blame("metadata", name, sentence)
            return {}

    def suggestions(self, shape: DatasetShape, fields: Columns[str, Any]) -> dict[str, Any]:
        given = {name: value for name, value in self.values["suggestions"].items() if value is not None}
        item = shape.item(fields) if given else None
        cleaned = {}
        for name, value in given.items():
            if name not in shape.questions:
                self._blame("suggestions", name, f"The dataset has no question named {name!r}.")
            elif item is not None:
                try:
                    cleaned[name] = shape.questions[name].kind.clean(value, item, final=False)
                except Invalid as error:
                    self._blame("suggestions", name, str(error))
        return cleaned

"""One row of a file becomes one record to be, checked against the dataset."""

from collections.abc import Callable
from collections.abc import Mapping as Columns
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from core.errors import Invalid
from feedback.imports import extras
from feedback.imports.answered import Answered, all_answers, moment, one_answer
from feedback.imports.mapping import Mapping
from feedback.imports.targets import EXTERNAL_ID, OWN_ID, PERSON, RESPONSES, SKIP, STATUS, suggested
from feedback.shape import DatasetShape

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Suggested:
    """What is suggested as an answer."""

    value: Any
    score: Any = None
    agent: str | None = None
    type: str | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """One record as it will be stored. `suggestions`: by question; `id`: of a record of this dataset."""

    external_id: str | None
    fields: dict[str, Any]
    metadata: dict[str, Any]
    suggestions: dict[str, Suggested] = field(default_factory=dict)
    answers: list[Answered] = field(default_factory=list)
    vectors: dict[str, list[float]] = field(default_factory=dict)
    id: UUID | None = None
    inserted_at: datetime | None = None
    updated_at: datetime | None = None


def convert(
    data: Columns[str, Any], mapping: Mapping, shape: DatasetShape, *, is_table: bool = False
) -> Incoming:
    """The record that this row is; or `Invalid`, whose `errors` say what is wrong by column.

    `is_table`: it comes from a typed table, where texts and numbers pass for each other.
    """
    placed = _Placed(data, mapping, shape, is_table=is_table)
    fields = placed.fields()
    incoming = Incoming(
        fields=fields,
        metadata=placed.metadata(),
        suggestions=placed.suggestions(fields) if fields or not placed.errors else {},
        answers=placed.answers(fields) if fields else [],
        vectors=placed.vectors() if "vectors" in placed.values else {},
        external_id=placed.external_id(),
        id=placed.tried(OWN_ID, extras.own_id),
        inserted_at=placed.tried("inserted_at", moment),
        updated_at=placed.tried("updated_at", moment),
    )
    if placed.errors:
        raise Invalid(next(iter(placed.errors.values())), placed.errors)
    return incoming


def as_kind_takes(value: Any, target: str, shape: DatasetShape) -> Any:
    """A value of a typed table, as the kind of its target takes it."""
    part, _, name = target.partition(".")
    parts: dict[str, Columns[str, Any]] = {
        "fields": shape.fields,
        "metadata": shape.metadata,
        "suggestions": shape.questions,
        "responses": shape.questions,
    }
    known = parts.get(part, {})
    return known[name].kind.from_column(value) if name in known and value is not None else value


class _Placed:
    """The values of one row by target, and what is wrong with them, by column."""

    def __init__(
        self, data: Columns[str, Any], mapping: Mapping, shape: DatasetShape, *, is_table: bool = False
    ) -> None:
        self.shape = shape
        self.values: dict[str, dict[str, Any]] = {}
        self.single: dict[str, Any] = {}
        self.columns: dict[str, str] = {}
        self.errors: dict[str, str] = {}
        for column, value in mapping.spread(data, is_table=is_table):
            target = mapping.target(column, shape)
            if target != SKIP:
                self._place(column, target, as_kind_takes(value, target, shape) if is_table else value)

    def _place(self, column: str, target: str, value: Any) -> None:
        if target in self.columns:
            other = self.columns[target]
            self.errors[column] = f"It would replace what comes from {other!r}: both go to {target}."
            return
        self.columns[target] = column
        part, dot, name = target.partition(".")
        if dot:
            self.values.setdefault(part, {})[name] = value
        else:
            self.single[target] = value

    def _of(self, part: str) -> dict[str, Any]:
        return self.values.get(part, {})

    def _blame(self, target: str, sentence: str) -> None:
        self.errors.setdefault(self.columns.get(target, target.rpartition(".")[2]), sentence)

    def tried(self, target: str, read: Callable[[Any], T]) -> T | None:
        """What the column of this target says, if there is one and it says anything."""
        if target not in self.single:
            return None
        try:
            return read(self.single[target])
        except Invalid as error:
            self._blame(target, str(error))
            return None

    def external_id(self) -> str | None:
        return self.tried(EXTERNAL_ID, extras.external_id)

    def fields(self) -> dict[str, Any]:
        found, shape = self._of("fields"), self.shape
        known = {name: value for name, value in found.items() if value is not None and name in shape.fields}
        adopted = {name: shape.fields[name].kind.adopt(value) for name, value in known.items()}
        try:
            return shape.clean_fields(found | adopted or dict.fromkeys(shape.fields)) or shape.clean_fields(
                {}
            )
        except Invalid as error:
            for name, sentence in error.errors.items():
                self._blame(f"fields.{name}", sentence)
            return {}

    def metadata(self) -> dict[str, Any]:
        try:
            return self.shape.clean_metadata(self._of("metadata"))
        except Invalid as error:
            for name, sentence in error.errors.items():
                self._blame(f"metadata.{name}", sentence)
            return {}

    def suggestions(self, fields: Columns[str, Any]) -> dict[str, Suggested]:
        given: dict[str, dict[str, Any]] = {}
        for name, value in self._of("suggestions").items():
            question, beside = suggested(f"suggestions.{name}", self.shape.questions)
            if value is not None:
                given.setdefault(question, {})[beside] = value
        item = self.shape.item(fields) if given else None
        cleaned = {}
        for name, one in given.items():
            if name not in self.shape.questions:
                self._blame(f"suggestions.{name}", f"The dataset has no question named {name!r}.")
            elif item is not None and "value" in one:
                try:
                    cleaned[name] = Suggested(**extras.suggestion(one, self.shape.questions[name], item))
                except Invalid as error:
                    beside = next(iter(error.errors), "value")
                    target = f"suggestions.{name}" + (f".{beside}" if beside != "value" else "")
                    self._blame(target if target in self.columns else f"suggestions.{name}", str(error))
        return cleaned

    def answers(self, fields: Columns[str, Any]) -> list[Answered]:
        """Those of a list, or those of the one person whom the row is about."""
        if self.single.get(RESPONSES) not in (None, [], ""):
            item = self.shape.item(fields)
            return self.tried(RESPONSES, lambda value: all_answers(value, item, self.shape)) or []
        values = {name: value for name, value in self._of("responses").items() if value is not None}
        status = self.single.get(STATUS)
        if self.single.get(PERSON) in (None, "") or (not values and status in (None, "", "submitted")):
            return []
        item = self.shape.item(fields)
        try:
            return [one_answer(self.single[PERSON], status, values, item, self.shape)]
        except Invalid as error:
            name = next((name for name in error.errors if name in values), None)
            self._blame(f"responses.{name}" if name else PERSON, str(error))
            return []

    def vectors(self) -> dict[str, list[float]]:
        found = {}
        for name, value in self._of("vectors").items():
            try:
                if value is not None:
                    found[name] = extras.vector(value, name, self.shape)
            except Invalid as error:
                self._blame(f"vectors.{name}", str(error))
        return found

"""How rows of the Hub become records: by the pairs that a program sent, or by a mapping, as those of files do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.errors import Invalid
from core.schema import parse
from core.text import check_json
from feedback.imports.convert import Incoming, as_kind_takes, convert
from feedback.imports.mapping import EXTERNAL_ID, SKIP
from feedback.imports.mapping import Mapping as ColumnMapping
from feedback.shape import DatasetShape


@dataclass(frozen=True, kw_only=True)
class Way(ABC):
    """One way of reading rows. `columns`: those that are read (None: all), but `left_out`."""

    shape: DatasetShape
    columns: Sequence[str] | None = None
    left_out: Collection[str] = ()

    @abstractmethod
    def incoming(self, values: Mapping[str, Any], name: str) -> Incoming:
        """The record that this row is; `Invalid.errors` names columns. `name`: its external id, if it has none."""


@dataclass(frozen=True, kw_only=True)
class ByMapping(Way):
    """As rows of a table in a file: of a known shape or not, with everything that may come in by it."""

    mapping: ColumnMapping

    def incoming(self, values: Mapping[str, Any], name: str) -> Incoming:
        for column, value in values.items():
            try:
                check_json(value)
            except Invalid as error:
                raise Invalid(str(error), {column: str(error)}) from None
        found = convert(values, self.mapping, self.shape, is_table=True)
        if found.external_id or found.id:  # one of ours says itself that it has no external id
            return found
        return replace(found, external_id=name)


@dataclass(frozen=True, kw_only=True)
class ByPairs(Way):
    """By (column, target), where a column may go to several places."""

    pairs: Sequence[tuple[str, str]]

    def incoming(self, values: Mapping[str, Any], name: str) -> Incoming:
        placed: dict[str, Any] = {}
        columns: dict[str, str] = {}
        for column, target in self.pairs:
            columns[target] = column
            if (value := values.get(column)) is not None:
                placed[target] = as_kind_takes(value, target, self.shape)
        if placed.get(EXTERNAL_ID) in (None, ""):
            placed[EXTERNAL_ID] = name
        try:
            check_json(placed)
            return convert(placed, ColumnMapping({target: target for target in placed}), self.shape)
        except Invalid as error:
            blamed = {_column_of(target, columns): reason for target, reason in error.errors.items()}
            raise Invalid(str(error), blamed) from None


def way_of(options: Mapping[str, Any], shape: DatasetShape) -> Way:
    """The one that the options of a job say."""
    if (pairs := options.get("pairs")) is not None:
        # What the dataset does not have is passed over (contract section 10).
        known = [(column, target) for column, target in pairs if _is_there(target, shape)]
        return ByPairs(shape=shape, columns=sorted({column for column, _ in known}), pairs=known)
    mapping = parse(ColumnMapping, options["mapping"])
    if mapping.of_shape:
        return ByMapping(shape=shape, mapping=mapping)
    nowhere = {column for column, target in mapping.places.items() if target == SKIP}
    return ByMapping(shape=shape, left_out=nowhere, mapping=mapping)


def _is_there(target: str, shape: DatasetShape) -> bool:
    part, _, name = target.partition(".")
    known: Mapping[str, Any] = {"fields": shape.fields, "suggestions": shape.questions}.get(part, {})
    if part == "metadata":
        return name in shape.metadata or shape.allow_extra_metadata
    return target == EXTERNAL_ID or name in known


def _column_of(target: str, columns: Mapping[str, str]) -> str:
    """What stands in the table for what `convert` blames: a target, or the bare name of a field."""
    return columns.get(target) or columns.get(f"fields.{target}") or target

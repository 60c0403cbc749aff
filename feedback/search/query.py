"""What is asked for: text, similarity, filters, order (contract section 6.1). Both doors build this one object."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from math import isfinite
from typing import Annotated, Any, Literal, Self, TypeAlias
from uuid import UUID

from pydantic import (
    BaseModel,
    BeforeValidator,
    Field,
    FiniteFloat,
    StrictFloat,
    StrictInt,
    StrictStr,
    TypeAdapter,
    ValidationError,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from feedback.search.values import term

STOPPED = "stopped"  # pending, but handed to nobody
RECORD_STATUSES = ("pending", "completed", STOPPED)
RESPONSE_STATUSES = ("draft", "submitted", "discarded", "pending")
DATES = ("inserted_at", "updated_at")


def _scalar(value: Any) -> str:
    """A value as indexes have it: numbers and booleans become text."""
    if not isinstance(value, str | int | float) or (isinstance(value, float) and not isfinite(value)):
        raise PydanticCustomError("value_error", "Compare with a text, a number, true or false.")
    return term(value)


Number = Annotated[StrictFloat, Field(allow_inf_nan=False)]
Bound: TypeAlias = StrictInt | Number | StrictStr
Value = Annotated[
    str,
    BeforeValidator(_scalar),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "number"}, {"type": "boolean"}]}),
]


def _as_text(value: Any) -> Any:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


Words = Annotated[str, BeforeValidator(_as_text)]
_DATE = TypeAdapter(datetime)


def moment(value: Bound) -> datetime:
    """A date of ISO 8601, in UTC unless it says otherwise; `ValueError` if it is none."""
    try:
        found = _DATE.validate_python(str(value))
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValidationError, OverflowError):
        raise ValueError(f"{str(value)[:100]!r} is not a date. Write 2026-11-22T23:05:42.") from None


class RecordScope(BaseModel):
    """Something about the record itself."""

    entity: Literal["record"]
    property: Literal["id", "external_id", "inserted_at", "updated_at", "status"]


class MetadataScope(BaseModel):
    """A metadata property."""

    entity: Literal["metadata"]
    metadata_property: str


class SuggestionScope(BaseModel):
    """Something about the suggestion for a question."""

    entity: Literal["suggestion"]
    question: str
    property: Literal["value", "score", "agent", "type"] = "value"

    @model_validator(mode="before")
    @classmethod
    def _no_property_is_the_value(cls, data: Any) -> Any:
        if isinstance(data, Mapping) and data.get("property", "") is None:
            return {**data, "property": "value"}
        return data


class ResponseScope(BaseModel):
    """An answer, whoever gave it; or, without a question, the status of responses."""

    entity: Literal["response"]
    question: str | None = None
    property: Literal["status"] | None = None

    @model_validator(mode="after")
    def _says_what(self) -> Self:
        if self.question is None and self.property is None:
            raise PydanticCustomError("value_error", "Name a question, or the property 'status'.")
        return self


Scope = Annotated[
    RecordScope | MetadataScope | SuggestionScope | ResponseScope, Field(discriminator="entity")
]


class Terms(BaseModel):
    """Any of these values, to the letter."""

    type: Literal["terms"]
    scope: Scope
    values: list[Value] = Field(min_length=1, max_length=250)


class Range(BaseModel):
    """From `ge` to `le`, both included; one of them may be missing."""

    type: Literal["range"]
    scope: Scope
    ge: Bound | None = None
    le: Bound | None = None

    @model_validator(mode="after")
    def _has_bounds_in_order(self) -> Self:
        bounds = [bound for bound in (self.ge, self.le) if bound is not None]
        if not bounds:
            raise PydanticCustomError("value_error", "A range needs ge, le, or both.")
        if isinstance(self.scope, RecordScope) and self.scope.property in DATES:
            _in_order([moment(bound) for bound in bounds])
        elif any(isinstance(bound, str) for bound in bounds):
            _in_order([self._number(bound) for bound in bounds])
        else:
            _in_order(bounds)
        if isinstance(self.scope, ResponseScope) and self.scope.question is None:
            raise PydanticCustomError("value_error", "The status of responses has no range: name statuses.")
        return self

    def _number(self, bound: Bound) -> float:
        if isinstance(self.ge, str) != isinstance(self.le, str) and None not in (self.ge, self.le):
            raise PydanticCustomError("value_error", "Both bounds must be numbers, or both dates.")
        try:
            return float(bound)
        except ValueError:
            return float(_timestamp(bound))

    @property
    def numbers(self) -> tuple[float | None, float | None] | None:
        """The bounds as numbers; None if they are dates, which no number lies between."""
        try:
            low, high = (None if bound is None else float(bound) for bound in (self.ge, self.le))
        except ValueError:
            return None
        return low, high


def _timestamp(bound: Bound) -> float:
    return moment(bound).timestamp()


def _in_order(bounds: list[Any]) -> None:
    if bounds[0] > bounds[-1]:
        raise PydanticCustomError("value_error", "ge must not be above le.")


Filter = Annotated[Terms | Range, Field(discriminator="type")]


class Filters(BaseModel):
    """All of them must hold."""

    all: list[Filter] = Field(alias="and", min_length=1, max_length=50)


class Sort(BaseModel):
    """A key to order by. Records that lack it come last, up or down."""

    scope: Scope
    order: Literal["asc", "desc"]


class TextQuery(BaseModel):
    """Words in the form of feedback/search/text.py. `field`: the name of the one field to look into."""

    q: Words
    field: str | None = None


class VectorQuery(BaseModel):
    """Records like this one, or like this vector."""

    name: str
    record_id: UUID | None = None
    value: list[FiniteFloat] | None = None
    order: Literal["most_similar", "least_similar"] = "most_similar"

    @model_validator(mode="after")
    def _is_like_one_thing(self) -> Self:
        if (self.record_id is None) == (not self.value):
            raise PydanticCustomError("value_error", "Give either a record_id or a value that is not empty.")
        return self


class Query(BaseModel):
    """What ranks the records."""

    text: TextQuery | None = None
    vector: VectorQuery | None = None


class RecordQuery(BaseModel):
    """Which records, and in which order. Nothing: all of them."""

    query: Query | None = None
    filters: Filters | None = None
    sort: list[Sort] | None = Field(None, min_length=1, max_length=10)

    @property
    def text(self) -> TextQuery | None:
        return self.query.text if self.query else None

    @property
    def vector(self) -> VectorQuery | None:
        return self.query.vector if self.query else None

    @property
    def conditions(self) -> list[Terms | Range]:
        return self.filters.all if self.filters else []

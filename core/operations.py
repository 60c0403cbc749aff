"""What an endpoint says about itself, once: who may call, what goes in, what comes out, what may be refused.

    @operation("add_field", MANAGERS, body=FieldCreate, gives={201: FieldJson}, refuses={409})
    def post(self, request: Request, dataset_id: str) -> Reply:
        \"\"\"Add a field. Only drafts take new fields.\"\"\"

`core/openapi.py` makes the document of it; the tests hold every answer against that. Nothing here runs in a
request. What comes out is a `TypedDict`, so that mypy holds the function that builds it to the same shape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, GetJsonSchemaHandler, TypeAdapter, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema
from typing_extensions import TypedDict

from core.registry import Registry

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])

# As the contract writes times: UTC without a zone; that is why the format is not "date-time".
Time = Annotated[
    datetime,
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?$",
            "description": "UTC, without a zone.",
            "examples": ["2026-11-22T23:05:42.537616"],
        }
    ),
]


class Items(TypedDict, Generic[T]):
    """A list."""

    items: list[T]


class Listing(TypedDict, Generic[T]):
    """One page of a list; `total` counts all of it."""

    items: list[T]
    total: int


@dataclass(frozen=True)
class Who:
    """Those who may call: a sentence, and the statuses by which others are refused (404 if there is an id)."""

    sentence: str
    refused: frozenset[int] = frozenset()


@dataclass(frozen=True)
class File:
    """A reply that is a file, to be kept under the name that comes with it."""

    media_type: str
    is_kept: bool = True


@dataclass(frozen=True)
class Form:
    """A body that is a form: its texts, and the name of the file in it. `is_many`: there may be several, or none."""

    texts: type[BaseModel]
    file: str | None = None
    is_many: bool = False


@dataclass(frozen=True)
class Raw:
    """A body that is bytes, as they are."""

    media_type: str = "application/octet-stream"


@dataclass(frozen=True)
class Operation:
    """One method of one endpoint. `gives`: status -> shape, `File`, a list of them, or None for nothing.

    `lines`: the media type by which many of the body's shape may come, one a line.

    `refuses`: what can happen beyond what follows from `who`, from ids in the path and from shapes: rules of
    the business are 422 or 409. A shape in place of a number's usual one: `gives`.
    """

    id: str
    who: Who
    gives: Mapping[int, Any]
    query: type[BaseModel] | None = None
    body: type[BaseModel] | Form | Raw | None = None
    refuses: frozenset[int] = frozenset()
    lines: str | None = None


def operation(
    id: str,
    who: Who,
    *,
    gives: Mapping[int, Any],
    query: type[BaseModel] | None = None,
    body: type[BaseModel] | Form | Raw | None = None,
    refuses: Iterable[int] = (),
    lines: str | None = None,
) -> Callable[[F], F]:
    """Say what this method of an `ApiView` is; its docstring is the summary and, after it, the description."""

    def declare(method: F) -> F:
        method.operation = Operation(  # type: ignore[attr-defined]
            id, who, gives, query, body, frozenset(refuses), lines
        )
        return method

    return declare


class SettingsOf:
    """JSON whose shape the kinds of a family know: `Annotated[dict[str, Any], SettingsOf(questions.kinds)]`."""

    def __init__(self, kinds: Registry[Any]) -> None:
        self.kinds = kinds

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Any of the shapes that the kinds have now; each names its `type`."""
        return {"type": "object", "anyOf": [self.shape_of(kind, handler) for kind in self.kinds]}

    def shape_of(self, kind: Any, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """What a kind of the family says of its settings."""
        return handler(TypeAdapter(kind.wire_shape()).core_schema)


class ChangesOf(SettingsOf):
    """The same where settings are changed: only `type` must be there."""

    def shape_of(self, kind: Any, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The settings with everything but `type` left to choice. No defaults, for what is left out stays."""
        whole = handler.resolve_ref_schema(super().shape_of(kind, handler))
        parts = {
            name: {key: value for key, value in part.items() if key != "default"}
            for name, part in whole["properties"].items()
        }
        return {**whole, "properties": parts, "required": ["type"]}

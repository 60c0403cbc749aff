"""Shapes of pydantic as the components of an OpenAPI document, under names that people can read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

Schema = dict[str, Any]
REF = "#/components/schemas/"


class Plain(GenerateJsonSchema):
    """Without a title for every key: the key says it."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


class Shapes:
    """All shapes of a document; `shapes[Shape]` is what stands where the shape is meant."""

    def __init__(self, shapes: Iterable[Any]) -> None:
        inputs = [(shape, "validation", TypeAdapter(shape)) for shape in dict.fromkeys(shapes)]
        places, rest = TypeAdapter.json_schemas(
            inputs,  # type: ignore[arg-type]  # a shape is a key of its own
            ref_template=REF + "{model}",
            schema_generator=Plain,
        )
        self._places: dict[Any, Schema] = {shape: _tidy(place) for (shape, _), place in places.items()}
        self._parts: dict[str, Schema] = {
            _name(name): _tidy(part) for name, part in rest.get("$defs", {}).items()
        }
        if len(self._parts) < len(rest.get("$defs", {})):
            raise RuntimeError(f"Two of these shapes of the API have the same name: {sorted(rest['$defs'])}")
        self._inlined: set[str] = set()

    def __getitem__(self, shape: Any) -> Schema:
        return self._places[shape]

    def whole(self, shape: Any) -> Schema:
        """The shape itself, not a reference to it; it will be no component."""
        place = self._places[shape]
        if "$ref" not in place:
            return place
        name = place["$ref"].removeprefix(REF)
        self._inlined.add(name)
        return self._parts[name]

    def components(self) -> dict[str, Schema]:
        """Name -> shape of those that others refer to."""
        return {name: part for name, part in sorted(self._parts.items()) if name not in self._inlined}


def _name(name: str) -> str:
    """`Items_FieldJson_` -> Items_Field, `feedback__questions__rating__Option` -> questions.rating.Option."""
    *package, own = re.sub(r"^[a-z]+__", "", name).split("__")
    return ".".join([*package, re.sub(r"Json(?=_|$)", "", own).strip("_")])


def _tidy(schema: Any) -> Any:
    """With names as above, without titles, and open: keys that nobody knows are ignored."""
    if isinstance(schema, list):
        return [_tidy(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    tidy = {key: _tidy(part) for key, part in schema.items()}
    if isinstance(tidy.get("$ref"), str):
        tidy["$ref"] = REF + _name(tidy["$ref"].removeprefix(REF))
    if isinstance(tidy.get("title"), str):
        del tidy["title"]
    if tidy.get("additionalProperties") is False:
        del tidy["additionalProperties"]
    return tidy

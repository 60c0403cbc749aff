"""The smallest value that a JSON schema takes: what must be there and nothing else."""

from collections.abc import Mapping
from typing import Any

from core.shapes import REF, Schema

TEXTS = {
    "uuid": "00000000-0000-4000-8000-000000000000",
    "binary": "@rows.jsonl",
    "uri": "https://example.org/",
}


def example(schema: Schema, components: Mapping[str, Schema]) -> Any:  # noqa: PLR0911  a table in words
    """A value for this schema of ours; `components`: those that it refers to, by name."""
    if "$ref" in schema:
        return example(components[schema["$ref"].removeprefix(REF)], components)
    for word in ("examples", "enum"):
        if word in schema:
            return schema[word][0]
    for word in ("const", "default"):
        if schema.get(word) is not None:
            return schema[word]
    for word in ("anyOf", "oneOf"):
        if word in schema:
            return example(schema[word][0], components)
    if schema.get("type") == "object":
        parts = schema.get("properties", {})
        return {name: example(parts[name], components) for name in schema.get("required", ())}
    if schema.get("type") == "array":
        return [_numbered(example(schema["items"], components), n) for n in range(schema.get("minItems", 0))]
    if schema.get("type") == "string":
        return TEXTS.get(schema.get("format", "")) or "example".ljust(schema.get("minLength", 0), "-")
    return max(schema.get("minimum", 1), schema.get("exclusiveMinimum", 0) + 1)


def _numbered(value: Any, number: int) -> Any:
    """The same with another text or number in it: lists of ours often want different values."""
    if isinstance(value, dict):
        return {name: _numbered(part, number) for name, part in value.items()} if number else value
    if isinstance(value, str):
        return f"{value}{number + 1}" if value == "example" else value
    return value + number if isinstance(value, int) and not isinstance(value, bool) else value

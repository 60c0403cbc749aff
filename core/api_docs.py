"""The document of the API as a page for people: what the template needs, made of the document alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from http import HTTPStatus
from typing import Any

from django.template.loader import render_to_string

from core.examples import example
from core.openapi import METHODS, document
from core.shapes import REF, Schema

DEEPEST = 4  # levels of rows inside each other; what lies deeper is named only


@dataclass(frozen=True)
class Word:
    """A word of a description of a shape; `shape`: the name of the one that it links to."""

    text: str
    shape: str = ""


@dataclass(frozen=True)
class Row:
    """One key of a shape, or (without words) a heading for the rows below it."""

    name: str
    depth: int
    words: list[Word] = field(default_factory=list)
    is_required: bool = False
    about: str = ""


@dataclass(frozen=True)
class Part:
    """A shape that goes in or comes out: words for it, and rows for its keys."""

    title: str
    about: str
    words: list[Word]
    rows: list[Row]


@dataclass(frozen=True)
class Shown:
    """One operation."""

    id: str
    method: str
    path: str
    summary: str
    about: str
    sent: list[Part]
    given: list[Part]
    refused: list[Part]
    curl: str

    @property
    def brief(self) -> str:
        """The summary for a table of contents: up to its first comma."""
        return re.split("[,;:]", self.summary)[0]


@cache
def page() -> str:
    """The page, made once per process: it is the same for everybody."""
    whole = document()
    groups: dict[str, list[Shown]] = {tag["name"]: [] for tag in whole["tags"]}
    for path, methods in whole["paths"].items():
        for method in METHODS:
            if method in methods:
                groups[methods[method]["tags"][0]].append(_shown(path, method, methods[method]))
    shapes = [
        Part(name, schema.get("description", ""), list(words(schema)), rows(schema))
        for name, schema in whole["components"]["schemas"].items()
    ]
    context = {"groups": groups.items(), "shapes": shapes, "info": whole["info"]}
    return render_to_string("api/docs.html", context)


def _shown(path: str, method: str, operation: Schema) -> Shown:
    replies = operation["responses"].items()
    return Shown(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        about=operation["description"],
        sent=list(_sent(operation)),
        given=[part for status, reply in replies if status < "4" for part in _reply(status, reply)],
        refused=[part for status, reply in replies if status >= "4" for part in _reply(status, reply)],
        curl=_curl(path, method, operation),
    )


def _sent(operation: Schema) -> Iterator[Part]:
    for place, title in (("path", "In the path"), ("query", "In the query")):
        parts = [one for one in operation.get("parameters", ()) if one["in"] == place]
        found = [row for part in parts for row in _row(part["name"], part["schema"], part, 0)]
        if found:
            yield Part(title, "", [], found)
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        yield _part(f"Body, {media_type}", content["schema"])


def _reply(status: str, reply: Schema) -> Iterator[Part]:
    title = f"{status} {HTTPStatus(int(status)).phrase}"
    for media_type, content in reply.get("content", {"": {"schema": {}}}).items():
        extra = f", {media_type}" if media_type not in {"", "application/json"} else ""
        shape = list(words(content["schema"])) if media_type else []
        yield Part(title + extra, reply["description"], shape, [])


def _part(title: str, schema: Schema) -> Part:
    whole = resolved(schema)
    return Part(title, whole.get("description", ""), list(words(schema)), rows(whole))


def rows(schema: Schema, depth: int = 0) -> list[Row]:
    """The keys of an object; of shapes to choose from, each with its keys."""
    found: list[Row] = []
    required = schema.get("required", ())
    for name, part in schema.get("properties", {}).items():
        found += _row(name, part, {**part, "required": name in required}, depth)
    for choice in schema.get("anyOf", ()):
        if "properties" in choice:
            kinds = [
                f"{name}: {part['const']}" for name, part in choice["properties"].items() if "const" in part
            ]
            found.append(Row(", ".join(kinds), depth, about=choice.get("description", "")))
            rest = {name: part for name, part in choice["properties"].items() if "const" not in part}
            found += rows({**choice, "properties": rest}, depth + 1)
    return found


def _row(name: str, schema: Schema, about: Schema, depth: int) -> Iterator[Row]:
    text = about.get("description", "")
    yield Row(name, depth, list(words(schema)), bool(about.get("required")), text)
    if depth < DEEPEST:
        for inner in [schema, *schema.get("anyOf", ())]:
            yield from rows(inner if inner is schema or "anyOf" in inner else {}, depth + 1)


def words(schema: Schema) -> Iterator[Word]:
    """What this schema asks for, in words: "list of Field", "text or null"."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(REF)
        yield Word(name, name)
    elif "const" in schema:
        yield Word(json.dumps(schema["const"]))
    elif "enum" in schema:
        yield Word(", ".join(map(json.dumps, schema["enum"])))
    elif (choices := schema.get("anyOf") or schema.get("oneOf")) and "properties" not in choices[0]:
        for place, choice in enumerate(choices):
            yield from [Word("or")] if place else []
            yield from words(choice)
    elif schema.get("type") == "array":
        yield Word(f"list{_between(schema, 'Items', '')} of")
        yield from words(schema.get("items", {}))
    elif isinstance(schema.get("additionalProperties"), dict):
        yield Word("object of")
        yield from words(schema["additionalProperties"])
    else:
        yield Word(_scalar(schema))
    if schema.get("default") is not None:
        yield Word(f"= {json.dumps(schema['default'], ensure_ascii=False)}")


NAMES = {
    "string": "text",
    "integer": "whole number",
    "boolean": "true or false",
    "uuid": "UUID",
    "binary": "file",
}


def _scalar(schema: Schema) -> str:
    kind: str = schema.get("format") or schema.get("type") or "any JSON"
    lowest = schema.get("minimum", schema.get("exclusiveMinimum"))
    highest = schema.get("maximum", schema.get("exclusiveMaximum"))
    limits = [f"from {lowest:,}"] if lowest is not None else []
    limits += [f"to {highest:,}"] if highest is not None else []
    return " ".join([NAMES.get(kind, kind), *limits]) + _between(schema, "Length", " characters")


def _between(schema: Schema, what: str, unit: str) -> str:
    least, most = schema.get(f"min{what}"), schema.get(f"max{what}")
    if least is None and most is None:
        return ""
    numbers = f"{least or 0:,}–{most:,}" if most is not None else f"at least {least:,}"
    return f" ({numbers}{unit})"


def resolved(schema: Schema) -> Schema:
    """The shape that this one refers to, or itself."""
    while "$ref" in schema:
        schema = document()["components"]["schemas"][schema["$ref"].removeprefix(REF)]
    return schema


def _curl(path: str, method: str, operation: Schema) -> str:
    lines = [f'curl "$ASSAY{path.replace("{", "$").replace("}", "")}"']
    if method != "get":
        lines[0] = lines[0].replace("curl", f"curl -X {method.upper()}")
    if operation.get("security") != []:
        lines.append('-H "X-Argilla-Api-Key: $KEY"')
    for media_type, content in list(operation.get("requestBody", {}).get("content", {}).items())[:1]:
        sent: Any = example(content["schema"], document()["components"]["schemas"])
        if media_type == "application/json":
            lines += [f"-H 'Content-Type: {media_type}'", f"-d '{json.dumps(sent, ensure_ascii=False)}'"]
        elif isinstance(sent, dict):
            lines += [f"-F {name}={value}" for name, value in sent.items()]
        else:
            lines += [f"-H 'Content-Type: {media_type}'", "--data-binary @part"]
    return " \\\n  ".join(lines)

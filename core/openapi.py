"""The OpenAPI 3.1 document of /api/v1: the routes of config/api_v1.py and what each endpoint says about itself.

Shapes come from pydantic and need no translation: OpenAPI 3.1 is JSON Schema 2020-12, which pydantic writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from inspect import cleandoc
from typing import Any

from django.urls import URLResolver, get_resolver
from pydantic import BaseModel
from rest_framework.views import APIView

from core.operations import File, Form, Operation, Raw
from core.refusals import REFUSALS
from core.shapes import Schema, Shapes

PREFIX = "api/v1/"
METHODS = ("get", "post", "put", "patch", "delete")
JSON = "application/json"
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
ABOUT = (
    "Everything that Assay does, for programs. The published client `argilla==2.8.0` speaks it unchanged.\n\n"
    "A key belongs to one person in one organization and never reaches another. JSON goes in and comes out; keys "
    "that nobody knows are ignored; times are UTC without a zone."
)
SECURITY: Schema = {
    "key": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Argilla-Api-Key",
        "description": "A key from your account page.",
    },
    "token": {"type": "http", "scheme": "bearer", "description": "A token from `POST /api/v1/token`."},
}


@dataclass(frozen=True)
class Endpoint:
    """One method at one address. `operation` is None if it says nothing about itself."""

    path: str  # /api/v1/datasets/{dataset_id}
    route: str  # as Django has it
    method: str
    view: type[APIView]
    operation: Operation | None
    about: str

    @property
    def ids(self) -> list[str]:
        """The names in the path."""
        return re.findall(r"{(\w+)}", self.path)

    @property
    def is_public(self) -> bool:
        """Whether nobody is asked who they are."""
        return not self.view.authentication_classes

    @property
    def tag(self) -> str:
        """What it is about: the noun of its module."""
        *_, app, module = self.view.__module__.split(".")
        return (app if module == "api" else module).replace("_", " ").capitalize()


def endpoints() -> Iterator[Endpoint]:
    """Every method of every route under /api/v1, in the order of the table."""
    resolvers = [part for part in get_resolver().url_patterns if isinstance(part, URLResolver)]
    table = next(part for part in resolvers if str(part.pattern) == PREFIX)
    for pattern in table.url_patterns:
        route = PREFIX + str(pattern.pattern)
        callback: Any = pattern.callback
        view = callback.cls
        for method in METHODS:
            if handler := getattr(view, method, None):
                yield Endpoint(
                    path="/" + re.sub(r"<\w+:(\w+)>", r"{\1}", route),
                    route=route,
                    method=method,
                    view=view,
                    operation=getattr(handler, "operation", None),
                    about=cleandoc(handler.__doc__ or ""),
                )


@cache
def document() -> Schema:
    """The whole document. Built once per process: a tenth of a second of work."""
    described = [(endpoint, endpoint.operation) for endpoint in endpoints() if endpoint.operation]
    shapes = Shapes(
        [shape for shape, _ in REFUSALS.values()]
        + [shape for _, operation in described for shape in _shapes_of(operation)]
    )
    paths: dict[str, Schema] = {}
    for endpoint, operation in described:
        paths.setdefault(endpoint.path, {})[endpoint.method] = _described(endpoint, operation, shapes)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Assay", "version": "1", "description": ABOUT},
        "security": [{name: []} for name in SECURITY],
        "tags": [{"name": tag} for tag in dict.fromkeys(endpoint.tag for endpoint, _ in described)],
        "paths": paths,
        "components": {"securitySchemes": SECURITY, "schemas": shapes.components()},
    }


def _described(endpoint: Endpoint, operation: Operation, shapes: Shapes) -> Schema:
    summary, _, more = endpoint.about.partition("\n")
    more = re.sub(r"(?<!\n)\n(?!\n)", " ", more.strip())  # a paragraph is one line
    description = f"{more}\n\n*Who:* {operation.who.sentence}".strip()
    described: Schema = {
        "operationId": operation.id,
        "tags": [endpoint.tag],
        "summary": summary.removesuffix("."),
        "description": description,
    }
    if endpoint.is_public:
        described["security"] = []
    if parameters := [*_in_path(endpoint), *_in_query(operation, shapes)]:
        described["parameters"] = parameters
    if operation.body is not None:
        described["requestBody"] = {
            "required": isinstance(operation.body, Form | Raw)
            or any(part.is_required() for part in operation.body.model_fields.values()),
            "content": _sent(operation.body, shapes)
            | ({operation.lines: {"schema": {"type": "string"}}} if operation.lines else {}),
        }
    described["responses"] = {
        str(status): reply for status, reply in sorted(_replies(endpoint, operation, shapes).items())
    }
    return described


def _in_path(endpoint: Endpoint) -> list[Schema]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", **({"format": "uuid"} if name.endswith("_id") else {})},
        }
        for name in endpoint.ids
    ]


def _in_query(operation: Operation, shapes: Shapes) -> list[Schema]:
    if operation.query is None:
        return []
    shape = shapes.whole(operation.query)
    return [
        {
            "name": name,
            "in": "query",
            "required": name in shape.get("required", ()),
            **({"description": part["description"]} if "description" in part else {}),
            "schema": {key: value for key, value in part.items() if key != "description"},
        }
        for name, part in shape["properties"].items()
    ]


def _sent(body: type[BaseModel] | Form | Raw, shapes: Shapes) -> Schema:
    if isinstance(body, Raw):
        return {body.media_type: {"schema": {"type": "string", "format": "binary"}}}
    if not isinstance(body, Form):
        return {JSON: {"schema": shapes[body]}}
    if body.file is None:
        return {media_type: {"schema": shapes[body.texts]} for media_type in FORMS}
    file: Schema = {"type": "string", "format": "binary"}
    texts = shapes.whole(body.texts)
    schema = {
        **texts,
        "properties": {
            body.file: {"type": "array", "items": file} if body.is_many else file,
            **texts["properties"],
        },
        "required": [*([] if body.is_many else [body.file]), *texts.get("required", [])],
    }
    return {"multipart/form-data": {"schema": schema}}


def _replies(endpoint: Endpoint, operation: Operation, shapes: Shapes) -> dict[int, Schema]:
    refused = set(operation.refuses | operation.who.refused)
    if endpoint.ids or operation.query or operation.body:
        refused.add(422)
    if operation.body and not isinstance(operation.body, Form | Raw):
        refused.add(413)
    if not endpoint.ids:
        refused -= operation.who.refused & {404}
    if not endpoint.is_public:
        refused.add(401)
    refused.add(429)
    replies = {status: _refused(status, shapes) for status in refused}
    return replies | {status: _given(shape, shapes) for status, shape in operation.gives.items()}


def _given(shape: Any, shapes: Shapes) -> Schema:
    if shape is None:
        return {"description": "Done; nothing to say."}
    content: Schema = {}
    headers: Schema = {}
    for one in shape if isinstance(shape, list) else [shape]:
        if isinstance(one, File):
            content[one.media_type] = {"schema": {"type": "string", "format": "binary"}}
            if one.is_kept:
                headers["Content-Disposition"] = {
                    "description": "The name of the file.",
                    "required": not isinstance(shape, list),
                    "schema": {"type": "string"},
                }
        else:
            content[JSON] = {"schema": shapes[one]}
    return {"description": "Done.", "content": content, **({"headers": headers} if headers else {})}


def _refused(status: int, shapes: Shapes) -> Schema:
    shape, meaning = REFUSALS[status]
    reply: Schema = {"description": meaning, "content": {JSON: {"schema": shapes[shape]}}}
    if status == 401:
        reply["headers"] = {"WWW-Authenticate": {"required": True, "schema": {"const": "Bearer"}}}
    if status == 429:
        reply["headers"] = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
    return reply


def _shapes_of(operation: Operation) -> Iterator[Any]:
    if operation.query:
        yield operation.query
    if operation.body is not None and not isinstance(operation.body, Raw):
        yield operation.body.texts if isinstance(operation.body, Form) else operation.body
    for shape in operation.gives.values():
        for one in shape if isinstance(shape, list) else [shape]:
            if one is not None and not isinstance(one, File):
                yield one

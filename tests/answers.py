"""Every answer that a test gets from the API is held to the API's document: status, kind of content, shape.

In tests shapes are closed: a key that the document does not name is an error here, and none for clients.
"""

import gzip
from copy import deepcopy
from functools import cache
from typing import Any
from urllib.parse import quote

import jsonschema_rs
import orjson
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve

from core.openapi import Endpoint, document, endpoints

DOCUMENT = "urn:assay:openapi"  # what its schemas call it


@cache
def _by_route() -> dict[tuple[str, str], Endpoint]:
    return {(one.route, one.method): one for one in endpoints()}


def endpoint_at(method: str, path: str) -> Endpoint | None:
    """The endpoint that answers this, if it is one of the table's."""
    try:
        return _by_route().get((resolve(path.partition("?")[0]).route, method.lower()))
    except Resolver404:
        return None


def check_answer(method: str, path: str, response: HttpResponseBase) -> None:
    """Raise `AssertionError` with a sentence if the document knows no such answer."""
    endpoint = endpoint_at(method, path)
    if endpoint is None or endpoint.operation is None:
        return  # tests/house finds routes that say nothing about themselves
    if response.status_code == 500:
        return  # raised by the test's client, unless the test is about it
    where, status = f"{method} {endpoint.path}", str(response.status_code)
    replies = document()["paths"][endpoint.path][endpoint.method]["responses"]
    assert status in replies, (
        f"{where} answered {status}, and says only {', '.join(replies)}: {_body(response)}"
    )
    contents = replies[status].get("content", {})
    kind = response.headers.get("Content-Type", "").partition(";")[0]
    if not contents:
        assert not _body(response), f"{where} answered {status} with a body, and says it has none"
        return
    assert kind in contents, f"{where} answered {status} with {kind}, and says only {', '.join(contents)}"
    for header, about in replies[status].get("headers", {}).items():
        assert header in response.headers or not about["required"], (
            f"{where} answered {status} without the header {header}"
        )
    if kind == "application/json":
        errors = _validator(endpoint.path, endpoint.method, status).iter_errors(
            orjson.loads(_content(response))
        )
        wrong = [f"{'/'.join(map(str, error.instance_path))}: {error.message}" for error in errors]
        assert not wrong, f"{where} answered {status} in a shape that its document does not know: {wrong[:3]}"


def _content(response: HttpResponseBase) -> bytes:
    content: bytes = response.content  # type: ignore[attr-defined]
    return gzip.decompress(content) if response.headers.get("Content-Encoding") == "gzip" else content


def _body(response: HttpResponseBase) -> str:
    return "" if response.streaming else str(_content(response)[:300], errors="replace")


@cache
def _closed() -> dict[str, Any]:
    whole = deepcopy(document())
    _close(whole)
    return whole


def _close(schema: Any) -> None:
    for part in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        _close(part)
    if isinstance(schema, dict) and isinstance(schema.get("properties"), dict) and "$ref" not in schema:
        schema.setdefault("additionalProperties", False)


@cache
def _registry() -> jsonschema_rs.Registry:
    """The document once for all validators: one that was given it whole would keep a copy of its own, of 1.5 MB."""
    return jsonschema_rs.Registry([(DOCUMENT, _closed())])


@cache
def _validator(path: str, method: str, status: str) -> Any:
    steps = "paths", path, method, "responses", status, "content", "application/json", "schema"
    pointer = "/".join(quote(step.replace("~", "~0").replace("/", "~1")) for step in steps)
    return jsonschema_rs.Draft202012Validator({"$ref": f"{DOCUMENT}#/{pointer}"}, registry=_registry())

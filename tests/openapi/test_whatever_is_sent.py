"""Whatever is sent to the API, right or wrong, it answers as its document says, and never by a 500.

Schemathesis makes the requests out of the document: the edges of every limit, then random ones, the same in every
run. Each is undone. EXAMPLES=1000 sends more of the random ones than CI has time for.
"""

import os
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation
from schemathesis.core.transport import Response
from schemathesis.generation.meta import CoveragePhaseData, TestPhase
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from core.openapi import document, endpoints
from tests.answers import endpoint_at
from tests.cast import Cast
from tests.house.test_every_route_has_a_row import _any_path
from tests.openapi.made_up import operations, send_all
from tests.permissions import ROWS, Things

MANY = int(os.environ.get("EXAMPLES", "2"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# Rules that JSON Schema cannot say. What is refused for any other reason, the document must have forbidden.
RULES = {"value_error", "json_invalid"}

schema = schemathesis.openapi.from_dict(
    document(),
    config=SchemathesisConfig.from_dict(
        {
            "seed": 1,
            "generation": {"with-security-parameters": False, "deterministic": True},
            "phases": {"coverage": {"unexpected-methods": []}},
        }
    ),
)
schema.app = WSGIHandler()
OPERATIONS = operations(schema)


@schemathesis.serializer("application/x-ndjson")
def _lines(ctx: Any, value: Any) -> bytes:
    """Lines, whatever stands in them."""
    return str(value).encode(errors="replace")


@pytest.fixture
def things(cast: Cast) -> Things:
    """What there is to name in a path, the same for all requests of a test."""
    cast.come_in(cast.ana, cast.ben)
    return Things(cast)


@pytest.fixture
def one_connection(things: Things) -> Iterator[None]:
    """The transaction of the test goes on from request to request, as with Django's own test client, which connects
    these again when it is done."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("one_connection")
@pytest.mark.parametrize("operation", OPERATIONS)
def test_whatever_is_sent_the_document_knows_the_answer(operation: str, cast: Cast, things: Things) -> None:
    def send(case: Case) -> None:
        if is_about_the_path(case) or is_random(case) or not case.path_parameters:
            answer(case, cast.key_of(cast.ana))
        if case.path_parameters:
            case.path_parameters = ids_of(case, things)
            if not is_about_the_path(case):
                answer(case, cast.key_of(cast.ana))
        if is_for_labelers(case) or is_random(case):  # where they are refused anyway, the random ones will do
            answer(case, cast.key_of(cast.ben))

    send_all(OPERATIONS[operation], send, random=MANY)


@pytest.mark.parametrize("key", [None, "no such key"], ids=["no key", "a wrong key"])
@pytest.mark.parametrize(
    "method_path",
    [(one.method.upper(), one.path) for one in endpoints() if not one.is_public],
    ids=" ".join,
)
def test_nobody_gets_in_without_a_key(method_path: tuple[str, str], key: str | None, cast: Cast) -> None:
    method, path = method_path
    headers = {"X-Argilla-Api-Key": key} if key else {}
    assert cast.api(None).generic(method, _any_path(path), headers=headers).status_code == 401


def is_for_labelers(case: Case) -> bool:
    """Whether the document does not say that somebody may be refused for their role."""
    return "403" not in document()["paths"][case.path][case.method.lower()]["responses"]


def is_about_the_path(case: Case) -> bool:
    """Whether it is at the edge of a limit in the path. All others would stumble there, over ids of nothing."""
    data = case.meta.phase.data if case.meta is not None else None
    return isinstance(data, CoveragePhaseData) and data.parameter_location is ParameterLocation.PATH


def is_random(case: Case) -> bool:
    """Whether it is none of the edges of limits."""
    return case.meta is not None and case.meta.phase.name is TestPhase.FUZZING


def answer(case: Case, key: str) -> None:
    """Send it as whoever has the key, hold the answer to the document, and undo what it did."""
    with transaction.atomic():
        # Uncompressed, for schemathesis reads what comes as it comes.
        response = case.call(headers={"X-Argilla-Api-Key": key, "Accept-Encoding": "identity"})
        transaction.set_rollback(True)
    case.validate_response(response, checks=CHECKS)
    is_right = case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE
    if is_right and case.media_type in {None, "application/json"}:  # in forms everything is text
        wrong = refused_shape(response)
        assert not wrong, f"The document allows this, and the API does not: {wrong}"


def refused_shape(response: Response) -> list[Any]:
    """What was refused for its shape, by a rule that the document could have told."""
    if response.status_code != 422 or not isinstance(detail := response.json()["detail"], dict):
        return []
    wrong = detail["params"]["errors"]
    # A value that is missing because of another one is a rule, too; then the sentence is ours.
    return [
        one
        for one in wrong
        if one["type"] not in RULES and (one["type"] != "missing" or one["msg"] == "Field required")
    ]


def ids_of(case: Case, things: Things) -> dict[str, Any]:
    """Ids of things that are there, for the names in the path."""
    return {ours: things.fill(theirs) for ours, theirs in names_in(case.method, case.path)}


@cache
def names_in(method: str, path: str) -> list[tuple[str, str]]:
    """The names in the path, each with what the table of permissions has in its place."""
    endpoint = endpoint_at(method, _any_path(path.replace("{", "{x")))
    row = next(row for row in ROWS if row.is_api and endpoint_at(row.method, _any_path(row.path)) == endpoint)
    names = zip(path.split("/"), row.path.partition("?")[0].split("/"), strict=True)
    return [(ours[1:-1], theirs) for ours, theirs in names if ours.startswith("{")]

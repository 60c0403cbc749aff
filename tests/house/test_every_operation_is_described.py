"""Every route under /api/v1 says what it is (core/operations.py), and says the truth."""

import ast
from collections import Counter
from collections.abc import Iterator
from functools import cache
from inspect import cleandoc, getsource
from textwrap import dedent

import pytest

from accounts.access import AUTHORS
from core.openapi import Endpoint, document, endpoints
from core.operations import Form, Raw
from tests.answers import endpoint_at
from tests.house.test_every_route_has_a_row import _any_path
from tests.permissions import ABSENT, REFUSED, ROWS, UNKNOWN, Row

ENDPOINTS = list(endpoints())
STATUS = {UNKNOWN: "401", REFUSED: "403", ABSENT: "404"}
SHAPES = {"body", "query"}  # the functions of core/api.py that read a shape


def name(endpoint: Endpoint) -> str:
    return f"{endpoint.method.upper()} {endpoint.path}"


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=name)
def test_an_endpoint_says_what_it_is(endpoint: Endpoint) -> None:
    method = f"{endpoint.view.__module__}.{endpoint.view.__name__}.{endpoint.method}"
    assert endpoint.operation, (
        f"Put @operation(…) on {method}: core/operations.py and CONTRIBUTING.md say how."
    )
    assert endpoint.about, f"Give {method} a docstring: its first line is the summary in the API's document."
    summary = endpoint.about.partition("\n")[0]
    assert summary.endswith("."), f"The summary of {method} is a sentence of one line."


def test_each_operation_has_a_name_of_its_own() -> None:
    names = Counter(one.operation.id for one in ENDPOINTS if one.operation)
    twice = [name for name, times in names.items() if times > 1]
    assert not twice, f"Two operations have the same id: {twice}"


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=name)
def test_an_endpoint_reads_the_shapes_that_it_names(endpoint: Endpoint) -> None:
    assert endpoint.operation
    read = dict(_shapes_read(endpoint))
    said = {}
    if endpoint.operation.query:
        said["query"] = endpoint.operation.query.__name__
    if endpoint.operation.body and not isinstance(endpoint.operation.body, Form | Raw):
        said["body"] = endpoint.operation.body.__name__
    assert read == said, f"{name(endpoint)} reads {read} and says {said}"


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=name)
def test_an_endpoint_says_who_is_refused_as_the_table_of_permissions_does(endpoint: Endpoint) -> None:
    assert endpoint.operation
    answers = [words for row in _rows().get(name(endpoint), ()) for words in row.expected().values()]
    certain = {STATUS[word] for words in answers if len(words) == 1 for word in words & STATUS.keys()}
    possible = {STATUS[word] for words in answers for word in words & STATUS.keys()}
    said = document()["paths"][endpoint.path][endpoint.method]["responses"].keys() & set(STATUS.values())
    assert certain <= said, f"{name(endpoint)} does not say {certain - said}, which the table demands."
    for_other_reasons = {str(status) for status in endpoint.operation.refuses}
    if endpoint.operation.who is AUTHORS:
        for_other_reasons.add("403")  # other labelers of the workspace, of whom the cast has none
    assert said <= possible | for_other_reasons, (
        f"{name(endpoint)} says more than the table: {said - possible}"
    )


@cache
def _rows() -> dict[str, list[Row]]:
    """The rows of the table by the name of their endpoint."""
    found: dict[str, list[Row]] = {}
    for row in ROWS:
        if row.is_api and (endpoint := endpoint_at(row.method, _any_path(row.path))):
            found.setdefault(name(endpoint), []).append(row)
    return found


def _shapes_read(endpoint: Endpoint) -> Iterator[tuple[str, str]]:
    tree = ast.parse(dedent(getsource(getattr(endpoint.view, endpoint.method))))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SHAPES:
            yield node.func.id, ast.unparse(node.args[1])


def test_the_rule_finds_what_an_endpoint_reads() -> None:
    endpoint = next(one for one in ENDPOINTS if name(one) == "POST /api/v1/workspaces")
    assert dict(_shapes_read(endpoint)) == {"body": "WorkspaceCreate"}
    assert cleandoc(endpoint.about)

"""The permission table (tests/permissions.py): every row for every role, and no route without a row.

What they are answered tells nothing secret (tests/secrets.py).
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test.client import MULTIPART_CONTENT
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from accounts.authentication import token_for
from accounts.models import Membership
from tests import together
from tests.cast import NAMES, OTHERS, PROGRAMS, ApiClient, Cast, assemble
from tests.permissions import ABSENT, OK, REFUSED, ROWS, UNKNOWN, Row, Things
from tests.secrets import secrets_in

# Routes of others, with rules of their own: Django's admin and allauth (tests/accounts, tests/workspaces).
NOT_OURS = ("admin/", "accounts/")
SOME_ID = UUID("00000000-0000-4000-8000-000000000000")
TEXTS = {"organization": "acme", "bens_session": "7"}
FORM = "application/x-www-form-urlencoded"


db = together.db


@pytest.fixture(scope="module")
def everybody(db: None) -> Cast:
    """The cast with those who come when they are asked for and all keys, made once: rows undo what they do."""
    cast = assemble()
    for name in NAMES + OTHERS + PROGRAMS:
        if isinstance(one := getattr(cast, name), Membership):
            cast.come_in(one)
    return cast


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.is_api], ids=lambda row: f"{row.method} {row.path}"
)
def test_the_api_answers_each_role_as_the_table_says(row: Row, everybody: Cast) -> None:
    check(row, everybody)


@pytest.mark.parametrize(
    "row", [row for row in ROWS if not row.is_api], ids=lambda row: f"{row.method} {row.path}"
)
def test_pages_answer_each_role_as_the_table_says(row: Row, everybody: Cast) -> None:
    check(row, everybody)


@pytest.mark.parametrize(
    ("credentials", "known"),
    [
        ({}, False),
        ({"X-Argilla-Api-Key": "junk"}, False),
        ({"Authorization": "Bearer junk"}, False),
        ({"Authorization": "Basic YTpi"}, False),
        ({"X-Argilla-Api-Key": "{key}", "Authorization": "Bearer hf_junk"}, True),
        ({"X-Argilla-Api-Key": "junk", "Authorization": "Bearer {token}"}, True),
    ],
    ids=repr,
)
def test_whom_the_api_does_not_know_it_tells_nothing(
    credentials: dict[str, str], known: bool, everybody: Cast
) -> None:
    key, token = everybody.key_of(everybody.ben), token_for(everybody.ben)
    headers = {name: value.format(key=key, token=token) for name, value in credentials.items()}
    client = ApiClient(headers=headers)
    for row in ROWS:
        if row.is_api and not row.who.startswith("everybody"):
            with transaction.atomic():
                answer = client.generic(row.method, _any_path(row.path), "{}")
                transaction.set_rollback(True)
            assert (answer.status_code != 401) == known, row
            if not known:
                assert answer.json()["detail"]["code"] == "argilla.api.errors::UnauthorizedError"
                assert answer.json()["detail"]["params"].keys() == {"detail"}


def test_no_route_is_without_a_row() -> None:
    covered = {(row.method, resolve(_any_path(row.path)).route) for row in ROWS}
    missing = [
        f"{method} {route}"
        for route, view in _routes(get_resolver().url_patterns)
        if not route.startswith(NOT_OURS) and not route.startswith("^api/")
        for method in _methods(view)
        if (method, route) not in covered and (method or not any(route == other for _, other in covered))
    ]
    assert not missing, f"Add rows to tests/permissions.py for: {', '.join(missing)}"


def check(row: Row, cast: Cast) -> None:
    """Call the row as everybody in turn; what one of them changes is undone for the next."""
    answers, told, expected = {}, [], row.expected()
    with transaction.atomic():
        things = Things(cast)
        path, send = things.fill(row.path), things.fill(row.send)
        for name in expected:
            who = getattr(cast, name)
            client = cast.api(who) if row.is_api else cast.pages(who)
            with transaction.atomic():
                answer = _call(client, row, path, send)
                told.append(_told(answer))
                answers[name] = _kind(answer, is_api=row.is_api)
                transaction.set_rollback(True)
        secrets = secrets_in(told, row)
        transaction.set_rollback(True)
    assert not secrets, f"{row.method} {row.path} tells {secrets}"
    wrong = {name: answer for name, answer in answers.items() if _word(answer) not in expected[name]}
    assert not wrong, f"{row.who} may {row.method} {row.path}; answered otherwise: {wrong}"


def _call(client: Any, row: Row, path: str, send: Any) -> Any:
    if row.path == "/api/v1/token":
        return client.post(path, "&".join(f"{k}={v}" for k, v in send.items()), content_type=FORM)
    if row.path.endswith(("/imports", "/from-file")) and row.is_api:
        file = SimpleUploadedFile("rows.jsonl", b'{"prompt": "What is a well?"}\n')
        return client.post(path, {**send, "file": file}, content_type=MULTIPART_CONTENT)
    return getattr(client, row.method.lower())(path, **({} if send is None else {"data": send}))


def _told(response: HttpResponse) -> str:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode("utf-8", "replace") + repr(response.headers)


def _kind(response: HttpResponse, *, is_api: bool) -> str:
    status = response.status_code
    if status == 401 or (status == 302 and not is_api and "sign-in?" in _target(response)):
        return UNKNOWN
    if status == 403:
        return REFUSED
    if status == 404:
        return ABSENT
    return OK if 200 <= status < 400 else f"{status}: {response.content[:300]!r}"


def _word(answer: str) -> str:
    """What the table calls an answer: any other status by its number."""
    return answer.partition(":")[0]


def _target(response: HttpResponse) -> str:
    return response.headers.get("Location", "").replace("/accounts/login/?", "/sign-in?")


class _AnyIds(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return TEXTS.get(name, str(SOME_ID))


def _any_path(path: str) -> str:
    return path.partition("?")[0].format_map(_AnyIds())


def _routes(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, route)
        else:
            yield route, pattern.callback


def _methods(view: Any) -> list[str]:
    """The methods of an endpoint of the API; of a page "", since a row of any method will do."""
    shape = getattr(view, "cls", None)
    if shape is None:
        return [""]
    return [name.upper() for name in ("get", "post", "put", "patch", "delete") if hasattr(shape, name)]

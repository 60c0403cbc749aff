"""What every answer of the API has in common, whatever was asked (contract sections 1.1, 2 and 14)."""

import gzip
import json
from typing import Any

import pytest
from django.test import RequestFactory

from accounts.models import Membership
from core.api_middleware import WORTH_COMPRESSING
from feedback.api.info import Version
from tests import make
from tests.cast import Cast

MB = 2**20


def test_an_answer_says_how_long_it_took(cast: Cast) -> None:
    for path in ("/version", "/me", "/nothing"):
        name, _, duration = cast.api(cast.ben).get(path).headers["server-timing"].partition(";dur=")
        assert (name, 0 < float(duration) < 60_000) == ("total", True)


def test_pages_of_other_origins_may_call_it_without_cookies(cast: Cast, settings: Any) -> None:
    settings.API_ORIGINS = ["*"]
    headers = {"Origin": "https://elsewhere.example"}
    for reply in (cast.api(cast.ben).get("/me", headers=headers), cast.api(None).get("/me", headers=headers)):
        assert reply.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in reply.headers


def test_a_browser_may_ask_beforehand_what_it_may_send(cast: Cast, settings: Any) -> None:
    settings.API_ORIGINS = ["*"]
    headers = {
        "Origin": "https://elsewhere.example",
        "Access-Control-Request-Method": "DELETE",
        "Access-Control-Request-Headers": "x-argilla-api-key,content-type",
    }
    reply = cast.api(None).options("/me", headers=headers)
    assert (reply.status_code, reply.content) == (204, b"")
    assert "DELETE" in reply.headers["access-control-allow-methods"]
    assert reply.headers["access-control-allow-headers"] == "x-argilla-api-key,content-type"
    assert reply.headers["access-control-allow-origin"] == "*"


def test_an_operator_says_whose_pages_may_call_it(cast: Cast, settings: Any) -> None:
    settings.API_ORIGINS = ["https://ours.example"]
    ours, other = (
        cast.api(cast.ben).get("/me", headers={"Origin": f"https://{name}.example"})
        for name in ("ours", "other")
    )
    assert ours.headers["access-control-allow-origin"] == "https://ours.example"
    assert "access-control-allow-origin" not in other.headers
    assert "Origin" in other.headers["vary"]


def test_long_answers_are_compressed_for_those_who_can_unpack_them(cast: Cast) -> None:
    for number in range(10):
        make.dataset(cast.workspace, f"Dataset {number}")
    plain = cast.api(cast.max).get("/me/datasets")
    assert "content-encoding" not in plain.headers
    packed = cast.api(cast.max).get("/me/datasets", headers={"Accept-Encoding": "gzip, deflate"})
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) == len(packed.content) < len(plain.content) / 3
    assert gzip.decompress(packed.content) == plain.content
    short = cast.api(cast.max).get("/version", headers={"Accept-Encoding": "gzip"})
    assert len(short.content) < WORTH_COMPRESSING
    assert "content-encoding" not in short.headers


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", "/me"), ("POST", "/me/datasets"), ("OPTIONS", "/me"), ("DELETE", "/datasets"), ("TRACE", "/me")],
)
def test_a_method_that_is_none_of_a_path_is_405(cast: Cast, method: str, path: str) -> None:
    reply = cast.api(cast.ana).generic(method, path)
    assert reply.status_code == 405
    assert reply.json().keys() == {"detail"}
    assert isinstance(reply.json()["detail"], str)


def test_head_is_get_without_the_body(cast: Cast) -> None:
    assert cast.api(cast.ana).head("/me").status_code == 200


@pytest.mark.parametrize("path", ["/me/", "/datasets/", "/version/", "/token/", "/me//datasets", "//me"])
def test_a_path_with_a_slash_too_many_is_404_and_no_redirect(cast: Cast, path: str) -> None:
    for method in ("GET", "POST"):
        reply = cast.api(cast.ana).generic(method, path, "{}", "application/json")
        assert (reply.status_code, reply.json()) == (404, {"detail": "Not Found"})


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/x-www-form-urlencoded", "application/xml", "x"]
)
def test_json_is_read_whatever_it_is_called(cast: Cast, kind: str) -> None:
    body = json.dumps({"name": "New", "workspace_id": str(cast.workspace.pk)})
    assert cast.api(cast.max).generic("POST", "/datasets", body, kind).status_code == 201
    refused = cast.api(cast.max).generic("POST", "/datasets", "name=New", kind)
    assert refused.json()["detail"]["params"]["errors"][0]["type"] == "json_invalid"


def test_no_body_is_an_empty_one(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace)
    shown = cast.api(cast.max).get(f"/datasets/{dataset.pk}").json()
    assert cast.api(cast.max).generic("PATCH", f"/datasets/{dataset.pk}", "").json() == shown
    missed = cast.api(cast.max).generic("POST", "/datasets", "").json()["detail"]["params"]["errors"]
    assert [error["loc"] for error in missed] == [["body", "name"], ["body", "workspace_id"]]
    assert {error["type"] for error in missed} == {"missing"}


@pytest.mark.parametrize("body", ["[]", "null", "3", '"text"', "true"])
def test_a_body_that_is_no_object_is_refused_as_a_whole(cast: Cast, body: str) -> None:
    reply = cast.api(cast.max).generic("POST", "/datasets", body)
    assert reply.status_code == 422
    assert reply.json()["detail"]["params"]["errors"][0]["loc"] == ["body"]


def test_500_long_records_come_in_at_once(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace)
    items = [{"fields": {"prompt": f"{n} " + "wells " * 5000}} for n in range(500)]
    reply = cast.api(cast.max).post(f"/datasets/{dataset.pk}/records/bulk", {"items": items})
    assert reply.status_code == 201
    assert len(reply.content) > 14 * MB
    assert [one["fields"] for one in reply.json()["items"]] == [one["fields"] for one in items]


def test_more_than_the_server_takes_at_once_is_413(cast: Cast, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = MB
    sent = {"name": "New", "guidelines": "x" * MB, "workspace_id": str(cast.workspace.pk)}
    reply = cast.api(cast.max).post("/datasets", sent)
    assert (reply.status_code, "1 MB" in reply.json()["detail"]) == (413, True)


def test_a_bug_of_ours_is_form_a_and_tells_no_secrets(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(Version, "get", broken)
    client = cast.api(None, raise_request_exception=False)
    reply = client.get("/version")
    assert (reply.status_code, reply.headers["content-type"]) == (500, "application/json")
    detail = reply.json()["detail"]
    assert detail["code"] == "argilla.api.errors::GenericServerError"
    assert detail["params"].keys() == {"type", "message"}
    assert detail["params"]["type"] == "ZeroDivisionError"
    assert b"secret" not in reply.content


def test_whatever_is_refused_leaves_nothing_behind(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from accounts import api
    from core.errors import Invalid

    def refuse(*_: Any, **__: Any) -> None:
        raise Invalid("No keys today.")

    monkeypatch.setattr(api, "issue_api_key", refuse)
    new = {"username": "eve", "first_name": "Eve", "password": "password1"}
    reply = cast.api(cast.ana).post("/users", new)
    assert (reply.status_code, reply.json()) == (422, {"detail": "No keys today."})
    assert not Membership.objects.filter(username="eve").exists()


@pytest.mark.parametrize(
    ("method", "path", "status", "name"),
    [
        ("GET", "/users", 403, "ForbiddenOperationError"),
        ("GET", "/users/7", 422, "ValidationError"),
        ("GET", "/me/datasets?status=new", 422, "ValidationError"),
        ("POST", "/me/responses/bulk", 422, "ValidationError"),
    ],
)
def test_form_a_names_its_class(cast: Cast, method: str, path: str, status: int, name: str) -> None:
    reply = cast.api(cast.ben).generic(method, path, "{}")
    assert reply.status_code == status
    assert reply.json().keys() == {"detail"}
    detail = reply.json()["detail"]
    assert detail.keys() == {"code", "params"}
    assert detail["code"] == f"argilla.api.errors::{name}"
    if status == 403:
        assert detail["params"].keys() == {"detail"}
        return
    [error] = detail["params"]["errors"]
    assert error.keys() == {"type", "loc", "msg"}
    assert error["loc"][0] in {"path", "query", "body"}


def test_forms_of_django_are_not_asked_for(rf: RequestFactory) -> None:
    """No endpoint wants a CSRF token: callers are known by a header that no foreign page can send for them."""
    assert getattr(Version.as_view(), "csrf_exempt", False)

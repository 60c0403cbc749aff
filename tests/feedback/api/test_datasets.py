"""/datasets as the contract has them (sections 3.4, 4.3, 7.2)."""

from typing import Any
from uuid import uuid4

import pytest

from tests import make
from tests.cast import Cast

KEYS = {
    "id",
    "name",
    "guidelines",
    "allow_extra_metadata",
    "status",
    "distribution",
    "metadata",
    "workspace_id",
    "last_activity_at",
    "inserted_at",
    "updated_at",
}


def draft(cast: Cast, **given: Any) -> Any:
    """A new draft by Max, as it is answered."""
    sent = {"name": "wells", "workspace_id": str(cast.workspace.pk)} | given
    reply = cast.api(cast.max).post("/datasets", sent)
    assert reply.status_code == 201, reply.content
    return reply.json()


def test_a_new_dataset_reads_the_same_everywhere(cast: Cast) -> None:
    shown = draft(cast, distribution={"strategy": "overlap", "min_submitted": 3}, metadata={"a": [1]})
    assert shown.keys() == KEYS
    assert shown["status"] == "draft"
    assert shown["distribution"] == {"strategy": "overlap", "min_submitted": 3}
    assert shown["metadata"] == {"a": [1]}
    assert shown["inserted_at"] == shown["updated_at"] == shown["last_activity_at"]
    assert "+" not in shown["inserted_at"]
    assert not shown["inserted_at"].endswith("Z")
    ben = cast.api(cast.ben)
    assert ben.get(f"/datasets/{shown['id']}").json() == shown
    assert ben.get("/me/datasets").json() == {"items": [shown]}


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"name": ""}, ["body", "name"]),
        ({"name": "x" * 201}, ["body", "name"]),
        ({"guidelines": ""}, ["body", "guidelines"]),
        ({"guidelines": "x" * 10_001}, ["body", "guidelines"]),
        ({"distribution": None}, ["body", "distribution"]),
        (
            {"distribution": {"strategy": "overlap", "min_submitted": 0}},
            ["body", "distribution", "min_submitted"],
        ),
        ({"distribution": {"strategy": "other", "min_submitted": 1}}, ["body", "distribution", "strategy"]),
        ({"workspace_id": "None"}, ["body", "workspace_id"]),
    ],
)
def test_a_body_of_the_wrong_shape_is_told_where(cast: Cast, given: dict[str, Any], place: list[str]) -> None:
    reply = cast.api(cast.max).post(
        "/datasets", {"name": "n", "workspace_id": str(cast.workspace.pk)} | given
    )
    assert reply.status_code == 422
    detail = reply.json()["detail"]
    assert detail["code"] == "argilla.api.errors::ValidationError"
    assert detail["params"]["errors"][0]["loc"] == place


def test_names_are_taken_once_in_a_workspace(cast: Cast) -> None:
    first, second = draft(cast), draft(cast, name="springs")
    sent = {"name": "wells", "workspace_id": str(cast.workspace.pk)}
    assert cast.api(cast.max).post("/datasets", sent).status_code == 409
    taken = cast.api(cast.max).patch(f"/datasets/{second['id']}", {"name": "wells"})
    assert (taken.status_code, "wells" in taken.json()["detail"]) == (409, True)
    assert cast.api(cast.max).patch(f"/datasets/{first['id']}", {"name": "wells"}).status_code == 200


def test_only_owners_learn_that_a_workspace_does_not_exist(cast: Cast) -> None:
    for workspace in (uuid4(), cast.rival_workspace.pk):
        sent = {"name": "wells", "workspace_id": str(workspace)}
        assert cast.api(cast.ana).post("/datasets", sent).status_code == 422
        assert cast.api(cast.max).post("/datasets", sent).status_code == 403


def test_lists_can_be_narrowed(cast: Cast) -> None:
    draft(cast)
    make.dataset(cast.workspace, "ready one")

    def names(query: str, who: Any = None) -> list[str]:
        reply = cast.api(who or cast.ana).get(f"/me/datasets?{query}")
        return [one["name"] for one in reply.json()["items"]]

    assert sorted(names("")) == ["ready one", "wells"]
    assert names("status=ready") == ["ready one"]
    assert names("name=wells") == ["wells"]
    assert sorted(names(f"workspace_id={cast.workspace.pk}", cast.ben)) == ["ready one", "wells"]
    assert names(f"workspace_id={uuid4()}") == []
    ben = cast.api(cast.ben)
    assert ben.get(f"/me/datasets?workspace_id={uuid4()}").status_code == 403
    assert ben.get("/me/datasets?status=new").status_code == 422
    assert ben.get("/me/datasets?name=%00").status_code == 422
    assert cast.api(cast.dov).get("/me/datasets").json() == {"items": []}


def test_a_patch_changes_what_is_sent_and_null_is_not_absent(cast: Cast) -> None:
    shown = draft(cast, guidelines="Be fair.", metadata={"a": 1})
    address, max_ = f"/datasets/{shown['id']}", cast.api(cast.max)
    assert max_.patch(address, {}).json() == shown
    assert max_.patch(address, {"name": "wells", "id": str(uuid4()), "status": "ready"}).json() == shown
    changed = max_.patch(address, {"guidelines": None, "metadata": {"b": 2}}).json()
    assert (changed["guidelines"], changed["metadata"]) == (None, {"b": 2})
    assert changed["updated_at"] > shown["updated_at"]
    assert changed["last_activity_at"] == changed["updated_at"]
    again = max_.patch(address, {"distribution": changed["distribution"]}).json()
    assert again["updated_at"] > changed["updated_at"]
    assert max_.get(address).json() == again


@pytest.mark.parametrize("key", ["name", "allow_extra_metadata", "distribution"])
def test_some_keys_are_never_null(cast: Cast, key: str) -> None:
    reply = cast.api(cast.max).patch(f"/datasets/{draft(cast)['id']}", {key: None})
    assert reply.status_code == 422
    [error] = reply.json()["detail"]["params"]["errors"]
    assert (error["type"], error["loc"]) == ("value_error", ["body"])
    assert key in error["msg"]


def test_a_dataset_is_published_once_it_has_a_field_and_a_required_question(cast: Cast) -> None:
    shown = draft(cast)
    address, max_ = f"/datasets/{shown['id']}", cast.api(cast.max)
    text = {"title": "T", "settings": {"type": "text"}}
    assert max_.put(f"{address}/publish").status_code == 422
    assert max_.post(f"{address}/fields", {"name": "a", **text}).status_code == 201
    assert max_.post(f"{address}/questions", {"name": "b", **text}).status_code == 201
    refused = max_.put(f"{address}/publish")
    assert refused.status_code == 422
    assert isinstance(refused.json()["detail"], str)
    assert max_.post(f"{address}/questions", {"name": "c", "required": True, **text}).status_code == 201
    published = max_.put(f"{address}/publish").json()
    assert published["status"] == "ready"
    assert published["updated_at"] > shown["updated_at"]
    assert max_.put(f"{address}/publish").status_code == 422


def test_deleting_takes_everything_along_and_shows_the_dataset_once_more(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace)
    make.response(make.record(dataset), cast.ben)
    max_ = cast.api(cast.max)
    before = max_.get(f"/datasets/{dataset.pk}").json()
    assert max_.delete(f"/datasets/{dataset.pk}").json() == before
    gone = max_.get(f"/datasets/{dataset.pk}")
    assert (gone.status_code, type(gone.json()["detail"])) == (404, str)


def test_an_id_that_is_no_uuid_is_422(cast: Cast) -> None:
    for path in (
        "/datasets/None",
        "/datasets/1/fields",
        "/records/x",
        "/jobs/x/file",
        "/me/datasets/x/metrics",
    ):
        reply = cast.api(cast.ana).get(path)
        assert reply.status_code == 422, path
        assert reply.json()["detail"]["params"]["errors"][0]["loc"][0] == "path"


def test_the_shape_is_looked_at_before_the_object_and_the_object_before_the_right(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace)
    ben = cast.api(cast.ben)
    assert cast.api(None).patch("/datasets/x", {"name": ""}).status_code == 401
    assert ben.patch(f"/datasets/{uuid4()}", {"name": ""}).status_code == 422
    assert ben.patch(f"/datasets/{uuid4()}", {"name": "x"}).status_code == 404
    assert ben.patch(f"/datasets/{dataset.pk}", {"name": "x"}).status_code == 403


BAD_BODIES = [
    rb'{"name": "a\u0000b"}',
    rb'{"name": "\ud83d"}',
    b'{"name": "\xed\xa0\xbd"}',
    b'{"name": "\xff"}',
    b'{"metadata": {"a": 1e999}}',
    b'{"metadata": {"a": NaN}}',
    b'{"metadata": {"a": ' + b"9" * 5000 + b"}}",
    b'{"metadata": {"a": ' + b"9" * 400 + b".5}}",
    b'{"metadata": {"a": ' + b"[" * 5000 + b"]" * 5000 + b"}}",
    b'{"name": ',
    b"[]",
    b'"name"',
]


@pytest.mark.parametrize("raw", BAD_BODIES, ids=lambda raw: repr(raw[:24]))
def test_a_body_that_cannot_be_kept_is_422(cast: Cast, raw: bytes) -> None:
    address = f"/datasets/{make.dataset(cast.workspace).pk}"
    reply = cast.api(cast.max).patch(address, raw, content_type="application/json")
    assert reply.status_code == 422, reply.content
    assert reply.json()["detail"]["params"]["errors"][0]["loc"][0] == "body"


def test_whatever_a_client_accepts_it_is_answered_in_json(cast: Cast) -> None:
    reply = cast.api(cast.ana).get("/me/datasets?format=html", headers={"accept": "text/csv"})
    assert (reply.status_code, reply.headers["content-type"]) == (200, "application/json")


def test_the_server_says_what_it_speaks(cast: Cast) -> None:
    nobody = cast.api(None)
    assert nobody.get("/version").json() == {"version": "2.8.0"}
    assert nobody.get("/status").json().keys() == {"version", "search_engine", "memory"}
    assert nobody.get("/settings").json() == {"argilla": {"share_your_progress_enabled": False}}

"""/workspaces as the contract has them (sections 1.5, 3.3 and 4.2)."""

from typing import Any
from uuid import uuid4

import pytest

from tests import make
from tests.cast import Cast

KEYS = {"id", "name", "inserted_at", "updated_at"}


def names(reply: Any) -> list[str]:
    return [item.get("name") or item["username"] for item in reply.json()["items"]]


def test_a_new_workspace_reads_the_same_everywhere(cast: Cast) -> None:
    ana = cast.api(cast.ana)
    reply = ana.post("/workspaces", {"id": None, "name": "new_ws", "inserted_at": None})
    assert reply.status_code == 201
    shown = reply.json()
    assert shown.keys() == KEYS
    assert shown["inserted_at"] == shown["updated_at"]
    assert ana.get(f"/workspaces/{shown['id']}").json() == shown
    assert ana.get("/me/workspaces").json()["items"][-1] == shown


def test_names_and_ids_are_taken_once(cast: Cast) -> None:
    ana = cast.api(cast.ana)
    assert ana.post("/workspaces", {"name": "acme-workspace"}).status_code == 409
    assert ana.post("/workspaces", {"name": "x", "id": str(cast.workspace.pk)}).status_code == 409
    assert ana.post("/workspaces", {"name": "x", "id": str(cast.rival_workspace.pk)}).status_code == 409
    assert ana.post("/workspaces", {"name": "rival-workspace"}).status_code == 201


@pytest.mark.parametrize("name", ["", "two words", "café", "a/b", "line\n", None, 7])
def test_a_name_that_clients_cannot_read_is_refused(cast: Cast, name: Any) -> None:
    reply = cast.api(cast.ana).post("/workspaces", {"name": name})
    assert reply.status_code == 422
    assert reply.json()["detail"]["params"]["errors"][0]["loc"] == ["body", "name"]


def test_everybody_lists_their_own_and_owners_all(cast: Cast) -> None:
    make.workspace(cast.acme, "second")
    assert names(cast.api(cast.ana).get("/me/workspaces")) == ["acme-workspace", "second"]
    assert names(cast.api(cast.ben).get("/me/workspaces")) == ["acme-workspace"]
    assert names(cast.api(cast.dov).get("/me/workspaces")) == []
    assert names(cast.api(cast.cleo).get("/me/workspaces")) == ["rival-workspace"]


def test_a_workspace_is_deleted_with_its_memberships_and_shown_once_more(cast: Cast) -> None:
    ana = cast.api(cast.ana)
    before = ana.get(f"/workspaces/{cast.workspace.pk}").json()
    reply = ana.delete(f"/workspaces/{cast.workspace.pk}")
    assert (reply.status_code, reply.json()) == (200, before)
    assert ana.get(f"/workspaces/{cast.workspace.pk}").status_code == 404
    assert names(cast.api(cast.ben).get("/me/workspaces")) == []


def test_members_are_listed_in_the_order_of_joining(cast: Cast) -> None:
    make.place(cast.workspace, cast.dov)
    reply = cast.api(cast.max).get(f"/workspaces/{cast.workspace.pk}/users")
    assert names(reply) == ["max", "ben", "dov"]
    assert all("api_key" not in item for item in reply.json()["items"])


def test_owners_are_members_only_if_they_are_added(cast: Cast) -> None:
    ana, path = cast.api(cast.ana), f"/workspaces/{cast.workspace.pk}/users"
    reply = ana.post(path, {"user_id": str(cast.ana.pk)})
    assert reply.status_code == 201
    assert reply.json() == {**ana.get("/me").json(), "workspace_role": "manager"}
    assert names(ana.get(path)) == ["max", "ben", "ana"]


def test_nobody_is_added_twice(cast: Cast) -> None:
    reply = cast.api(cast.ana).post(f"/workspaces/{cast.workspace.pk}/users", {"user_id": str(cast.ben.pk)})
    assert reply.status_code == 409


def test_an_unknown_or_foreign_user_is_422_and_an_unknown_workspace_404(cast: Cast) -> None:
    ana, path = cast.api(cast.ana), f"/workspaces/{cast.workspace.pk}/users"
    for pk in (uuid4(), cast.cleo.pk):
        reply = ana.post(path, {"user_id": str(pk)})
        assert reply.status_code == 422
        assert isinstance(reply.json()["detail"], str)
    assert ana.post(f"/workspaces/{uuid4()}/users", {"user_id": str(cast.ben.pk)}).status_code == 404
    assert ana.post(path, {"user_id": "ben"}).json()["detail"]["code"].endswith("ValidationError")


def test_somebody_who_left_cannot_be_added(cast: Cast) -> None:
    ana = cast.api(cast.ana)
    ana.delete(f"/users/{cast.dov.pk}")
    reply = ana.post(f"/workspaces/{cast.workspace.pk}/users", {"user_id": str(cast.dov.pk)})
    assert reply.status_code == 422


def test_a_member_is_removed_and_stays_in_the_organization(cast: Cast) -> None:
    max_, path = cast.api(cast.max), f"/workspaces/{cast.workspace.pk}/users/{cast.ben.pk}"
    reply = max_.delete(path)
    assert reply.status_code == 200
    assert reply.json()["username"] == "ben"
    assert max_.delete(path).status_code == 404
    assert cast.api(cast.ben).get(f"/workspaces/{cast.workspace.pk}").status_code == 403
    assert cast.api(cast.ben).get("/me").status_code == 200


def test_owners_alone_learn_whether_a_workspace_exists(cast: Cast) -> None:
    for pk in (uuid4(), cast.rival_workspace.pk):
        for path in (f"/workspaces/{pk}", f"/workspaces/{pk}/users"):
            assert cast.api(cast.ana).get(path).status_code == 404
            for who in (cast.max, cast.ben, cast.dov):
                assert cast.api(who).get(path).status_code == 403
        assert cast.api(cast.max).delete(f"/workspaces/{pk}").status_code == 403
        assert cast.api(cast.max).post(f"/workspaces/{pk}/users", {"user_id": str(pk)}).status_code == 403
        assert cast.api(cast.max).delete(f"/workspaces/{pk}/users/{cast.ben.pk}").status_code == 404


@pytest.mark.parametrize("path", ["/workspaces/7", "/workspaces/7/users"])
def test_an_id_that_is_no_uuid_is_422(cast: Cast, path: str) -> None:
    reply = cast.api(cast.ana).get(path)
    assert reply.status_code == 422
    assert reply.json()["detail"]["params"]["errors"][0]["loc"] == ["path", "workspace_id"]


def test_a_workspace_with_datasets_stays(cast: Cast) -> None:
    make.dataset(cast.workspace)
    ana, path = cast.api(cast.ana), f"/workspaces/{cast.workspace.pk}"
    reply = ana.delete(path)
    assert reply.status_code == 409
    assert "still has datasets" in reply.json()["detail"]
    assert ana.get(path).status_code == 200

"""/me and /users as the contract has them (sections 1.5, 3.2 and 4.1)."""

from typing import Any
from uuid import uuid4

import pytest

from accounts.access import Role
from accounts.models import Membership
from tests import make
from tests.cast import Cast

KEYS = {"id", "first_name", "last_name", "username", "role", "inserted_at", "updated_at"}
NEW = {"username": "eve", "first_name": "Eve", "password": "password1"}


def create(cast: Cast, **given: Any) -> Any:
    return cast.api(cast.ana).post("/users", {**NEW, **given})


def test_me_shows_whoever_calls_and_no_key(cast: Cast) -> None:
    reply = cast.api(cast.ben).get("/me")
    assert reply.status_code == 200
    assert reply.json().keys() == KEYS
    assert reply.json()["id"] == str(cast.ben.pk)
    assert reply.json()["role"] == "annotator"


def test_users_are_listed_oldest_first_without_foreigners(cast: Cast) -> None:
    items = cast.api(cast.ana).get("/users").json()["items"]
    assert [item["username"] for item in items] == ["ana", "max", "ben", "dov"]
    assert all(item.keys() == KEYS for item in items)


def test_a_new_user_gets_a_key_that_works(cast: Cast) -> None:
    reply = create(cast, last_name="Moss", role="admin")
    assert reply.status_code == 201
    shown = reply.json()
    key = shown.pop("api_key")
    assert shown.keys() == KEYS
    assert shown["inserted_at"] == shown["updated_at"]
    assert (shown["username"], shown["last_name"], shown["role"]) == ("eve", "Moss", "admin")
    program = cast.api(None, headers={"X-Argilla-Api-Key": key})
    assert program.get("/me").json() == shown


def test_every_answer_shows_a_user_the_same(cast: Cast) -> None:
    shown = create(cast).json()
    shown.pop("api_key")
    ana = cast.api(cast.ana)
    assert ana.get(f"/users/{shown['id']}").json() == shown
    assert ana.get("/users").json()["items"][-1] == shown


def test_a_client_may_choose_the_id(cast: Cast) -> None:
    chosen = str(uuid4())
    assert create(cast, id=chosen).json()["id"] == chosen
    again = create(cast, id=chosen, username="eve2")
    assert again.status_code == 409
    assert isinstance(again.json()["detail"], str)


def test_an_id_of_another_organization_is_taken_too(cast: Cast) -> None:
    assert create(cast, id=str(cast.cleo.pk)).status_code == 409


def test_without_a_role_somebody_is_an_annotator(cast: Cast) -> None:
    assert create(cast, role=None, id=None).json()["role"] == "annotator"


def test_names_are_trimmed_and_usernames_are_not(cast: Cast) -> None:
    shown = create(cast, first_name="  Eve ", username=" eve ").json()
    assert (shown["first_name"], shown["username"]) == ("Eve", " eve ")


def test_unknown_keys_are_ignored(cast: Cast) -> None:
    assert create(cast, inserted_at=None, color="green").status_code == 201


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"password": None}, ["body", "password"]),
        ({"password": "short"}, ["body", "password"]),
        ({"password": "x" * 101}, ["body", "password"]),
        ({"username": ""}, ["body", "username"]),
        ({"username": 7}, ["body", "username"]),
        ({"first_name": "  "}, ["body", "first_name"]),
        ({"last_name": " "}, ["body", "last_name"]),
        ({"role": "king"}, ["body", "role"]),
        ({"id": "7"}, ["body", "id"]),
    ],
)
def test_what_has_not_the_right_shape_is_422_with_its_place(cast: Cast, wrong: Any, place: list[str]) -> None:
    reply = create(cast, **wrong)
    assert reply.status_code == 422
    detail = reply.json()["detail"]
    assert detail["code"] == "argilla.api.errors::ValidationError"
    assert [error["loc"] for error in detail["params"]["errors"]] == [place]


def test_what_cannot_be_kept_is_refused(cast: Cast) -> None:
    reply = create(cast, username="a\0b")
    assert reply.status_code == 422
    assert reply.json()["detail"]["code"] == "argilla.api.errors::ValidationError"


@pytest.mark.parametrize("left_out", ["username", "first_name", "password"])
def test_what_is_required_is_missed(cast: Cast, left_out: str) -> None:
    body = {key: value for key, value in NEW.items() if key != left_out}
    (error,) = cast.api(cast.ana).post("/users", body).json()["detail"]["params"]["errors"]
    assert (error["type"], error["loc"]) == ("missing", ["body", left_out])


def test_a_body_that_is_no_json_is_422(cast: Cast) -> None:
    reply = cast.api(cast.ana).post("/users", b"{", content_type="application/json")
    assert reply.status_code == 422
    assert reply.json()["detail"]["params"]["errors"][0]["type"] == "json_invalid"


def test_a_taken_username_is_409_on_creation_and_422_on_change(cast: Cast) -> None:
    assert create(cast, username="ben").status_code == 409
    renamed = cast.api(cast.ana).patch(f"/users/{cast.dov.pk}", {"username": "ben"})
    assert renamed.status_code == 422
    assert "ben" in renamed.json()["detail"]


def test_two_organizations_may_have_the_same_username(cast: Cast) -> None:
    assert cast.api(cast.cleo).post("/users", {**NEW, "username": "ben"}).status_code == 201


def test_a_change_keeps_what_it_does_not_mention(cast: Cast) -> None:
    ana = cast.api(cast.ana)
    before = ana.get(f"/users/{cast.ben.pk}").json()
    after = ana.patch(f"/users/{cast.ben.pk}", {"last_name": "Moss"}).json()
    assert after == {**before, "last_name": "Moss", "updated_at": after["updated_at"]}
    assert after["updated_at"] > before["updated_at"]
    assert ana.patch(f"/users/{cast.ben.pk}", {"last_name": None}).json()["last_name"] is None


@pytest.mark.parametrize(
    "body", [{}, {"first_name": "Ben", "role": "annotator"}, {"password": make.PASSWORD}]
)
def test_a_change_of_nothing_leaves_the_date(cast: Cast, body: dict[str, str]) -> None:
    ana = cast.api(cast.ana)
    before = ana.get(f"/users/{cast.ben.pk}").json()
    assert ana.patch(f"/users/{cast.ben.pk}", body).json() == before


@pytest.mark.parametrize("name", ["username", "first_name", "role", "password"])
def test_null_is_no_value_where_one_must_be(cast: Cast, name: str) -> None:
    reply = cast.api(cast.ana).patch(f"/users/{cast.ben.pk}", {name: None})
    assert reply.status_code == 422
    (error,) = reply.json()["detail"]["params"]["errors"]
    assert (error["type"], error["loc"]) == ("value_error", ["body"])
    assert name in error["msg"]


def test_a_changed_password_is_the_one_that_counts(cast: Cast) -> None:
    reply = cast.api(cast.ana).patch(f"/users/{cast.ben.pk}", {"password": "another one"})
    assert reply.status_code == 200
    cast.ben.user.refresh_from_db()
    assert cast.ben.user.check_password("another one")


def test_owners_do_not_set_the_password_of_an_account_that_is_not_theirs(cast: Cast) -> None:
    cast.ben.user.managed_by = None
    cast.ben.user.save()
    reply = cast.api(cast.ana).patch(f"/users/{cast.ben.pk}", {"password": "another one"})
    assert reply.status_code == 403
    assert reply.json()["detail"]["code"] == "argilla.api.errors::ForbiddenOperationError"


def test_the_only_owner_stays_one(cast: Cast) -> None:
    ana = cast.api(cast.ana)
    assert ana.patch(f"/users/{cast.ana.pk}", {"role": "admin"}).status_code == 409
    assert ana.delete(f"/users/{cast.ana.pk}").status_code == 409
    ana.patch(f"/users/{cast.max.pk}", {"role": "owner"})
    assert ana.delete(f"/users/{cast.ana.pk}").status_code == 200


def test_a_deleted_user_is_shown_as_they_were_and_then_gone(cast: Cast) -> None:
    ana = cast.api(cast.ana)
    before = ana.get(f"/users/{cast.ben.pk}").json()
    reply = ana.delete(f"/users/{cast.ben.pk}")
    assert (reply.status_code, reply.json()) == (200, before)
    assert ana.get(f"/users/{cast.ben.pk}").status_code == 404
    assert ana.delete(f"/users/{cast.ben.pk}").status_code == 404
    assert "ben" not in [user["username"] for user in ana.get("/users").json()["items"]]
    users = ana.get(f"/workspaces/{cast.workspace.pk}/users").json()["items"]
    assert [user["username"] for user in users] == ["max"]


def test_the_username_of_somebody_who_left_is_free(cast: Cast) -> None:
    cast.api(cast.ana).delete(f"/users/{cast.ben.pk}")
    assert create(cast, username="ben").status_code == 201


def test_an_id_that_is_no_uuid_is_422_for_everybody(cast: Cast) -> None:
    for who in (cast.ana, cast.ben):
        reply = cast.api(who).get("/users/None")
        assert reply.status_code == 422
        assert reply.json()["detail"]["params"]["errors"][0]["loc"] == ["path", "user_id"]


def test_the_shape_is_looked_at_before_the_permission(cast: Cast) -> None:
    assert cast.api(cast.ben).post("/users", {}).status_code == 422
    assert cast.api(cast.ben).post("/users", NEW).status_code == 403


def test_who_may_not_look_learns_nothing(cast: Cast) -> None:
    known, unknown = (cast.api(cast.ben).get(f"/users/{pk}") for pk in (cast.ana.pk, uuid4()))
    assert known.status_code == unknown.status_code == 403
    assert known.json() == unknown.json()


def test_a_foreign_user_is_as_absent_as_an_unknown_one(cast: Cast) -> None:
    foreign, unknown = (cast.api(cast.ana).get(f"/users/{pk}") for pk in (cast.cleo.pk, uuid4()))
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.json() == unknown.json()


def test_workspaces_of_somebody_else(cast: Cast) -> None:
    ana = cast.api(cast.ana)
    make.workspace(cast.acme, "second")

    def names(who: Membership) -> list[str]:
        return [item["name"] for item in ana.get(f"/users/{who.pk}/workspaces").json()["items"]]

    assert names(cast.ben) == ["acme-workspace"]
    assert names(cast.dov) == []
    assert names(cast.ana) == ["acme-workspace", "second"]
    make.member(cast.acme, "olga", role=Role.OWNER)
    assert names(Membership.objects.get(username="olga")) == ["acme-workspace", "second"]

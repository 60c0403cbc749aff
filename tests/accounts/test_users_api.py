"""/me and /users as the contract has them (sections 3.2 and 4.1)."""

from tests.cast import Cast

KEYS = {"id", "first_name", "last_name", "username", "role", "inserted_at", "updated_at"}
NEW = {"username": "eve", "first_name": "Eve", "password": "password1"}


def test_me_shows_whoever_calls_and_no_key(cast: Cast) -> None:
    reply = cast.api(cast.ben).get("/me")
    assert reply.status_code == 200
    assert reply.json().keys() == KEYS
    assert reply.json()["id"] == str(cast.ben.pk)
    assert reply.json()["role"] == "annotator"

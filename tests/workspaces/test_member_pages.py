"""The pages about people: list, add one, add many, change, new password, remove."""

import csv
from io import StringIO
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client

from accounts.actions import enroll, issue_api_key
from accounts.models import ApiKey, Membership, User
from tests import make
from tests.cast import Cast


def text(response: Any) -> str:
    return response.content.decode()


def new(cast: Cast, **given: Any) -> dict[str, Any]:
    return {"username": "eve", "role": "annotator", "workspaces": [str(cast.workspace.pk)], **given}


def signs_in(username: str, password: str) -> bool:
    response = Client().post("/acme/sign-in", {"login": username, "password": password})
    return response.status_code == 302


def test_owners_see_everybody_and_managers_those_of_their_workspaces(cast: Cast) -> None:
    assert ">dov<" in text(cast.pages(cast.ana).get("/acme/members/"))
    page = text(cast.pages(cast.max).get("/acme/members/"))
    assert ">ben<" in page
    assert ">dov<" not in page


def test_people_are_found_by_name_e_mail_and_role(cast: Cast) -> None:
    make.member(cast.acme, "eve", first_name="Evelyn", email="moss@acme.example")
    ana = cast.pages(cast.ana)
    for query in ("q=EVE", "q=lyn", "q=moss@", "role=annotator&q=eve"):
        page = text(ana.get(f"/acme/members/?{query}"))
        assert "moss@acme.example" in page
        assert ">dov<" not in page
    assert "Nobody is found" in text(ana.get("/acme/members/?role=admin&q=eve"))


def test_long_lists_have_pages_and_few_queries(cast: Cast, django_assert_max_num_queries: Any) -> None:
    from accounts.actions import add_members

    add_members(cast.acme, [f"labeler-{number:03}" for number in range(120)])
    ana = cast.pages(cast.ana)
    with django_assert_max_num_queries(30):
        page = text(ana.get("/acme/members/?q=labeler&page=2"))
    assert "labeler-050" in page
    assert "labeler-049" not in page
    assert "51–100 of 120" in page


def test_one_person_is_added_with_a_password_of_the_owners_choice(cast: Cast) -> None:
    form = new(cast, password="a fine password", first_name="Eve", email="eve@acme.example")
    response = cast.pages(cast.ana).post("/acme/members/new", form)
    eve = Membership.objects.get(username="eve")
    assert response.url == f"/acme/members/{eve.pk}/"
    assert eve.workspaces.get() == cast.workspace
    assert signs_in("eve", "a fine password")


def test_a_password_that_was_made_is_shown_once_and_works(cast: Cast) -> None:
    response = cast.pages(cast.ana).post("/acme/members/new", new(cast))
    assert response.status_code == 200
    assert "no-store" in response.headers["Cache-Control"]
    ((_, password, name),) = downloaded(response)
    assert name == "acme/eve"
    assert signs_in("eve", password)


def downloaded(response: Any) -> list[list[str]]:
    """The rows of the CSV file that the page offers."""
    address = response.context["download"]
    assert address in text(response)
    rows = list(csv.reader(StringIO(unquote(address.partition(",")[2]))))
    assert rows[0] == ["username", "password", "sign in as"]
    return rows[1:]


def test_many_are_added_from_a_list(cast: Cast) -> None:
    form = {**new(cast), "usernames": " fay \n\ngil\r\nhal, jr.\n"}
    response = cast.pages(cast.ana).post("/acme/members/many", form)
    rows = downloaded(response)
    assert [row[0] for row in rows] == ["fay", "gil", "hal, jr."]
    assert all(signs_in(username, password) for username, password, _ in rows)
    assert cast.workspace.workspace_memberships.count() == 5


def test_many_are_added_by_number(cast: Cast) -> None:
    form = {**new(cast), "usernames": "", "word": "team", "number": "3"}
    response = cast.pages(cast.ana).post("/acme/members/many", form)
    assert [row[0] for row in downloaded(response)] == ["team-01", "team-02", "team-03"]


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"username": ""}, "username", "required"),
        ({"username": "ben"}, None, "taken"),
        ({"password": "password"}, "password", "too common"),
        ({"password": "short"}, "password", "too short"),
        ({"role": "king"}, "role", "valid choice"),
        ({"email": "nonsense"}, "email", "valid email"),
    ],
)
def test_what_is_wrong_stands_beside_its_cause(
    cast: Cast, given: Any, field: str | None, sentence: str
) -> None:
    response = cast.pages(cast.ana).post("/acme/members/new", new(cast, **given))
    assert response.status_code == 422
    assert sentence in str(response.context["form"].errors[field or "__all__"])
    assert not Membership.objects.filter(username="eve").exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"usernames": ""}, "usernames"),
        ({"usernames": "fay", "word": "team", "number": "2"}, "usernames"),
        ({"usernames": "", "word": "", "number": "2"}, "word"),
        ({"usernames": "", "word": "team", "number": "501"}, "number"),
        ({"usernames": "ben\nfay"}, "__all__"),
    ],
)
def test_many_or_none_and_one_way_to_say_who(cast: Cast, given: Any, field: str) -> None:
    before = Membership.objects.count()
    response = cast.pages(cast.ana).post("/acme/members/many", {**new(cast), **given})
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert Membership.objects.count() == before


def test_managers_add_labelers_to_their_own_workspaces_only(cast: Cast) -> None:
    max_ = cast.pages(cast.max)
    other = make.workspace(cast.acme, "other")
    for wrong in ({"role": "owner"}, {"workspaces": []}, {"workspaces": [str(other.pk)]}):
        assert max_.post("/acme/members/new", new(cast, **wrong)).status_code == 422
    assert max_.post("/acme/members/new", new(cast)).status_code == 200
    assert Membership.objects.get(username="eve").role == "annotator"


def test_a_workspace_of_another_organization_is_no_choice(cast: Cast) -> None:
    form = new(cast, workspaces=[str(cast.rival_workspace.pk)])
    assert cast.pages(cast.ana).post("/acme/members/new", form).status_code == 422


def test_a_member_is_changed(cast: Cast) -> None:
    form = {"username": "benjamin", "first_name": "Benjamin", "last_name": "Moss", "role": "admin"}
    response = cast.pages(cast.ana).post(f"/acme/members/{cast.ben.pk}/", form, follow=True)
    assert "Benjamin Moss is saved." in text(response)
    cast.ben.refresh_from_db()
    assert (cast.ben.username, cast.ben.role) == ("benjamin", "admin")


def test_a_taken_username_and_the_last_owner_are_said_on_the_page(cast: Cast) -> None:
    ana = cast.pages(cast.ana)
    form = {"username": "ben", "first_name": "", "last_name": "", "role": "annotator"}
    taken = ana.post(f"/acme/members/{cast.dov.pk}/", form)
    assert taken.status_code == 422
    assert "username" in taken.context["form"].errors
    last = ana.post(f"/acme/members/{cast.ana.pk}/", {**form, "username": "ana"})
    assert last.status_code == 422
    assert "only owner" in text(last)


def test_managers_do_not_make_managers_nor_touch_them(cast: Cast) -> None:
    max_ = cast.pages(cast.max)
    form = {"username": "ben", "first_name": "", "last_name": "", "role": "admin"}
    assert max_.post(f"/acme/members/{cast.ben.pk}/", form).status_code == 422
    colleague = make.member(cast.acme, "mia", role="admin")
    make.place(cast.workspace, colleague)
    page = max_.get(f"/acme/members/{colleague.pk}/")
    assert page.status_code == 200
    assert "Remove from the organization" not in text(page)
    for act in ("", "password", "remove"):
        assert max_.post(f"/acme/members/{colleague.pk}/{act}", form).status_code == 403


def test_a_forgotten_password_is_replaced_by_one_that_is_shown(cast: Cast) -> None:
    response = cast.pages(cast.ana).post(f"/acme/members/{cast.ben.pk}/password")
    ((username, password, _),) = downloaded(response)
    assert username == "ben"
    assert signs_in("ben", password)
    assert not signs_in("ben", make.PASSWORD)


def test_the_password_of_an_account_that_is_not_managed_here_is_left_alone(cast: Cast) -> None:
    enroll(cast.rival, cast.ben.user, username="benjamin")
    ana = cast.pages(cast.ana)
    assert "Make a new password" not in text(ana.get(f"/acme/members/{cast.ben.pk}/"))
    assert ana.post(f"/acme/members/{cast.ben.pk}/password").status_code == 403
    assert signs_in("ben", make.PASSWORD)


def test_somebody_is_removed_after_a_question(cast: Cast) -> None:
    ana, path = cast.pages(cast.ana), f"/acme/members/{cast.ben.pk}/remove"
    assert "Remove" in text(ana.get(path))
    response = ana.post(path, follow=True)
    assert "Ben has left. The answers stay." in text(response)
    assert ana.get(f"/acme/members/{cast.ben.pk}/").status_code == 404
    assert not User.objects.get(pk=cast.ben.user_id).is_active


def test_the_last_owner_is_told_why_not(cast: Cast) -> None:
    response = cast.pages(cast.ana).post(f"/acme/members/{cast.ana.pk}/remove")
    assert response.status_code == 409
    assert "Make somebody else an owner first." in text(response)


def test_owners_end_the_keys_of_others(cast: Cast) -> None:
    key = issue_api_key(cast.ben, name="Notebook").api_key
    ana = cast.pages(cast.ana, enforce_csrf_checks=True)
    page = ana.get(f"/acme/members/{cast.ben.pk}/")
    assert "Notebook" in text(page)
    form = {"csrfmiddlewaretoken": page.context["csrf_token"]}
    response = ana.post(f"/acme/account/keys/{key.pk}/revoke", form)
    assert response.url == f"/acme/members/{cast.ben.pk}/"
    assert ApiKey.objects.get(pk=key.pk).revoked_at is not None


@pytest.mark.parametrize(
    "path", ["account/", "members/{ben}/", "members/new", "members/many", "workspaces/{place}/"]
)
def test_every_form_carries_its_token(cast: Cast, path: str) -> None:
    issue_api_key(cast.ben, name="Notebook")
    issue_api_key(cast.ana, name="Notebook")
    page = text(cast.pages(cast.ana).get("/acme/" + path.format(ben=cast.ben.pk, place=cast.workspace.pk)))
    assert page.count('method="post"') == page.count('name="csrfmiddlewaretoken"')

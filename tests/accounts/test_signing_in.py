"""Signing in by e-mail, by organization/username, by a username alone; where people land; signing out."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client

from accounts.actions import add_member, change_member, enroll, remove_member
from accounts.models import User
from tests import make
from tests.cast import Cast

WRONG = "No account has this name and this password."


def sign_in(login: str, password: str = make.PASSWORD, path: str = "/accounts/login/", **kwargs: Any) -> Any:
    client = Client(**kwargs)
    response = client.post(path, {"login": login, "password": password})
    response.browser = client
    return response


def test_the_page_asks_for_one_name_and_a_password(db: None) -> None:
    page = Client().get("/accounts/login/").content.decode()
    assert "E-mail or username" in page
    assert 'autocomplete="username"' in page
    assert "Sign up" not in page


def test_a_username_that_only_one_has_is_enough(cast: Cast) -> None:
    response = sign_in("ben")
    assert (response.status_code, response.url) == (302, "/acme/")


@pytest.mark.parametrize("name", ["acme/ben", "ben@acme.example", "Ben@ACME.example", " ben@acme.example "])
def test_other_ways_to_say_who_one_is(cast: Cast, name: str) -> None:
    cast.ben.user.email = "ben@acme.example"
    cast.ben.user.save()
    assert sign_in(name).url == "/acme/"


def test_a_name_that_two_have_is_asked_back(cast: Cast) -> None:
    make.member(cast.rival, "ben", password="something else")
    response = sign_in("ben")
    assert response.status_code == 200
    page = response.content.decode()
    assert "Two accounts are called ben. Write your organization before it, like acme/ben" in page
    assert "_auth_user_id" not in response.browser.session
    assert sign_in("rival/ben", "something else").url == "/rival/"


def test_on_the_page_of_the_organization_its_usernames_are_enough(cast: Cast) -> None:
    make.member(cast.rival, "ben")
    response = sign_in("ben", path="/acme/sign-in")
    assert response.url == "/acme/"
    assert sign_in("acme/ben", path="/acme/sign-in").status_code == 302
    assert WRONG in sign_in("cleo", path="/acme/sign-in").content.decode()


def test_the_page_of_an_organization_that_does_not_exist_looks_the_same(cast: Cast) -> None:
    real, made_up = (
        Client()
        .get(f"/{slug}/sign-in")
        .content.decode()
        .replace(slug, "…")
        .partition("csrfmiddlewaretoken")[0]
        for slug in ("rival", "nobody")
    )
    assert real == made_up
    assert WRONG in sign_in("ben", path="/nobody/sign-in").content.decode()


@pytest.mark.parametrize(
    ("name", "password"), [("ben", "wrong"), ("nobody", "wrong"), ("rival/ben", make.PASSWORD)]
)
def test_wrong_names_and_wrong_passwords_are_told_apart_by_nobody(
    cast: Cast, name: str, password: str
) -> None:
    assert WRONG in sign_in(name, password).content.decode()


def test_a_username_that_looks_like_an_e_mail_does_not_lock_its_owner_out(cast: Cast) -> None:
    cast.ben.user.email = "ben@acme.example"
    cast.ben.user.save()
    make.member(cast.rival, "ben@acme.example", password="something else")
    make.member(cast.rival, "acme/ben", password="something else")
    assert sign_in("ben@acme.example").url == "/acme/"
    assert sign_in("acme/ben").url == "/acme/"
    assert sign_in("rival/ben@acme.example", "something else").url == "/rival/"


def test_the_operator_signs_in_by_their_own_username_and_lands_in_the_admin(cast: Cast) -> None:
    make.operator("ana")
    User.objects.filter(username="ana").update(password=User.objects.create_user("x", "operator's").password)
    response = sign_in("ana", "operator's")
    assert response.url == "/"
    assert response.browser.get("/").url == "/admin/"
    assert sign_in("ana").url == "/acme/", "the member of the same name signs in as ever"


def test_whoever_left_or_is_switched_off_does_not_sign_in(cast: Cast) -> None:
    remove_member(cast.ben)
    assert WRONG in sign_in("ben").content.decode()
    User.objects.filter(pk=cast.dov.user_id).update(is_active=False)
    assert WRONG in sign_in("dov").content.decode()


def test_with_two_organizations_the_last_one_is_remembered(cast: Cast) -> None:
    cast.ben.user.email = "ben@acme.example"
    cast.ben.user.save()
    enroll(cast.rival, cast.ben.user, username="benjamin")
    response = sign_in("ben@acme.example")
    assert response.url == "/"
    page = response.browser.get("/").content.decode()
    assert "/acme/" in page
    assert "/rival/" in page
    response.browser.get("/rival/account/")
    assert response.browser.get("/").url == "/rival/"
    assert sign_in("rival/ben@acme.example").url == "/rival/"
    assert "Where to?" in response.browser.get("/organizations/").content.decode()


def test_without_an_organization_a_sentence_says_what_to_do(cast: Cast) -> None:
    User.objects.create_user(email="new@example.org", password=make.PASSWORD)
    response = sign_in("new@example.org")
    assert response.url == "/"
    assert "You belong to no organization" in response.browser.get("/").content.decode()


def test_strangers_sign_in_on_the_page_of_the_organization_and_come_back(cast: Cast) -> None:
    for slug in ("acme", "nobody"):
        response = Client().get(f"/{slug}/members/?q=b")
        assert response.url == f"/{slug}/sign-in?next=/{slug}/members/%3Fq%3Db"
    back = sign_in("ana", path="/acme/sign-in?next=/acme/members/")
    assert back.url == "/acme/members/"


def test_htmx_is_sent_away_as_a_whole_page(cast: Cast) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/acme/members/"}
    response = Client().get("/acme/members/", headers=headers)
    assert response.status_code == 401
    assert response.headers["HX-Redirect"].startswith("/acme/sign-in?next=")


def test_nobody_is_sent_to_another_site(cast: Cast) -> None:
    assert sign_in("ana", path="/acme/sign-in?next=https://evil.example/").url == "/acme/"


def test_signing_out_is_asked_for_and_needs_a_post(cast: Cast) -> None:
    ben = cast.pages(cast.ben)
    assert ben.get("/accounts/logout/").status_code == 200
    assert ben.get("/acme/account/").status_code == 200
    assert ben.post("/accounts/logout/").url == "/accounts/login/"
    assert ben.get("/acme/account/").status_code == 302


def test_a_forgotten_password_is_reset_by_e_mail(cast: Cast) -> None:
    add_member(cast.acme, username="eve", password=make.PASSWORD, email="eve@acme.example")
    client = Client()
    client.post("/accounts/password/reset/", {"email": "eve@acme.example"})
    (letter,) = mail.outbox
    assert letter.to == ["eve@acme.example"]
    link = next(word for word in letter.body.split() if "/password/reset/key/" in word)
    page = client.get(link.removeprefix("http://testserver"), follow=True)
    form = {"password1": "another good one", "password2": "another good one"}
    assert client.post(page.request["PATH_INFO"], form).status_code == 302
    assert sign_in("eve", "another good one").url == "/acme/"


def test_a_changed_password_ends_the_other_sessions(cast: Cast) -> None:
    here, there = cast.pages(cast.ben), cast.pages(cast.ben)
    form = {"oldpassword": make.PASSWORD, "password1": "another good one", "password2": "another good one"}
    assert here.post("/accounts/password/change/", form).url == "/"
    assert here.get("/acme/account/").status_code == 200
    assert there.get("/acme/account/").status_code == 302


@pytest.mark.parametrize("managed", [True, False])
def test_leaving_ends_the_session(cast: Cast, managed: bool) -> None:
    if not managed:
        User.objects.filter(pk=cast.ben.user_id).update(managed_by=None)
        cast.ben.user.refresh_from_db()
    ben = cast.pages(cast.ben)
    assert ben.get("/acme/account/").status_code == 200
    remove_member(cast.ben)
    assert ben.get("/acme/account/").status_code == 302


def test_a_new_password_by_an_owner_ends_the_session(cast: Cast) -> None:
    ben = cast.pages(cast.ben)
    change_member(cast.ben, password="another good one")
    assert ben.get("/acme/account/").status_code == 302


def test_a_generated_password_becomes_slow_to_guess_at_the_first_sign_in(cast: Cast, settings: Any) -> None:
    from accounts.actions import add_members

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    ((member, password),) = add_members(cast.acme, ["eve"])
    assert "m=8192,t=1" in member.user.password
    assert sign_in("acme/eve", password).url == "/acme/"
    assert "m=102400,t=2" in User.objects.get(pk=member.user_id).password


def test_pages_with_passwords_are_not_kept(cast: Cast) -> None:
    for path in ("/accounts/login/", "/acme/sign-in"):
        assert "no-store" in Client().get(path).headers["Cache-Control"]


def test_a_foreign_page_and_a_page_that_does_not_exist_look_the_same(cast: Cast) -> None:
    cleo = cast.pages(cast.cleo)
    pages = [cleo.get(path) for path in ("/acme/members/", "/nobody/members/", "/acme/no/such/page")]
    assert {page.status_code for page in pages} == {404}
    assert len({page.content for page in pages}) == 1
    assert "There is no such page" in pages[0].content.decode()


@pytest.mark.parametrize("path", ["/accounts/login/", "/acme/sign-in"])
def test_the_second_factor_is_asked_for_where_there_is_one(cast: Cast, path: str) -> None:
    Authenticator.objects.create(user=cast.ben.user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    response = sign_in("ben", path=path)
    assert response.url.startswith("/accounts/2fa/authenticate/")
    assert response.browser.get("/acme/account/").status_code == 302

"""Whoever signs in by a password that somebody else made sees one page: that on which they choose their own."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.actions import add_members, change_member
from accounts.models import User
from tests import make
from tests.cast import Cast, PageClient

MADE, OWN = "made-by-others", "my very own words"


def signed_in(name: str, password: str = MADE) -> Client:
    client = PageClient()
    client.post("/accounts/login/", {"login": name, "password": password})
    return client


@pytest.fixture
def eve(cast: Cast) -> Client:
    make.member(cast.acme, "eve", password=MADE, must_change_password=True)
    return signed_in("acme/eve")


@pytest.mark.parametrize(
    "path", ["/", "/acme/", "/acme/account/", "/organizations/", "/accounts/email/", "/admin/"]
)
def test_nothing_else_is_reachable(eve: Client, path: str) -> None:
    assert eve.get(path).url == "/accounts/password/change/"
    assert eve.post(path).url == "/accounts/password/change/"
    part = eve.get(path, headers={"HX-Request": "true"})
    assert part.headers["HX-Redirect"] == "/accounts/password/change/"


def test_the_page_says_why_and_then_everything_is_open(eve: Client) -> None:
    assert "made by somebody else" in eve.get("/accounts/password/change/").content.decode()
    same = {"oldpassword": MADE, "password1": MADE, "password2": MADE}
    refusal = eve.post("/accounts/password/change/", same)
    assert "Choose another" in refusal.content.decode()
    assert eve.get("/acme/").url == "/accounts/password/change/"
    eve.post("/accounts/password/change/", {"oldpassword": MADE, "password1": OWN, "password2": OWN})
    assert eve.get("/acme/account/").status_code == 200
    assert "made by somebody else" not in eve.get("/accounts/password/change/").content.decode()


def test_they_can_sign_out(eve: Client) -> None:
    eve.post("/accounts/logout/")
    assert "_auth_user_id" not in eve.session


def test_it_is_so_for_every_way_in_which_somebody_else_makes_it(cast: Cast) -> None:
    pages = cast.pages(cast.ana)
    pages.post("/acme/members/new", {"username": "one", "role": "annotator", "password": MADE})
    pages.post("/acme/members/new", {"username": "two", "role": "annotator"})
    pages.post("/acme/members/many", {"usernames": "three", "role": "annotator"})
    cast.api(cast.ana).post("/users", {"username": "four", "first_name": "Four", "password": MADE})
    pages.post("/admin/accounts/membership/add/", {"username": "five", "role": "annotator"})
    pages.post(f"/acme/members/{cast.ben.pk}/password")
    cast.api(cast.ana).patch(f"/users/{cast.dov.pk}", {"password": MADE})
    add_members(cast.acme, ["six"])
    names = ["one", "two", "three", "four", "five", "six", "ben", "dov"]
    flagged = User.objects.filter(memberships__username__in=names, must_change_password=True)
    assert flagged.count() == len(names)


def test_ones_own_is_ones_own(cast: Cast) -> None:
    change_member(cast.ana, by=cast.ana, password=OWN)
    assert not User.objects.get(pk=cast.ana.user_id).must_change_password


def test_no_token_is_given_for_it_but_keys_work(cast: Cast) -> None:
    eve = make.member(cast.acme, "eve", password=MADE, must_change_password=True)
    form = "application/x-www-form-urlencoded"
    answer = cast.api(None).post("/token", f"username=acme/eve&password={MADE}", content_type=form)
    assert answer.status_code == 401
    assert "Somebody else made this password" in answer.json()["detail"]["params"]["detail"]
    assert cast.api(eve).get("/me").status_code == 200


def test_the_sheet_has_a_slip_for_each(cast: Cast) -> None:
    page = cast.pages(cast.ana).post("/acme/members/many", {"usernames": "eve\nfay", "role": "annotator"})
    html = page.content.decode()
    slips = html[html.index('class="slips"') :]
    assert slips.count("<li>") == 2
    for person in page.context["people"]:
        assert person.password in slips
        assert person.membership.username in slips
    assert "no-store" in page.headers["Cache-Control"]

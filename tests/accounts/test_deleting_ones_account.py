"""Somebody who belongs to no organization deletes their account."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress

from accounts.actions import deactivate_member, enroll, remove_member
from accounts.models import OrganizationRequest, User
from core.tenancy import acting_for
from tests import make
from tests.cast import Cast, PageClient

PATH = "/organizations/delete-account"


@pytest.fixture
def ida(db: None) -> User:
    user = User.objects.create_user(password=make.PASSWORD, email="ida@example.org")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    OrganizationRequest.objects.create(user=user, name="Wells", slug="wells", first_name="Ida")
    return user


def signed_in(user: User) -> PageClient:
    """And shown to be this person once more."""
    pages = PageClient()
    pages.post("/accounts/login/", {"login": user.email, "password": make.PASSWORD})
    pages.post("/accounts/reauthenticate/", {"password": make.PASSWORD})
    return pages


def text(response: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode()))  # type: ignore[attr-defined]


def test_nothing_of_the_account_is_left(ida: User) -> None:
    pages = signed_in(ida)
    assert f'href="{PATH}"' in pages.get("/organizations/").content.decode()
    assert "This is the account of ida@example.org." in text(pages.get(PATH))
    answer = pages.post(PATH, {"email": " Ida@example.org "}, follow=True)
    assert "Your account is deleted." in text(answer)
    assert pages.get("/organizations/").status_code == 302, "signed out"
    ida.refresh_from_db()
    assert (ida.email, ida.is_active, ida.has_usable_password()) == (None, False, False)
    assert not EmailAddress.objects.exists()
    assert not OrganizationRequest.objects.exists()
    assert User.objects.create_user(email="ida@example.org"), "the e-mail is free"


def test_one_shows_once_more_who_one_is(ida: User) -> None:
    pages = PageClient()
    pages.force_login(ida)
    for answer in (pages.get(PATH), pages.post(PATH, {"email": ida.email})):
        assert "/accounts/reauthenticate/" in answer.url  # type: ignore[attr-defined]
    ida.refresh_from_db()
    assert ida.is_active


def test_another_e_mail_deletes_nothing(ida: User) -> None:
    answer = signed_in(ida).post(PATH, {"email": "ada@example.org"})
    assert answer.status_code == 422
    assert "Write the e-mail as it stands here: ida@example.org" in text(answer)
    ida.refresh_from_db()
    assert ida.is_active


def test_whoever_belongs_somewhere_leaves_that_first(cast: Cast, ida: User) -> None:
    with acting_for(cast.acme.pk):
        member = enroll(cast.acme, ida, username="ida")
    pages = signed_in(ida)
    assert PATH not in pages.get("/organizations/").content.decode()
    assert "You belong to an organization still" in text(pages.get(PATH))
    with acting_for(cast.acme.pk):
        deactivate_member(member)
    pages = signed_in(ida)
    assert pages.post(PATH, {"email": ida.email}).status_code == 409, "also from where one is shut out"
    with acting_for(cast.acme.pk):
        remove_member(member)
    assert signed_in(ida).post(PATH, {"email": ida.email}).status_code == 302
    ida.refresh_from_db()
    assert not ida.is_active


def test_the_operator_stays(db: None) -> None:
    operator = make.operator()
    pages = PageClient()
    pages.force_login(operator)
    assert pages.get(PATH).status_code == 403

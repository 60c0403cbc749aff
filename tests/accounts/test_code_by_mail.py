"""Signing in by a code that comes by e-mail, to those who have one and with the same words to those who have not."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from tests.accounts.authenticator import code, give_app, later
from tests.cast import Cast

REQUEST, CONFIRM = "/accounts/login/code/", "/accounts/login/code/confirm/"


@pytest.fixture
def ben(cast: Cast, empty_cache: None) -> Any:
    cast.ben.user.email = "ben@acme.example"
    cast.ben.user.save()
    return cast.ben


def asked(email: str = "ben@acme.example") -> Client:
    """A browser in which a code was asked for."""
    browser = Client()
    assert browser.post(REQUEST, {"email": email}).url == CONFIRM
    return browser


def sent() -> str:
    """The code in the last letter."""
    return re.search(r"^([A-Z]{4}-[A-Z]{4})$", mail.outbox[-1].body, re.MULTILINE)[1]  # type: ignore[index]


def test_the_code_signs_in_and_proves_the_e_mail(ben: Any) -> None:
    EmailAddress.objects.create(user=ben.user, email="ben@acme.example", primary=True)
    browser = asked()
    assert mail.outbox[-1].to == ["ben@acme.example"]
    assert browser.post(CONFIRM, {"code": sent()}).url == "/acme/"
    assert EmailAddress.objects.get(user=ben.user).verified


def test_the_code_of_another_browser_is_worth_nothing(ben: Any) -> None:
    asked()
    bens = sent()
    assert asked("ana@acme.example").post(CONFIRM, {"code": bens}).status_code == 200


def test_a_code_is_good_for_three_minutes_and_three_attempts(ben: Any) -> None:
    browser = asked()
    with later(200):
        assert "_auth_user_id" not in browser.session
        assert browser.post(CONFIRM, {"code": sent()}).url != "/acme/"
    browser = asked()
    right = sent()
    assert [browser.post(CONFIRM, {"code": "AAAA-AAAA"}).status_code for _ in range(3)][-1] == 302
    assert browser.post(CONFIRM, {"code": right}).url == REQUEST
    assert "_auth_user_id" not in browser.session


def test_whoever_has_no_account_is_told_the_same_on_the_page(ben: Any) -> None:
    pages = [
        asked(email).get(CONFIRM).content.decode().replace(email, "…").partition("csrfmiddlewaretoken")[0]
        for email in ("ben@acme.example", "nobody@acme.example")
    ]
    assert pages[0] == pages[1]


def test_the_second_factor_is_asked_for_after_the_code(ben: Any) -> None:
    secret = give_app(ben)
    browser = asked()
    assert browser.post(CONFIRM, {"code": sent()}).url.startswith("/accounts/2fa/authenticate/")
    assert browser.get("/acme/account/").status_code == 302
    assert browser.post("/accounts/2fa/authenticate/", {"code": code(secret)}).url == "/acme/"

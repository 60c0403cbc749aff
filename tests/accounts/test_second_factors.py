"""Second factors: an app with recovery codes, kept sealed, shown once, and never changed without a look at who asks."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.test import Client

from core.errors import Invalid
from tests import make
from tests.accounts.authenticator import code, give_app, give_codes, sign_in, stored
from tests.cast import Cast

ACTIVATE = "/accounts/2fa/totp/activate/"


def reauthenticated(cast: Cast, path: str) -> Client:
    """Ben's browser, in which he has just shown once more who he is, on his way to this page."""
    browser = cast.pages(cast.ben)
    asked = browser.get(path)
    assert asked.url.startswith("/accounts/reauthenticate/"), asked.url
    assert browser.post(asked.url, {"password": make.PASSWORD}).url == path
    return browser


@pytest.mark.parametrize(
    "path", [ACTIVATE, "/accounts/2fa/webauthn/add/", "/accounts/2fa/recovery-codes/generate/"]
)
def test_nothing_about_signing_in_changes_before_a_second_look(cast: Cast, path: str) -> None:
    browser = reauthenticated(cast, path)
    assert browser.get(path).status_code == 200
    assert cast.pages(cast.ben).post(path, {"code": "123456"}).status_code == 302
    assert not Authenticator.objects.exists()


def test_a_wrong_password_is_no_second_look(cast: Cast) -> None:
    browser = cast.pages(cast.ben)
    asked = browser.get(ACTIVATE)
    assert browser.post(asked.url, {"password": "wrong"}).status_code == 200
    assert browser.get(ACTIVATE).status_code == 302


@pytest.mark.usefixtures("empty_cache")
def test_an_app_is_set_up_and_asked_for_from_then_on(cast: Cast) -> None:
    browser = reauthenticated(cast, ACTIVATE)
    page = browser.get(ACTIVATE).content.decode()
    assert 'src="data:image/svg+xml;base64,' in page
    secret = re.search(r'id="authenticator_secret" value="([A-Z2-7]+)"', page)[1]  # type: ignore[index]
    wrong = browser.post(ACTIVATE, {"code": "000000"})
    assert "This is not right" in wrong.content.decode()
    page = browser.get(ACTIVATE).content.decode()
    secret = re.search(r'id="authenticator_secret" value="([A-Z2-7]+)"', page)[1]  # type: ignore[index]
    assert browser.post(ACTIVATE, {"code": code(secret)}).url == "/accounts/2fa/recovery-codes/"
    codes = re.findall(r"\b\d{8}\b", browser.get("/accounts/2fa/recovery-codes/").content.decode())
    assert len(codes) == 10
    assert sign_in(Client(), "ben", code(secret)) == "/acme/"
    assert sign_in(Client(), "ben", codes[0]) == "/acme/"
    assert sign_in(Client(), "ben", codes[0]) == "", "a recovery code works once"
    assert sign_in(Client(), "ben", "123123") == ""


@pytest.mark.usefixtures("empty_cache")
def test_recovery_codes_are_shown_once(cast: Cast) -> None:
    give_app(cast.ben)
    path = "/accounts/2fa/recovery-codes/"
    browser = reauthenticated(cast, f"{path}generate/")
    assert browser.post(f"{path}generate/").url == path
    assert len(re.findall(r"\b\d{8}\b", browser.get(path).content.decode())) == 10
    again = browser.get(path).content.decode()
    assert not re.findall(r"\b\d{8}\b", again)
    assert "10 of 10 codes are left" in again
    assert browser.get(f"{path}download/").status_code == 403


@pytest.mark.usefixtures("empty_cache")
def test_a_code_is_good_once(cast: Cast) -> None:
    secret = give_app(cast.ben)
    assert sign_in(Client(), "ben", code(secret)) == "/acme/"
    assert sign_in(Client(), "ben", code(secret)) == ""


@pytest.mark.usefixtures("empty_cache")
def test_it_is_good_once_as_long_as_it_is_good(cast: Cast) -> None:
    """The one before counts for half a minute more, in which allauth does not know any more that it was used."""
    secret = give_app(cast.ben)
    right = code(secret)
    assert sign_in(Client(), "ben", right) == "/acme/"
    cache.delete(f"allauth.mfa.totp.used?user={cast.ben.user_id}&code={right}")
    assert sign_in(Client(), "ben", right) == ""
    assert sign_in(Client(), "ben", code(secret, steps=1)) == "/acme/"


@pytest.mark.usefixtures("empty_cache")
def test_the_clock_of_a_phone_may_be_half_a_minute_off(cast: Cast) -> None:
    secret = give_app(cast.ben)
    assert sign_in(Client(), "ben", code(secret, steps=-1)) == "/acme/"
    assert sign_in(Client(), "ben", code(secret, steps=1)) == "/acme/"
    assert sign_in(Client(), "ben", code(secret, steps=3)) == ""


def test_secrets_lie_sealed_in_the_database(cast: Cast) -> None:
    secret, codes = give_app(cast.ben), give_codes(cast.ben)
    assert secret not in stored(cast.ben, "totp")
    assert "gAAAA" in stored(cast.ben, "totp")
    assert "gAAAA" in stored(cast.ben, "recovery_codes")
    assert len(codes) == 10


def test_a_secret_of_before_they_were_sealed_still_holds(cast: Cast) -> None:
    secret = "JBSWY3DPEHPK3PXP"
    Authenticator.objects.create(user=cast.ben.user, type="totp", data={"secret": secret})
    assert sign_in(Client(), "ben", code(secret)) == "/acme/"


def test_without_the_secret_key_nobody_gets_in_by_a_code(cast: Cast, settings: Any) -> None:
    secret = give_app(cast.ben)
    app = Authenticator.objects.get(user=cast.ben.user).wrap()
    settings.SECRET_KEY = "another one"
    with pytest.raises(Invalid, match="secret key of this installation has changed"):
        app.validate_code(code(secret))


@pytest.mark.usefixtures("empty_cache")
def test_switching_the_app_off_ends_the_recovery_codes_and_is_told_by_mail(cast: Cast) -> None:
    cast.ben.user.email = "ben@acme.example"
    cast.ben.user.save()
    give_app(cast.ben)
    give_codes(cast.ben)
    path = "/accounts/2fa/totp/deactivate/"
    browser = reauthenticated(cast, path)
    assert browser.post(path).url == "/accounts/2fa/"
    assert not Authenticator.objects.exists()
    assert sign_in_plainly("ben") == "/acme/"
    assert [letter.to for letter in mail.outbox] == [["ben@acme.example"]]


def sign_in_plainly(login: str) -> str:
    return str(Client().post("/accounts/login/", {"login": login, "password": make.PASSWORD}).url)


def test_the_page_says_how_one_signs_in(cast: Cast) -> None:
    page = cast.pages(cast.ben).get("/accounts/2fa/").content.decode()
    assert "You have a password." in page
    assert "Set up an app" in page
    assert "Recovery codes" not in page
    give_app(cast.ben)
    give_codes(cast.ben)
    page = cast.pages(cast.ben).get("/accounts/2fa/").content.decode()
    assert "10 codes are left" in page

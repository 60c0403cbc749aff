"""Everybody in an organization must sign in through its provider, or have a second factor."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.actions import change_entry_rules, change_provider, enroll, remove_provider
from accounts.authentication import token_for
from accounts.models import IdentityProvider, Organization, User
from core.errors import Conflict
from tests import make
from tests.accounts.authenticator import code, give_app, give_codes
from tests.accounts.authenticator import sign_in as sign_in_by_code
from tests.cast import ApiClient, Cast, PageClient
from tests.workspaces import identity_provider
from tests.workspaces.single_sign_on import oidc, sign_in

RULES = {"must_use_sso": False, "must_use_second_factor": False}


@pytest.fixture
def there(cast: Cast, empty_cache: None) -> Iterator[identity_provider.IdentityProvider]:
    with identity_provider.running() as provider:
        provider.people["1"] = {"preferred_username": "eve"}
        provider.people["2"] = {"preferred_username": "ana"}
        yield provider


@pytest.fixture
def okta(cast: Cast, there: Any) -> IdentityProvider:
    """Acme's provider, through which Ana has come once."""
    provider = oidc(cast.acme, there)
    assert sign_in(there, provider, "2", cast.pages(cast.ana), connect="1").status_code == 302
    return provider


@pytest.fixture
def only_by_okta(cast: Cast, okta: Any) -> IdentityProvider:
    """Everybody of Acme's must come through it."""
    change_entry_rules(cast.acme, **RULES | {"must_use_sso": True}, by=cast.ana)
    return okta


@pytest.fixture
def by_two_factors(cast: Cast, empty_cache: None) -> None:
    """Everybody of Acme's must have a second factor."""
    give_app(cast.ana)
    change_entry_rules(cast.acme, **RULES | {"must_use_second_factor": True}, by=cast.ana)


def password(login: str = "ben", path: str = "/accounts/login/") -> Any:
    browser = PageClient()
    reply = browser.post(path, {"login": login, "password": make.PASSWORD})
    reply.browser = browser
    return reply


def token(login: str = "ben") -> Any:
    form = f"username={login}&password={make.PASSWORD.replace(' ', '+')}"
    return ApiClient().post("/token", form, content_type="application/x-www-form-urlencoded")


# Through the provider


@pytest.mark.parametrize("path", ["/accounts/login/", "/acme/sign-in"])
def test_a_password_is_refused_with_a_sentence(cast: Cast, only_by_okta: Any, path: str) -> None:
    reply = password(path=path)
    assert reply.url == "/acme/sign-in"
    page = reply.browser.get("/acme/sign-in").content.decode()
    assert "Your organization signs its people in through its own provider." in page
    assert "Sign in with <bdi>Okta</bdi>" in page
    assert "_auth_user_id" not in reply.browser.session


def test_a_code_by_mail_is_refused_too(cast: Cast, only_by_okta: Any, mailoutbox: Any) -> None:
    cast.ben.user.email = "ben@acme.example"
    cast.ben.user.save()
    browser = PageClient()
    browser.post("/accounts/login/code/", {"email": "ben@acme.example"})
    right = next(line for line in mailoutbox[-1].body.splitlines() if line[4:5] == "-")
    assert browser.post("/accounts/login/code/confirm/", {"code": right}).url == "/acme/sign-in"
    assert "_auth_user_id" not in browser.session


def test_a_session_that_began_before_ends_at_the_door(cast: Cast, okta: Any) -> None:
    ben = cast.pages(cast.ben)
    assert ben.get("/acme/account/").status_code == 200
    change_entry_rules(cast.acme, **RULES | {"must_use_sso": True}, by=cast.ana)
    assert ben.get("/acme/account/").url == "/acme/sign-in?next=/acme/account/"
    assert "through its own provider" in ben.get("/acme/sign-in?next=/acme/account/").content.decode()
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/acme/"}
    assert ben.get("/acme/account/", headers=headers).headers["HX-Redirect"].startswith("/acme/sign-in?")
    assert ben.post("/acme/account/", {"first_name": "X"}).status_code == 302
    cast.ben.refresh_from_db()
    assert cast.ben.first_name == "Ben"


def test_the_provider_opens_it(cast: Cast, there: Any, only_by_okta: Any) -> None:
    browser = sign_in(there, only_by_okta, "1").browser
    assert browser.get("/acme/account/").status_code == 200


def test_the_administration_is_closed_by_the_same_rule(cast: Cast, only_by_okta: Any) -> None:
    assert cast.pages(cast.max).get("/admin/").url.startswith("/acme/sign-in?next=/admin/")


def test_keys_stay_and_tokens_by_password_end(cast: Cast, okta: Any) -> None:
    before = token().json()["access_token"]
    change_entry_rules(cast.acme, **RULES | {"must_use_sso": True}, by=cast.ana)
    assert cast.api(cast.ben).get("/me").status_code == 200
    reply = token()
    assert reply.status_code == 401
    assert "Use an API key" in reply.content.decode()
    assert ApiClient(headers={"Authorization": f"Bearer {before}"}).get("/me").status_code == 401
    through_a_provider = {"Authorization": f"Bearer {token_for(cast.ben)}"}
    assert ApiClient(headers=through_a_provider).get("/me").status_code == 200


def test_somebody_of_two_organizations_meets_the_rule_at_the_door(cast: Cast, only_by_okta: Any) -> None:
    enroll(cast.rival, cast.ben.user, username="ben")
    reply = password("rival/ben")
    assert reply.url == "/rival/"
    assert reply.browser.get("/rival/account/").status_code == 200
    assert reply.browser.get("/acme/account/").url.startswith("/acme/sign-in")
    assert reply.browser.get("/rival/account/").status_code == 200


def test_an_owner_breaks_the_glass_by_a_recovery_code(cast: Cast, there: Any, only_by_okta: Any) -> None:
    secret = give_app(cast.ana)
    codes = give_codes(cast.ana)
    page = PageClient().get("/acme/sign-in").content.decode()
    assert "the provider does not work" in page
    browser = PageClient()
    assert sign_in_by_code(browser, "ana", codes[0], "/acme/sign-in") == "/acme/"
    assert browser.get("/acme/signing-in/").status_code == 200
    by_the_app = PageClient()
    assert sign_in_by_code(by_the_app, "ana", code(secret), "/acme/sign-in") == "/acme/"
    assert by_the_app.get("/acme/signing-in/").status_code == 302


def test_nobody_else_breaks_it(cast: Cast, only_by_okta: Any) -> None:
    give_app(cast.max)
    give_codes(cast.max)
    assert password("max").url == "/acme/sign-in"


def test_an_owner_who_never_came_through_it_cannot_order_it(cast: Cast, there: Any) -> None:
    provider = oidc(cast.acme, there)
    with pytest.raises(Conflict, match="sign in through the provider once yourself"):
        change_entry_rules(cast.acme, **RULES | {"must_use_sso": True}, by=cast.ana)
    sign_in(there, provider, "2", cast.pages(cast.ana), connect="1")
    change_entry_rules(cast.acme, **RULES | {"must_use_sso": True}, by=cast.ana)
    assert Organization.objects.get(pk=cast.acme.pk).must_use_sso


def test_the_only_way_in_is_kept(cast: Cast, only_by_okta: IdentityProvider) -> None:
    for close in (remove_provider, lambda provider: change_provider(provider, is_on=False)):
        with pytest.raises(Conflict, match="only way in"):
            close(only_by_okta)
    change_entry_rules(cast.acme, **RULES, by=cast.ana)
    remove_provider(only_by_okta)


def test_another_organization_has_no_such_rule(cast: Cast, only_by_okta: Any) -> None:
    assert password("cleo").url == "/rival/"


# A second factor


def test_who_has_none_sets_one_up_first(cast: Cast, by_two_factors: None) -> None:
    reply = password()
    assert reply.url == "/acme/"
    assert reply.browser.get("/acme/").url == "/accounts/2fa/"
    page = reply.browser.get("/accounts/2fa/").content.decode()
    assert "Acme asks for a second factor" in page
    give_app(cast.ben)
    assert reply.browser.get("/acme/").status_code == 200


def test_who_has_one_is_asked_for_it_and_goes_on(cast: Cast, by_two_factors: None) -> None:
    secret = give_app(cast.ben)
    browser = PageClient()
    assert sign_in_by_code(browser, "ben", code(secret)) == "/acme/"
    assert browser.get("/acme/").status_code == 200


def test_programs_use_keys(cast: Cast, by_two_factors: None) -> None:
    assert token().status_code == 401
    assert cast.api(cast.ben).get("/me").status_code == 200


def test_who_comes_through_the_provider_is_left_to_it(cast: Cast, there: Any, by_two_factors: None) -> None:
    browser = sign_in(there, oidc(cast.acme, there), "1").browser
    assert browser.get("/acme/").status_code == 200


def test_an_owner_without_one_cannot_order_it(cast: Cast) -> None:
    with pytest.raises(Conflict, match="second factor of your own"):
        change_entry_rules(cast.acme, **RULES | {"must_use_second_factor": True}, by=cast.ana)


def test_the_operator_is_under_no_organizations_rule(cast: Cast, by_two_factors: None) -> None:
    make.operator("root")
    browser = PageClient()
    browser.force_login(User.objects.get(username="root"))
    assert browser.get("/admin/").status_code == 200


def test_the_operator_lifts_the_rules_when_nobody_gets_in(cast: Cast, only_by_okta: Any) -> None:
    out = StringIO()
    call_command("lift_entry_rules", "acme", stdout=out)
    assert out.getvalue() == "Acme asks for no provider and no second factor any more.\n"
    assert password().url == "/acme/"
    with pytest.raises(CommandError, match="no organization at /nobody/"):
        call_command("lift_entry_rules", "nobody")

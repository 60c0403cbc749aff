"""Signing in through an OpenID Connect provider (contract section 3.1, endpoints 5 to 7)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qsl, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts.actions import enroll, open_account, remove_member
from accounts.checks import a_provider_is_set_up_whole
from accounts.models import Identity, Membership, User
from tests import make
from tests.cast import ApiClient, Cast
from tests.workspaces.identity_provider import IdentityProvider, new_key, query_of, running, setting

PROVIDER = "/oauth2/providers/sso"
EVE = {
    "preferred_username": "eve", "email": "Eve@acme.example", "email_verified": True,
    "given_name": "Eve", "family_name": "Stone",
}  # fmt: skip


@pytest.fixture
def there(cast: Cast, settings: Any, empty_cache: None) -> Iterator[IdentityProvider]:
    """The provider of Acme, at which Eve has an account."""
    with running() as provider:
        provider.people["1"] = dict(EVE)
        settings.OAUTH = setting(provider.issuer, "acme", "acme-workspace")
        yield provider


def begin(browser: ApiClient, **more: str) -> Any:
    with transaction.atomic():
        return browser.get(f"{PROVIDER}/authentication{query_of(more)}")


def end(browser: ApiClient, **given: str) -> Any:
    with transaction.atomic():  # the test's own transaction goes on after a refusal, which rolls back as ever
        return browser.get(f"{PROVIDER}/access-token{query_of(given)}", secure=True)


def sign_in(there: IdentityProvider, sub: str = "1", browser: ApiClient | None = None) -> Any:
    browser = browser or ApiClient()
    return end(browser, **there.sign_in(begin(browser).headers["Location"], sub))


def me(reply: Any) -> Any:
    assert reply.status_code == 200, reply.content
    assert reply.json()["token_type"] == "bearer"
    return ApiClient(headers={"Authorization": f"Bearer {reply.json()['access_token']}"})


def is_refused(reply: Any, status: int) -> bool:
    """In form B: a sentence, and no cookie that is still good."""
    return reply.status_code == status and isinstance(reply.json()["detail"], str)


# Without a provider, and with one


def test_no_provider_is_offered_if_none_is_set_up(cast: Cast, settings: Any) -> None:
    settings.OAUTH = setting("", "")
    assert ApiClient().get("/oauth2/providers").json() == {"items": []}
    for path in ("authentication", "access-token?code=a&state=b"):
        assert is_refused(ApiClient().get(f"{PROVIDER}/{path}"), 404)


def test_the_one_that_is_set_up_is_offered_and_no_other(there: IdentityProvider) -> None:
    assert ApiClient().get("/oauth2/providers").json() == {"items": [{"name": "sso"}]}
    assert is_refused(ApiClient().get("/oauth2/providers/github/authentication"), 404)


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({}, []),
        ({"issuer": ""}, []),
        ({"issuer": "https://id.example/realm"}, []),
        ({"client_id": ""}, ["OAUTH_CLIENT_ID"]),
        ({"organization": "", "client_id": ""}, ["OAUTH_CLIENT_ID and OAUTH_ORGANIZATION"]),
        ({"name": "My login"}, ["OAUTH_NAME"]),
        ({"issuer": "http://id.example"}, ["OAUTH_ISSUER"]),
        ({"issuer": "http://localhost.evil.example"}, ["OAUTH_ISSUER"]),
    ],
    ids=repr,
)
def test_what_is_set_up_by_half_is_told_before_anybody_tries(
    settings: Any, change: dict[str, str], wrong: list[str]
) -> None:
    settings.OAUTH = setting("http://localhost:8080", "acme") | change
    found = [str(one.msg) for one in a_provider_is_set_up_whole()]
    assert len(found) == len(wrong)
    assert all(word in message for word, message in zip(wrong, found, strict=True))


# Going there


def test_the_browser_is_sent_to_the_provider_with_a_cookie_for_90_seconds(there: IdentityProvider) -> None:
    reply = begin(ApiClient(), login_hint="eve")
    assert reply.status_code == 303
    assert reply.content == b""
    address = urlsplit(reply.headers["Location"])
    asked = dict(parse_qsl(address.query))
    assert f"{address.scheme}://{address.netloc}{address.path}" == f"{there.issuer}/authorize"
    assert asked["login_hint"] == "eve"
    assert {"state", "nonce", "code_challenge"} <= asked.keys()
    cookie = reply.cookies["sso_oauth2_state"]
    assert (cookie["max-age"], cookie["httponly"], cookie["secure"], cookie["samesite"]) == (
        90,
        True,
        True,
        "Lax",
    )


def test_what_we_say_to_the_provider_nobody_else_may(there: IdentityProvider) -> None:
    evil = dict.fromkeys(
        ("client_id", "redirect_uri", "state", "nonce", "scope", "response_type", "response_mode", "request"),
        "evil",
    )
    reply = begin(ApiClient(), **evil, code_challenge="evil", code_challenge_method="plain")
    asked = parse_qsl(urlsplit(reply.headers["Location"]).query)
    assert len(dict(asked)) == len(asked)
    assert "evil" not in dict(asked).values()
    assert "plain" not in dict(asked).values()


def test_every_sign_in_has_a_state_of_its_own(there: IdentityProvider) -> None:
    one, other = (dict(parse_qsl(urlsplit(begin(ApiClient()).headers["Location"]).query)) for _ in range(2))
    assert not {one[name] for name in ("state", "nonce", "code_challenge")} & set(other.values())


# Coming back


def test_who_comes_for_the_first_time_becomes_a_labeler_in_the_workspaces(
    there: IdentityProvider, cast: Cast
) -> None:
    eve = me(sign_in(there))
    shown = eve.get("/me").json()
    assert (shown["username"], shown["role"]) == ("eve", "annotator")
    assert (shown["first_name"], shown["last_name"]) == ("Eve", "Stone")
    assert [one["name"] for one in eve.get("/me/workspaces").json()["items"]] == ["acme-workspace"]
    member = Membership.objects.get(username="eve")
    assert member.organization == cast.acme
    assert member.user is not None
    assert member.user.email == "eve@acme.example"
    assert not member.user.has_usable_password()


def test_who_comes_again_is_the_same_whatever_they_call_themselves(there: IdentityProvider) -> None:
    first = me(sign_in(there)).get("/me").json()
    there.people["1"] = {"preferred_username": "ana", "email": "other@acme.example", "email_verified": True}
    assert me(sign_in(there)).get("/me").json() == first
    assert Identity.objects.count() == 1


def test_names_are_asked_for_where_the_token_has_none(there: IdentityProvider) -> None:
    there.only_userinfo = True
    assert me(sign_in(there)).get("/me").json()["username"] == "eve"
    there.userinfo = {"sub": "2"}
    assert is_refused(sign_in(there), 401)


@pytest.mark.parametrize(
    ("says", "username"),
    [
        ({"preferred_username": None}, "Eve@acme.example"),
        ({"preferred_username": None, "email": None}, "1"),
        ({"preferred_username": "ben"}, "ben-2"),
        ({"preferred_username": "x" * 400}, "x" * 190),
    ],
    ids=repr,
)
def test_a_username_is_what_they_are_called_there_and_nobody_elses(
    there: IdentityProvider, cast: Cast, says: dict[str, Any], username: str
) -> None:
    there.people["1"] |= says
    shown = me(sign_in(there)).get("/me").json()
    assert shown["username"] == username
    assert shown["id"] != str(cast.ben.pk)


def test_a_workspace_that_is_not_there_keeps_nobody_out(there: IdentityProvider, settings: Any) -> None:
    settings.OAUTH["workspaces"] = ["acme-workspace", "gone"]
    assert len(me(sign_in(there)).get("/me/workspaces").json()["items"]) == 1


# Whose account it is


def with_email(member: Membership) -> None:
    assert member.user is not None
    member.user.email = "eve@acme.example"
    member.user.save()


def test_a_proven_email_leads_to_the_account_that_the_organization_made(
    there: IdentityProvider, cast: Cast
) -> None:
    with_email(cast.max)
    shown = me(sign_in(there)).get("/me").json()
    assert (shown["id"], shown["role"]) == (str(cast.max.pk), "admin")


@pytest.mark.parametrize("verified", [False, None, "absent"])
def test_an_unverified_email_takes_nothing_over(there: IdentityProvider, cast: Cast, verified: Any) -> None:
    with_email(cast.max)
    there.people["1"]["email_verified"] = verified
    if verified == "absent":
        del there.people["1"]["email_verified"]
    shown = me(sign_in(there)).get("/me").json()
    assert (shown["username"], shown["role"]) == ("eve", "annotator")
    assert shown["id"] != str(cast.max.pk)
    assert Membership.objects.get(username="eve").user.email is None  # type: ignore[union-attr]


def test_an_account_whose_email_nobody_has_proven_here_is_not_theirs(
    there: IdentityProvider, cast: Cast
) -> None:
    squatter = User.objects.create_user(password="a fine password", email="eve@acme.example")
    enroll(cast.acme, squatter, username="squatter")
    assert sign_in(there).status_code == 403
    EmailAddress.objects.create(user=squatter, email="eve@acme.example", verified=True, primary=True)
    assert me(sign_in(there)).get("/me").json()["username"] == "squatter"


def test_people_of_another_organization_do_not_get_in(there: IdentityProvider, cast: Cast) -> None:
    with_email(cast.cleo)
    assert sign_in(there).status_code == 403
    open_account("root@acme.example", "a fine password")
    there.people["1"]["email"] = "root@acme.example"
    assert sign_in(there).status_code == 403
    assert not Identity.objects.exists()
    assert Membership.objects.filter(user=cast.cleo.user).count() == 1


def test_a_token_is_for_the_organization_that_was_set_up_and_for_no_other(
    there: IdentityProvider, cast: Cast
) -> None:
    sign_in(there)
    user = Membership.objects.get(username="eve").user
    assert user is not None
    enroll(cast.rival, user, username="eve-at-rival")
    assert me(sign_in(there)).get("/me").json()["username"] == "eve"


def test_who_was_let_go_stays_away_until_they_are_asked_back(there: IdentityProvider, cast: Cast) -> None:
    sign_in(there)
    remove_member(Membership.objects.get(username="eve"))
    assert sign_in(there).status_code == 403
    assert not Membership.objects.filter(username="eve").exists()
    enroll(cast.acme, open_account("eve@acme.example", "a fine password"), username="eve again")
    assert me(sign_in(there)).get("/me").json()["username"] == "eve again"
    assert Identity.objects.count() == 1


def test_an_account_with_two_factors_needs_both(there: IdentityProvider, cast: Cast) -> None:
    with_email(cast.ben)
    Authenticator.objects.create(user=cast.ben.user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert sign_in(there).status_code == 403


def test_without_the_organization_nobody_comes_in(there: IdentityProvider, settings: Any) -> None:
    settings.OAUTH["organization"] = "gone"
    assert is_refused(sign_in(there), 404)


# What is wrong


@pytest.mark.parametrize("missing", ["code", "state", "both"])
def test_something_is_missing(there: IdentityProvider, missing: str) -> None:
    browser = ApiClient()
    given = there.sign_in(begin(browser).headers["Location"], "1")
    kept = {name: value for name, value in given.items() if missing not in (name, "both")}
    assert is_refused(end(browser, **kept), 422)


def test_the_state_of_another_browser_is_refused(there: IdentityProvider) -> None:
    """Somebody may be given a link that signs them in as somebody else."""
    attacker, victim = ApiClient(), ApiClient()
    given = there.sign_in(begin(attacker).headers["Location"], "1")
    assert is_refused(end(victim, **given), 422)
    begin(victim)
    assert is_refused(end(victim, **given), 422)
    assert is_refused(end(attacker, **{**given, "state": given["state"] + "é"}), 422)
    me(end(attacker, **given))


def test_a_cookie_that_we_did_not_sign_is_none(there: IdentityProvider) -> None:
    browser = ApiClient()
    browser.cookies["sso_oauth2_state"] = "guess"
    assert is_refused(end(browser, code="code-0", state="guess"), 422)


def test_a_state_is_good_once(there: IdentityProvider) -> None:
    browser = ApiClient()
    reply = begin(browser)
    cookie = reply.cookies["sso_oauth2_state"].value
    me(end(browser, **there.sign_in(reply.headers["Location"], "1")))
    browser.cookies["sso_oauth2_state"] = cookie
    asked = len(there.asked)
    assert is_refused(end(browser, **there.sign_in(reply.headers["Location"], "1")), 422)
    assert len(there.asked) == asked


def test_a_state_is_good_for_90_seconds(there: IdentityProvider) -> None:
    browser = ApiClient()
    given = there.sign_in(begin(browser).headers["Location"], "1")
    with patch("django.core.signing.time.time", lambda: time.time_ns() / 1e9 + 91):
        assert is_refused(end(browser, **given), 422)


def test_the_provider_refuses_the_code(there: IdentityProvider) -> None:
    browser = ApiClient()
    given = there.sign_in(begin(browser).headers["Location"], "1")
    assert is_refused(end(browser, **{**given, "code": "made up"}), 401)
    assert not Identity.objects.exists()


def test_the_person_changes_their_mind(there: IdentityProvider) -> None:
    browser = ApiClient()
    given = there.sign_in(begin(browser).headers["Location"], "1")
    reply = end(browser, state=given["state"], error="access_denied")
    assert is_refused(reply, 401)
    assert "access_denied" in reply.json()["detail"]


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another client"},
        {"aud": ["assay", "another"], "azp": "another"},
        {"iss": "https://evil.example"},
        {"exp": 1},
        {"sub": ""},
        {"sub": "x" * 256},
        {"given_name": "a\0b"},
        {"email": ["eve@acme.example"]},
    ],
    ids=repr,
)
def test_an_answer_that_was_not_meant_for_us_is_not_believed(
    there: IdentityProvider, claims: dict[str, Any]
) -> None:
    there.claims = claims
    assert is_refused(sign_in(there), 401)
    assert not Identity.objects.exists()


def test_an_answer_that_somebody_else_signed_is_not_believed(there: IdentityProvider) -> None:
    there.published = new_key("another")
    assert is_refused(sign_in(there), 401)
    there.published, there.algorithm = None, "HS256"
    assert is_refused(sign_in(there), 401)


@pytest.mark.parametrize("path", ["/token", "/keys", "/.well-known/openid-configuration"])
@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (500, b"{}", {}),
        (200, b"<html>", {}),
        (200, b"[]", {}),
        (200, b"{}", {}),
        (200, b"{" + b" " * (2 << 20), {}),
        (302, b"", {"location": "/elsewhere"}),
        (200, b"not gzip", {"content-encoding": "gzip"}),
    ],
    ids=["broken", "no JSON", "no object", "empty", "endless", "elsewhere", "no gzip"],
)
def test_a_provider_that_misbehaves_is_401_and_never_500(
    there: IdentityProvider, path: str, status: int, body: bytes, headers: dict[str, str]
) -> None:
    there.answers[path] = (status, body, headers)
    browser = ApiClient()
    reply = begin(browser)
    if reply.status_code == 303:
        reply = end(browser, **there.sign_in(reply.headers["Location"], "1"))
    assert is_refused(reply, 401)
    assert "/elsewhere" not in there.asked


def test_a_provider_that_is_not_there_is_401(there: IdentityProvider, settings: Any) -> None:
    settings.OAUTH["issuer"] = "http://127.0.0.1:1"
    assert is_refused(begin(ApiClient()), 401)


def test_a_provider_that_calls_itself_something_else_is_401(there: IdentityProvider, settings: Any) -> None:
    settings.OAUTH["issuer"] = f"{there.issuer}/"
    assert is_refused(begin(ApiClient()), 401)


def test_a_provider_that_drips_is_left(there: IdentityProvider) -> None:
    there.answers["/token"] = (200, b" ", {"content-length": "2"})
    with patch("accounts.provider_answers.SECONDS", 0.3):
        assert is_refused(sign_in(there), 401)


def test_new_people_are_made_with_the_wall_between_organizations_up(
    there: IdentityProvider, cast: Cast
) -> None:
    make.workspace(cast.rival, "acme-workspace")
    assert len(me(sign_in(there)).get("/me/workspaces").json()["items"]) == 1

"""POST /token and what tokens and keys are good for (sections 1.2 and 1.3 of the contract)."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

import jwt
import pytest
from allauth.mfa.models import Authenticator
from django.utils import timezone

from accounts.actions import change_member, enroll, issue_api_key, remove_member, revoke_api_key
from accounts.authentication import token_for
from accounts.models import ApiKey, Membership
from tests import make
from tests.cast import ApiClient, Cast

FORM = "application/x-www-form-urlencoded"


def ask(username: str, password: str = make.PASSWORD) -> Any:
    return ApiClient().post(
        "/token", urlencode({"username": username, "password": password}), content_type=FORM
    )


def me(**headers: str) -> Any:
    return ApiClient(headers={name.replace("_", "-"): value for name, value in headers.items()}).get("/me")


def test_a_token_is_good_for_the_api(cast: Cast) -> None:
    reply = ask("ben")
    assert reply.status_code == 201
    assert reply.json().keys() == {"access_token", "token_type"}
    assert reply.json()["token_type"] == "bearer"
    assert me(Authorization=f"Bearer {reply.json()['access_token']}").json()["username"] == "ben"


def test_a_token_says_who_it_is_for_and_ends_after_a_day(cast: Cast) -> None:
    claims = jwt.decode(token_for(cast.ben), options={"verify_signature": False})
    assert claims["identity"] == str(cast.ben.pk)
    assert (claims["name"], claims["username"], claims["role"]) == ("Ben", "ben", "annotator")
    assert (
        timedelta(hours=23)
        < timedelta(seconds=claims["exp"] - timezone.now().timestamp())
        <= timedelta(hours=24)
    )


@pytest.mark.parametrize("name", ["acme/ben", "BEN@acme.example", "acme/ben@acme.example"])
def test_a_token_is_given_for_every_way_to_say_who_one_is(cast: Cast, name: str) -> None:
    cast.ben.user.email = "ben@acme.example"
    cast.ben.user.save()
    assert ask(name).status_code == 201


def test_a_wrong_password_an_unknown_name_and_a_wrong_organization_are_401(cast: Cast) -> None:
    for reply in (ask("ben", "wrong"), ask("nobody"), ask("rival/ben"), ask("ben", "")):
        assert reply.status_code == 401
        assert reply.json()["detail"]["code"] == "argilla.api.errors::UnauthorizedError"


def test_a_name_that_two_have_is_not_enough(cast: Cast) -> None:
    make.member(cast.rival, "ben")
    assert ask("ben").status_code == 401
    assert ask("rival/ben").status_code == 201


def test_whoever_belongs_to_two_organizations_says_which(cast: Cast) -> None:
    cast.ben.user.email = "ben@acme.example"
    cast.ben.user.save()
    enroll(cast.rival, cast.ben.user, username="benjamin")
    assert ask("ben@acme.example").status_code == 401
    token = ask("rival/ben@acme.example").json()["access_token"]
    assert me(Authorization=f"Bearer {token}").json()["username"] == "benjamin"


@pytest.mark.parametrize("body", [{"username": "ben"}, {"password": "x"}, {}])
def test_a_form_with_something_missing_is_422(cast: Cast, body: dict[str, str]) -> None:
    reply = ApiClient().post("/token", urlencode(body), content_type=FORM)
    assert reply.status_code == 422
    assert all(error["type"] == "missing" for error in reply.json()["detail"]["params"]["errors"])


def test_json_is_no_form(cast: Cast) -> None:
    assert ApiClient().post("/token", {"username": "ben", "password": make.PASSWORD}).status_code == 422


def test_a_multipart_form_will_do(cast: Cast) -> None:
    form = {"username": "ben", "password": make.PASSWORD}
    reply = super(ApiClient, ApiClient()).post("/api/v1/token", form)
    assert reply.status_code == 201


def test_with_two_factors_a_password_is_not_enough(cast: Cast) -> None:
    Authenticator.objects.create(user=cast.ben.user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert ask("ben").status_code == 401


@pytest.mark.usefixtures("empty_cache")
def test_guessing_passwords_is_slowed_down(cast: Cast, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "3/5m/key"}
    replies = [ask("ben", "wrong") for _ in range(4)]
    assert [reply.status_code for reply in replies] == [401, 401, 401, 429]
    assert replies[-1].headers["Retry-After"] == "300"


def test_a_bad_key_does_not_spoil_a_good_token_nor_the_other_way_round(cast: Cast) -> None:
    token, key = f"Bearer {token_for(cast.ben)}", make.key(cast.ana)
    assert me(X_Argilla_Api_Key="junk", Authorization=token).json()["username"] == "ben"
    assert me(X_Argilla_Api_Key=key, Authorization="Bearer hf_junk").json()["username"] == "ana"
    assert me(X_Argilla_Api_Key=key, Authorization=token).json()["username"] == "ana"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X_Argilla_Api_Key": "junk"},
        {"Authorization": "Bearer junk"},
        {"Authorization": "Bearer"},
        {"Authorization": "Basic YTpi"},
        {"X_Argilla_Api_Key": "junk", "Authorization": "Bearer junk"},
    ],
)
def test_credentials_that_say_nothing_are_401(cast: Cast, headers: dict[str, str]) -> None:
    reply = me(**headers)
    assert reply.status_code == 401
    assert reply.json()["detail"]["code"] == "argilla.api.errors::UnauthorizedError"
    assert isinstance(reply.json()["detail"]["params"]["detail"], str)


def test_a_token_of_somebody_else_s_making_is_refused(cast: Cast) -> None:
    claims = jwt.decode(token_for(cast.ben), options={"verify_signature": False})
    for forged in (
        jwt.encode(claims, "guess" * 8, algorithm="HS256"),
        jwt.encode(claims, "", algorithm="none"),
    ):
        assert me(Authorization=f"Bearer {forged}").status_code == 401


def test_a_token_ends(cast: Cast) -> None:
    with patch("accounts.authentication.TOKEN_LIFETIME", timedelta(seconds=-1)):
        token = token_for(cast.ben)
    assert me(Authorization=f"Bearer {token}").status_code == 401


def test_a_new_password_ends_the_tokens(cast: Cast) -> None:
    token = token_for(cast.ben)
    change_member(cast.ben, password="another one")
    assert me(Authorization=f"Bearer {token}").status_code == 401


@pytest.mark.parametrize("managed", [True, False])
def test_leaving_ends_keys_and_tokens(cast: Cast, managed: bool) -> None:
    if not managed:
        cast.ben.user.managed_by = None
        cast.ben.user.save()
    token, ben = token_for(cast.ben), cast.api(cast.ben)
    remove_member(cast.ben)
    assert ben.get("/me").status_code == 401
    assert me(Authorization=f"Bearer {token}").status_code == 401


def test_an_account_that_is_switched_off_has_no_keys(cast: Cast) -> None:
    ben = cast.api(cast.ben)
    cast.ben.user.is_active = False
    cast.ben.user.save()
    assert ben.get("/me").status_code == 401


def test_a_key_ends_when_it_is_revoked_and_when_its_time_is_over(cast: Cast) -> None:
    issued = issue_api_key(cast.ben, name="Notebook", expires_at=timezone.now() + timedelta(days=1))
    assert me(X_Argilla_Api_Key=issued.key).status_code == 200
    ApiKey.objects.filter(pk=issued.api_key.pk).update(expires_at=timezone.now())
    assert me(X_Argilla_Api_Key=issued.key).status_code == 401
    other = issue_api_key(cast.ben, name="Notebook")
    revoke_api_key(other.api_key)
    assert me(X_Argilla_Api_Key=other.key).status_code == 401


def test_a_key_is_kept_as_a_hash(cast: Cast) -> None:
    issued = issue_api_key(cast.ben, name="Notebook")
    kept = ApiKey.objects.filter(pk=issued.api_key.pk).values().get()
    assert issued.key not in map(str, kept.values())
    assert len(issued.key) > 50
    assert issued.key.startswith(kept["prefix"])


def test_the_use_of_a_key_is_noted_at_most_once_a_minute(cast: Cast) -> None:
    issued = issue_api_key(cast.ben, name="Notebook")
    me(X_Argilla_Api_Key=issued.key)
    first = ApiKey.objects.get(pk=issued.api_key.pk).last_used_at
    assert first is not None
    me(X_Argilla_Api_Key=issued.key)
    assert ApiKey.objects.get(pk=issued.api_key.pk).last_used_at == first
    ApiKey.objects.filter(pk=issued.api_key.pk).update(last_used_at=first - timedelta(minutes=2))
    me(X_Argilla_Api_Key=issued.key)
    assert ApiKey.objects.get(pk=issued.api_key.pk).last_used_at > first


def test_a_key_acts_for_its_own_organization(cast: Cast) -> None:
    enroll(cast.rival, cast.ben.user, username="benjamin")
    at_rival = Membership.objects.get(username="benjamin")
    assert cast.api(at_rival).get("/me").json()["id"] == str(at_rival.pk)
    assert cast.api(at_rival).get("/me/workspaces").json()["items"] == []
    assert len(cast.api(cast.ben).get("/me/workspaces").json()["items"]) == 1


@pytest.mark.parametrize("path", ["/nothing", "/me/", "/api/v2/me", "/api/"])
def test_an_unknown_path_is_404_for_everybody_without_redirect(cast: Cast, path: str) -> None:
    for client in (ApiClient(), cast.api(cast.ana)):
        for call in (client.get, client.post, client.delete):
            reply = call(path)
            assert (reply.status_code, reply.json()) == (404, {"detail": "Not Found"})


def test_a_wrong_method_is_405(cast: Cast) -> None:
    reply = cast.api(cast.ana).put("/me")
    assert reply.status_code == 405
    assert isinstance(reply.json()["detail"], str)

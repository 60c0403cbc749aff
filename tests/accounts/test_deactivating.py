"""Somebody who is deactivated is out at once and altogether, and can be let in again."""

from __future__ import annotations

from django.test import Client

from accounts.actions import deactivate_member, enroll, reactivate_member, remove_member
from accounts.authentication import member_with, token_for
from accounts.models import Membership
from feedback.actions.leaving import leave_behind
from feedback.actions.queue import lease_next
from feedback.models import Lease
from tests import make
from tests.cast import Cast, PageClient


def signed_in(name: str = "acme/ben", password: str = make.PASSWORD) -> Client:
    client = PageClient()
    client.post("/accounts/login/", {"login": name, "password": password})
    return client


def test_sessions_keys_and_tokens_end_at_once(cast: Cast) -> None:
    pages, api, token = signed_in(), cast.api(cast.ben), token_for(cast.ben)
    assert pages.get("/acme/account/").status_code == 200
    assert api.get("/me").status_code == 200
    deactivate_member(cast.ben)
    assert "sign-in" in pages.get("/acme/account/").url
    assert api.get("/me").status_code == 401
    assert member_with(token) is None
    assert "_auth_user_id" not in signed_in().session


def test_reactivating_brings_back_all_but_keys_sessions_and_tokens(cast: Cast) -> None:
    pages, api, token = signed_in(), cast.api(cast.ben), token_for(cast.ben)
    reactivate_member(deactivate_member(cast.ben))
    assert "sign-in" in pages.get("/acme/account/").url
    assert api.get("/me").status_code == 401
    assert member_with(token) is None
    assert signed_in().get("/acme/account/").status_code == 200
    assert cast.ben.workspaces.get() == cast.workspace
    assert not cast.ben.user.must_change_password


def test_what_they_hold_goes_to_others(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace)
    make.record(dataset)
    assert lease_next(dataset, by=cast.ben) is not None
    deactivate_member(cast.ben)
    leave_behind(str(cast.acme.pk))
    assert not Lease.objects.filter(membership=cast.ben).exists()


def test_their_other_organizations_are_not_asked(cast: Cast) -> None:
    enroll(cast.rival, cast.ben.user, username="benjamin")
    deactivate_member(cast.ben)
    pages = signed_in("rival/benjamin")
    assert pages.get("/rival/account/").status_code == 200
    assert pages.get("/acme/account/").status_code == 404


def test_removing_somebody_ends_their_sessions_elsewhere_too(cast: Cast) -> None:
    enroll(cast.rival, cast.ben.user, username="benjamin")
    pages = signed_in("rival/benjamin")
    remove_member(cast.ben)
    assert "sign-in" in pages.get("/rival/account/").url


def test_managers_see_who_is_and_let_them_in_again(cast: Cast) -> None:
    pages = cast.pages(cast.max)
    assert pages.post(f"/acme/members/{cast.ben.pk}/deactivate").status_code == 302
    assert "Deactivated" in pages.get("/acme/members/").content.decode()
    assert "Let in again" in pages.get(f"/acme/members/{cast.ben.pk}/").content.decode()
    assert pages.post(f"/acme/members/{cast.ben.pk}/reactivate").status_code == 302
    assert Membership.objects.get(pk=cast.ben.pk).deactivated_at is None


def test_the_admin_does_it_to_many_as_far_as_one_reaches(cast: Cast) -> None:
    pages = cast.pages(cast.max)
    chosen = [str(cast.ben.pk), str(cast.ana.pk), str(cast.dov.pk)]
    pages.post("/admin/accounts/membership/", {"action": "deactivate", "_selected_action": chosen})
    out = Membership.objects.exclude(deactivated_at=None)
    assert list(out) == [cast.ben]
    pages.post("/admin/accounts/membership/", {"action": "reactivate", "_selected_action": chosen})
    assert not out.all().exists()


def test_the_api_does_it_too(cast: Cast) -> None:
    api = cast.api(cast.max)
    assert api.post(f"/users/{cast.ben.pk}/deactivate").json()["username"] == "ben"
    assert Membership.objects.get(pk=cast.ben.pk).deactivated_at is not None
    assert api.post(f"/users/{cast.ben.pk}/reactivate").status_code == 200
    assert Membership.objects.get(pk=cast.ben.pk).deactivated_at is None


def test_a_program_can_be_deactivated(cast: Cast) -> None:
    key = make.key(cast.sue)
    deactivate_member(cast.sue)
    assert cast.api(key).get("/me").status_code == 401

"""Signing in to an organization through its own OpenID Connect provider: a real one, on this machine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress

from accounts.actions import add_provider, change_provider, enroll, open_account, remove_member
from accounts.connecting import connect_token
from accounts.models import Identity, IdentityProvider, Membership
from core.sealed import unseal
from tests import make
from tests.accounts.authenticator import code, give_app
from tests.cast import Cast, PageClient
from tests.workspaces import identity_provider
from tests.workspaces.identity_provider import SECRET, new_key
from tests.workspaces.single_sign_on import asked, begin, end, oidc, prove, sign_in

EVE = {
    "preferred_username": "eve", "email": "Eve@acme.example", "email_verified": True,
    "given_name": "Eve", "family_name": "Stone", "groups": ["reviewers"],
}  # fmt: skip


@pytest.fixture
def there(cast: Cast, empty_cache: None) -> Iterator[identity_provider.IdentityProvider]:
    """A provider at which Eve has an account."""
    with identity_provider.running() as provider:
        provider.people["1"] = dict(EVE)
        yield provider


@pytest.fixture
def okta(cast: Cast, there: Any) -> IdentityProvider:
    """It, as Acme's."""
    return oidc(cast.acme, there)


def eve() -> Membership:
    return Membership.objects.get(username="eve")


def said(reply: Any) -> str:
    return str(reply.content.decode())


# Away and back


def test_the_button_is_on_the_page_of_the_organization_and_on_no_other(cast: Cast, okta: Any) -> None:
    page = said(PageClient().get("/acme/sign-in"))
    assert f"/acme/sign-in/{okta.pk}/" in page
    assert "Sign in with <bdi>Okta</bdi>" in page
    assert "Okta" not in said(PageClient().get("/rival/sign-in"))
    assert PageClient().get(f"/rival/sign-in/{okta.pk}/").status_code == 404


def test_who_comes_for_the_first_time_becomes_a_labeler_and_is_signed_in(
    cast: Cast, there: Any, okta: Any
) -> None:
    reply = sign_in(there, okta)
    assert (reply.status_code, reply.url) == (302, "/acme/")
    assert reply.browser.get("/acme/account/").status_code == 200
    member = eve()
    assert (member.role, member.first_name, member.last_name) == ("annotator", "Eve", "Stone")
    assert member.user is not None
    assert member.user.managed_by == cast.acme
    assert not member.user.has_usable_password()
    assert member.user.email is None, "an e-mail is one account's alone, and nobody has proven the domain"


def test_who_comes_again_is_the_same_and_is_called_as_the_provider_says_now(there: Any, okta: Any) -> None:
    sign_in(there, okta)
    there.people["1"] |= {"preferred_username": "ana", "family_name": "Rock"}
    sign_in(there, okta)
    assert eve().last_name == "Rock"
    assert Identity.objects.count() == 1


def test_people_go_back_to_where_they_were_going_and_to_no_other_site(there: Any, okta: Any) -> None:
    assert sign_in(there, okta, next="/acme/account/").url == "/acme/account/"
    assert sign_in(there, okta, next="https://evil.example/").url == "/acme/"


def test_another_browser_does_not_come_back_with_it(there: Any, okta: Any) -> None:
    given = there.sign_in(begin(PageClient(), okta), "1")
    stranger = PageClient()
    begin(stranger, okta)
    reply = end(stranger, okta, **given)
    assert reply.status_code == 422
    assert "was not begun in this browser" in said(reply)
    assert not Identity.objects.exists()


def test_what_came_back_once_is_used_up(there: Any, okta: Any) -> None:
    browser = PageClient()
    given = there.sign_in(begin(browser, okta), "1")
    cookies = dict(browser.cookies.items())
    assert end(browser, okta, **given).status_code == 302
    for name, cookie in cookies.items():
        browser.cookies[name] = cookie.value
    assert "used already" in said(end(browser, okta, **given))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"published": new_key("another")}, "cannot be believed"),
        ({"claims": {"aud": "somebody else"}}, "cannot be believed"),
        ({"claims": {"nonce": "another"}}, "another sign-in"),
        ({"answers": {"/token": (500, b"", {})}}, "refused this sign-in"),
        ({"answers": {"/token": (200, b"hello", {})}}, "not OpenID Connect"),
        ({"answers": {"/keys": (302, b"", {"location": "http://127.0.0.1:1/"})}}, "refused this sign-in (302)"),
    ],
)  # fmt: skip
def test_what_cannot_be_believed_is_a_page_that_says_so(
    there: Any, okta: Any, change: dict[str, Any], sentence: str
) -> None:
    for name, value in change.items():
        setattr(there, name, value)
    reply = sign_in(there, okta)
    assert reply.status_code == 422
    assert sentence in said(reply)
    assert "Back to the sign-in page" in said(reply)
    assert not Identity.objects.exists()


def test_who_declines_there_is_told_so(there: Any, okta: Any) -> None:
    browser = PageClient()
    state = asked(begin(browser, okta))["state"]
    assert "refused this sign-in: access_denied" in said(
        end(browser, okta, state=state, error="access_denied")
    )


def test_a_provider_that_is_off_signs_nobody_in(there: Any, okta: Any) -> None:
    change_provider(okta, is_on=False)
    assert PageClient().get(f"/acme/sign-in/{okta.pk}/").status_code == 404


def test_a_provider_in_our_own_network_is_not_called(
    cast: Cast, there: Any, okta: Any, settings: Any
) -> None:
    settings.OUTGOING_ALLOW = []
    reply = PageClient().get(f"/acme/sign-in/{okta.pk}/")
    assert reply.status_code == 422
    assert "private address" in said(reply)
    assert there.asked == []


def test_the_second_factor_is_asked_for_after_the_provider(cast: Cast, there: Any, okta: Any) -> None:
    sign_in(there, okta)
    secret = give_app(eve())
    reply = sign_in(there, okta)
    assert reply.url.startswith("/accounts/2fa/authenticate/")
    assert reply.browser.get("/acme/account/").status_code == 302
    assert reply.browser.post("/accounts/2fa/authenticate/", {"code": code(secret)}).url == "/acme/"


# Whose account it is


def test_without_the_domain_an_e_mail_opens_nobodys_account(cast: Cast, there: Any, okta: Any) -> None:
    user = open_account("eve@acme.example", "a fine password")
    enroll(cast.acme, user, username="evelyn")
    reply = sign_in(there, okta)
    assert reply.status_code == 403
    assert "There is an account with eve@acme.example" in said(reply)
    assert not Identity.objects.exists()


def test_with_the_domain_it_opens_the_account_of_that_e_mail(cast: Cast, there: Any, okta: Any) -> None:
    prove(cast.acme)
    user = open_account("eve@acme.example", "a fine password")
    enroll(cast.acme, user, username="evelyn")
    assert sign_in(there, okta).url == "/acme/"
    assert Identity.objects.get().user == user


def test_with_the_domain_somebody_with_an_account_elsewhere_joins_by_it(
    cast: Cast, there: Any, okta: Any
) -> None:
    prove(cast.acme)
    user = open_account("eve@acme.example", "a fine password")
    enroll(cast.rival, user, username="eve-at-rival")
    reply = sign_in(there, okta)
    assert reply.url == "/acme/"
    assert eve().user == user


@pytest.mark.parametrize("verified", [False, None])
def test_an_e_mail_that_the_provider_has_not_verified_opens_nothing(
    cast: Cast, there: Any, okta: Any, verified: Any
) -> None:
    prove(cast.acme)
    enroll(cast.acme, open_account("eve@acme.example", "a fine password"), username="evelyn")
    there.people["1"]["email_verified"] = verified
    assert sign_in(there, okta).url == "/acme/"
    assert eve().user != Membership.objects.get(username="evelyn").user


def test_an_account_that_somebody_prepared_under_the_e_mail_is_not_opened(
    cast: Cast, there: Any, okta: Any
) -> None:
    prove(cast.acme)
    user = open_account("eve@acme.example", "a squatter's password")
    EmailAddress.objects.filter(user=user).update(verified=False)
    enroll(cast.acme, user, username="squatter")
    assert sign_in(there, okta).status_code == 403


def test_the_account_that_the_organization_made_is_opened(cast: Cast, there: Any, okta: Any) -> None:
    cast.max.user.email = "eve@acme.example"
    cast.max.user.save()
    assert sign_in(there, okta).url == "/acme/"
    assert Identity.objects.get().user == cast.max.user


def test_a_newcomer_of_a_proven_domain_has_the_e_mail_and_can_sign_in_by_it(
    cast: Cast, there: Any, okta: Any
) -> None:
    prove(cast.acme)
    sign_in(there, okta)
    assert EmailAddress.objects.get(user=eve().user).email == "eve@acme.example"


def test_the_word_of_one_organizations_provider_is_nothing_to_another(
    cast: Cast, there: Any, okta: Any
) -> None:
    sign_in(there, okta)
    elsewhere = oidc(cast.rival, there)
    assert sign_in(there, elsewhere).url == "/rival/"
    assert {one.user for one in Identity.objects.all()} == {
        eve_of.user for eve_of in Membership.objects.filter(first_name="Eve")
    }
    assert Membership.objects.filter(first_name="Eve").count() == 2


def test_who_was_let_go_stays_away(cast: Cast, there: Any, okta: Any) -> None:
    sign_in(there, okta)
    remove_member(eve())
    reply = sign_in(there, okta)
    assert reply.status_code == 403
    assert "You do not belong to Acme any more" in said(reply)


def test_newcomers_are_let_in_only_if_the_owner_says_so(cast: Cast, there: Any, okta: Any) -> None:
    change_provider(okta, lets_in_new=False)
    reply = sign_in(there, okta)
    assert reply.status_code == 403
    assert "You do not belong to Acme yet" in said(reply)
    assert not Membership.objects.filter(username="eve").exists()


# Connecting an account


def test_a_member_connects_their_account_and_comes_in_by_it(cast: Cast, there: Any, okta: Any) -> None:
    ben = cast.pages(cast.ben)
    assert "Connect your account" in said(ben.get("/acme/account/"))
    reply = sign_in(there, okta, browser=ben, connect="1", next="/acme/account/")
    assert reply.url == "/acme/account/"
    assert "connected" in said(ben.get("/acme/account/"))
    assert Identity.objects.get().user == cast.ben.user
    assert sign_in(there, okta).url == "/acme/"
    assert not Membership.objects.filter(username="eve").exists()


def test_signing_in_in_somebody_elses_browser_connects_nothing(cast: Cast, there: Any, okta: Any) -> None:
    ben = cast.pages(cast.ben)
    reply = sign_in(there, okta, browser=ben)
    assert reply.url == "/acme/"
    assert Identity.objects.get().user == eve().user != cast.ben.user
    assert ben.session["_auth_user_id"] == str(eve().user_id)


def test_only_the_button_on_ones_own_page_connects(cast: Cast, there: Any, okta: Any) -> None:
    """Nobody sends a browser here that is signed in at the provider as themselves, to come in by it later."""
    path = f"/acme/sign-in/{okta.pk}/"
    of_max = {"connect": connect_token(cast.max.user, okta.pk)}
    for browser in (PageClient(), cast.pages(cast.cleo), cast.pages(cast.ben)):
        for query in ({"connect": "1"}, of_max):
            reply = browser.get(path, query)
            assert reply.status_code == 422
            assert "press the button" in said(reply)


def test_before_it_is_connected_one_shows_once_more_who_one_is(cast: Cast, there: Any, okta: Any) -> None:
    ben = cast.pages(cast.ben)
    page = said(ben.get("/acme/account/"))
    link = re.search(rf'href="(/acme/sign-in/{okta.pk}/\?connect=[^"]+)"', page)[1].replace("&amp;", "&")  # type: ignore[index]
    asked_again = ben.get(link)
    assert asked_again.url.startswith("/accounts/reauthenticate/")
    back = ben.post(asked_again.url, {"password": make.PASSWORD})
    assert back.url == link
    assert f'href="{there.issuer}/authorize?' in said(ben.get(back.url))


def test_two_accounts_are_not_connected_to_one_identity(cast: Cast, there: Any, okta: Any) -> None:
    sign_in(there, okta)
    reply = sign_in(there, okta, browser=cast.pages(cast.ben), connect="1")
    assert reply.status_code == 403
    assert Identity.objects.get().user == eve().user


# A session that somebody else's word began


@pytest.fixture
def borrowed(cast: Cast, there: Any, okta: Any) -> PageClient:
    """Eve's browser, in which Acme's provider signed her in; her account is her own, and she is at Rival, too."""
    prove(cast.acme)
    user = open_account("eve@acme.example", make.PASSWORD)
    enroll(cast.acme, user, username="eve")
    enroll(cast.rival, user, username="eve")
    browser: PageClient = sign_in(there, okta).browser
    return browser


def test_it_enters_no_other_organization(borrowed: PageClient) -> None:
    assert borrowed.get("/acme/account/").status_code == 200
    assert borrowed.get("/rival/account/").url == "/rival/sign-in?next=/rival/account/"
    page = borrowed.get("/rival/sign-in?next=/rival/account/")
    assert "sign in once more by what is your own" in said(page)
    form = {"login": "eve@acme.example", "password": make.PASSWORD, "next": "/rival/account/"}
    assert borrowed.post("/rival/sign-in", form).url == "/rival/account/"
    assert borrowed.get("/rival/account/").status_code == 200
    assert borrowed.get("/acme/account/").status_code == 200


def test_its_admin_is_that_of_no_other_organization(borrowed: PageClient, cast: Cast) -> None:
    Membership.objects.filter(username="eve").update(role="owner")
    session = borrowed.session
    session["organization"] = "rival"
    session.save()
    assert borrowed.get("/admin/").url.startswith("/rival/sign-in")


@pytest.mark.parametrize(
    "path",
    ["/accounts/2fa/", "/accounts/password/change/", "/accounts/email/", "/accounts/2fa/webauthn/add/"],
)
def test_it_changes_nothing_about_how_one_signs_in(borrowed: PageClient, path: str) -> None:
    reply = borrowed.get(path)
    assert reply.status_code == 403
    assert "which has no say in how you sign in yourself" in said(reply)
    assert borrowed.post("/accounts/logout/").status_code == 302


def test_an_account_of_the_organization_may_do_all_that(cast: Cast, there: Any, okta: Any) -> None:
    browser = sign_in(there, okta).browser
    assert browser.get("/accounts/2fa/").status_code == 200


def test_what_one_sign_in_left_behind_is_not_anothers(cast: Cast, there: Any, okta: Any) -> None:
    """Who stops at the second factor has not come through the provider, whoever signs in next in that browser."""
    sign_in(there, okta)
    give_app(eve())
    browser = sign_in(there, okta).browser
    type(cast.acme).objects.filter(pk=cast.acme.pk).update(must_use_sso=True)
    browser.post("/accounts/login/", {"login": "ben", "password": make.PASSWORD})
    assert browser.get("/acme/account/").status_code == 302


# Groups


def test_groups_become_roles_in_workspaces_at_each_sign_in(cast: Cast, there: Any, okta: Any) -> None:
    other, third = make.workspace(cast.acme, "other"), make.workspace(cast.acme, "third")
    change_provider(
        okta,
        rules=[
            {"group": "*", "role": "labeler", "workspaces": [str(other.pk)]},
            {"group": "leads", "role": "manager", "workspaces": [str(cast.workspace.pk)]},
            {"group": "reviewers", "role": "reviewer", "workspaces": [str(cast.workspace.pk), str(other.pk)]},
        ],
    )

    def now() -> dict[str, str]:
        return {place.workspace.name: place.role for place in eve().workspace_memberships.all()}

    sign_in(there, okta)
    assert now() == {"acme-workspace": "reviewer", "other": "reviewer"}
    make.place(third, eve())
    there.people["1"]["groups"] = []
    sign_in(there, okta)
    assert now() == {"other": "labeler", "third": "labeler"}, "what no rule names is left alone"
    there.people["1"]["groups"] = ["reviewers", "leads"]
    sign_in(there, okta)
    assert now() == {"acme-workspace": "manager", "other": "reviewer", "third": "labeler"}
    assert eve().role == "annotator"


def test_a_group_makes_owners_and_none_takes_that_away(cast: Cast, there: Any, okta: Any) -> None:
    change_provider(okta, rules=[{"group": "reviewers", "role": "owner", "workspaces": []}])
    sign_in(there, okta)
    assert eve().role == "owner"
    there.people["1"]["groups"] = []
    sign_in(there, okta)
    assert eve().role == "owner"


def test_groups_are_asked_for_where_the_token_has_none(cast: Cast, there: Any, okta: Any) -> None:
    change_provider(okta, rules=[{"group": "reviewers", "role": "owner", "workspaces": []}])
    there.only_userinfo = True
    sign_in(there, okta)
    assert eve().role == "owner"


# What is kept


def test_the_secret_lies_sealed_and_is_kept_if_none_is_given(okta: IdentityProvider) -> None:
    assert SECRET not in okta.client_secret
    change_provider(okta, name="Id", client_secret="")
    okta.refresh_from_db()
    assert unseal(okta.client_secret) == SECRET


def test_a_provider_may_be_the_same_one_twice(cast: Cast, there: Any, okta: Any) -> None:
    add_provider(cast.acme, protocol="oidc", name="Again", issuer=there.issuer, client_id="other")
    assert IdentityProvider.objects.filter(organization=cast.acme).count() == 2

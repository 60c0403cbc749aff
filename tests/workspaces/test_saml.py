"""Signing in to an organization through its own SAML provider: a real one, on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from signxml.algorithms import SignatureMethod

from accounts import saml
from accounts.actions import change_provider
from accounts.models import Identity, IdentityProvider, Membership
from tests.cast import Cast, PageClient
from tests.workspaces import saml_provider
from tests.workspaces.saml_provider import new_key
from tests.workspaces.single_sign_on import add_saml, begin, end, prove

pytestmark = pytest.mark.skipif(
    not saml.IS_INSTALLED, reason="python3-saml is not installed: no wheel of xmlsec for this machine"
)


@pytest.fixture
def there(cast: Cast, empty_cache: None) -> Iterator[saml_provider.SamlProvider]:
    """A provider at which Eve has an account."""
    with saml_provider.running() as provider:
        provider.people["eve-1"] = {
            "mail": ["Eve@acme.example"], "givenName": ["Eve"], "sn": ["Stone"], "uid": ["eve"],
            "memberOf": ["reviewers", "people"],
        }  # fmt: skip
        yield provider


@pytest.fixture
def shibboleth(cast: Cast, there: Any) -> IdentityProvider:
    """It, as Acme's."""
    return add_saml(cast.acme, there.metadata, groups_claim="memberOf")


def post(browser: PageClient, provider: IdentityProvider, form: dict[str, str]) -> Any:
    """The provider's page posts its form: from another site, so without our cookies."""
    with transaction.atomic():
        return PageClient(enforce_csrf_checks=True).post(
            f"/{provider.organization.slug}/sign-in/{provider.pk}/saml", form
        )


def sign_in(there: Any, provider: IdentityProvider, person: str = "eve-1", **query: str) -> Any:
    browser = PageClient()
    posted = post(browser, provider, there.answer(begin(browser, provider, **query), person))
    if posted.status_code != 302:
        return posted
    reply = end(browser, provider, state=posted.url.partition("state=")[2])
    reply.browser = browser
    return reply


def test_who_comes_for_the_first_time_becomes_a_member(cast: Cast, there: Any, shibboleth: Any) -> None:
    prove(cast.acme)
    reply = sign_in(there, shibboleth, next="/acme/account/")
    assert reply.url == "/acme/account/"
    assert reply.browser.get("/acme/account/").status_code == 200
    eve = Membership.objects.get(username="eve")
    assert (eve.first_name, eve.last_name, eve.role) == ("Eve", "Stone", "annotator")
    assert eve.user is not None
    assert eve.user.email == "eve@acme.example"
    sign_in(there, shibboleth)
    assert Identity.objects.get().subject == "eve-1"


def test_groups_become_a_role_and_workspaces(cast: Cast, there: Any, shibboleth: Any) -> None:
    rule = {"group": "reviewers", "role": "reviewer", "workspaces": [str(cast.workspace.pk)]}
    change_provider(shibboleth, rules=[rule])
    sign_in(there, shibboleth)
    place = Membership.objects.get(username="eve").workspace_memberships.get()
    assert (place.workspace.name, place.role) == ("acme-workspace", "reviewer")


def test_the_whole_answer_may_be_signed_instead(there: Any, shibboleth: Any) -> None:
    there.signs = "response"
    assert sign_in(there, shibboleth).url == "/acme/"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"signs": "nothing"}, "No Signature found"),
        ({"key": new_key("another")}, "Signature validation failed"),
        ({"algorithm": SignatureMethod.RSA_SHA1}, "Deprecated signature algorithm"),
        ({"changes": {"audience": "https://somebody.else"}}, "is not a valid audience"),
        ({"changes": {"issuer": "https://evil.example"}}, "Invalid issuer"),
        ({"changes": {"for": "another-request"}}, "does not match the ID of the AuthNRequest"),
        ({"changes": {"to": "https://evil.example/saml"}}, "The response was received at"),
        ({"changes": {"until": "2020-01-01T00:00:00Z"}}, "expired"),
        ({"changes": {"status": "urn:oasis:names:tc:SAML:2.0:status:Responder"}}, "status code"),
        ({"changes": {"format": "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"}}, "another name each time"),
    ],
    ids=repr,
)  # fmt: skip
def test_what_cannot_be_believed_is_a_page_that_says_so(
    there: Any, shibboleth: Any, change: dict[str, Any], sentence: str
) -> None:
    for name, value in change.items():
        setattr(there, name, value)
    reply = sign_in(there, shibboleth)
    assert reply.status_code == 422
    assert sentence in reply.content.decode()
    assert not Identity.objects.exists()


@pytest.mark.parametrize("response", ["", "bm8geG1s", "<xml>", "PHhtbC8+"])
def test_what_is_no_saml_is_a_page_that_says_so(there: Any, shibboleth: Any, response: str) -> None:
    browser = PageClient()
    form = there.answer(begin(browser, shibboleth), "eve-1") | {"SAMLResponse": response}
    reply = post(browser, shibboleth, form)
    assert reply.status_code == 422
    assert "You are not signed in" in reply.content.decode()


def test_an_answer_is_good_once(there: Any, shibboleth: Any) -> None:
    browser = PageClient()
    form = there.answer(begin(browser, shibboleth), "eve-1")
    assert post(browser, shibboleth, form).status_code == 302
    again = post(browser, shibboleth, form)
    assert again.status_code == 422
    assert "not begun here" in again.content.decode()


def test_nobody_is_signed_in_whose_browser_did_not_ask(there: Any, shibboleth: Any) -> None:
    """Who lures somebody to the end of their own sign-in does not sign them in as themselves."""
    browser, stranger = PageClient(), PageClient()
    posted = post(browser, shibboleth, there.answer(begin(browser, shibboleth), "eve-1"))
    begin(stranger, shibboleth)
    reply = end(stranger, shibboleth, state=posted.url.partition("state=")[2])
    assert reply.status_code == 422
    assert "_auth_user_id" not in stranger.session


def test_what_nobody_asked_for_is_refused(there: Any, shibboleth: Any) -> None:
    form = there.answer(begin(PageClient(), shibboleth), "eve-1") | {"RelayState": "made up"}
    reply = post(PageClient(), shibboleth, form)
    assert reply.status_code == 422
    assert "Begin on our sign-in page" in reply.content.decode()


def test_the_metadata_are_fetched_from_their_address(cast: Cast, there: Any) -> None:
    provider = add_saml(cast.acme, "", metadata_url=f"{there.url}/metadata", groups_claim="memberOf")
    assert there.asked == ["/metadata"]
    assert sign_in(there, provider).url == "/acme/"


def test_our_metadata_say_where_answers_go(cast: Cast, shibboleth: IdentityProvider) -> None:
    reply = PageClient().get(f"/acme/sign-in/{shibboleth.pk}/metadata")
    assert reply.headers["Content-Type"] == "application/samlmetadata+xml"
    assert f"/acme/sign-in/{shibboleth.pk}/saml" in reply.content.decode()


def test_another_organization_with_the_same_metadata_learns_nobody(
    cast: Cast, there: Any, shibboleth: Any
) -> None:
    sign_in(there, shibboleth)
    theirs = add_saml(cast.rival, there.metadata)
    assert sign_in(there, theirs).url == "/rival/"
    assert Membership.objects.filter(username="eve").count() == 2
    assert len({one.user_id for one in Membership.objects.filter(username="eve")}) == 2


def test_without_its_library_a_sentence_says_so(
    cast: Cast, shibboleth: IdentityProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saml, "IS_INSTALLED", False)
    reply = PageClient().get(f"/acme/sign-in/{shibboleth.pk}/")
    assert reply.status_code == 422
    assert "cannot speak SAML" in reply.content.decode()

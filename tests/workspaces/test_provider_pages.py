"""The pages on which an owner sets providers and rules up, and what they say when something is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unicodedata import combining

import pytest
from django.utils.translation import override

from accounts.access import Role, WorkspaceRole
from accounts.models import IdentityProvider, Organization
from tests.cast import Cast
from tests.workspaces import identity_provider
from tests.workspaces.identity_provider import CLIENT, SECRET
from tests.workspaces.single_sign_on import SITE, add_saml, oidc, sign_in
from workspaces.invitation_lines import read_lines

NEW = "/acme/signing-in/providers/new/oidc"


@pytest.fixture
def there(cast: Cast, empty_cache: None) -> Iterator[identity_provider.IdentityProvider]:
    with identity_provider.running() as provider:
        provider.people["1"] = {"preferred_username": "ana"}
        yield provider


def form(there: Any, **given: str) -> dict[str, str]:
    return {
        "name": "Okta", "issuer": there.issuer, "client_id": CLIENT, "client_secret": SECRET,
        "scopes": "openid", "groups_claim": "groups", "rules": "", "is_on": "on", "lets_in_new": "on", **given,
    }  # fmt: skip


def test_our_addresses_are_shown_before_it_is_saved_and_stay(cast: Cast, there: Any) -> None:
    ana = cast.pages(cast.ana)
    page = ana.get(NEW)
    pk = page.context["form"]["id"].value()
    assert f"{SITE}/acme/sign-in/{pk}/end" in page.content.decode()
    assert ana.post(NEW, form(there, id=str(pk))).url == f"/acme/signing-in/providers/{pk}/"
    assert str(IdentityProvider.objects.get().pk) == str(pk)
    again = ana.post(NEW, form(there, id=str(pk)))
    assert again.status_code == 422
    assert "added already" in again.content.decode()


def test_the_secret_is_never_shown(cast: Cast, there: Any) -> None:
    provider = oidc(cast.acme, there)
    page = cast.pages(cast.ana).get(f"/acme/signing-in/providers/{provider.pk}/").content.decode()
    assert SECRET not in page
    assert provider.client_secret not in page


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"issuer": "id.example"}, "This is no address"),
        ({"issuer": "http://id.example"}, "begins with https://"),
        ({"issuer": "https://169.254.169.254/"}, "private address"),
        ({"issuer": "https://localhost/"}, None),
        ({"name": ""}, "This field is required"),
        ({"client_id": ""}, "This field is required"),
        (
            {"rules": "reviewers"},
            "write a group, a role (Owner, Manager, Reviewer, Labeler, Viewer), and workspaces",
        ),
        ({"rules": "reviewers | King | acme-workspace"}, "write a group, a role"),
        ({"rules": "reviewers | Labeler | nowhere"}, "There is no workspace named nowhere"),
    ],
    ids=repr,
)
def test_what_is_wrong_stands_beside_it(
    cast: Cast, there: Any, given: dict[str, str], sentence: str | None
) -> None:
    reply = cast.pages(cast.ana).post(NEW, form(there, **given))
    if sentence is None:  # this machine, which the tests open
        assert reply.status_code == 302
        return
    assert reply.status_code == 422
    assert sentence in reply.content.decode()
    assert not IdentityProvider.objects.exists()


def test_rules_are_written_as_lines_and_read_back(cast: Cast, there: Any) -> None:
    ana = cast.pages(cast.ana)
    reply = ana.post(
        NEW, form(there, rules="* | Labeler\nreviewers |manager| acme-workspace \n\n boss | owner")
    )
    assert reply.status_code == 302, reply.content.decode()
    assert IdentityProvider.objects.get().rules == [
        {"group": "*", "role": "labeler", "workspaces": []},
        {"group": "reviewers", "role": "manager", "workspaces": [str(cast.workspace.pk)]},
        {"group": "boss", "role": "owner", "workspaces": []},
    ]
    page = ana.get(reply.url)
    assert page.context["form"]["rules"].value() == (
        "* | Labeler\nreviewers | Manager | acme-workspace\nboss | Owner"
    )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({}, "Okta answers as it should"),
        ({"answers": {"/.well-known/openid-configuration": (404, b"", {})}}, "refused this sign-in (404)"),
        ({"answers": {"/.well-known/openid-configuration": (200, b"<html>", {})}}, "not OpenID Connect"),
        ({"issuer": "https://somebody.else"}, "calls itself something else"),
        ({"answers": {"/keys": (200, b'{"keys": []}', {})}}, "publishes no keys"),
    ],
    ids=repr,
)
def test_asking_it_says_in_words_what_is_wrong(
    cast: Cast, there: Any, change: dict[str, Any], sentence: str
) -> None:
    provider, ana = oidc(cast.acme, there), cast.pages(cast.ana)
    for name, value in change.items():
        setattr(there, name, value)
    assert ana.post(f"/acme/signing-in/providers/{provider.pk}/test").status_code == 302
    assert sentence in ana.get("/acme/signing-in/").content.decode()


def test_one_that_does_not_answer_is_told_so(cast: Cast, there: Any) -> None:
    provider, ana = oidc(cast.acme, there, issuer="http://127.0.0.1:9"), cast.pages(cast.ana)
    ana.post(f"/acme/signing-in/providers/{provider.pk}/test")
    assert "does not answer at http://127.0.0.1:9" in ana.get("/acme/signing-in/").content.decode()


def test_saml_needs_metadata(cast: Cast) -> None:
    ana, path = cast.pages(cast.ana), "/acme/signing-in/providers/new/saml"
    reply = ana.post(path, {"name": "Shibboleth"})
    assert reply.status_code == 422
    assert "Paste the metadata" in reply.content.decode()
    provider = add_saml(cast.acme, "<html/>")
    ana.post(f"/acme/signing-in/providers/{provider.pk}/test")
    assert "metadata of Shibboleth name no address" in ana.get("/acme/signing-in/").content.decode()


def test_there_is_no_third_protocol(cast: Cast) -> None:
    assert cast.pages(cast.ana).get("/acme/signing-in/providers/new/kerberos").status_code == 404


def test_an_organization_has_five_at_most(cast: Cast, there: Any) -> None:
    for number in range(5):
        oidc(cast.acme, there, name=f"Okta {number}")
    reply = cast.pages(cast.ana).post(NEW, form(there))
    assert reply.status_code == 422
    assert "at most 5 providers" in reply.content.decode()


def test_the_rules_are_on_the_page_with_what_keeps_them_from_being_set(cast: Cast, there: Any) -> None:
    ana = cast.pages(cast.ana)
    provider = oidc(cast.acme, there)
    reply = ana.post("/acme/signing-in/rules", {"must_use_sso": "on"})
    assert reply.status_code == 422
    assert "First sign in through the provider once yourself" in reply.content.decode()
    sign_in(there, provider, browser=ana, connect="1")
    assert ana.post("/acme/signing-in/rules", {"must_use_sso": "on"}).status_code == 302
    assert Organization.objects.get(slug="acme").must_use_sso
    delete = f"/acme/signing-in/providers/{provider.pk}/delete"
    assert ana.post(delete).status_code == 409
    assert ana.post("/acme/signing-in/rules", {}).status_code == 302
    assert ana.post(delete).url == "/acme/signing-in/"
    assert not IdentityProvider.objects.exists()


def test_roles_are_known_in_the_readers_language_with_and_without_marks(cast: Cast, there: Any) -> None:
    with override("ar"):
        said = str(WorkspaceRole.LABELER.label)
    bare = "".join(letter for letter in said if not combining(letter))
    assert bare != said, "A word with marks, or this tests nothing."
    ana = cast.pages(cast.ana)
    for number, word in enumerate(
        (said, bare, f"{bare[0]}ـ{bare[1:]}", f"{bare[0]}\u064e{bare[1:]}", "LABELER")
    ):
        rules = f"group {number} | {word} | acme-workspace"
        reply = ana.post(NEW, form(there, rules=rules), headers={"accept-language": "ar"})
        assert reply.status_code == 302, (word, reply.content.decode())
        assert IdentityProvider.objects.get().rules[0]["role"] == "labeler"
        IdentityProvider.objects.all().delete()
    reply = ana.post(NEW, form(there, rules=f"group | x{bare} |"), headers={"accept-language": "ar"})
    assert reply.status_code == 422


def test_lines_of_invitations_know_them_too(cast: Cast) -> None:
    with override("ar"):
        word = str(WorkspaceRole.LABELER.label)
        [line] = read_lines(
            f"eve@example.org, Eve, {word}, acme-workspace: {WorkspaceRole.REVIEWER.label}",
            Role.ANNOTATOR, {}, cast.ana, [cast.workspace],
        )  # fmt: skip
    assert (line.wrong, line.role, line.places) == ([], Role.ANNOTATOR, {cast.workspace: "reviewer"})

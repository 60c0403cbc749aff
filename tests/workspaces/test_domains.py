"""Domains: claimed, proven by a record or a file, and then the way to the organization's sign-in page."""

from __future__ import annotations

from typing import Any

import pytest

from accounts import directory
from accounts.actions import domains as acts
from accounts.actions.domains import claim_domain, drop_domain, prove_domain, record_of
from accounts.models import Domain
from accounts.provider_answers import Refused
from core import names
from core.errors import Conflict, Invalid
from tests.cast import Cast, PageClient
from tests.workspaces.single_sign_on import prove


class World:
    """What names and servers of the internet say: the network, which tests do not reach."""

    def __init__(self) -> None:
        self.texts: dict[str, list[str]] = {}
        self.files: dict[str, tuple[int, str]] = {}

    def file(self, name: str, method: str, url: str) -> tuple[int, str]:
        if url not in self.files:
            raise Refused(f"{name} does not answer.")
        return self.files[url]


@pytest.fixture(autouse=True)
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = World()
    monkeypatch.setattr(names, "texts", lambda name: world.texts.get(name, []))
    monkeypatch.setattr(acts, "call_outside", world.file)
    return world


@pytest.mark.parametrize("place", ["acme.example", "_assay.acme.example"])
def test_a_record_proves_it(cast: Cast, world: World, place: str) -> None:
    domain = claim_domain(cast.acme, "acme.example")
    assert directory.organization_of("acme.example") is None
    world.texts[place] = ["v=spf1 -all", record_of(domain)]
    assert prove_domain(domain).proven_at
    assert directory.organization_of("ACME.example") == cast.acme


def test_a_file_proves_it(cast: Cast, world: World) -> None:
    domain = claim_domain(cast.acme, "acme.example")
    world.files["https://acme.example/.well-known/assay-domain.txt"] = (200, f"{record_of(domain)}\n")
    assert prove_domain(domain).proven_at


@pytest.mark.parametrize("status", [404, 302])
def test_a_page_that_is_not_there_proves_nothing(cast: Cast, world: World, status: int) -> None:
    domain = claim_domain(cast.acme, "acme.example")
    world.files["https://acme.example/.well-known/assay-domain.txt"] = (status, record_of(domain))
    with pytest.raises(Invalid, match=r"found neither at acme\.example nor in its file"):
        prove_domain(domain)


def test_the_record_of_another_organization_proves_nothing(cast: Cast, world: World) -> None:
    mine, theirs = claim_domain(cast.acme, "acme.example"), claim_domain(cast.rival, "acme.example")
    world.texts["acme.example"] = [record_of(theirs)]
    with pytest.raises(Invalid):
        prove_domain(mine)


def test_a_domain_is_one_organizations(cast: Cast, world: World) -> None:
    mine, theirs = claim_domain(cast.acme, "acme.example"), claim_domain(cast.rival, "acme.example")
    world.texts["acme.example"] = [record_of(mine), record_of(theirs)]
    prove_domain(mine)
    with pytest.raises(Conflict, match=r"has proven acme\.example"):
        prove_domain(theirs)
    drop_domain(mine)
    assert prove_domain(theirs).proven_at


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (" @Acme.Example. ", "acme.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("a.b.c.de", "a.b.c.de"),
    ],
)
def test_a_domain_is_kept_in_one_form(cast: Cast, written: str, kept: str) -> None:
    assert claim_domain(cast.acme, written).name == kept
    with pytest.raises(Conflict, match="in the list already"):
        claim_domain(cast.acme, kept)


@pytest.mark.parametrize(
    "written", ["", "localhost", "a b.example", "127.0.0.1", "-a.example", "a..b", "x" * 64 + ".de"]
)
def test_what_is_no_domain_is_refused(cast: Cast, written: str) -> None:
    with pytest.raises(Invalid, match="no domain"):
        claim_domain(cast.acme, written)


def test_by_the_e_mail_people_find_the_page_of_their_organization(cast: Cast) -> None:
    prove(cast.acme)
    browser = PageClient()
    assert "Sign in with your organization" in browser.get("/accounts/login/").content.decode()
    assert browser.post("/sign-in/", {"email": "Eve@Acme.Example"}).url == "/acme/sign-in"
    reply = browser.post("/sign-in/", {"email": "eve@rival.example"})
    assert reply.status_code == 422
    assert "No organization here signs in people of rival.example" in reply.content.decode()


def test_an_owner_does_all_that_on_a_page(cast: Cast, world: World) -> None:
    ana = cast.pages(cast.ana)
    assert ana.post("/acme/signing-in/domains", {"name": "acme.example"}).url == "/acme/signing-in/"
    domain = Domain.objects.get()
    page = ana.get("/acme/signing-in/").content.decode()
    assert record_of(domain) in page
    ana.post(f"/acme/signing-in/domains/{domain.pk}/prove")
    assert "found neither" in ana.get("/acme/signing-in/").content.decode()
    world.texts["acme.example"] = [record_of(domain)]
    ana.post(f"/acme/signing-in/domains/{domain.pk}/prove")
    page = ana.get("/acme/signing-in/").content.decode()
    assert "acme.example is proven." in page
    assert record_of(domain) not in page
    ana.post(f"/acme/signing-in/domains/{domain.pk}/drop")
    assert not Domain.objects.exists()


def test_nobody_can_be_asked_for_what_there_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    import dns.exception
    import dns.resolver

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise dns.exception.Timeout

    monkeypatch.undo()
    monkeypatch.setattr(dns.resolver, "resolve", refuse)
    assert names.texts("acme.example") == []

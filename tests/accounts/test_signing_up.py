"""Signing up by e-mail and founding an organization: closed, open, or with the operator's approval."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import override_settings

from accounts.actions import enroll
from accounts.actions.founding import approve_request, decline_request
from accounts.audit_models import AuditEntry
from accounts.checks import who_may_sign_up_is_one_of_three
from accounts.models import Membership, Organization, OrganizationRequest, User
from core.errors import Conflict
from core.tenancy import acting_for
from tests import make
from tests.cast import Cast, PageClient

ACCOUNT = {"email": "Ida@loewe.example", "password1": "a long password"}
WANTED = {"name": "Löwe & Co", "slug": "loewe", "first_name": "Ida"}


@pytest.fixture
def is_open(settings: Any) -> None:
    settings.SIGN_UP = "open"


@pytest.fixture
def by_approval(settings: Any) -> None:
    settings.SIGN_UP = "approval"


def signed_up() -> PageClient:
    """Ida's browser: she has an account, and a letter that she has not opened."""
    browser = PageClient()
    reply = browser.post("/accounts/signup/", ACCOUNT)
    assert (reply.status_code, reply.url) == (302, "/organizations/new")
    return browser


def verified() -> PageClient:
    """And she has opened it."""
    browser = signed_up()
    letter = next(one for one in mail.outbox if one.to == ["ida@loewe.example"])
    link = re.search(r"http://testserver(/accounts/confirm-email/\S+)", letter.body)[1]  # type: ignore[index]
    assert browser.get(link).status_code == 200
    assert browser.post(link).url == "/organizations/new"
    return browser


def ida() -> User:
    return User.objects.get(email="ida@loewe.example")


# Closed


def test_by_default_nobody_signs_up(db: None) -> None:
    assert "Here, people are invited" in PageClient().get("/accounts/signup/").content.decode()
    PageClient().post("/accounts/signup/", ACCOUNT)
    assert not User.objects.exists()
    assert "Sign up" not in PageClient().get("/accounts/login/").content.decode()


def test_then_members_found_nothing_either(cast: Cast) -> None:
    EmailAddress.objects.create(user=cast.ana.user, email="ana@acme.example", verified=True)
    ana = cast.pages(cast.ana)
    assert ana.post("/organizations/new", WANTED).status_code == 403
    assert "A new organization" not in ana.get("/organizations/").content.decode()


@pytest.mark.parametrize(("mode", "errors"), [("closed", 0), ("approval", 0), ("open", 0), ("opne", 1)])
def test_a_misspelt_mode_is_told(mode: str, errors: int) -> None:
    with override_settings(SIGN_UP=mode):
        assert len(who_may_sign_up_is_one_of_three()) == errors


# Open


def test_whoever_signs_up_and_opens_the_letter_founds_an_organization(db: None, is_open: None) -> None:
    assert "Sign up" in PageClient().get("/accounts/login/").content.decode()
    browser = verified()
    reply = browser.post("/organizations/new", WANTED)
    assert (reply.status_code, reply.url) == (302, "/loewe/")
    owner = Membership.objects.get()
    assert (owner.username, owner.first_name, owner.role) == ("ida", "Ida", "owner")
    assert owner.organization.name == "Löwe & Co"
    assert owner.user is not None
    assert owner.user.managed_by is None
    assert browser.get("/loewe/members/").status_code == 200


def test_one_after_the_other_signs_up(db: None, is_open: None) -> None:
    for name in ("ida", "ada", "eda"):
        reply = PageClient().post("/accounts/signup/", {**ACCOUNT, "email": f"{name}@loewe.example"})
        assert (reply.status_code, reply.url) == (302, "/organizations/new"), name
    assert len(set(User.objects.values_list("username", flat=True))) == 3
    assert "" not in User.objects.values_list("username", flat=True)


def test_the_log_of_a_new_organization_begins_with_who_founded_it(db: None, is_open: None) -> None:
    verified().post("/organizations/new", WANTED)
    organization = Organization.objects.get(slug="loewe")
    with acting_for(organization.pk):
        told = [(one.who, one.sentence) for one in AuditEntry.objects.order_by("at", "id")]
    assert ("ida@loewe.example", "created the organization Löwe & Co") in told
    assert "Somebody" not in [who for who, _ in told]


def test_the_letters_link_asks_whether_the_e_mail_is_ones_own(db: None, is_open: None) -> None:
    browser = signed_up()
    letter = next(one for one in mail.outbox if one.to == ["ida@loewe.example"])
    link = re.search(r"http://testserver(/accounts/confirm-email/\S+)", letter.body)[1]  # type: ignore[index]
    page = browser.get(link).content.decode()
    assert '<strong dir="ltr">ida@loewe.example</strong>' in page
    assert "Yes, it is mine" in page
    assert "not valid, or not any more" in browser.get("/accounts/confirm-email/nothing/").content.decode()


def test_before_the_letter_is_opened_nothing_is_founded(db: None, is_open: None) -> None:
    browser = signed_up()
    assert "First open the link" in browser.get("/organizations/new").content.decode()
    reply = browser.post("/organizations/new", WANTED)
    assert reply.status_code == 422
    assert "First open the link" in reply.content.decode()
    assert not Organization.objects.exists()


@pytest.mark.parametrize(
    ("slug", "sentence"),
    [
        ("acme", "The address acme is taken."),
        ("admin", "The address admin is taken."),
        ("Löwe", "Write 2 to 60 small letters"),
        ("a", "Write 2 to 60 small letters"),
        ("-a", "Write 2 to 60 small letters"),
    ],
)
def test_an_address_that_cannot_be_is_told_while_it_is_written_and_afterwards(
    cast: Cast, is_open: None, slug: str, sentence: str
) -> None:
    browser = verified()
    assert sentence in browser.get("/organizations/address", {"slug": slug}).content.decode()
    reply = browser.post("/organizations/new", WANTED | {"slug": slug})
    assert reply.status_code == 422
    assert sentence in reply.content.decode()
    assert not Membership.objects.filter(user=ida()).exists()


def test_a_free_address_is_told_also_from_the_name(cast: Cast, is_open: None) -> None:
    browser = cast.pages(cast.ana)
    assert "is free" in browser.get("/organizations/address", {"slug": "loewe"}).content.decode()
    page = browser.get("/organizations/address", {"name": "Löwe & Co", "slug": ""}).content.decode()
    assert "<bdi>lowe-co</bdi> is free" in page


def test_without_an_address_it_is_made_from_the_name(cast: Cast, is_open: None) -> None:
    assert verified().post("/organizations/new", WANTED | {"slug": ""}).url == "/lowe-co/"


def test_one_account_founds_a_second_one_and_joins_others(cast: Cast, is_open: None) -> None:
    browser = verified()
    browser.post("/organizations/new", WANTED)
    assert "A new organization" in browser.get("/organizations/").content.decode()
    assert browser.post("/organizations/new", WANTED | {"slug": "tiger"}).url == "/tiger/"
    enroll(cast.acme, ida(), username="ida")
    page = browser.get("/organizations/").content.decode()
    assert all(f'href="/{slug}/"' in page for slug in ("loewe", "tiger", "acme"))


def test_an_e_mail_has_one_account(cast: Cast, is_open: None) -> None:
    signed_up()
    reply = PageClient().post("/accounts/signup/", ACCOUNT)
    assert reply.status_code == 200
    assert User.objects.filter(email="ida@loewe.example").count() == 1


def test_somebody_elses_e_mail_founds_nothing(cast: Cast, is_open: None) -> None:
    """Who signs up with an address that is not theirs never opens the letter."""
    browser = signed_up()
    assert not EmailAddress.objects.get(user=ida()).verified
    assert browser.post("/organizations/new", WANTED).status_code == 422


# By approval


@pytest.fixture
def operator(db: None) -> User:
    user = make.operator("root")
    user.email = "root@assay.example"
    user.save()
    return user


@pytest.fixture
def asked(operator: User, by_approval: None, django_capture_on_commit_callbacks: Any) -> OrganizationRequest:
    """Ida has asked for an organization."""
    browser = verified()
    with django_capture_on_commit_callbacks(execute=True):
        assert browser.post("/organizations/new", WANTED).url == "/organizations/"
    assert "It is not decided yet" in browser.get("/organizations/").content.decode()
    return OrganizationRequest.objects.get()


def letters(to: str) -> list[str]:
    return [one.subject for one in mail.outbox if one.to == [to]]


def test_the_operator_is_written_to_and_nothing_is_founded_yet(asked: OrganizationRequest) -> None:
    assert letters("root@assay.example") == ["Somebody asks for the organization Löwe & Co"]
    assert "/admin/accounts/organizationrequest/" in mail.outbox[-1].body
    assert not Organization.objects.exists()


def test_the_operator_approves_in_the_admin_and_ida_is_written_to(
    asked: OrganizationRequest, operator: User, django_capture_on_commit_callbacks: Any
) -> None:
    browser = PageClient()
    browser.force_login(operator)
    page = browser.get("/admin/accounts/organizationrequest/").content.decode()
    assert "Löwe &amp; Co" in page
    form = {"action": "approve", "_selected_action": str(asked.pk)}
    with django_capture_on_commit_callbacks(execute=True):
        browser.post("/admin/accounts/organizationrequest/", form)
    assert Membership.objects.get().organization.slug == "loewe"
    assert letters("ida@loewe.example")[-1] == "Löwe & Co is ready"
    assert "/loewe/" in mail.outbox[-1].body
    browser.post("/admin/accounts/organizationrequest/", form)
    assert Organization.objects.count() == 1, "once"


def test_the_operator_declines_and_the_account_stays(
    asked: OrganizationRequest, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        decline_request(asked)
    assert letters("ida@loewe.example")[-1] == "About the organization Löwe & Co"
    assert not Organization.objects.exists()
    assert ida().is_active
    with pytest.raises(Conflict, match="decided already"):
        approve_request(asked)


def test_an_address_that_was_taken_meanwhile_becomes_another(asked: OrganizationRequest) -> None:
    Organization.objects.create(name="Another", slug="loewe")
    assert approve_request(asked).organization.slug == "lowe-co"


def test_nobody_asks_twice_at_once(asked: OrganizationRequest) -> None:
    browser = PageClient()
    browser.force_login(ida())
    reply = browser.post("/organizations/new", WANTED | {"slug": "tiger"})
    assert reply.status_code == 422
    assert "asked for an organization already" in reply.content.decode()


def test_owners_do_not_decide(asked: OrganizationRequest, cast: Cast) -> None:
    ana = cast.pages(cast.ana)
    assert ana.get("/admin/accounts/organizationrequest/").status_code == 403
    form = {"action": "approve", "_selected_action": str(asked.pk)}
    assert ana.post("/admin/accounts/organizationrequest/", form).status_code == 403
    assert not Membership.objects.filter(user=ida()).exists()

"""Inviting people by e-mail, and joining."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import Membership, User
from core.errors import Conflict
from core.tenancy import acting_for
from tests import make
from tests.cast import Cast
from workspaces.actions import accept_invitation, invite
from workspaces.models import Invitation

JOIN = {"username": "eve", "first_name": "Eve", "password": "a fine password"}


def text(response: Any) -> str:
    return response.content.decode()


def invited(cast: Cast, **given: Any) -> str:
    """The path of Eve's link."""
    given = {"workspaces": {cast.workspace: None}, "by": cast.ana, **given}
    return f"/acme/invitations/{invite(cast.acme, 'Eve@example.org', **given).token}"


def test_a_link_is_sent_and_shown_once(cast: Cast) -> None:
    form = {"email": "Eve@example.org", "role": "admin", "workspaces": [str(cast.workspace.pk)]}
    page = cast.pages(cast.ana).post("/acme/members/invite", form)
    (letter,) = mail.outbox
    link = page.context["link"]
    assert letter.to == ["eve@example.org"]
    assert letter.subject == "Join Acme on Assay"
    assert link in letter.body
    assert link in letter.alternatives[0].content
    assert link in text(page)
    assert "no-store" in page.headers["Cache-Control"]
    listed = text(cast.pages(cast.ana).get("/acme/members/"))
    assert "eve@example.org" in listed
    assert link not in listed
    assert "Join <span" in text(Client().get(link.partition("6900")[2]))


def test_where_no_letter_can_be_sent_the_link_is_still_there(cast: Cast) -> None:
    form = {"email": "eve@example.org", "role": "annotator"}
    with patch(
        "django.core.mail.backends.locmem.EmailBackend.send_messages",
        side_effect=ConnectionRefusedError("no"),
    ):
        page = cast.pages(cast.ana).post("/acme/members/invite", form)
    assert page.status_code == 200
    assert "could not be sent" in text(page)
    assert page.context["link"] in text(page)


def test_somebody_new_joins_with_an_account_of_their_own(cast: Cast) -> None:
    client, path = Client(), invited(cast, role="admin")
    assert 'value="eve"' in text(client.get(path))
    assert client.post(path, JOIN).url == "/acme/"
    eve = Membership.objects.get(username="eve")
    assert (eve.role, eve.organization, eve.first_name) == ("admin", cast.acme, "Eve")
    assert eve.workspaces.get() == cast.workspace
    assert eve.user.managed_by is None
    assert eve.user.email == "eve@example.org"
    assert EmailAddress.objects.get(user=eve.user).verified
    assert client.get("/acme/account/").status_code == 200, "and is signed in"


def test_somebody_with_an_account_signs_in_first_and_joins_with_it(cast: Cast) -> None:
    user = User.objects.create_user(email="eve@example.org", password=make.PASSWORD)
    client, path = Client(), invited(cast)
    assert f"/accounts/login/?next={path}" in text(client.get(path))
    assert client.post(path, JOIN).status_code == 422, "nobody takes over an account by its e-mail"
    client.force_login(user)
    assert client.post(path, {"username": "eve", "first_name": "Eve"}).url == "/acme/"
    assert Membership.objects.get(username="eve").user == user


def test_an_account_that_another_organization_manages_is_its_own_from_then_on(cast: Cast) -> None:
    client = cast.pages(cast.cleo)
    client.post(invited(cast), {"username": "cleo", "first_name": "Cleo"})
    assert User.objects.get(pk=cast.cleo.user_id).managed_by is None


def test_a_link_works_once(cast: Cast) -> None:
    path = invited(cast)
    Client().post(path, JOIN)
    again = Client().get(path)
    assert again.status_code == 404
    assert "Ask for another one." in text(again)


def test_an_invitation_is_accepted_once_even_at_the_same_time(cast: Cast) -> None:
    invitation = invite(cast.acme, "eve@example.org", by=cast.ana).invitation
    one, other = (User.objects.create_user() for _ in range(2))
    accept_invitation(invitation, one, username="one")
    with pytest.raises(Conflict):
        accept_invitation(invitation, other, username="other")


def test_a_link_runs_out_and_can_be_withdrawn(cast: Cast) -> None:
    path = invited(cast)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Client().get(path).status_code == 404
    path = invited(cast)
    pk = Invitation.objects.get().pk
    assert cast.pages(cast.ana).post(f"/acme/members/invitations/{pk}/withdraw").status_code == 302
    assert Client().get(path).status_code == 404


def test_a_second_invitation_replaces_the_first(cast: Cast) -> None:
    first, second = invited(cast), invited(cast)
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200


def test_a_link_opens_nothing_in_another_organization(cast: Cast) -> None:
    path = invited(cast)
    for slug in ("rival", "nobody"):
        assert Client().get(path.replace("acme", slug)).status_code == 404


def test_whoever_is_a_member_goes_home(cast: Cast) -> None:
    assert cast.pages(cast.ben).get(invited(cast)).url == "/acme/"
    make.member(cast.acme, "fay", email="fay@example.org")
    with pytest.raises(Conflict):
        invite(cast.acme, "FAY@example.org", by=cast.ana)


def test_a_taken_username_is_said_and_leaves_the_invitation_open(cast: Cast) -> None:
    path = invited(cast)
    response = Client().post(path, {**JOIN, "username": "ben"})
    assert response.status_code == 422
    assert "taken" in text(response)
    assert not User.objects.filter(email="eve@example.org").exists()
    assert Client().post(path, JOIN).url == "/acme/"


def test_a_common_password_is_refused(cast: Cast) -> None:
    response = Client().post(invited(cast), {**JOIN, "password": "password"})
    assert response.status_code == 422
    assert "password" in response.context["form"].errors


def test_managers_invite_labelers_to_their_workspaces_and_see_their_own_invitations(cast: Cast) -> None:
    invite(cast.acme, "secret@example.org", by=cast.ana)
    max_ = cast.pages(cast.max)
    form = {"email": "eve@example.org", "role": "annotator", "workspaces": [str(cast.workspace.pk)]}
    assert max_.post("/acme/members/invite", {**form, "role": "owner"}).status_code == 422
    assert max_.post("/acme/members/invite", {**form, "workspaces": []}).status_code == 422
    assert max_.post("/acme/members/invite", form).status_code == 200
    page = text(max_.get("/acme/members/"))
    assert "eve@example.org" in page
    assert "secret@example.org" not in page


def test_a_workspace_that_is_gone_meanwhile_is_left_out(cast: Cast) -> None:
    path = invited(cast)
    cast.workspace.delete()
    assert Client().post(path, JOIN).url == "/acme/"


def test_an_invitation_belongs_to_its_organization(cast: Cast) -> None:
    invited(cast)
    with acting_for(cast.rival.pk):
        assert not Invitation.objects.exists()

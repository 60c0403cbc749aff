"""Links to share, and many people who are asked at once."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import Membership, User
from core.errors import Conflict, Invalid
from tests import make
from tests.cast import Cast
from workspaces.actions import ask_for_letter, invite, make_link, renew_invitation, withdraw_invitation
from workspaces.models import Invitation, WorkspaceMembership
from workspaces.tasks import send_invitation

JOIN = {"first_name": "Eve", "password": "a fine password"}


def text(response: Any) -> str:
    return response.content.decode()


def plain(page: str) -> str:
    """Without the token that is another one each time."""
    return re.sub(r'csrfmiddlewaretoken" value="[^"]*"', "", page)


def link(cast: Cast, **given: Any) -> str:
    """The path of a link into the workspace, for reviewers."""
    given = {"workspaces": {cast.workspace: "reviewer"}, "by": cast.ana, "most_uses": 2, **given}
    return f"/acme/invitations/{make_link(cast.acme, **given).token}"


def join(path: str, username: str, client: Client | None = None) -> Any:
    return (client or Client()).post(path, {**JOIN, "username": username})


def test_as_many_join_by_a_link_as_it_allows(cast: Cast) -> None:
    path = link(cast)
    assert join(path, "eve").url == "/acme/"
    assert join(path, "fay").url == "/acme/"
    assert join(path, "gil").status_code == 404
    assert Client().get(path).status_code == 404
    places = WorkspaceMembership.objects.filter(membership__username__in=["eve", "fay"])
    assert {(place.workspace, place.role) for place in places} == {(cast.workspace, "reviewer")}
    eve = Membership.objects.get(username="eve")
    assert eve.user.managed_by == cast.acme, "an owner can give them a new password"
    assert not eve.user.must_change_password


def test_somebody_with_an_account_joins_with_it(cast: Cast) -> None:
    path = link(cast)
    assert join(path, "cleopatra", cast.pages(cast.cleo)).url == "/acme/"
    assert Membership.objects.get(username="cleopatra").user == cast.cleo.user


def test_a_link_ends_with_its_day_or_when_it_is_withdrawn(cast: Cast) -> None:
    path = link(cast, days=3)
    invitation = Invitation.objects.get()
    assert timedelta(days=2) < invitation.expires_at - timezone.now() <= timedelta(days=3)
    Invitation.objects.update(expires_at=timezone.now())
    assert join(path, "eve").status_code == 404
    other = link(cast)
    withdraw_invitation(Invitation.objects.latest("inserted_at"))
    assert join(other, "eve").status_code == 404


def test_a_link_for_a_domain_sends_a_letter_to_an_address_there(cast: Cast) -> None:
    path = link(cast, domain="@Example.org")
    client = Client()
    assert "at <bdi>example.org</bdi>" in text(client.get(path))
    assert client.post(path, {"email": "eve@elsewhere.org"}).status_code == 422
    assert mail.outbox == []
    assert "Look into your mail" in text(client.post(path, {"email": "Eve@Example.org"}))
    (letter,) = mail.outbox
    assert letter.to == ["eve@example.org"]
    own = next(word for word in letter.body.split() if "/invitations/" in word).partition("/acme/")[2]
    assert join(f"/acme/{own}", "eve").url == "/acme/"
    eve = User.objects.get(email="eve@example.org")
    assert EmailAddress.objects.get(user=eve).verified
    shared = Invitation.objects.get(domain="example.org")
    assert shared.uses == 1


def test_nobody_learns_by_it_who_is_here_and_letters_do_not_rain(cast: Cast) -> None:
    member = make.member(cast.acme, "hal", email="hal@example.org")
    path = link(cast, domain="example.org")
    first = text(Client().post(path, {"email": "hal@example.org"}))
    assert mail.outbox == []
    again = [text(Client().post(path, {"email": "eve@example.org"})) for _ in range(2)]
    assert len(mail.outbox) == 1
    assert plain(again[1]).replace("eve", "hal") == plain(first)
    assert member.user is not None


def test_no_more_letters_go_than_people_may_join(cast: Cast) -> None:
    shared = make_link(cast.acme, most_uses=1, domain="example.org", by=cast.ana).invitation
    assert ask_for_letter(shared, "eve@example.org")
    with pytest.raises(Conflict, match="As many"):
        ask_for_letter(shared, "fay@example.org")


def test_an_account_joins_by_a_link_for_a_domain_if_its_e_mail_there_is_proven(cast: Cast) -> None:
    path = link(cast, domain="example.org")
    pages = cast.pages(cast.cleo)
    assert "Confirm yours" in text(join(path, "cleo", pages))
    EmailAddress.objects.create(user=cast.cleo.user, email="cleo@example.org", verified=False)
    assert join(path, "cleo", pages).status_code == 422
    EmailAddress.objects.update(verified=True)
    assert join(path, "cleo", pages).url == "/acme/"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"role": "owner"}, "nobody an owner"),
        ({"most_uses": 0}, "1 to 10000"),
        ({"days": 0}, "1 to 365"),
        ({"domain": "a b"}, "behind the @"),
    ],
)
def test_a_link_that_would_be_none_is_refused(cast: Cast, given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        link(cast, **given)


def test_a_link_is_made_on_the_page_and_shown_once(cast: Cast) -> None:
    form = {"role": "annotator", "workspaces": [str(cast.workspace.pk)], "most_uses": "3", "days": "7"}
    pages = cast.pages(cast.max)
    page = pages.post("/acme/members/invite/link", form)
    assert page.context["link"] in text(page)
    listed = text(pages.get("/acme/members/"))
    assert "0 of 3 joined" in listed
    assert page.context["link"] not in listed
    assert (
        cast.pages(cast.max).post("/acme/members/invite/link", {**form, "role": "admin"}).status_code == 422
    )


def test_a_letter_is_sent_again_with_another_link(cast: Cast) -> None:
    first = invite(cast.acme, "eve@example.org", by=cast.ana, days=3)
    page = cast.pages(cast.ana).post(f"/acme/members/invitations/{first.invitation.pk}/resend")
    assert page.context["link"] in mail.outbox[0].body
    assert Client().get(f"/acme/invitations/{first.token}").status_code == 404
    path = page.context["link"].partition("/acme/")[2]
    assert Client().get(f"/acme/{path}").status_code == 200


def test_one_that_was_used_is_not_sent_again(cast: Cast) -> None:
    made = invite(cast.acme, "eve@example.org", by=cast.ana)
    join(f"/acme/invitations/{made.token}", "eve")
    with pytest.raises(Conflict):
        renew_invitation(made.invitation)


PASTED = """email,name,role,workspaces
eve@example.org,Eve Miller,reviewer,acme-workspace
no address,,,
fay@example.org,,captain,acme-workspace
gil@example.org,,,"acme-workspace:viewer | nowhere"
eve@example.org,,,
hal@example.org,Hal,,
"""


def test_each_line_says_what_is_wrong_before_anything_is_sent(cast: Cast) -> None:
    make.member(cast.acme, "hal", email="hal@example.org")
    form = {"lines": PASTED, "role": "annotator", "workspaces": [str(cast.workspace.pk)]}
    page = cast.pages(cast.ana).post("/acme/members/invite/many", form)
    wrong = {line.number: " ".join(line.wrong) for line in page.context["preview"]["lines"] if line.wrong}
    assert "no e-mail address" in wrong.pop(3)
    assert "no role “captain”" in wrong.pop(4)
    assert "no workspace “nowhere”" in wrong.pop(5)
    assert "in line 2 already" in wrong.pop(6)
    assert "member already" in wrong.pop(7)
    assert wrong == {}
    assert "Send 1 invitation" in text(page)
    assert not Invitation.objects.exists()
    assert mail.outbox == []


def test_those_that_are_right_are_sent_by_workers(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    form = {"lines": PASTED, "role": "annotator", "send": "1", "days": "30"}
    with django_capture_on_commit_callbacks(execute=True):
        assert cast.pages(cast.ana).post("/acme/members/invite/many", form).status_code == 302
    emails = {letter.to[0]: letter for letter in mail.outbox}
    assert emails.keys() == {"eve@example.org", "hal@example.org"}
    eve = Invitation.objects.get(email="eve@example.org")
    assert (eve.name, eve.places, eve.days) == ("Eve Miller", {str(cast.workspace.pk): "reviewer"}, 30)
    assert eve.sent_at is not None
    path = next(word for word in emails["eve@example.org"].body.split() if "/invitations/" in word)
    page = text(Client().get("/acme/" + path.partition("/acme/")[2]))
    assert 'value="Eve"' in page
    assert 'value="Miller"' in page
    send_invitation(str(cast.acme.pk), str(eve.pk))
    assert len(mail.outbox) == 2, "a task that is done twice sends one letter"


def test_a_file_is_read_too_and_bare_addresses_are_enough(cast: Cast) -> None:
    pages = cast.pages(cast.ana)
    file = SimpleUploadedFile("people.csv", "\ufeffemail;name\r\neve@example.org;Žofie\r\n".encode())
    page = pages.post("/acme/members/invite/many", {"file": file, "role": "annotator"})
    assert [(line.email, line.name) for line in page.context["preview"]["lines"]] == [
        ("eve@example.org", "Žofie")
    ]
    assert "eve@example.org" in page.context["form"]["lines"].value(), "the file need not be sent again"
    bare = "Eve <eve@example.org>\nfay@example.org, gil@example.org\n"
    page = pages.post("/acme/members/invite/many", {"lines": bare, "role": "annotator"})
    lines = page.context["preview"]["lines"]
    assert [(line.number, line.name, line.email) for line in lines] == [
        (1, "Eve", "eve@example.org"),
        (2, "", "fay@example.org"),
        (2, "", "gil@example.org"),
    ]
    assert not any(line.wrong for line in lines)


def test_managers_ask_no_owners_and_no_managers(cast: Cast) -> None:
    lines = "email,role,workspaces\na@x.org,owner,acme-workspace\nb@x.org,,acme-workspace:manager\nc@x.org,labeler,\n"
    form = {"lines": lines, "role": "annotator", "send": "1"}
    page = cast.pages(cast.max).post("/acme/members/invite/many", form)
    wrong = [" ".join(line.wrong) for line in page.context["preview"]["lines"]]
    assert "Only owners" in wrong[0]
    assert "Only owners" in wrong[1]
    assert "in which workspaces" in wrong[2]
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("lines", ["", "email,shoe\na@x.org,42\n", "x@y.org\n" * 501])
def test_what_is_no_list_is_refused(cast: Cast, lines: str) -> None:
    form = {"lines": lines, "role": "annotator", "send": "1"}
    assert cast.pages(cast.ana).post("/acme/members/invite/many", form).status_code == 422
    assert not Invitation.objects.exists()


def test_the_api_invites_lists_resends_and_withdraws(cast: Cast) -> None:
    api = cast.api(cast.max)
    place = {"workspace_id": str(cast.workspace.pk), "role": "viewer"}
    made = api.post("/invitations", {"email": "eve@example.org", "workspaces": [place], "days": 3}).json()
    assert made["link"] in mail.outbox[0].body
    assert made["workspaces"] == [place]
    shared = api.post("/invitations", {"workspaces": [place], "most_uses": 5, "domain": "example.org"}).json()
    assert (shared["email"], shared["uses"]) == (None, 0)
    assert [one["id"] for one in api.get("/invitations").json()["items"]] == [made["id"], shared["id"]]
    again = api.post(f"/invitations/{made['id']}/resend").json()
    assert again["link"] != made["link"]
    assert api.delete(f"/invitations/{made['id']}").status_code == 204
    assert api.post("/invitations", {"email": "nonsense", "workspaces": [place]}).status_code == 422
    assert api.post("/invitations", {"email": "a@x.org"}).status_code == 422, "managers say where"
    assert api.post("/invitations", {"role": "owner", "workspaces": [place]}).status_code == 403

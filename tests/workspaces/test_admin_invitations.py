"""Invitations, the end of an organization and what people asked about their data, in the admin."""

from __future__ import annotations

import re

from django.core import mail
from django.test import Client
from django.utils.timezone import now

from accounts.actions import order_deletion
from feedback.actions.personal import ask_for_copy
from tests import make
from tests.cast import Cast
from workspaces.actions import invite, make_link
from workspaces.models import Invitation

INVITATIONS = "/admin/workspaces/invitation/"
ORGANIZATIONS = "/admin/accounts/organization/"


def act(client: Client, page: str, name: str, *rows: object) -> str:
    sent = {"action": name, "_selected_action": [str(row) for row in rows], "confirmed": "yes"}
    return re.sub(r"<[^>]+>", "", client.post(page, sent, follow=True).content.decode())


def test_a_letter_is_sent_again_with_another_link(cast: Cast) -> None:
    asked = invite(cast.acme, "eve@example.org", by=cast.max)
    shared = make_link(cast.acme, name="Course", by=cast.max)
    told = act(cast.pages(cast.max), INVITATIONS, "send_again", asked.invitation.pk, shared.invitation.pk)
    assert "eve@example.org was sent another letter." in told
    assert "Course is a link to share: renew it under People." in told
    [letter] = mail.outbox
    assert letter.to == ["eve@example.org"]
    assert asked.token not in letter.body
    digest = Invitation.objects.get(pk=asked.invitation.pk).digest
    assert digest != asked.invitation.digest
    page = cast.pages(cast.max).get(f"{INVITATIONS}{asked.invitation.pk}/change/").content.decode()
    assert digest not in page
    assert "Waiting" in page


def test_used_up_invitations_are_not_sent_again(cast: Cast) -> None:
    asked = invite(cast.acme, "eve@example.org", by=cast.max).invitation
    Invitation.objects.filter(pk=asked.pk).update(accepted_at=now())
    told = act(cast.pages(cast.max), INVITATIONS, "send_again", asked.pk)
    assert "This invitation has been used already." in told
    assert mail.outbox == []


def test_deleting_an_invitation_withdraws_it(cast: Cast) -> None:
    asked = invite(cast.acme, "eve@example.org", by=cast.ana).invitation
    assert cast.pages(cast.max).post(f"{INVITATIONS}{asked.pk}/delete/", {"post": "yes"}).status_code == 404
    cast.pages(cast.ana).post(f"{INVITATIONS}{asked.pk}/delete/", {"post": "yes"})
    assert not Invitation.objects.exists()


def test_invitations_are_found_by_what_became_of_them(cast: Cast) -> None:
    waiting, used, late = (invite(cast.acme, f"{name}@example.org", by=cast.ana).invitation for name in "abc")
    Invitation.objects.filter(pk=used.pk).update(accepted_at=now())
    Invitation.objects.filter(pk=late.pk).update(expires_at=now())
    for state, one in (("waiting", waiting), ("accepted", used), ("expired", late)):
        page = cast.pages(cast.ana).get(INVITATIONS, {"state": state})
        assert [row.pk for row in page.context["cl"].result_list] == [one.pk]


def test_owners_and_the_operator_keep_an_organization_that_is_going_to_end(cast: Cast) -> None:
    operator = Client()
    operator.force_login(make.operator())
    for client in (cast.pages(cast.ana), operator):
        order_deletion(cast.acme, typed="Acme")
        cast.acme.refresh_from_db()
        assert cast.acme.purge_at is not None
        assert "Acme is kept." in act(client, ORGANIZATIONS, "keep", cast.acme.pk)
        cast.acme.refresh_from_db()
        assert cast.acme.purge_at is None
        assert "Acme is not going to be deleted." in act(client, ORGANIZATIONS, "keep", cast.acme.pk)


def test_nobody_keeps_what_is_being_deleted_or_what_is_anothers(cast: Cast) -> None:
    order_deletion(cast.acme, typed="Acme")
    act(cast.pages(cast.cleo), ORGANIZATIONS, "keep", cast.acme.pk)
    cast.acme.refresh_from_db()
    assert cast.acme.purge_at is not None
    type(cast.acme).objects.filter(pk=cast.acme.pk).update(purge_at=now())
    operator = Client()
    operator.force_login(make.operator())
    assert "It is too late" in act(operator, ORGANIZATIONS, "keep", cast.acme.pk)


def test_owners_see_what_was_asked_about_data_and_no_file_of_it(cast: Cast) -> None:
    asked = ask_for_copy(cast.ben, by=cast.ben)
    type(asked).objects.update(file="personal/ben.zip", counts={"answers": 3})
    page = cast.pages(cast.ana).get(f"/admin/feedback/personalrequest/{asked.pk}/change/").content.decode()
    assert "Copy of all data" in page
    assert '<dt dir="auto">answers</dt>' in page
    assert "personal/ben.zip" not in page
    assert cast.pages(cast.max).get("/admin/feedback/personalrequest/").status_code == 403

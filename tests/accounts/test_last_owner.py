"""An organization never loses its last owner, by whatever way, and however many go at once."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connections, transaction

from accounts.access import Role
from accounts.actions import change_member, deactivate_member, hand_over_ownership, remove_member
from accounts.models import Membership
from core.errors import Conflict, DomainError, Invalid
from core.tenancy import across, acting_for
from tests import make
from tests.cast import Cast


def step_down(member: Membership) -> Any:
    return change_member(member, role=Role.ADMIN)


WAYS: list[Callable[[Membership], Any]] = [remove_member, deactivate_member, step_down]


@pytest.mark.parametrize("way", WAYS)
def test_the_last_owner_stays(cast: Cast, way: Callable[[Membership], Any]) -> None:
    with pytest.raises(Conflict, match="only owner"):
        way(cast.ana)
    make.owner(cast.acme)
    way(cast.ana)


@pytest.mark.parametrize("way", WAYS)
def test_an_owner_who_is_deactivated_does_not_count(cast: Cast, way: Callable[[Membership], Any]) -> None:
    deactivate_member(make.owner(cast.acme))
    with pytest.raises(Conflict, match="only owner"):
        way(cast.ana)


def test_what_was_read_before_somebody_became_an_owner_does_not_count(cast: Cast) -> None:
    stale = Membership.objects.get(pk=cast.max.pk)
    hand_over_ownership(cast.ana, Membership.objects.get(pk=cast.max.pk))
    with pytest.raises(Conflict, match="only owner"):
        remove_member(stale)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", WAYS)
def test_of_two_owners_who_go_at_once_one_stays(way: Callable[[Membership], Any]) -> None:
    with across(), transaction.atomic():
        organization = make.organization("Twins")
        owners = [make.owner(organization, "one"), make.owner(organization, "two")]
    refused: list[str] = []
    start = Barrier(2)

    def go(member: Membership) -> None:
        try:
            with acting_for(organization.pk), transaction.atomic():
                Membership.objects.get(
                    pk=member.pk
                )  # both connections are at work before one asks for the lock
                start.wait(20)
                way(member)
        except DomainError as error:
            refused.append(str(error))
        finally:
            connections.close_all()

    threads = [Thread(target=go, args=(one,)) for one in owners]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(refused) == 1
    assert "only owner" in refused[0]
    with across(), transaction.atomic():
        left = Membership.objects.filter(organization=organization, role="owner", left_at=None)
        assert left.filter(deactivated_at=None).count() == 1


def test_ownership_is_handed_over_whole(cast: Cast) -> None:
    hand_over_ownership(cast.ana, cast.max)
    cast.ana.refresh_from_db()
    cast.max.refresh_from_db()
    assert (cast.ana.role, cast.max.role) == ("admin", "owner")
    with pytest.raises(Conflict, match="not an owner any more"):
        hand_over_ownership(cast.ana, cast.ben)


def test_it_goes_to_somebody_who_can_sign_in(cast: Cast) -> None:
    deactivate_member(cast.ben)
    for nobody in (cast.sue, cast.bea, cast.ben):
        with pytest.raises(Invalid, match="can sign in"):
            hand_over_ownership(cast.ana, nobody)
    with pytest.raises(Invalid, match="already"):
        hand_over_ownership(cast.ana, cast.ana)
    cast.ana.refresh_from_db()
    assert cast.ana.is_owner


def test_the_page_hands_over_and_the_only_owner_cannot_leave(cast: Cast) -> None:
    pages = cast.pages(cast.ana)
    refusal = pages.post("/acme/account/leave")
    assert refusal.status_code == 409
    assert "only owner" in refusal.content.decode()
    assert "in your place" in pages.get(f"/acme/members/{cast.max.pk}/hand-over").content.decode()
    assert pages.post(f"/acme/members/{cast.max.pk}/hand-over").status_code == 302
    assert pages.post("/acme/account/leave").status_code == 302
    cast.ana.refresh_from_db()
    assert cast.ana.left_at is not None


def test_the_admin_refuses_too(cast: Cast) -> None:
    pages = cast.pages(cast.ana)
    chosen = {"action": "deactivate", "_selected_action": [str(cast.ana.pk)]}
    answer = pages.post("/admin/accounts/membership/", chosen, follow=True)
    assert "only owner" in answer.content.decode()
    pages.post(f"/admin/accounts/membership/{cast.ana.pk}/delete/", {"post": "yes"})
    cast.ana.refresh_from_db()
    assert cast.ana.left_at is None
    assert cast.ana.deactivated_at is None


def test_the_api_refuses_too(cast: Cast) -> None:
    api = cast.api(cast.ana)
    assert api.post("/me/leave").status_code == 409
    assert api.post(f"/users/{cast.ana.pk}/deactivate").status_code == 409
    assert api.patch(f"/users/{cast.ana.pk}", {"role": "annotator"}).status_code == 409
    assert api.delete(f"/users/{cast.ana.pk}").status_code == 409
    assert api.post(f"/users/{cast.max.pk}/hand-over").json()["role"] == "owner"

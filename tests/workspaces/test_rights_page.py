"""What somebody may do and why, told to them and to those who look after them."""

from __future__ import annotations

import pytest
from django.db import connection

from accounts import directory
from core.tenancy import closed
from tests import make
from tests.cast import Cast
from workspaces.actions import change_role_in_workspace
from workspaces.models import WorkspaceMembership

PATH = "/acme/account/rights"


def test_it_says_who_made_one_what_and_when(cast: Cast) -> None:
    place = WorkspaceMembership.objects.get(membership=cast.ben)
    change_role_in_workspace(place, "reviewer", by=cast.ana)
    page = cast.pages(cast.ben).get(PATH).content.decode()
    day = place.role_set_at and place.role_set_at.date()
    assert f"You are a Reviewer in acme-workspace because Ana set it on {day}." in page
    person = cast.pages(cast.max).get(f"/acme/members/{cast.ben.pk}/").content.decode()
    assert f"Ben is a Reviewer in acme-workspace because Ana set it on {day}." in person


def test_it_says_so_where_nobody_is_known_to_have_set_it(cast: Cast) -> None:
    assert "You are a Labeler in acme-workspace since " in cast.pages(cast.ben).get(PATH).content.decode()
    WorkspaceMembership.objects.update(role_set_at=None)
    page = cast.pages(cast.ben).get(PATH).content.decode()
    assert "You are a Labeler in acme-workspace: from before each workspace had roles" in page


def test_owners_are_told_that_it_is_everywhere(cast: Cast) -> None:
    page = cast.pages(cast.ana).get(PATH).content.decode()
    assert "You are an owner of Acme: of every workspace in it." in page


def test_a_manager_is_told_nothing_of_workspaces_that_are_not_theirs(cast: Cast) -> None:
    make.place(make.workspace(cast.acme, "secret"), cast.ben)
    assert "secret" not in cast.pages(cast.max).get(f"/acme/members/{cast.ben.pk}/").content.decode()
    assert "secret" not in cast.pages(cast.max).get("/acme/members/").content.decode()


@pytest.mark.parametrize("who", ["ben", "max"])
def test_pages_about_errors_need_no_database(cast: Cast, who: str) -> None:
    """They are made when the transaction is over, and with it the word for whom it acted."""
    user = getattr(cast, who).user
    member = directory.membership_of(user, "acme")
    assert member is not None
    asked = len(connection.queries_log)
    with closed(), connection.execute_wrapper(_refuse):
        assert member.looks_on() == (who == "max")
        assert member.manages_somewhere() == (who == "max")
    assert asked == len(connection.queries_log)


def _refuse(*_: object) -> None:
    raise AssertionError("A query.")

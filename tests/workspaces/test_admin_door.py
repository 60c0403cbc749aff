"""Who enters Django's admin, and for which organization they act there."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.test import Client

from accounts.actions import enroll
from accounts.middleware import OrganizationMiddleware
from core.tenancy import ACROSS, CLOSED, closed, current
from tests import make
from tests.cast import Cast


def test_owners_and_managers_enter_and_labelers_are_told_why_not(cast: Cast) -> None:
    for who in (cast.ana, cast.max, cast.cleo):
        assert cast.pages(who).get("/admin/").status_code == 200
    ben = cast.pages(cast.ben).get("/admin/", follow=True)
    assert ben.status_code == 403
    assert "for owners and managers" in ben.content.decode()


def test_strangers_sign_in_on_our_page(cast: Cast) -> None:
    assert Client().get("/admin/").url == "/accounts/login/?next=/admin/"
    assert Client().get("/admin/login/?next=/admin/").url == "/accounts/login/?next=/admin/"
    tried = Client().post("/admin/login/", {"username": "ana", "password": make.PASSWORD})
    assert tried.status_code == 302
    assert cast.pages(cast.ana).get("/admin/login/").url == "/admin/"


def test_the_operator_enters_without_belonging_anywhere(cast: Cast) -> None:
    operator = Client()
    operator.force_login(make.operator())
    assert operator.get("/admin/").status_code == 200
    assert operator.get("/acme/members/").status_code == 404


def acting_in_the_admin(user: Any, organization: str = "") -> Any:
    """What OrganizationMiddleware sets for this person in the admin: (organization, whom the request acts for)."""
    request = HttpRequest()
    request.path, request.user = "/admin/", user
    request.session = {"organization": organization} if organization else {}
    with closed():
        OrganizationMiddleware(lambda _: HttpResponse()).process_view(
            request, lambda _: HttpResponse(), (), {}
        )
        return getattr(request, "organization", None), current()


def test_members_act_for_their_only_organization_or_the_one_visited_last(cast: Cast) -> None:
    user = cast.ana.user
    assert acting_in_the_admin(user) == (cast.acme, str(cast.acme.pk))
    enroll(cast.rival, user, username="ana")
    assert acting_in_the_admin(user) == (None, CLOSED)
    assert acting_in_the_admin(user, "rival") == (cast.rival, str(cast.rival.pk))
    assert acting_in_the_admin(user, "elsewhere") == (None, CLOSED)


def test_the_operator_acts_across(cast: Cast) -> None:
    assert acting_in_the_admin(make.operator()) == (None, ACROSS)

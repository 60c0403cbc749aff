"""The two walls between organizations: what edges may fetch, and PostgreSQL's row-level security below it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction
from django.http import HttpRequest, HttpResponse

from accounts.models import ApiKey, Membership
from core import checks
from core.tenancy import ACROSS, CLOSED, across, acting_for, closed, current, enter
from core.tenancy_middleware import ClosedMiddleware
from tests import make
from tests.cast import ApiClient, Cast
from tests.walls import without_the_first_wall
from workspaces.models import Workspace, WorkspaceMembership


def setting() -> str:
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('assay.organization', true)")
        return cursor.fetchone()[0] or ""


def test_the_second_wall_holds_without_the_first(cast: Cast) -> None:
    cleo = cast.api(cast.cleo)
    with without_the_first_wall():
        users = cleo.get("/users").json()["items"]
        assert [user["username"] for user in users] == ["cleo"]
        places = cleo.get("/me/workspaces").json()["items"]
        assert [place["name"] for place in places] == ["rival-workspace"]
        for path in (f"/users/{cast.ben.pk}", f"/workspaces/{cast.workspace.pk}"):
            assert cleo.get(path).status_code == 404
            assert cleo.delete(path).status_code == 404
        assert cast.api(cast.dov).get(f"/workspaces/{cast.workspace.pk}").status_code == 200, (
            "the wall is off"
        )


def test_the_second_wall_holds_for_pages(cast: Cast) -> None:
    cleo = cast.pages(cast.cleo)
    with without_the_first_wall():
        page = cleo.get("/rival/members/").content.decode()
        assert "cleo" in page
        assert "max" not in page
        assert cleo.get(f"/rival/members/{cast.ben.pk}/").status_code == 404


@pytest.mark.parametrize("model", [Membership, ApiKey, Workspace, WorkspaceMembership])
def test_without_an_organization_a_query_is_refused(cast: Cast, model: Any) -> None:
    make.key(cast.ben)  # PostgreSQL asks the policy only where there are rows
    with closed(), pytest.raises(ProgrammingError, match="acts for no organization"), transaction.atomic():
        model.objects.count()


@pytest.mark.parametrize("model", [Membership, Workspace])
def test_acting_for_an_organization_shows_its_rows_and_no_others(cast: Cast, model: Any) -> None:
    with acting_for(cast.acme.pk):
        assert {row.organization_id for row in model.objects.all()} == {cast.acme.pk}
        assert not model.objects.filter(organization=cast.rival).exists()


def test_raw_sql_meets_the_wall_too(cast: Cast) -> None:
    with acting_for(cast.rival.pk), connection.cursor() as cursor:
        cursor.execute("select username from accounts_membership")
        assert cursor.fetchall() == [("cleo",)]
        cursor.execute("update accounts_membership set first_name = 'X'")
        assert cursor.rowcount == 1
        cursor.execute("delete from accounts_apikey")
    assert Membership.objects.filter(first_name="X").count() == 1


def test_nothing_is_written_into_another_organization(cast: Cast) -> None:
    with (
        acting_for(cast.rival.pk),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
    ):
        Workspace.objects.create(organization=cast.acme, name="intruder")
    with (
        acting_for(cast.rival.pk),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
    ):
        Workspace.objects.filter(pk=cast.rival_workspace.pk).update(organization=cast.acme)


def test_a_row_does_not_point_into_another_organization(cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="same_organization"), transaction.atomic():
        WorkspaceMembership.objects.create(
            organization=cast.rival, workspace=cast.rival_workspace, membership=cast.ben
        )
    with pytest.raises(IntegrityError, match="same_organization"), transaction.atomic():
        ApiKey.objects.create(organization=cast.rival, membership=cast.ben, name="x", prefix="x", digest="x")


def test_acting_for_another_organization_inside_ends_where_it_ends(cast: Cast) -> None:
    with acting_for(cast.acme.pk):
        with transaction.atomic(), acting_for(cast.rival.pk):
            assert setting() == str(cast.rival.pk)
        assert setting() == current() == str(cast.acme.pk)
        with pytest.raises(ZeroDivisionError), transaction.atomic(), across():
            raise ZeroDivisionError
        assert setting() == current() == str(cast.acme.pk)
    assert current() == ACROSS


def test_entering_lasts_until_the_request_ends(cast: Cast) -> None:
    def respond(request: HttpRequest) -> HttpResponse:
        assert (current(), setting()) == (CLOSED, "")
        enter(cast.acme.pk)
        assert setting() == str(cast.acme.pk)
        return HttpResponse()

    ClosedMiddleware(respond)(HttpRequest())
    assert current() == ACROSS
    assert setting() == ACROSS


def test_a_request_begins_and_ends_closed(cast: Cast) -> None:
    seen, ana = [], cast.api(cast.ana)

    def remember(get_response: Callable[..., Any]) -> Callable[..., Any]:
        def middleware(request: HttpRequest) -> HttpResponse:
            seen.append(current())
            response = get_response(request)
            seen.append(current())
            return response

        return middleware

    with closed():
        ClosedMiddleware(remember(lambda request: HttpResponse()))(HttpRequest())
        ana.get("/me")
        assert current() == CLOSED
    assert seen == [CLOSED, CLOSED]


@pytest.mark.django_db(transaction=True)
def test_the_setting_does_not_outlive_its_transaction() -> None:
    acme = make.organization("Acme")
    with acting_for(acme.pk):
        with transaction.atomic():
            assert setting() == str(acme.pk)
        assert setting() == ""
    with transaction.atomic():
        assert setting() == ACROSS
    assert setting() == ""


@pytest.mark.django_db(transaction=True)
def test_a_request_commits_for_its_organization_and_leaves_the_connection_closed() -> None:
    acme = make.organization("Acme")
    with transaction.atomic():
        ana = make.owner(acme, "ana")
        key = make.key(ana)
    program = ApiClient(headers={"X-Argilla-Api-Key": key})
    assert program.post("/workspaces", {"name": "first"}).status_code == 201
    assert setting() == ""
    with transaction.atomic():
        assert Workspace.objects.get().organization_id == acme.pk


def test_the_database_is_set_up_so_that_the_wall_stands(cast: Cast) -> None:
    assert checks.the_database_role_is_bound_by_row_level_security(databases=["default"]) == []
    assert checks.every_tenant_table_is_protected(databases=["default"]) == []

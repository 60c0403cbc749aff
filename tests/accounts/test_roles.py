"""What people are in each workspace, and what follows from it."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
from django.db import connection

from accounts.access import GRANTS, SCOPES, TABLE, KeyScope, Role, Verb, WorkspaceRole, may
from accounts.models import Membership
from feedback.models import Dataset
from tests import make
from tests.cast import Cast
from workspaces.actions import accept_invitation, change_role_in_workspace, invite
from workspaces.models import Workspace, WorkspaceMembership


@pytest.fixture
def secret(cast: Cast) -> Workspace:
    """Another workspace of Acme, where Max, a manager elsewhere, only labels."""
    made = make.workspace(cast.acme, "secret")
    make.place(made, cast.max, "labeler")
    return made


def text(response: Any) -> str:
    return response.content.decode()


def test_the_table_says_everything_once() -> None:
    assert [line.verb for line in TABLE] == list(Verb)
    assert GRANTS[Role.OWNER] == frozenset(Verb)
    assert SCOPES[KeyScope.READ] < SCOPES[KeyScope.WRITE] < SCOPES[KeyScope.MANAGE] == frozenset(Verb)
    assert Verb.OWN not in GRANTS[WorkspaceRole.MANAGER]
    assert GRANTS[WorkspaceRole.VIEWER] == {Verb.VIEW}


def test_somebody_manages_one_workspace_and_labels_in_another(cast: Cast, secret: Workspace) -> None:
    here, there = make.dataset(cast.workspace), make.dataset(secret)
    record = make.record(there)
    make.response(record, cast.ana)
    api, pages = cast.api(cast.max), cast.pages(cast.max)
    assert api.get(f"/datasets/{here.pk}/records").status_code == 200
    assert api.get(f"/datasets/{there.pk}/records").status_code == 403
    seen = api.get(f"/records/{record.pk}").json()
    assert seen["responses"] == []
    assert "model-1" not in str(seen)
    assert [one.name for one in Dataset.objects.allowing(Verb.MANAGE, cast.max)] == [here.name]
    assert pages.get(f"/acme/datasets/{there.pk}/").status_code == 200
    assert "Export" not in text(pages.get(f"/acme/datasets/{there.pk}/"))
    assert pages.get(f"/acme/datasets/{there.pk}/settings").status_code == 403


def test_the_admin_shows_nothing_of_a_workspace_where_a_manager_only_labels(
    cast: Cast, secret: Workspace
) -> None:
    here, there = make.dataset(cast.workspace, "Here"), make.dataset(secret, "There")
    make.response(make.record(there), cast.ana)
    client = cast.pages(cast.max)
    for name, path in {
        "There": "feedback/dataset/",
        there.pk.hex[-6:]: "feedback/record/",
        "secret": "workspaces/workspacemembership/",
    }.items():
        assert name not in text(client.get(f"/admin/{path}")), path
    assert client.get(f"/admin/feedback/dataset/{there.pk}/change/").status_code == 404
    assert client.get(f"/admin/feedback/dataset/{here.pk}/change/").status_code == 200


@pytest.mark.parametrize("who", ["rex", "vic"])
def test_reviewers_and_viewers_stay_outside_the_admin(cast: Cast, who: str) -> None:
    assert cast.pages(getattr(cast, who)).get("/admin/").status_code in {302, 403}


def test_a_reviewer_sees_who_said_what_and_a_viewer_does_not(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace)
    record = make.record(dataset, external_id="well-1")
    make.response(record, cast.ben)
    page = f"/acme/datasets/{dataset.pk}/records/{record.pk}/"
    for who, sees in ((cast.rex, True), (cast.vic, False)):
        shown, api = text(cast.pages(who).get(page)), cast.api(who)
        for word in ("Ben", "model-1", "well-1"):
            assert (word in shown) == sees, (who, word)
        assert bool(api.get(f"/records/{record.pk}").json()["responses"]) == sees
        assert bool(api.get(f"/datasets/{dataset.pk}/progress").json()["users"]) == sees
        assert (api.get(f"/datasets/{dataset.pk}/labelers").status_code == 200) == sees


def test_a_viewer_is_given_no_work_and_is_led_to_the_datasets(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace)
    make.record(dataset)
    pages = cast.pages(cast.vic)
    assert "You look on here" in text(pages.get("/acme/"))
    assert dataset.name in text(pages.get("/acme/datasets/"))
    assert "New dataset" not in text(pages.get("/acme/datasets/"))
    assert f"/datasets/{dataset.pk}/label" not in text(pages.get(f"/acme/datasets/{dataset.pk}/"))
    assert cast.vic not in Membership.objects.working_in(cast.workspace.pk)
    assert cast.rex in Membership.objects.working_in(cast.workspace.pk)


def test_a_manager_gives_roles_below_their_own_and_owners_all(cast: Cast) -> None:
    path = f"/workspaces/{cast.workspace.pk}/users/{cast.ben.pk}"
    assert cast.api(cast.max).patch(path, {"role": "viewer"}).json()["workspace_role"] == "viewer"
    refused = cast.api(cast.max).patch(path, {"role": "manager"})
    assert refused.status_code == 403
    assert cast.api(cast.ana).patch(path, {"role": "manager"}).json()["role"] == "admin"
    assert cast.api(cast.max).patch(path, {"role": "viewer"}).status_code == 403  # a manager by now
    page = f"/acme/workspaces/{cast.workspace.pk}/members/{cast.ben.pk}/role"
    assert cast.pages(cast.max).post(page, {"role": "labeler"}).status_code == 403
    assert cast.pages(cast.ana).post(page, {"role": "labeler"}).status_code == 302
    assert cast.pages(cast.max).post(page, {"role": "manager"}).status_code == 422
    assert WorkspaceMembership.objects.get(membership=cast.ben).role == "labeler"


def test_another_manager_is_no_labeler_to_change(cast: Cast) -> None:
    change_role_in_workspace(WorkspaceMembership.objects.get(membership=cast.ben), "manager", by=cast.ana)
    assert cast.pages(cast.max).post(f"/acme/members/{cast.ben.pk}/password").status_code == 403


def test_the_wire_shows_the_highest_role_that_is_true(cast: Cast) -> None:
    api = cast.api(cast.ana)

    def role(who: Membership) -> str:
        return str(api.get(f"/users/{who.pk}").json()["role"])

    place = WorkspaceMembership.objects.get(membership=cast.ben)
    for there, shown in (
        ("viewer", "annotator"),
        ("reviewer", "annotator"),
        ("manager", "admin"),
        ("labeler", "annotator"),
    ):
        change_role_in_workspace(place, there, by=cast.ana)
        assert role(cast.ben) == shown
    change_role_in_workspace(WorkspaceMembership.objects.get(membership=cast.max), "labeler", by=cast.ana)
    assert role(cast.max) == "annotator"
    assert role(cast.ana) == "owner"
    idle = make.member(cast.acme, "idle", role=Role.ADMIN)
    assert role(idle) == "admin"


def test_a_client_that_sends_back_the_role_it_was_shown_changes_none(cast: Cast, secret: Workspace) -> None:
    """`user.update()` sends the whole user: a new name must not make somebody more than they are."""
    path = f"/users/{cast.max.pk}"
    cast.api(cast.ana).patch(path, {"first_name": "Maximilian", "role": "admin"})
    roles = {place.workspace: place.role for place in cast.max.workspace_memberships.all()}
    assert roles == {cast.workspace: "manager", secret: "labeler"}


def test_a_client_that_writes_a_role_means_every_workspace(cast: Cast, secret: Workspace) -> None:
    make.place(make.workspace(cast.acme, "third"), cast.max, "viewer")
    path = f"/users/{cast.max.pk}"
    assert cast.api(cast.ana).patch(path, {"role": "annotator"}).json()["role"] == "annotator"
    assert sorted(one.role for one in cast.max.workspace_memberships.all()) == [
        "labeler",
        "labeler",
        "viewer",
    ]
    assert cast.api(cast.ana).patch(path, {"role": "admin"}).json()["role"] == "admin"
    assert sorted(one.role for one in cast.max.workspace_memberships.all()) == [
        "manager",
        "manager",
        "viewer",
    ]


def test_an_invitation_says_what_somebody_becomes_where(cast: Cast, secret: Workspace) -> None:
    where = {cast.workspace: "reviewer", secret: None}
    invited = invite(cast.acme, "eve@example.org", workspaces=where, by=cast.ana)
    eve = accept_invitation(invited.invitation, make.operator("eve"), username="eve")
    roles = {place.workspace: (place.role, place.role_set_by) for place in eve.workspace_memberships.all()}
    assert roles == {cast.workspace: ("reviewer", cast.ana), secret: ("labeler", cast.ana)}


def test_whoever_becomes_a_viewer_hands_back_what_they_held(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace)
    make.record(dataset)
    lease = cast.api(cast.ben).post(f"/me/datasets/{dataset.pk}/next").json()
    assert lease
    change_role_in_workspace(WorkspaceMembership.objects.get(membership=cast.ben), "viewer", by=cast.max)
    assert cast.api(cast.ben).post(f"/me/datasets/{dataset.pk}/next").status_code == 403
    assert not may(Verb.ANNOTATE, Membership.objects.get(pk=cast.ben.pk))


def test_what_people_were_becomes_what_they_are_in_each_workspace(cast: Cast) -> None:
    """The step of the migration that reads the roles of the organization."""
    WorkspaceMembership.objects.update(role="labeler")
    step = importlib.import_module("workspaces.migrations.0004_roles_in_workspaces")
    with connection.cursor() as cursor:
        cursor.execute(step.PEOPLE)
    roles = {place.membership: place.role for place in WorkspaceMembership.objects.all()}
    assert roles == {cast.max: "manager", cast.ben: "labeler"}

"""Service accounts: programs as members."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from accounts import directory
from accounts.actions import change_member, remove_member
from accounts.models import Membership
from core.errors import Invalid
from feedback.reports.labelers import labelers
from tests import make
from tests.cast import Cast
from workspaces.actions import add_service

PAGES = "/acme/services/"


def test_an_owner_makes_a_program_with_a_key_and_it_works(cast: Cast) -> None:
    ana = cast.pages(cast.ana)
    form = {
        "username": "importer",
        "first_name": "Nightly import",
        "workspaces": [str(cast.workspace.pk)],
        f"workspaces.{cast.workspace.pk}": "manager",
    }
    page = ana.post(f"{PAGES}new", form, follow=True)
    service = Membership.objects.get(username="importer")
    assert service.is_service
    assert "Nightly import is a Manager in acme-workspace because Ana set it on" in page.content.decode()
    made = ana.post(f"{PAGES}{service.pk}/keys", {"name": "Night", "days": "30", "scope": "write"})
    key = made.context["issued"].key
    assert key in made.content.decode()
    assert key not in ana.get(f"{PAGES}{service.pk}/").content.decode()
    dataset = make.dataset(cast.workspace)
    me = cast.api(key).get("/me").json()
    assert (me["username"], me["role"]) == ("importer", "admin")
    records = {"items": [{"fields": make.fields()}]}
    assert cast.api(key).post(f"/datasets/{dataset.pk}/records/bulk", records).status_code == 201


def test_programs_stand_apart_from_people(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace)
    ana = cast.pages(cast.ana)
    assert cast.sue.username in ana.get(PAGES).content.decode()
    assert f"/members/{cast.sue.pk}/" not in ana.get("/acme/members/").content.decode()
    assert ana.get(f"/acme/members/{cast.sue.pk}/").url == f"{PAGES}{cast.sue.pk}/"
    assert cast.sue not in labelers(dataset)
    assert cast.sue not in Membership.objects.working_in(cast.workspace.pk)


def test_a_program_answers_only_if_an_owner_lets_it(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace)
    make.record(dataset)
    api, ana = cast.api(cast.sue), cast.pages(cast.ana)
    refused = api.post(f"/me/datasets/{dataset.pk}/next")
    assert refused.status_code == 403
    assert "service account may not answer" in str(refused.json())
    ana.post(f"{PAGES}{cast.sue.pk}/", {"may_answer": "on"})
    assert api.post(f"/me/datasets/{dataset.pk}/next").status_code == 200
    assert cast.sue in Membership.objects.working_in(cast.workspace.pk)
    ana.post(f"{PAGES}{cast.sue.pk}/", {})
    assert api.post(f"/me/datasets/{dataset.pk}/next").status_code == 403


def test_nobody_signs_in_as_a_program(cast: Cast) -> None:
    assert directory.called("sue") == []
    assert directory.called(f"acme/{cast.sue.username}") == []
    assert directory.membership(cast.sue.pk) is None
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(pk=cast.sue.pk).update(user=cast.dov.user)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(pk=cast.sue.pk).update(role="owner")
    with pytest.raises(Invalid):
        change_member(cast.sue, role="owner")


def test_a_program_that_is_removed_is_gone_at_once(cast: Cast) -> None:
    key = make.key(cast.sue)
    assert cast.api(key).get("/me").status_code == 200
    answer = cast.pages(cast.ana).post(f"/acme/members/{cast.sue.pk}/remove")
    assert answer.url == PAGES
    assert cast.api(key).get("/me").status_code == 401
    assert remove_member(Membership.objects.get(pk=cast.sue.pk)).left_at is not None


def test_programs_are_made_over_the_api_by_owners(cast: Cast) -> None:
    ana = cast.api(cast.ana)
    where = [{"workspace_id": str(cast.workspace.pk), "role": "viewer"}]
    made = ana.post("/service-accounts", {"username": "robot", "workspaces": where})
    assert made.status_code == 201
    assert (made.json()["workspaces"], made.json()["may_answer"]) == (where, False)
    keys = f"/service-accounts/{made.json()['id']}/keys"
    issued = ana.post(keys, {"name": "Night", "scope": "read"}).json()
    assert cast.api(issued["api_key"]).get("/me").json()["username"] == "robot"
    assert [one["name"] for one in ana.get(keys).json()["items"]] == ["Night"]
    assert ana.delete(f"/keys/{issued['id']}").status_code == 204
    assert cast.api(issued["api_key"]).get("/me").status_code == 401
    assert ana.post("/service-accounts", {"username": "robot"}).status_code == 409
    foreign = [{"workspace_id": str(cast.rival_workspace.pk)}]
    assert ana.post("/service-accounts", {"username": "spy", "workspaces": foreign}).status_code == 422


def test_programs_are_made_in_the_admin(cast: Cast) -> None:
    ana = cast.pages(cast.ana)
    form = {"username": "robot", "role": "annotator", "is_service": "on"}
    assert ana.post("/admin/accounts/membership/add/", form).status_code == 302
    robot = Membership.objects.get(username="robot")
    assert robot.is_service
    key = {"name": "Night", "days": "30", "scope": "read", "program": str(robot.pk)}
    issued = ana.post("/admin/accounts/apikey/add/", key).context["issued"]
    assert issued.api_key.membership == robot
    change = {"username": "robot", "role": "annotator", "may_answer": "on"}
    assert ana.post(f"/admin/accounts/membership/{robot.pk}/change/", change).status_code == 302
    robot.refresh_from_db()
    assert robot.may_answer


def test_managers_neither_make_programs_nor_change_them(cast: Cast) -> None:
    max_ = cast.pages(cast.max)
    make.place(make.workspace(cast.acme, "annex", cast.max), cast.sue)
    assert max_.get(PAGES).status_code == 403
    form = {
        "username": "robot",
        "role": "annotator",
        "is_service": "on",
        "workspaces": [str(cast.workspace.pk)],
    }
    max_.post("/admin/accounts/membership/add/", form)
    assert not Membership.objects.filter(username="robot", is_service=True).exists()
    assert max_.post(f"/acme/members/{cast.sue.pk}/remove").status_code == 403


def test_a_program_is_in_its_own_organization_alone(cast: Cast) -> None:
    far = add_service(cast.rival, username="far")
    assert cast.pages(cast.ana).get(f"{PAGES}{far.pk}/").status_code == 404

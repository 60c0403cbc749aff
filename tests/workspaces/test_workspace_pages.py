"""The pages about workspaces."""

from typing import Any

import pytest

from tests import make
from tests.cast import Cast
from workspaces.models import Workspace


def text(response: Any) -> str:
    return response.content.decode()


def test_owners_see_all_and_managers_their_own(cast: Cast) -> None:
    make.workspace(cast.acme, "secret-place")
    assert "secret-place" in text(cast.pages(cast.ana).get("/acme/workspaces/"))
    page = text(cast.pages(cast.max).get("/acme/workspaces/"))
    assert "acme-workspace" in page
    assert "secret-place" not in page
    assert "New workspace" not in page


def test_without_a_workspace_the_page_says_what_to_do(cast: Cast) -> None:
    Workspace.objects.all().delete()
    assert "Make the first one below." in text(cast.pages(cast.ana).get("/acme/workspaces/"))
    for page in ("", "workspaces/"):
        assert "You are in no workspace yet" in text(cast.pages(cast.max).get(f"/acme/{page}"))
    assert cast.pages(cast.max).post("/acme/workspaces/new", {"name": "mine"}).status_code == 403


def test_an_owner_makes_a_workspace(cast: Cast) -> None:
    response = cast.pages(cast.ana).post("/acme/workspaces/new", {"name": "another"})
    assert response.url == f"/acme/workspaces/{Workspace.objects.get(name='another').pk}/"


@pytest.mark.parametrize(
    ("name", "sentence"), [("two words", "without accents"), ("", "required"), ("acme-workspace", "already")]
)
def test_a_name_that_does_not_work_is_said(cast: Cast, name: str, sentence: str) -> None:
    response = cast.pages(cast.ana).post("/acme/workspaces/new", {"name": name})
    assert response.status_code == 422
    assert sentence in text(response)


def test_an_owner_renames_a_workspace(cast: Cast) -> None:
    ana, path = cast.pages(cast.ana), f"/acme/workspaces/{cast.workspace.pk}/rename"
    assert ana.post(path, {"name": "renamed"}).status_code == 302
    assert "renamed" in text(ana.get(f"/acme/workspaces/{cast.workspace.pk}/"))
    make.workspace(cast.acme, "taken")
    assert ana.post(path, {"name": "taken"}).status_code == 422


def test_a_manager_lets_a_colleague_in_and_out(cast: Cast) -> None:
    hana = make.member(cast.acme, "hana")
    make.workspace(cast.acme, "annex", cast.max, hana)
    max_, path = cast.pages(cast.max), f"/acme/workspaces/{cast.workspace.pk}/members"
    assert max_.post(path, {"member": str(hana.pk), "role": "labeler"}).status_code == 302
    assert hana.workspaces.filter(pk=cast.workspace.pk).exists()
    assert max_.post(f"{path}/{hana.pk}/remove").status_code == 302
    assert not hana.workspaces.filter(pk=cast.workspace.pk).exists()


def test_nobody_is_let_in_whom_one_does_not_see(cast: Cast) -> None:
    path = f"/acme/workspaces/{cast.workspace.pk}/members"
    assert cast.pages(cast.max).post(path, {"member": str(cast.dov.pk), "role": "labeler"}).status_code == 422
    assert (
        cast.pages(cast.ana).post(path, {"member": str(cast.cleo.pk), "role": "labeler"}).status_code == 422
    )
    assert cast.pages(cast.ana).post(path, {"member": str(cast.dov.pk), "role": "labeler"}).status_code == 302


def test_an_empty_workspace_is_deleted_after_a_question(cast: Cast) -> None:
    ana, path = cast.pages(cast.ana), f"/acme/workspaces/{cast.workspace.pk}/delete"
    assert "Delete acme-workspace?" in text(ana.get(path))
    assert ana.post(path).url == "/acme/workspaces/"
    assert not Workspace.objects.filter(pk=cast.workspace.pk).exists()


def test_a_workspace_with_datasets_stays_and_says_why(cast: Cast) -> None:
    make.dataset(cast.workspace)
    response = cast.pages(cast.ana).post(f"/acme/workspaces/{cast.workspace.pk}/delete")
    assert response.status_code == 409
    assert "still has datasets" in text(response)

"""A manager whom nobody has let into a workspace yet: pages that say so, and nothing of anybody's on them."""

import pytest

from accounts.models import Membership
from tests import make
from tests.cast import Cast

LISTS = ("members/", "workspaces/", "webhooks/deliveries/", "jobs/", "datasets/", "trash/")


@pytest.fixture
def una(cast: Cast) -> Membership:
    """She is to manage something in Acme."""
    make.record(make.dataset(cast.workspace, "Wells"))
    return make.member(cast.acme, "una", role="admin")


@pytest.mark.parametrize("page", LISTS)
def test_lists_of_managers_say_why_they_are_empty(cast: Cast, una: Membership, page: str) -> None:
    answer = cast.pages(una).get(f"/acme/{page}")
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "You are in no workspace yet" in text
    assert "Ask an owner" in text
    assert not any(word in text for word in ("Wells", "acme-workspace", "Ben"))


def test_she_finds_them_and_no_administration(cast: Cast, una: Membership) -> None:
    text = cast.pages(una).get("/acme/").content.decode()
    for page in ("/acme/members/", "/acme/webhooks/deliveries/", "/acme/jobs/", "/acme/datasets/"):
        assert f'href="{page}"' in text, page
    assert 'href="/admin/"' not in text


def test_what_is_done_there_is_refused_still(cast: Cast, una: Membership) -> None:
    pages = cast.pages(una)
    for page in ("members/new", "members/invite", "datasets/new"):
        assert pages.get(f"/acme/{page}").status_code == 403, page
        assert pages.post(f"/acme/{page}").status_code == 403, page
    assert cast.api(una).get("/trash").status_code == 403


@pytest.mark.parametrize("page", LISTS)
def test_in_a_workspace_she_sees_it(cast: Cast, una: Membership, page: str) -> None:
    make.place(cast.workspace, una)
    answer = cast.pages(una).get(f"/acme/{page}")
    assert answer.status_code == 200
    assert "You are in no workspace yet" not in answer.content.decode()


@pytest.mark.parametrize("page", [one for one in LISTS if one != "datasets/"])
def test_labelers_are_refused_as_ever(cast: Cast, page: str) -> None:
    for labeler in (cast.ben, cast.dov):
        assert cast.pages(labeler).get(f"/acme/{page}").status_code == 403

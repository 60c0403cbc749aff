"""Datasets: the list, new ones, publishing, deleting."""

from typing import Any

import pytest

from feedback.models import Dataset
from feedback.presets import PRESETS
from tests import make
from tests.cast import Cast


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def new(cast: Cast, **given: Any) -> Any:
    sent = {"name": "Fresh", "workspace": cast.workspace.pk, "min_submitted": "2", "preset": "rank"}
    return cast.pages(cast.max).post("/acme/datasets/new", sent | given)


def test_managers_see_theirs_with_task_state_and_progress(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace, "Debugging help")
    make.response(make.records(dataset, 3)[0], cast.ben)
    make.dataset(cast.workspace, "Not yet", published=False)
    make.dataset(cast.rival_workspace, "Foreign")
    page = text(cast.pages(cast.max).get("/acme/datasets/"))
    assert "Debugging help" in page
    assert "Ranking · 1 per record" in page
    assert 'class="tag ok">running' in page
    assert '1 <span class="dim">of 3' in page
    assert 'class="tag ">draft' in page
    assert "Foreign" not in page


def test_the_list_is_searched_by_name_and_paged(cast: Cast) -> None:
    for number in range(30):
        make.dataset(cast.workspace, f"Number {number:02}", published=False)
    max_ = cast.pages(cast.max)
    assert "1–25 of 30" in text(max_.get("/acme/datasets/"))
    assert "Number 00" in text(max_.get("/acme/datasets/?page=2"))
    found = text(max_.get("/acme/datasets/?q=ber+17"))
    assert "Number 17" in found
    assert "Number 18" not in found
    assert "No dataset is called so" in text(max_.get("/acme/datasets/?q=zebra"))


def test_an_empty_list_offers_the_first(cast: Cast) -> None:
    assert "No datasets yet" in text(cast.pages(cast.max).get("/acme/datasets/"))


def test_the_list_needs_no_more_queries_for_more_datasets(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for _ in range(6):
        make.dataset(cast.workspace)
    max_ = cast.pages(cast.max)
    max_.get("/acme/datasets/")
    with django_assert_max_num_queries(13):
        max_.get("/acme/datasets/")


@pytest.mark.parametrize("preset", [one.name for one in PRESETS if one.questions])
def test_what_begins_with_a_preset_can_be_published_at_once(cast: Cast, preset: str) -> None:
    response = new(cast, preset=preset)
    dataset = Dataset.objects.get(name="Fresh")
    assert response.url == f"/acme/datasets/{dataset.pk}/settings"
    assert dataset.min_submitted == 2
    response = cast.pages(cast.max).post(f"/acme/datasets/{dataset.pk}/publish")
    assert response.url == f"/acme/datasets/{dataset.pk}/files"
    dataset.refresh_from_db()
    assert dataset.is_published


def test_an_empty_one_says_what_is_missing(cast: Cast) -> None:
    new(cast, preset="empty")
    dataset = Dataset.objects.get(name="Fresh")
    response = cast.pages(cast.max).post(f"/acme/datasets/{dataset.pk}/publish")
    assert response.status_code == 422
    assert "needs at least one field" in text(response)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"name": ""}, "This field is required"),
        ({"name": "Taken"}, "already has a dataset named"),
        ({"min_submitted": "0"}, "greater than or equal to 1"),
        ({"preset": "magic"}, "not one of the available choices"),
    ],
)
def test_what_does_not_work_is_said_beside_its_cause(
    cast: Cast, given: dict[str, str], sentence: str
) -> None:
    make.dataset(cast.workspace, "Taken")
    response = new(cast, **given)
    assert response.status_code == 422
    assert sentence in text(response)


def test_a_workspace_of_others_cannot_be_chosen(cast: Cast) -> None:
    assert new(cast, workspace=make.workspace(cast.acme, "elsewhere").pk).status_code == 422
    assert new(cast, workspace=cast.rival_workspace.pk).status_code == 422
    assert not Dataset.objects.exists()


def test_deleting_asks_for_the_name(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace, "Old things")
    make.record(dataset)
    max_, path = cast.pages(cast.max), f"/acme/datasets/{dataset.pk}/delete"
    assert "1 record will be gone" in text(max_.get(path))
    refused = max_.post(path, {"typed": "old things"})
    assert refused.status_code == 422
    assert "Nothing was deleted." in text(refused)
    assert Dataset.objects.filter(pk=dataset.pk).exists()
    assert max_.post(path, {"typed": "Old things"}).url == "/acme/datasets/"
    assert not Dataset.objects.filter(pk=dataset.pk).exists()

"""Searches under a name: one's own, or shared with the workspace."""

from __future__ import annotations

from typing import Any

import pytest

from feedback.actions import saved_views
from feedback.actions.saved_views import save_view
from feedback.models import Dataset, SavedView
from tests import make
from tests.cast import Cast


@pytest.fixture
def dataset(cast: Cast) -> Dataset:
    dataset = make.dataset(cast.workspace)
    make.records(dataset, 2)
    return dataset


def send(cast: Cast, who: Any, dataset: Dataset, path: str, **form: str) -> Any:
    return cast.pages(who).post(f"/acme/datasets/{dataset.pk}/views/{path}", form)


def test_a_view_is_saved_and_opens_elsewhere(cast: Cast, dataset: Dataset) -> None:
    address = "q=prompt&view=read&page=2&record=x&utm=1&status="
    answer = send(cast, cast.ben, dataset, "new", name=" Prompts ", address=address)
    view = SavedView.objects.get()
    assert (view.name, view.address, view.is_shared) == ("Prompts", "q=prompt&view=read", False)
    assert answer["Location"] == f"/acme/datasets/{dataset.pk}/?q=prompt&view=read&saved={view.pk}"
    elsewhere = cast.pages(cast.ben).get(f"/acme/datasets/{dataset.pk}/views/{view.pk}/", follow=True)
    assert "Prompts" in elsewhere.content.decode()
    assert elsewhere.context["finding"].reads


def test_only_managers_share(cast: Cast, dataset: Dataset) -> None:
    send(cast, cast.ben, dataset, "new", name="Of Ben", address="", is_shared="on")
    send(cast, cast.max, dataset, "new", name="Of Max", address="response=pending", is_shared="on")
    assert dict(SavedView.objects.values_list("name", "is_shared")) == {"Of Ben": False, "Of Max": True}
    seen = cast.pages(cast.ben).get(f"/acme/datasets/{dataset.pk}/views/").content.decode()
    assert "Of Max" in seen
    assert "Rename or share Of Max" not in seen
    assert "Of Ben" not in cast.pages(cast.ana).get(f"/acme/datasets/{dataset.pk}/views/").content.decode()


def test_a_view_is_renamed_changed_and_deleted(cast: Cast, dataset: Dataset) -> None:
    view = save_view(dataset, name="One", address="q=a", by=cast.ben)
    send(cast, cast.ben, dataset, f"{view.pk}/edit", name="Two")
    send(cast, cast.ben, dataset, f"{view.pk}/update", address="q=b&page=3")
    view.refresh_from_db()
    assert (view.name, view.address) == ("Two", "q=b")
    assert (
        "Delete the view"
        in cast.pages(cast.ben).get(f"/acme/datasets/{dataset.pk}/views/{view.pk}/delete").content.decode()
    )
    assert SavedView.objects.exists()
    send(cast, cast.ben, dataset, f"{view.pk}/delete")
    assert not SavedView.objects.exists()


def test_a_link_to_a_deleted_view_explains_itself(cast: Cast, dataset: Dataset) -> None:
    view = save_view(dataset, name="One", address="q=prompt", by=cast.ben)
    gone = view.pk
    link = f"/acme/datasets/{dataset.pk}/?q=prompt&saved={gone}"
    saved_views.delete_view(view)
    by_name = cast.pages(cast.ben).get(f"/acme/datasets/{dataset.pk}/views/{gone}/")
    assert by_name.status_code == 404
    assert "was deleted, or is not shared" in by_name.content.decode()
    by_search = cast.pages(cast.ben).get(link)
    assert by_search.status_code == 200
    assert "was deleted" in by_search.content.decode()
    assert len(by_search.context["finding"].rows) == 2


def test_names_are_sensible_and_ones_own(cast: Cast, dataset: Dataset, monkeypatch: Any) -> None:
    save_view(dataset, name="One", address="", by=cast.ben)
    twice = send(cast, cast.ben, dataset, "new", name="One", address="q=x")
    assert twice.status_code == 422
    assert "already" in twice.content.decode()
    assert 'value="q=x"' in twice.content.decode()
    assert send(cast, cast.max, dataset, "new", name="One", address="").status_code == 302
    assert send(cast, cast.ben, dataset, "new", name="a\0", address="").status_code == 422
    assert send(cast, cast.ben, dataset, "new", name="Long", address="q=" + "x" * 5000).status_code == 422
    monkeypatch.setattr(saved_views, "MOST", 1)
    assert send(cast, cast.ben, dataset, "new", name="Two", address="").status_code == 422


def test_a_shared_view_shows_a_labeler_their_own_answers(cast: Cast, dataset: Dataset) -> None:
    first, _ = dataset.records.order_by("position")
    make.response(first, cast.max)
    view = save_view(dataset, name="Answered", address="response=submitted", by=cast.max, is_shared=True)
    page = f"/acme/datasets/{dataset.pk}/views/{view.pk}/"
    assert len(cast.pages(cast.max).get(page, follow=True).context["finding"].rows) == 1
    assert len(cast.pages(cast.ben).get(page, follow=True).context["finding"].rows) == 0

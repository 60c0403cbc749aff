"""What was given to somebody by name, as they see it by the API."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from feedback.actions.datasets import delete_dataset
from tests import make
from tests.cast import Cast
from tests.feedback.assigned import assign

PATH = "/me/assignments"


@pytest.fixture
def wells(cast: Cast):
    return make.dataset(cast.workspace, "Wells")


def test_everybody_sees_how_far_they_are(cast: Cast, wells) -> None:
    records = make.records(wells, 4)
    made = assign(
        wells, cast.ben, cast.max, by=cast.max, note="First", due_at=datetime(2030, 1, 2, tzinfo=UTC)
    )
    mine = [one for one in records if one.assigned.filter(membership=cast.ben).exists()]
    make.response(mine[0], cast.ben)
    reply = cast.api(cast.ben).get(PATH).json()
    assert reply["total"] == 1
    [one] = reply["items"]
    assert (one["id"], one["dataset_id"], one["dataset_name"]) == (str(made.pk), str(wells.pk), "Wells")
    assert (one["given"], one["answered"], one["waiting"]) == (2, 1, 1)
    assert (one["note"], one["due_at"]) == ("First", "2030-01-02T00:00:00")
    assert "users" not in one, "others' parts are none of their business"


def test_the_newest_come_first_page_by_page_and_of_one_dataset(cast: Cast, wells) -> None:
    rivers = make.dataset(cast.workspace, "Rivers")
    for dataset in (wells, rivers):
        make.records(dataset, 2)
        assign(dataset, cast.ben, by=cast.max)
    api = cast.api(cast.ben)
    assert [one["dataset_name"] for one in api.get(PATH).json()["items"]] == ["Rivers", "Wells"]
    assert [one["dataset_name"] for one in api.get(f"{PATH}?limit=1&offset=1").json()["items"]] == ["Wells"]
    only = api.get(f"{PATH}?dataset_id={wells.pk}").json()
    assert (only["total"], only["items"][0]["dataset_name"]) == (1, "Wells")
    assert api.get(f"{PATH}?dataset_id=wells").status_code == 422


def test_nobody_sees_what_is_others_or_in_the_trash(cast: Cast, wells) -> None:
    make.records(wells, 2)
    assign(wells, cast.ben, by=cast.max)
    for other in (cast.max, cast.ana, cast.cleo, cast.dov):
        assert cast.api(other).get(PATH).json() == {"items": [], "total": 0}
    delete_dataset(wells, by=cast.max)
    assert cast.api(cast.ben).get(PATH).json()["total"] == 0

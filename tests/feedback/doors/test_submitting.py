"""The form and the API lead into the same room: promises about submitting, through both doors."""

import pytest

from feedback.models import Response
from tests import make


def by_page(cast, who, record, rating):
    ranks = {f"ranking.{letter}": str(tier) for letter, tier in zip("ABC", (1, 2, 2), strict=True)}
    client = cast.pages(who)
    slug = "acme" if who.organization == cast.acme else "rival"
    return client.post(
        f"/{slug}/records/{record.pk}/submit",
        {**ranks, "quality": str(rating)},
        headers={"HX-Request": "true"},
    )


def by_program(cast, who, record, rating):
    ids = ["A", "B", "C"] if who.role == "annotator" else ["m1", "m2", "m3"]
    ranking = [{"value": one, "rank": rank} for one, rank in zip(ids, (1, 2, 2), strict=True)]
    values = {"ranking": {"value": ranking}, "quality": {"value": rating}}
    return cast.api(who).post(f"/records/{record.pk}/responses", {"status": "submitted", "values": values})


either_door = pytest.mark.parametrize("submit", [by_page, by_program])


@pytest.fixture
def record(cast):
    return make.record(make.dataset(cast.workspace))


@either_door
def test_the_answers_are_kept(cast, record, submit):
    assert submit(cast, cast.ben, record, 4).status_code in (200, 201)
    response = Response.objects.get()
    assert (response.status, response.membership, response.values["quality"]) == ("submitted", cast.ben, 4)
    assert [len(tier) for tier in response.values["ranking"]["tiers"]] == [1, 2]


@either_door
def test_the_order_shown_is_kept_with_them(cast, record, submit):
    submit(cast, cast.ben, record, 4)
    response = Response.objects.get()
    shown = response.presentation["shown"]["answers"]
    assert sorted(shown) == ["m1", "m2", "m3"]
    assert shown == record.item_for(cast.ben).shown(["m1", "m2", "m3"])
    assert response.values["ranking"]["tiers"][0] == shown[:1]


@either_door
def test_what_is_wrong_is_said_and_nothing_is_kept(cast, record, submit):
    reply = submit(cast, cast.ben, record, 9)
    assert reply.status_code == 422
    assert "Choose one of the ratings" in reply.content.decode()
    assert not Response.objects.exists()


@either_door
@pytest.mark.parametrize(("who", "status"), [("ana", 2), ("max", 2), ("ben", 2), ("dov", 4), ("cleo", 4)])
def test_only_people_of_the_workspace_may_answer(cast, record, submit, who, status):
    assert submit(cast, getattr(cast, who), record, 3).status_code // 100 == status


@either_door
def test_the_place_is_taken(cast, record, submit):
    submit(cast, cast.ben, record, 4)
    record.queue.refresh_from_db()
    assert (record.queue.open_places, record.queue.submitted, record.queue.completed) == (0, 1, True)

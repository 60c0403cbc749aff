"""Each answer gets a rating of its own: through the page and the API, under letters, and to managers under ids."""

from typing import Any

import pytest

from feedback.models import Dataset, Question, Record, Response
from tests import make
from tests.cast import Cast

EACH = {"type": "rating_each", "for_each": "answers", "options": [{"value": n} for n in range(1, 6)]}


@pytest.fixture
def dataset(cast: Cast) -> Dataset:
    return make.dataset(cast.workspace, questions={"helpful": EACH})


@pytest.fixture
def record(dataset: Dataset) -> Record:
    return make.record(dataset)


def by_page(cast: Cast, record: Record, ratings: dict[str, int]) -> Any:
    sent = {f"helpful.{letter}": str(rating) for letter, rating in ratings.items()}
    return cast.pages(cast.ben).post(f"/acme/records/{record.pk}/submit", sent)


def by_program(cast: Cast, record: Record, ratings: dict[str, int]) -> Any:
    value = [{"value": letter, "rating": rating} for letter, rating in ratings.items()]
    sent = {"status": "submitted", "values": {"helpful": {"value": value}}}
    return cast.api(cast.ben).post(f"/records/{record.pk}/responses", sent)


either_door = pytest.mark.parametrize("submit", [by_page, by_program])


@either_door
def test_each_answer_keeps_the_rating_that_its_letter_got(cast: Cast, record: Record, submit: Any) -> None:
    submit(cast, record, {"A": 5, "B": 1, "C": 3})
    shown = record.item_for(cast.ben).shown(["m1", "m2", "m3"])
    ratings = Response.objects.get().values["helpful"]["ratings"]
    assert ratings == dict(zip(shown, (5, 1, 3), strict=True))


@either_door
def test_an_answer_without_a_rating_is_named_as_missing(cast: Cast, record: Record, submit: Any) -> None:
    refused = submit(cast, record, {"A": 5, "B": 1})
    assert refused.status_code == 422
    assert "1 of them has no rating yet" in refused.content.decode()
    assert not Response.objects.exists()


def test_a_labeler_reads_letters_and_a_manager_ids_and_both_may_send_it_back(
    cast: Cast, record: Record
) -> None:
    by_page(cast, record, {"A": 5, "B": 1, "C": 3})
    stored = Response.objects.get()
    path = f"/me/datasets/{record.dataset_id}/records/search?include=responses"
    read = cast.api(cast.ben).post(path, {}).json()["items"][0]["record"]["responses"][0]["values"]
    assert [one["value"] for one in read["helpful"]["value"]] == ["A", "B", "C"]
    again = cast.api(cast.ben).put(f"/responses/{stored.pk}", {"status": "submitted", "values": read})
    assert again.status_code == 200
    path = f"/datasets/{record.dataset_id}/records?include=responses"
    known = cast.api(cast.max).get(path).json()["items"][0]["responses"][0]["values"]
    assert [one["value"] for one in known["helpful"]["value"]] == ["m1", "m2", "m3"]
    own = {"user_id": str(cast.ben.pk), "status": "submitted", "values": known}
    item = {"id": str(record.pk), "responses": [own]}
    sent = cast.api(cast.max).put(f"/datasets/{record.dataset_id}/records/bulk", {"items": [item]})
    assert sent.status_code == 200
    assert Response.objects.get().values == stored.values


def test_it_is_made_through_the_api_as_a_rating(cast: Cast) -> None:
    draft = make.dataset(cast.workspace, published=False)
    sent = {"name": "each", "title": "Each", "settings": {**EACH, "type": "rating", "kind": "rating_each"}}
    made = cast.api(cast.max).post(f"/datasets/{draft.pk}/questions", sent)
    assert made.status_code == 201
    assert made.json()["settings"]["type"] == "rating"
    assert Question.objects.get(pk=made.json()["id"]).settings["type"] == "rating_each"
    for settings, status in (
        ({**EACH, "type": "text", "kind": "rating_each"}, 201),
        ({"kind": "rating_each"}, 422),
    ):
        other = {"name": "none", "title": "None", "settings": settings}
        assert cast.api(cast.max).post(f"/datasets/{draft.pk}/questions", other).status_code == status
    assert Question.objects.get(name="none").type == "text"  # a key that nobody knows there
    twice = {**sent["settings"], "options": [{"value": 0}, {"value": 0}]}
    del twice["type"]
    none = {"name": "twice", "title": "Twice", "settings": twice}
    assert cast.api(cast.max).post(f"/datasets/{draft.pk}/questions", none).status_code == 422
    wrong = {**sent, "name": "other", "settings": {**EACH, "for_each": "prompt"}}
    assert (
        "holds answers to rate"
        in cast.api(cast.max).post(f"/datasets/{draft.pk}/questions", wrong).content.decode()
    )


def test_the_builder_asks_for_the_field_in_words(cast: Cast) -> None:
    draft = make.dataset(cast.workspace, published=False)
    path = f"/acme/datasets/{draft.pk}/questions/new?kind=rating_each"
    page = cast.pages(cast.max).get(path).content.decode()
    assert "Rate the answers of" in page
    sent = {"title": "Helpful", "set-for_each": "answers", "set-options": "1 2 3", "set-words": "1 = no"}
    cast.pages(cast.max).post(path, sent)
    settings = Question.objects.get(dataset=draft, name="helpful").settings
    assert (settings["for_each"], settings["words"]) == ("answers", {"1": "no"})


def test_a_suggestion_names_ids_and_is_shown_under_letters(cast: Cast, record: Record) -> None:
    question = Question.objects.get(dataset=record.dataset)
    value = [{"value": "m2", "rating": 4}, {"value": "m1", "rating": 2}]
    sent = {"question_id": str(question.pk), "value": value, "score": [0.9, 0.1], "agent": "judge"}
    made = cast.api(cast.max).put(f"/records/{record.pk}/suggestions", sent).json()
    assert (made["value"], made["score"]) == (value[::-1], [0.1, 0.9])
    page = cast.pages(cast.ben).get(f"/acme/datasets/{record.dataset_id}/label").content.decode()
    shown = record.item_for(cast.ben).shown(["m1", "m2", "m3"])
    rated = {"m2": 4, "m1": 2}
    line = ", ".join(
        f"{letter} {rated[key]}" for letter, key in zip("ABC", shown, strict=True) if key in rated
    )
    assert line in page

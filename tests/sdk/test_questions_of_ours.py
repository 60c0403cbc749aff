"""Questions that Argilla does not know, a rating of each answer and one on a condition, with its published client."""

from collections.abc import Iterator
from typing import Any

import argilla as rg
import pytest
from django.db import transaction

from core.tenancy import across
from feedback.models import Dataset, Question, Response
from tests import make

pytestmark = [pytest.mark.live, pytest.mark.django_db(transaction=True)]

POINTS = [{"value": n} for n in range(1, 6)]
QUESTIONS = {
    "each": {"type": "rating_each", "for_each": "answers", "options": POINTS},
    "right": {
        "type": "label_selection",
        "options": [{"value": "no", "text": "No"}, {"value": "yes", "text": "Yes"}],
    },
    "why": {"type": "text", "shown_when": {"question": "right", "any_of": ["no"]}},
}
RATINGS = [{"value": "m1", "rating": 2}, {"value": "m2", "rating": 5}, {"value": "m3", "rating": 2}]
STORED = {"version": 1, "ratings": {"m1": 2, "m2": 5, "m3": 2}}


@pytest.fixture
def client(live_server: Any) -> Iterator[rg.Argilla]:
    """Of an owner whose workspace has one dataset with one record that she answered; every question is required."""
    with across(), transaction.atomic():
        ana = make.owner(make.organization("Acme"), "ana")
        dataset = make.dataset(make.workspace(ana.organization, "research", ana), "ours", questions=QUESTIONS)
        Question.objects.filter(dataset=dataset).update(required=True)
        dataset = Dataset.objects.get(pk=dataset.pk)
        make.response(make.record(dataset), ana, {"each": STORED, "right": "yes"})
        key = make.key(ana)
    client = rg.Argilla(api_url=live_server.url, api_key=key)
    yield client
    client.http_client.close()  # else the server's thread keeps its connection to the database


def stored() -> Any:
    with across(), transaction.atomic():
        return Response.objects.get().values


def test_the_client_reads_them_and_sends_back_what_it_read(client: rg.Argilla) -> None:
    dataset = client.datasets("ours", workspace="research")
    assert [one.name for one in dataset.settings.questions] == ["each", "right", "why"]
    assert dataset.settings.questions["each"].values == [1, 2, 3, 4, 5]
    [record] = dataset.records(with_responses=True)
    assert [one.value for one in record.responses["each"]] == [RATINGS]
    assert not record.responses["why"]
    assert dataset.records(with_responses=True).to_list(flatten=True)[0]["each.responses"] == [RATINGS]
    dataset.records.log([record])
    assert stored() == {"each": STORED, "right": "yes"}


def test_the_client_answers_a_question_that_is_not_asked_and_keeps_its_answer(client: rg.Argilla) -> None:
    dataset = client.datasets("ours", workspace="research")
    [record] = dataset.records(with_responses=True)
    record.responses.add(
        rg.Response("why", "All the same", user_id=client.me.id, status=rg.ResponseStatus.submitted)
    )
    dataset.records.log([record])
    assert stored() == {"each": STORED, "right": "yes", "why": "All the same"}


def test_the_client_changes_settings_and_the_condition_stays(client: rg.Argilla) -> None:
    dataset = client.datasets("ours", workspace="research")
    dataset.settings.questions["why"].title = "Why not?"
    dataset.settings.questions["why"].use_markdown = True
    dataset.settings.update()
    with across(), transaction.atomic():
        why = Question.objects.get(name="why")
    assert (why.title, why.settings["use_markdown"]) == ("Why not?", True)
    assert why.settings["shown_when"] == {"question": "right", "any_of": ["no"]}

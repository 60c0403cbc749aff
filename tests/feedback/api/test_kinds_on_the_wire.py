"""Images, custom objects and spans through the API (contract sections 4.5, 5.2, 5.3, 5.5)."""

from typing import Any

import pytest

from feedback.models import Dataset
from tests import make
from tests.cast import Cast

OPTIONS = [{"value": "thing", "text": "Thing"}, {"value": "place", "text": "Place"}]
TEXT = "👩‍👩‍👧 in بئر 🕳️"  # 15 code points
IMAGE = "https://example.org/well.png"
FIELDS = {"text": TEXT, "photo": IMAGE, "card": {"a": [1, 2.5, None, {"b": "ب"}], "kind": "none of ours"}}
MARKS = [{"label": "thing", "start": 0, "end": 5}, {"label": "place", "start": 9, "end": 12}]


@pytest.fixture
def dataset(cast: Cast) -> Dataset:
    return make.dataset(
        cast.workspace,
        fields={
            "text": {"type": "text"},
            "photo": {"type": "image"},
            "card": {"type": "custom", "template": "{{record.fields.card.a}}"},
        },
        questions={"marks": {"type": "span", "field": "text", "options": OPTIONS}},
    )


def put(cast: Cast, dataset: Dataset, **fields: Any) -> Any:
    items = [{"external_id": "1", "fields": {**FIELDS, **fields}}]
    return cast.api(cast.max).put(f"/datasets/{dataset.pk}/records/bulk", {"items": items})


@pytest.mark.parametrize("who", ["max", "ben"])
def test_fields_come_back_as_they_were_sent(cast: Cast, dataset: Dataset, who: str) -> None:
    record = put(cast, dataset).json()["items"][0]
    assert record["fields"] == FIELDS
    shown = cast.api(getattr(cast, who)).get(f"/records/{record['id']}").json()
    assert shown["fields"] == FIELDS


@pytest.mark.parametrize(
    "wrong",
    [
        {"photo": {"url": IMAGE}},
        {"photo": [IMAGE]},
        {"photo": [{"role": "user", "content": IMAGE}]},
        {"photo": "well.png"},
        {"photo": 3},
        {"card": "text"},
        {"card": [{"a": 1}]},
        {"card": 3},
        {"card": True},
    ],
    ids=repr,
)
def test_what_is_no_image_or_object_is_refused(cast: Cast, dataset: Dataset, wrong: dict[str, Any]) -> None:
    refused = put(cast, dataset, **wrong)
    assert (refused.status_code, type(refused.json()["detail"])) == (422, str)
    record = put(cast, dataset).json()["items"][0]
    patched = cast.api(cast.max).patch(f"/records/{record['id']}", {"fields": {**FIELDS, **wrong}})
    assert patched.status_code == 422


@pytest.mark.parametrize("who", ["max", "ben"])
def test_marks_are_answers(cast: Cast, dataset: Dataset, who: str) -> None:
    record = make.record(dataset, fields=FIELDS)
    api = cast.api(getattr(cast, who))
    sent = {"status": "submitted", "values": {"marks": {"value": [{**MARKS[1], "score": 1}, MARKS[0]]}}}
    made = api.post(f"/records/{record.pk}/responses", sent)
    assert made.status_code == 201, made.content
    assert made.json()["values"] == {"marks": {"value": MARKS[::-1]}}
    nothing = api.put(
        f"/responses/{made.json()['id']}", {"status": "submitted", "values": {"marks": {"value": []}}}
    )
    assert nothing.json()["values"] == {"marks": {"value": []}}


@pytest.mark.parametrize(
    "wrong",
    [
        [{"label": "thing", "start": 0, "end": 16}],
        [{"label": "thing", "start": 0, "end": 2}, {"label": "place", "start": 1, "end": 3}],
        [{"label": "other", "start": 0, "end": 1}],
        [{"start": 0, "end": 1}],
        "thing",
        None,
    ],
    ids=repr,
)
@pytest.mark.parametrize("status", ["draft", "submitted"])
def test_marks_that_cannot_be_are_refused(cast: Cast, dataset: Dataset, wrong: Any, status: str) -> None:
    record = make.record(dataset, fields=FIELDS)
    sent = {"status": status, "values": {"marks": {"value": wrong}}}
    assert cast.api(cast.ben).post(f"/records/{record.pk}/responses", sent).status_code == 422


def test_marks_are_suggested_each_with_its_score(cast: Cast, dataset: Dataset) -> None:
    question = str(dataset.questions.get(name="marks").pk)
    suggestion = {"question_id": question, "value": MARKS, "score": [0.1, 0.9], "agent": "a"}
    items = [{"fields": FIELDS, "suggestions": [suggestion]}]
    reply = cast.api(cast.max).put(f"/datasets/{dataset.pk}/records/bulk", {"items": items})
    (shown,) = reply.json()["items"][0]["suggestions"]
    assert (shown["value"], shown["score"]) == (MARKS, [0.1, 0.9])


def span(**settings: Any) -> dict[str, Any]:
    return {
        "name": "one",
        "title": "One",
        "settings": {"type": "span", "field": "text", "options": OPTIONS} | settings,
    }


def test_a_text_is_marked_by_one_question(cast: Cast) -> None:
    fields = {name: {"type": kind} for name, kind in (("text", "text"), ("talk", "chat"), ("photo", "image"))}
    draft = make.dataset(cast.workspace, published=False, fields=fields, questions={})
    path, max_ = f"/datasets/{draft.pk}/questions", cast.api(cast.max)
    assert max_.post(path, span(field="nowhere")).status_code == 422
    made = max_.post(path, span())
    assert made.status_code == 201
    twice = max_.post(path, span() | {"name": "two"})
    assert (twice.status_code, type(twice.json()["detail"])) == (422, str)
    assert (
        max_.post(path, span(field="talk") | {"name": "two"}).status_code == 201
    )  # the contract does not look
    assert (
        max_.delete(f"/fields/{draft.fields.get(name='text').pk}").status_code == 422
    )  # nothing is left without its text
    assert max_.delete(f"/questions/{made.json()['id']}").status_code == 200
    assert max_.delete(f"/fields/{draft.fields.get(name='text').pk}").status_code == 200


def test_overlap_is_allowed_once_and_for_all(cast: Cast, dataset: Dataset) -> None:
    address, max_ = f"/questions/{dataset.questions.get().pk}", cast.api(cast.max)

    def patch(**settings: Any) -> Any:
        return max_.patch(address, {"settings": {"type": "span", **settings}})

    assert patch(allow_overlapping=None).status_code == 422
    assert patch(options=None).status_code == 422
    assert patch(allow_overlapping=True).json()["settings"]["allow_overlapping"] is True
    for settings in ({}, {"allow_overlapping": False}, {"options": OPTIONS}):
        assert patch(**settings).status_code == 422
    assert (
        patch(allow_overlapping=True, options=OPTIONS[::-1]).json()["settings"]["options"][0]["value"]
        == "place"
    )
    record = make.record(dataset, fields=FIELDS)
    both = [{"label": "thing", "start": 0, "end": 5}, {"label": "place", "start": 0, "end": 5}]
    sent = {"status": "submitted", "values": {"marks": {"value": both}}}
    assert cast.api(cast.ben).post(f"/records/{record.pk}/responses", sent).status_code == 201

"""Fields, questions, metadata properties and vector settings (contract sections 3.5, 4.4 to 4.7)."""

import json
from typing import Any

import pytest

from feedback.models import Dataset
from tests import make
from tests.cast import Cast

OPTIONS = [{"value": "yes", "text": "Yes"}, {"value": "no", "text": "No"}, {"value": "so", "text": "So"}]


@pytest.fixture
def empty(cast: Cast) -> Dataset:
    return make.dataset(cast.workspace, published=False, fields={}, questions={})


@pytest.fixture
def ready(cast: Cast) -> Dataset:
    return make.dataset(cast.workspace)


def add(cast: Cast, dataset: Dataset, part: str, **given: Any) -> Any:
    sent = {"name": "one", "title": "One"} | given
    return cast.api(cast.max).post(f"/datasets/{dataset.pk}/{part}", sent)


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ({"type": "text"}, {"type": "text", "use_markdown": False}),
        ({"type": "text", "use_markdown": "yes"}, {"type": "text", "use_markdown": True}),
        ({"type": "chat"}, {"type": "chat", "use_markdown": True}),
        ({"type": "image"}, {"type": "image"}),
        ({"type": "custom", "template": ""}, {"type": "custom", "template": "", "advanced_mode": False}),
        (
            {"type": "custom", "template": "{{#if", "advanced_mode": 1},
            {"type": "custom", "template": "{{#if", "advanced_mode": True},
        ),
    ],
)
def test_fields(cast: Cast, empty: Dataset, sent: dict[str, Any], shown: dict[str, Any]) -> None:
    made = add(cast, empty, "fields", settings=sent, required=None)
    assert made.status_code == 201
    field = made.json()
    assert field.keys() == {
        "id", "name", "title", "required", "settings", "dataset_id", "inserted_at", "updated_at",
    }  # fmt: skip
    assert (field["settings"], field["required"]) == (shown, False)
    assert cast.api(cast.ben).get(f"/datasets/{empty.pk}/fields").json() == {"items": [field]}
    address, max_ = f"/fields/{field['id']}", cast.api(cast.max)
    assert max_.patch(address, {}).json() == field
    assert max_.patch(address, {"title": "Two", "name": "no", "required": True}).json()["title"] == "Two"
    assert max_.patch(address, {"settings": shown}).json()["settings"] == shown
    other = max_.patch(address, {"settings": {"type": "candidates"}})
    assert (other.status_code, type(other.json()["detail"])) == (422, str)
    assert max_.delete(address).json()["name"] == "one"


@pytest.mark.parametrize(
    "settings",
    [
        {"type": "custom"},
        {"type": "custom", "template": None},
        {"type": "custom", "template": "", "advanced_mode": None},
        {"type": "custom", "template": "a\0b"},
        {"type": "image", "kind": "nothing"},
    ],
    ids=repr,
)
def test_fields_of_the_wrong_shape(cast: Cast, empty: Dataset, settings: dict[str, Any]) -> None:
    assert add(cast, empty, "fields", settings=settings).status_code == 422


def test_a_template_changes_when_published_and_says_all(cast: Cast) -> None:
    fields = {"card": {"type": "custom", "template": "old"}}
    dataset = make.dataset(cast.workspace, fields=fields, questions={"comment": {"type": "text"}})
    address = f"/fields/{dataset.fields.get().pk}"
    new = {"type": "custom", "template": "new", "advanced_mode": True}
    for left_out in ("template", "advanced_mode"):
        patch = {key: value for key, value in new.items() if key != left_out}
        assert cast.api(cast.max).patch(address, {"settings": patch}).status_code == 422
    assert cast.api(cast.max).patch(address, {"settings": new}).json()["settings"] == new


def test_a_field_of_answers_travels_as_one_that_clients_know(cast: Cast, empty: Dataset) -> None:
    settings = {"type": "custom", "template": "", "advanced_mode": False, "kind": "candidates"}
    field = add(cast, empty, "fields", settings=settings).json()
    assert field["settings"]["type"] == "custom"
    assert field["settings"]["template"]
    sent_back = cast.api(cast.max).patch(f"/fields/{field['id']}", field)
    assert sent_back.json()["settings"] == field["settings"]


def test_a_published_dataset_keeps_its_fields_and_questions(cast: Cast, ready: Dataset) -> None:
    max_ = cast.api(cast.max)
    text = {"type": "text"}
    assert add(cast, ready, "fields", settings=text).status_code == 422
    assert add(cast, ready, "questions", settings=text).status_code == 422
    assert add(cast, ready, "questions", name="quality", settings=text).status_code == 409
    assert max_.delete(f"/fields/{ready.fields.get(name='prompt').pk}").status_code == 422
    assert max_.delete(f"/questions/{ready.questions.get(name='quality').pk}").status_code == 422
    address = f"/questions/{ready.questions.get(name='quality').pk}"
    assert max_.patch(address, {"title": "How good?"}).json()["title"] == "How good?"


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ({"type": "text"}, {"type": "text", "use_markdown": False}),
        (
            {"type": "rating", "options": [{"value": 1}, {"value": 2}]},
            {"type": "rating", "options": [{"value": 1}, {"value": 2}]},
        ),
        (
            {"type": "label_selection", "options": OPTIONS},
            {
                "type": "label_selection",
                "options": [{**option, "description": None} for option in OPTIONS],
                "visible_options": None,
            },
        ),
        (
            {"type": "multi_label_selection", "options": OPTIONS, "visible_options": 3},
            {
                "type": "multi_label_selection",
                "options": [{**option, "description": None} for option in OPTIONS],
                "visible_options": 3,
                "options_order": "natural",
            },
        ),
        (
            {"type": "ranking", "options": OPTIONS},
            {"type": "ranking", "options": [{**option, "description": None} for option in OPTIONS]},
        ),
    ],
    ids=lambda settings: settings["type"],
)
def test_questions(cast: Cast, empty: Dataset, sent: dict[str, Any], shown: dict[str, Any]) -> None:
    made = add(cast, empty, "questions", settings=sent, description="Why?", required=True)
    assert made.status_code == 201, made.content
    question = made.json()
    assert question["settings"] == shown
    assert (question["description"], question["required"]) == ("Why?", True)
    assert cast.api(cast.ben).get(f"/datasets/{empty.pk}/questions").json() == {"items": [question]}
    address, max_ = f"/questions/{question['id']}", cast.api(cast.max)
    again = max_.patch(address, question).json()
    assert again["settings"] == shown
    assert again["updated_at"] > question["updated_at"]
    assert max_.patch(address, {"description": None}).json()["description"] is None
    assert max_.delete(address).status_code == 200


@pytest.mark.parametrize(
    "settings",
    [
        None,
        {},
        {"type": "unheard-of"},
        {"type": "rating"},
        {"type": "rating", "options": [{"value": 1}]},
        {"type": "rating", "options": [{"value": 1}, {"value": 11}]},
        {"type": "label_selection", "options": [OPTIONS[0], OPTIONS[0]]},
        {"type": "label_selection", "options": OPTIONS, "visible_options": 4},
        {"type": "ranking"},
    ],
    ids=repr,
)
def test_settings_of_the_wrong_shape_are_form_a(cast: Cast, empty: Dataset, settings: Any) -> None:
    refused = add(cast, empty, "questions", settings=settings)
    assert refused.status_code == 422
    assert refused.json()["detail"]["params"]["errors"][0]["loc"][:2] == ["body", "settings"]


@pytest.mark.parametrize(
    "patch",
    [
        {"type": "label_selection", "options": None},
        {"type": "label_selection", "options": OPTIONS[:2]},
        {"type": "label_selection", "options": [*OPTIONS[:2], {"value": "new", "text": "New"}]},
        {"type": "rating"},
        {"options": OPTIONS},
    ],
    ids=repr,
)
def test_a_patch_keeps_the_values_of_options(cast: Cast, empty: Dataset, patch: dict[str, Any]) -> None:
    settings = {"type": "label_selection", "options": OPTIONS}
    address = f"/questions/{add(cast, empty, 'questions', settings=settings).json()['id']}"
    before = cast.api(cast.max).get(f"/datasets/{empty.pk}/questions").json()
    assert cast.api(cast.max).patch(address, {"settings": patch}).status_code == 422
    assert cast.api(cast.max).get(f"/datasets/{empty.pk}/questions").json() == before


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ({"type": "terms"}, '{"type":"terms","values":null}'),
        ({"type": "terms", "values": ["a", True]}, '{"type":"terms","values":["a",true]}'),
        ({"type": "integer", "min": 0.0, "max": "7"}, '{"type":"integer","min":0,"max":7}'),
        ({"type": "float", "min": 0, "visible_for_annotators": 1}, '{"type":"float","min":0.0,"max":null}'),
    ],
)
def test_metadata_properties(cast: Cast, ready: Dataset, sent: dict[str, Any], shown: str) -> None:
    made = add(cast, ready, "metadata-properties", settings=sent)
    assert made.status_code == 201, made.content
    listed = cast.api(cast.ben).get(f"/me/datasets/{ready.pk}/metadata-properties")
    assert listed.json() == {"items": [made.json()]}
    settings = made.json()["settings"]
    assert json.dumps(settings, separators=(",", ":")) == shown  # numbers keep their JSON type


def test_labelers_see_the_metadata_that_is_for_them(cast: Cast, ready: Dataset) -> None:
    hidden = add(
        cast, ready, "metadata-properties", settings={"type": "terms"}, visible_for_annotators=False
    ).json()
    path = f"/me/datasets/{ready.pk}/metadata-properties"
    assert cast.api(cast.ben).get(path).json() == {"items": []}
    assert cast.api(cast.max).get(path).json() == {"items": [hidden]}
    address = f"/metadata-properties/{hidden['id']}"
    kept = cast.api(cast.max).patch(address, {"title": "Other"}).json()
    assert (kept["title"], kept["visible_for_annotators"]) == ("Other", False)
    shown = cast.api(cast.max).patch(address, {"visible_for_annotators": True}).json()
    assert cast.api(cast.ben).get(path).json() == {"items": [shown]}
    assert cast.api(cast.max).delete(address).json() == shown


def test_vector_settings(cast: Cast, ready: Dataset) -> None:
    made = [
        add(cast, ready, "vectors-settings", name=f"v{number}", dimensions=3).json() for number in range(5)
    ]
    path = f"/datasets/{ready.pk}/vectors-settings"
    assert cast.api(cast.ben).get(path).json() == {"items": made}
    assert add(cast, ready, "vectors-settings", name="v0", dimensions=3).status_code == 422
    address, max_ = f"/vectors-settings/{made[0]['id']}", cast.api(cast.max)
    assert max_.patch(address, {}).status_code == 422
    assert max_.patch(address, {"title": None}).status_code == 422
    assert max_.patch(address, {"title": "Other", "dimensions": 9}).json()["dimensions"] == 3
    assert max_.delete(address).json()["title"] == "Other"
    assert add(cast, ready, "vectors-settings", name="v1", dimensions=3).status_code == 409


@pytest.mark.parametrize("given", [{"name": "a b"}, {"dimensions": 0}, {"dimensions": None}, {"title": ""}])
def test_vector_settings_of_the_wrong_shape(cast: Cast, ready: Dataset, given: dict[str, Any]) -> None:
    assert add(cast, ready, "vectors-settings", **({"dimensions": 3} | given)).status_code == 422

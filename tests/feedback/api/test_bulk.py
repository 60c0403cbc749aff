"""Writing many records at once (contract sections 5 and 7.3)."""

from typing import Any
from uuid import uuid4

import pytest

from feedback.actions.schema import add_metadata_property, add_vector_settings
from feedback.models import Dataset, Record
from tests import make
from tests.cast import Cast

FIELDS = {"prompt": "What is a well?"}


@pytest.fixture
def dataset(cast: Cast) -> Dataset:
    made = make.dataset(cast.workspace)
    add_vector_settings(made, name="v", title="V", dimensions=2)
    add_metadata_property(made, name="length", title="Length", settings={"type": "integer", "max": 9})
    return made


def post(cast: Cast, dataset: Dataset, *items: Any) -> Any:
    return cast.api(cast.max).post(f"/datasets/{dataset.pk}/records/bulk", {"items": list(items)})


def put(cast: Cast, dataset: Dataset, *items: Any) -> Any:
    return cast.api(cast.max).put(f"/datasets/{dataset.pk}/records/bulk", {"items": list(items)})


def question(dataset: Dataset, name: str = "quality") -> str:
    return str(dataset.questions.get(name=name).pk)


def answer(cast: Cast, status: str = "draft", **values: Any) -> dict[str, Any]:
    wrapped = {name: {"value": value} for name, value in values.items()}
    return {"user_id": str(cast.ben.pk), "status": status, "values": wrapped}


def test_new_records_come_back_in_the_order_sent(cast: Cast, dataset: Dataset) -> None:
    sent = [{"fields": {"prompt": str(n)}, "external_id": f"e{n}"} for n in range(500)]
    reply = post(cast, dataset, *sent)
    assert reply.status_code == 201
    assert [one["external_id"] for one in reply.json()["items"]] == [one["external_id"] for one in sent]
    first = reply.json()["items"][0]
    assert (first["responses"], first["suggestions"], first["vectors"]) == ([], [], {})
    assert first["inserted_at"] == first["updated_at"]


def test_a_post_refuses_what_exists_and_a_put_changes_it(cast: Cast, dataset: Dataset) -> None:
    [made] = post(cast, dataset, {"fields": FIELDS, "external_id": "a", "metadata": {"x": 1}}).json()["items"]
    refused = post(cast, dataset, {"fields": FIELDS, "external_id": "a"})
    assert (refused.status_code, "a" in refused.json()["detail"]) == (422, True)
    reply = put(
        cast, dataset, {"external_id": "a", "fields": {"prompt": "Another?"}}, {"fields": FIELDS}
    ).json()
    changed, new = reply["items"]
    assert reply["updated_item_ids"] == [made["id"]]
    assert (changed["id"], changed["fields"], changed["metadata"]) == (
        made["id"],
        {"prompt": "Another?"},
        {"x": 1},
    )
    assert new["id"] != made["id"]


def test_an_upsert_finds_by_id_first_and_then_by_external_id(cast: Cast, dataset: Dataset) -> None:
    a, b = post(
        cast, dataset, {"fields": FIELDS, "external_id": "a"}, {"fields": FIELDS, "external_id": "b"}
    ).json()["items"]
    foreign = make.record(make.dataset(cast.workspace))
    found = put(
        cast,
        dataset,
        {"id": a["id"], "external_id": "b", "metadata": {"n": 1}},
        {"id": str(foreign.pk), "external_id": "c", "fields": FIELDS},
        {"id": str(uuid4()), "external_id": None, "fields": FIELDS},
    ).json()["items"]
    assert [one["external_id"] for one in found] == ["a", "c", None]
    assert found[0]["id"] == a["id"]
    assert found[1]["id"] != str(foreign.pk)
    assert cast.api(cast.max).get(f"/records/{b['id']}").json()["metadata"] is None


def test_what_is_absent_stays_and_null_clears_metadata(cast: Cast, dataset: Dataset) -> None:
    item = {
        "external_id": "a",
        "fields": FIELDS,
        "metadata": {"length": 3},
        "vectors": {"v": [1, 2]},
        "suggestions": [
            {"question_id": question(dataset), "value": 3, "score": 0.5, "agent": "a", "type": "model"}
        ],
        "responses": [answer(cast, quality=3)],
    }
    [before] = put(cast, dataset, item).json()["items"]
    [same] = put(cast, dataset, {"external_id": "a"}).json()["items"]
    assert same == before
    empty = {"fields": None, "vectors": {}, "suggestions": [], "responses": None}
    [same] = put(cast, dataset, {"external_id": "a", **empty}).json()["items"]
    assert same == before
    [cleared] = put(cast, dataset, {"external_id": "a", "metadata": None}).json()["items"]
    assert (cleared["metadata"], cleared["fields"]) == (None, before["fields"])
    bare = {"question_id": question(dataset), "value": 4}
    [replaced] = put(cast, dataset, {"external_id": "a", "suggestions": [bare]}).json()["items"]
    [one] = replaced["suggestions"]
    assert [one[key] for key in ("value", "score", "agent", "type")] == [4, None, None, None]


def test_submitted_responses_complete_a_record(cast: Cast, dataset: Dataset) -> None:
    ranked = [{"value": key, "rank": 1} for key in ("m1", "m2", "m3")]
    item = {
        "fields": make.fields(),
        "external_id": "a",
        "responses": [answer(cast, "submitted", ranking=ranked)],
    }
    [done] = put(cast, dataset, item).json()["items"]
    assert done["status"] == "completed"
    assert done["responses"][0]["values"]["ranking"]["value"] == ranked
    [again] = put(cast, dataset, {"external_id": "a", "responses": [answer(cast, "discarded")]}).json()[
        "items"
    ]
    assert (again["status"], again["responses"][0]["values"]) == ("pending", {})


def test_drafts_take_no_records(cast: Cast) -> None:
    draft = make.dataset(cast.workspace, published=False)
    assert post(cast, draft, {"fields": FIELDS}).status_code == 422
    assert put(cast, draft, {"fields": FIELDS}).status_code == 422


def bad_items(cast: Cast, dataset: Dataset) -> dict[str, dict[str, Any]]:
    """What business rules refuse, each by itself."""
    return {
        "no fields": {"fields": {}},
        "a number as text": {"fields": {"prompt": 3}},
        "a required field is missing": {"fields": {"answers": make.fields()["answers"]}},
        "an unknown field": {"fields": FIELDS | {"other": "x"}},
        "metadata out of bounds": {"fields": FIELDS, "metadata": {"length": 10}},
        "a boolean as number": {"fields": FIELDS, "metadata": {"length": True}},
        "a vector of the wrong length": {"fields": FIELDS, "vectors": {"v": [1]}},
        "an unknown vector": {"fields": FIELDS, "vectors": {"w": [1, 2]}},
        "an unknown question": {"fields": FIELDS, "suggestions": [{"question_id": str(uuid4()), "value": 1}]},
        "a wrong suggestion": {
            "fields": FIELDS,
            "suggestions": [{"question_id": question(dataset), "value": 9}],
        },
        "two suggestions": {
            "fields": FIELDS,
            "suggestions": [{"question_id": question(dataset), "value": 1}] * 2,
        },
        "scores for one value": {
            "fields": FIELDS,
            "suggestions": [{"question_id": question(dataset), "value": 1, "score": [0.5]}],
        },
        "a wrong answer": {"fields": FIELDS, "responses": [answer(cast, quality="2")]},
        "an answer to nothing": {"fields": FIELDS, "responses": [answer(cast, other=1)]},
        "a submit without what is required": {
            "fields": FIELDS,
            "responses": [answer(cast, "submitted", quality=1)],
        },
        "an unknown person": {"fields": FIELDS, "responses": [answer(cast) | {"user_id": str(uuid4())}]},
        "somebody of another organization": {
            "fields": FIELDS,
            "responses": [answer(cast) | {"user_id": str(cast.cleo.pk)}],
        },
    }


def test_a_bad_item_is_named_by_its_position_and_nothing_is_written(cast: Cast, dataset: Dataset) -> None:
    for name, item in bad_items(cast, dataset).items():
        for write in (post, put):
            refused = write(cast, dataset, {"fields": FIELDS}, item)
            detail = refused.json()["detail"]
            assert refused.status_code == 422, name
            assert isinstance(detail, str), (name, detail)
            assert "position 1" in detail, (name, detail)
    assert not Record.objects.filter(dataset=dataset).exists()


@pytest.mark.parametrize(
    "item",
    [
        {"external_id": True},
        {"external_id": "twice"},
        {"vectors": {"v": None}},
        {"vectors": {"v": ["x", 1]}},
        {"fields": "x"},
        {"metadata": []},
        {"suggestions": [{"value": 1}]},
        {"suggestions": [{"question_id": "00000000-0000-4000-8000-000000000000", "value": 1, "score": 2}]},
        {
            "suggestions": [
                {"question_id": "00000000-0000-4000-8000-000000000000", "value": 1, "agent": "a@b"}
            ]
        },
        {"suggestions": [{"question_id": "00000000-0000-4000-8000-000000000000", "value": 1, "agent": "--"}]},
        {"suggestions": [{"question_id": "00000000-0000-4000-8000-000000000000", "value": 1, "type": "x"}]},
        {"responses": [{"user_id": "None", "status": "draft", "values": {}}]},
        {"responses": [{"user_id": "00000000-0000-4000-8000-000000000000", "status": "draft"}]},
        {"responses": [{"user_id": "00000000-0000-4000-8000-000000000000", "status": "discarded"}] * 2},
    ],
    ids=lambda item: repr(item)[:60],
)
def test_a_wrong_shape_is_form_a(cast: Cast, dataset: Dataset, item: dict[str, Any]) -> None:
    other = {"fields": FIELDS, "external_id": "twice"}
    for write in (post, put):
        refused = write(cast, dataset, other, {"fields": FIELDS} | item)
        assert refused.status_code == 422
        assert refused.json()["detail"]["params"]["errors"][0]["loc"][0] == "body"
    assert not Record.objects.filter(dataset=dataset).exists()


@pytest.mark.parametrize(
    "items", [[], [{"fields": FIELDS}] * 501, None, "x"], ids=lambda items: str(items)[:20]
)
def test_1_to_500_records_at_a_time(cast: Cast, dataset: Dataset, items: Any) -> None:
    for method in ("post", "put"):
        call = getattr(cast.api(cast.max), method)
        assert call(f"/datasets/{dataset.pk}/records/bulk", {"items": items}).status_code == 422

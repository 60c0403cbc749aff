"""What becomes of records that a program writes again, and again within one call (contract section 7.3)."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from feedback.models import Dataset
from tests import make
from tests.cast import Cast


@pytest.fixture
def dataset(cast: Cast) -> Dataset:
    fields = {"prompt": {"type": "text"}, "reply": {"type": "text"}}
    questions = {"comment": {"type": "text"}, "reason": {"type": "text"}}
    return make.dataset(cast.workspace, fields=fields, questions=questions)


def put(cast: Cast, dataset: Dataset, *items: dict[str, Any]) -> dict[str, Any]:
    reply = cast.api(cast.max).put(f"/datasets/{dataset.pk}/records/bulk", {"items": list(items)})
    assert reply.status_code == 200, reply.content
    return reply.json()  # type: ignore[no-any-return]


def total(cast: Cast, dataset: Dataset) -> int:
    return int(cast.api(cast.max).get(f"/datasets/{dataset.pk}/records").json()["total"])


def response(who: Any, text: str, status: str = "draft") -> dict[str, Any]:
    return {"user_id": str(who.pk), "status": status, "values": {"comment": {"value": text}}}


def test_fields_and_metadata_are_replaced_and_not_merged(cast: Cast, dataset: Dataset) -> None:
    first = {"external_id": "a", "fields": {"prompt": "Why?", "reply": "So."}, "metadata": {"x": 1, "y": 2}}
    put(cast, dataset, first)
    [after] = put(cast, dataset, {"external_id": "a", "fields": {"prompt": "How?"}, "metadata": {"y": 3}})[
        "items"
    ]
    assert (after["fields"], after["metadata"]) == ({"prompt": "How?"}, {"y": 3})


def test_fields_that_come_again_must_be_whole(cast: Cast, dataset: Dataset) -> None:
    put(cast, dataset, {"external_id": "a", "fields": {"prompt": "Why?"}})
    for fields in ({}, {"reply": "So."}, {"prompt": None}):
        item = {"external_id": "a", "fields": fields}
        reply = cast.api(cast.max).put(f"/datasets/{dataset.pk}/records/bulk", {"items": [item]})
        assert reply.status_code == 422
    assert total(cast, dataset) == 1


def test_a_new_record_needs_fields(cast: Cast, dataset: Dataset) -> None:
    for item in ({"external_id": "a"}, {"external_id": "a", "fields": None}, {"id": str(uuid4())}, {}):
        reply = cast.api(cast.max).put(f"/datasets/{dataset.pk}/records/bulk", {"items": [item]})
        assert reply.status_code == 422, item
    assert total(cast, dataset) == 0


def test_an_id_finds_a_record_and_never_makes_one(cast: Cast, dataset: Dataset) -> None:
    elsewhere = make.record(make.dataset(cast.workspace))
    foreign = make.record(make.dataset(cast.rival_workspace))
    unknown = [str(pk) for pk in (elsewhere.pk, foreign.pk, uuid4())]
    made = put(cast, dataset, *[{"id": pk, "fields": {"prompt": "Why?"}} for pk in unknown])
    assert not {one["id"] for one in made["items"]} & set(unknown)
    assert made["updated_item_ids"] == []
    [one, *_] = made["items"]
    again = put(cast, dataset, {"id": one["id"], "external_id": "new", "metadata": {"x": 1}})
    assert (again["items"][0]["id"], again["items"][0]["external_id"]) == (one["id"], None)
    assert again["updated_item_ids"] == [one["id"]]


def test_two_items_of_one_call_may_be_the_same_record_and_the_last_one_holds(
    cast: Cast, dataset: Dataset
) -> None:
    [made] = put(cast, dataset, {"external_id": "a", "fields": {"prompt": "1"}, "metadata": {"x": 1}})[
        "items"
    ]
    reply = put(
        cast,
        dataset,
        {"id": made["id"], "fields": {"prompt": "2"}, "responses": [response(cast.ben, "first")]},
        {"external_id": "a", "fields": {"prompt": "3"}, "responses": [response(cast.ben, "second")]},
    )
    assert reply["items"][0] == reply["items"][1]
    assert reply["items"][0]["fields"] == {"prompt": "3"}
    assert reply["items"][0]["metadata"] == {"x": 1}
    assert [one["values"]["comment"]["value"] for one in reply["items"][0]["responses"]] == ["second"]
    assert reply["updated_item_ids"] == [made["id"]]
    assert total(cast, dataset) == 1


def test_answers_are_merged_by_person_and_each_is_replaced_as_a_whole(cast: Cast, dataset: Dataset) -> None:
    both = response(cast.ben, "So.")
    both["values"]["reason"] = {"value": "Because."}
    first = put(cast, dataset, {"external_id": "a", "fields": {"prompt": "Why?"}, "responses": [both]})
    put(cast, dataset, {"external_id": "a", "responses": [response(cast.max, "Hm", "discarded")]})
    last = put(cast, dataset, {"external_id": "a", "responses": [response(cast.ben, "No.", "submitted")]})
    mine, other = last["items"][0]["responses"]
    assert mine["id"] == first["items"][0]["responses"][0]["id"]
    assert (mine["status"], mine["values"]) == ("submitted", {"comment": {"value": "No."}})
    assert (other["user_id"], other["status"]) == (str(cast.max.pk), "discarded")


def test_suggestions_are_merged_by_question(cast: Cast, dataset: Dataset) -> None:
    ids = {name: str(dataset.questions.get(name=name).pk) for name in ("comment", "reason")}
    full = {"question_id": ids["comment"], "value": "So.", "score": 0.5, "agent": "judge", "type": "model"}
    put(cast, dataset, {"external_id": "a", "fields": {"prompt": "Why?"}, "suggestions": [full]})
    put(cast, dataset, {"external_id": "a", "suggestions": [{"question_id": ids["reason"], "value": "Hm"}]})
    sent = {"question_id": ids["comment"], "value": "No.", "id": str(uuid4()), "question_name": "x"}
    [after] = put(cast, dataset, {"external_id": "a", "suggestions": [sent]})["items"]
    shown = {one["question_id"]: one for one in after["suggestions"]}
    assert shown.keys() == set(ids.values())
    assert [shown[ids["comment"]][key] for key in ("value", "score", "agent", "type")] == [
        "No.",
        None,
        None,
        None,
    ]
    assert shown[ids["comment"]]["id"] != sent["id"]


def test_what_is_answered_is_what_is_stored(cast: Cast, dataset: Dataset) -> None:
    """No optional field that nobody sent, in whatever way a record is written or read."""
    [made] = put(cast, dataset, {"fields": {"prompt": "Why?", "reply": None}})["items"]
    patched = cast.api(cast.max).patch(f"/records/{made['id']}", {"fields": {"prompt": "How?"}}).json()
    [listed] = cast.api(cast.max).get(f"/datasets/{dataset.pk}/records").json()["items"]
    assert made["fields"] == {"prompt": "Why?"}
    assert patched["fields"] == listed["fields"] == {"prompt": "How?"}


def test_ids_are_lower_case_uuids_and_may_be_sent_in_any_writing(cast: Cast, dataset: Dataset) -> None:
    [made] = put(cast, dataset, {"fields": {"prompt": "Why?"}})["items"]
    assert made["id"] == str(UUID(made["id"]))
    for written in (made["id"].upper(), made["id"].replace("-", "")):
        assert cast.api(cast.max).get(f"/records/{written}").json()["id"] == made["id"]


def test_a_record_patch_takes_suggestions_back_that_it_does_not_name(cast: Cast, dataset: Dataset) -> None:
    ids = [str(dataset.questions.get(name=name).pk) for name in ("comment", "reason")]
    both = [{"question_id": pk, "value": "So."} for pk in ids]
    [made] = put(cast, dataset, {"fields": {"prompt": "Why?"}, "suggestions": both})["items"]
    path, max_ = f"/records/{made['id']}", cast.api(cast.max)
    kept = max_.patch(path, {"suggestions": [{"question_id": ids[0], "value": "No."}]}).json()["suggestions"]
    assert [(one["question_id"], one["value"]) for one in kept] == [(ids[0], "No.")]
    assert max_.patch(path, {"suggestions": both[:1] * 2}).status_code == 422
    assert max_.patch(path, {"suggestions": [{"question_id": str(uuid4()), "value": "x"}]}).status_code == 422
    assert max_.get(path).json()["suggestions"] == kept

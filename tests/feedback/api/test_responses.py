"""What people answer, by the API (contract sections 3.7, 4.9, 5.3, 5.4)."""

from typing import Any
from uuid import uuid4

import pytest

from feedback.models import Dataset, Record, Response
from tests import make
from tests.cast import Cast

NOWHERE = "0190f0f0-0000-7000-8000-00000000000a"  # no record has this id

KEYS = {"id", "values", "status", "record_id", "user_id", "inserted_at", "updated_at"}


@pytest.fixture
def record(cast: Cast) -> Record:
    return make.record(make.dataset(cast.workspace))


def lettered(cast: Cast, record: Record, who: Any, ranks: dict[str, int]) -> list[dict[str, Any]]:
    """A ranking as a labeler writes it: by the letters under which they see the answers."""
    letters = {key: letter for letter, key in record.item_for(who).lettered(["m1", "m2", "m3"]).items()}
    return [{"value": letters[key], "rank": rank} for key, rank in ranks.items()]


def answer(cast: Cast, record: Record, who: Any, status: str = "submitted", **values: Any) -> Any:
    """Send a response with this ranking (id -> rank) and further values."""
    if ranks := values.pop("ranking", None):
        values["ranking"] = lettered(cast, record, who, ranks)
    wrapped = {name: {"value": value} for name, value in values.items()}
    return cast.api(who).post(f"/records/{record.pk}/responses", {"status": status, "values": wrapped})


def test_a_labeler_answers_by_letters_and_a_manager_reads_ids(cast: Cast, record: Record) -> None:
    made = answer(cast, record, cast.ben, ranking={"m2": 1, "m1": 2, "m3": 2}, quality=4)
    assert made.status_code == 201, made.content
    shown = made.json()
    assert shown.keys() == KEYS
    assert (shown["status"], shown["user_id"], shown["record_id"]) == (
        "submitted",
        str(cast.ben.pk),
        str(record.pk),
    )
    assert shown["values"]["quality"] == {"value": 4}
    assert b'"m2"' not in made.content
    [seen] = cast.api(cast.max).get(f"/records/{record.pk}").json()["responses"]
    assert seen["values"]["ranking"]["value"] == [
        {"value": "m2", "rank": 1},
        {"value": "m1", "rank": 2},
        {"value": "m3", "rank": 2},
    ]
    assert cast.api(cast.max).get(f"/records/{record.pk}").json()["status"] == "completed"


def test_an_id_in_place_of_a_letter_is_unknown_to_a_labeler(cast: Cast, record: Record) -> None:
    values = {"ranking": {"value": [{"value": key, "rank": 1} for key in ("m1", "m2", "m3")]}}
    path = f"/records/{record.pk}/responses"
    sent = {"status": "submitted", "values": values}
    assert cast.api(cast.ben).post(path, sent).status_code == 422
    assert cast.api(cast.max).post(path, sent).status_code == 201


def test_one_response_for_each_person_and_record(cast: Cast, record: Record) -> None:
    assert answer(cast, record, cast.ben, "draft").status_code == 201
    assert answer(cast, record, cast.ben, "draft").status_code == 409
    assert answer(cast, record, cast.max, "draft").status_code == 201


ALL = {"m1": 1, "m2": 2, "m3": 3}


@pytest.mark.parametrize(
    ("status", "values", "expected"),
    [
        ("draft", {}, 201),
        ("discarded", {}, 201),
        ("submitted", {}, 422),
        ("submitted", {"quality": 3}, 422),
        ("submitted", {"ranking": {"m1": 1}}, 422),
        ("draft", {"ranking": {"m1": 1}}, 201),
        ("discarded", {"quality": 9}, 422),
        ("draft", {"other": 1}, 422),
        ("draft", {"quality": "3"}, 422),
        ("draft", {"quality": None}, 422),
        ("draft", {"comment": 3}, 422),
        ("submitted", {"ranking": ALL, "comment": ""}, 201),
        ("done", {}, 422),
    ],
)
def test_what_may_be_said(
    cast: Cast, record: Record, status: str, values: dict[str, Any], expected: int
) -> None:
    reply = answer(cast, record, cast.ben, status, **values)
    assert reply.status_code == expected, reply.content
    assert Response.objects.count() == (expected == 201)


@pytest.mark.parametrize("sent", [{"status": "draft"}, {"status": "discarded", "values": None}])
def test_no_values_are_empty_values(cast: Cast, record: Record, sent: dict[str, Any]) -> None:
    assert cast.api(cast.ben).post(f"/records/{record.pk}/responses", sent).json()["values"] == {}


@pytest.mark.django_db(transaction=True)  # times are those of transactions
def test_a_put_replaces_values_and_moves_the_date_only_if_something_differs(cast: Cast) -> None:
    dataset, ben = _committed(cast), cast.api(cast.ben)
    record = ben.post(f"/me/datasets/{dataset}/next").json()["record"]
    values = {"quality": {"value": 3}, "comment": {"value": "Hm"}}
    first = ben.post(f"/records/{record['id']}/responses", {"status": "draft", "values": values}).json()
    address = f"/responses/{first['id']}"
    assert ben.put(address, {"status": "draft", "values": values}).json() == first
    changed = ben.put(address, {"status": "draft", "values": {"quality": {"value": 3}}}).json()
    assert changed["values"] == {"quality": {"value": 3}}
    assert changed["updated_at"] > first["updated_at"]
    assert changed["inserted_at"] == first["inserted_at"]


def _committed(cast: Cast) -> str:
    max_ = cast.api(cast.max)
    dataset = max_.post("/datasets", {"name": "wells", "workspace_id": str(cast.workspace.pk)}).json()["id"]
    text = {"title": "T", "settings": {"type": "text"}, "required": True}
    rating = {"type": "rating", "options": [{"value": 1}, {"value": 3}]}
    max_.post(f"/datasets/{dataset}/fields", {"name": "prompt", **text})
    max_.post(f"/datasets/{dataset}/questions", {"name": "comment", **text})
    max_.post(f"/datasets/{dataset}/questions", {"name": "quality", "title": "Q", "settings": rating})
    assert max_.put(f"/datasets/{dataset}/publish").status_code == 200
    max_.post(f"/datasets/{dataset}/records/bulk", {"items": [{"fields": {"prompt": "Why?"}}]})
    return str(dataset)


def test_a_put_may_take_a_submit_back(cast: Cast, record: Record) -> None:
    response = make.response(record, cast.ben)
    ben, address = cast.api(cast.ben), f"/responses/{response.pk}"
    assert ben.put(address, {"status": "submitted"}).status_code == 422
    assert ben.put(address, {"status": "submitted", "values": {}}).status_code == 422
    assert ben.put(address, {"status": "discarded"}).json()["values"] == {}
    assert ben.get(f"/records/{record.pk}").json()["status"] == "pending"


def test_whose_response_it_is_stays_when_a_manager_changes_it(cast: Cast, record: Record) -> None:
    response = make.response(record, cast.ben)
    ranking = {"value": [{"value": "m3", "rank": 1}, {"value": "m1", "rank": 2}, {"value": "m2", "rank": 3}]}
    sent = {"status": "submitted", "values": {"ranking": ranking}}
    changed = cast.api(cast.max).put(f"/responses/{response.pk}", sent).json()
    assert changed["user_id"] == str(cast.ben.pk)
    assert changed["values"] == {"ranking": ranking}


def test_nobody_else_touches_a_response(cast: Cast, record: Record) -> None:
    eve = make.member(cast.acme, "eve")
    make.place(cast.workspace, eve)
    address = f"/responses/{make.response(record, cast.ben).pk}"
    assert cast.api(eve).put(address, {"status": "discarded"}).status_code == 403
    assert cast.api(eve).delete(address).status_code == 403
    assert cast.api(cast.dov).delete(address).status_code == 404


def test_a_deleted_response_opens_its_place_again(cast: Cast, record: Record) -> None:
    response = make.response(record, cast.ben)
    ben = cast.api(cast.ben)
    shown = ben.delete(f"/responses/{response.pk}").json()
    assert shown["status"] == "submitted"
    assert ben.delete(f"/responses/{response.pk}").status_code == 404
    assert ben.get(f"/records/{record.pk}").json()["status"] == "pending"
    assert ben.post(f"/me/datasets/{record.dataset_id}/next").json()["record"]["id"] == str(record.pk)


def test_many_responses_succeed_or_fail_one_by_one(cast: Cast, record: Record) -> None:
    foreign = make.record(make.dataset(cast.rival_workspace))
    second = make.record(record.dataset)
    items = [
        {"record_id": str(record.pk), "status": "draft", "values": {"quality": {"value": 1}}},
        {"record_id": str(second.pk), "status": "submitted", "values": {"quality": {"value": 1}}},
        {"record_id": str(foreign.pk), "status": "discarded"},
        {"record_id": str(uuid4()), "status": "discarded"},
        {"record_id": str(record.pk), "status": "discarded"},
    ]
    reply = cast.api(cast.ben).post("/me/responses/bulk", {"items": items})
    assert reply.status_code == 200
    first, refused, hidden, unknown, again = reply.json()["items"]
    assert first["item"]["values"] == {"quality": {"value": 1}}
    assert first["error"] is None
    for one in (refused, hidden, unknown):
        assert one["item"] is None
        assert isinstance(one["error"]["detail"], str)
    assert (again["item"]["id"], again["item"]["status"]) == (first["item"]["id"], "discarded")
    assert Response.objects.count() == 1


@pytest.mark.parametrize(
    "items",
    [[], [{"record_id": "x", "status": "draft"}], [{"status": "draft"}],
     [{"record_id": NOWHERE, "status": "submitted"}], [{"record_id": NOWHERE, "status": "draft"}] * 101],
    ids=["none", "no id", "no record", "no values", "too many"],
)  # fmt: skip
def test_a_bulk_of_the_wrong_shape_is_refused_whole(cast: Cast, items: Any) -> None:
    refused = cast.api(cast.ben).post("/me/responses/bulk", {"items": items})
    assert refused.status_code == 422
    assert refused.json()["detail"]["code"] == "argilla.api.errors::ValidationError"


def test_a_suggestion_is_put_and_put_again(cast: Cast, record: Record) -> None:
    dataset: Dataset = record.dataset
    path, max_ = f"/records/{record.pk}/suggestions", cast.api(cast.max)
    sent = {"question_id": str(dataset.questions.get(name="quality").pk), "value": 2, "agent": "judge"}
    new = max_.put(path, sent)
    assert (new.status_code, new.json()["agent"]) == (201, "judge")
    again = max_.put(path, {**sent, "value": 3, "agent": None})
    assert (again.status_code, again.json()["id"], again.json()["agent"]) == (200, new.json()["id"], None)
    assert max_.get(path).json() == {"items": [again.json()]}
    foreign = make.dataset(cast.workspace).questions.get(name="quality")
    assert max_.put(path, {**sent, "question_id": str(foreign.pk)}).status_code == 422
    assert max_.put(path, {**sent, "value": 9}).status_code == 422
    assert max_.put(path, {**sent, "score": 1.5}).status_code == 422
    assert max_.delete(f"{path}?ids={uuid4()}").status_code == 204
    assert max_.delete(f"/suggestions/{new.json()['id']}").json() == again.json()
    assert max_.get(path).json() == {"items": []}
    assert max_.delete(f"{path}?ids=x").status_code == 422

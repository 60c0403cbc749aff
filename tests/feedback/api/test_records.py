"""Listing, reading, changing and deleting records (contract sections 3.6, 4.8, 7.4 to 7.7)."""

from typing import Any
from uuid import uuid4

import pytest

from feedback.actions.schema import add_metadata_property, add_vector_settings
from feedback.models import Dataset, Record
from tests import make
from tests.cast import Cast

KEYS = {"id", "status", "fields", "metadata", "external_id", "dataset_id", "inserted_at", "updated_at"}
RELATIONS = {"responses", "suggestions", "vectors"}


@pytest.fixture
def dataset(cast: Cast) -> Dataset:
    made = make.dataset(cast.workspace)
    for name in ("first", "second"):
        add_vector_settings(made, name=name, title=name, dimensions=2)
    return made


def put(cast: Cast, dataset: Dataset, *items: dict[str, Any]) -> Any:
    reply = cast.api(cast.max).put(f"/datasets/{dataset.pk}/records/bulk", {"items": list(items)})
    assert reply.status_code == 200, reply.content
    return reply.json()["items"]


def full(cast: Cast, dataset: Dataset) -> dict[str, Any]:
    """A record with everything."""
    question = str(dataset.questions.get(name="quality").pk)
    answer = {"user_id": str(cast.ben.pk), "status": "draft", "values": {"quality": {"value": 2}}}
    return {
        "fields": make.fields(),
        "metadata": {"source": "here", "list": [1, 1.5, None]},
        "external_id": 7,
        "vectors": {"first": [1, 0.5], "second": [2.0, -1e-9]},
        "suggestions": [
            {"question_id": question, "value": 4, "score": 0.5, "agent": "a/b: 1", "type": "human"}
        ],
        "responses": [answer],
    }


def test_a_record_comes_back_as_it_was_sent(cast: Cast, dataset: Dataset) -> None:
    sent = full(cast, dataset)
    [shown] = put(cast, dataset, sent)
    assert shown.keys() == KEYS | RELATIONS
    assert shown["fields"] == {**sent["fields"], "answers": {"candidates": sent["fields"]["answers"]}}
    assert (shown["metadata"], shown["external_id"], shown["status"]) == (sent["metadata"], "7", "pending")
    assert shown["vectors"] == {"first": [1.0, 0.5], "second": [2.0, -1e-9]}
    [suggestion] = shown["suggestions"]
    assert {key: suggestion[key] for key in sent["suggestions"][0]} == sent["suggestions"][0]
    [response] = shown["responses"]
    assert {key: response[key] for key in sent["responses"][0]} == sent["responses"][0]
    assert response["record_id"] == shown["id"]
    assert cast.api(cast.max).get(f"/records/{shown['id']}").json() == shown
    page = cast.api(cast.max).get(
        f"/datasets/{dataset.pk}/records?include=responses,suggestions&include=vectors"
    )
    assert page.json() == {"items": [shown], "total": 1}


@pytest.mark.parametrize(
    ("query", "relations", "vectors"),
    [
        ("", set(), None),
        ("include=responses", {"responses"}, None),
        ("include=responses,suggestions", {"responses", "suggestions"}, None),
        ("include=vectors", {"vectors"}, {"first", "second"}),
        ("include=vectors%3Afirst,none&include=suggestions", {"vectors", "suggestions"}, {"first"}),
        ("include=responses:x", set(), None),
    ],
)
def test_what_is_not_asked_for_is_absent(
    cast: Cast, dataset: Dataset, query: str, relations: set[str], vectors: set[str] | None
) -> None:
    put(cast, dataset, full(cast, dataset))
    [shown] = cast.api(cast.max).get(f"/datasets/{dataset.pk}/records?{query}").json()["items"]
    assert shown.keys() == KEYS | relations
    if vectors is not None:
        assert shown["vectors"].keys() == vectors


@pytest.mark.parametrize(
    "query",
    ["include=", "include=x", "include=vectors&include=vectors:a", "include=vectors:", "include=a:b:c",
     "limit=0", "limit=1001", "offset=-1", "limit=x"],
)  # fmt: skip
def test_a_bad_query_is_422(cast: Cast, dataset: Dataset, query: str) -> None:
    assert cast.api(cast.max).get(f"/datasets/{dataset.pk}/records?{query}").status_code == 422


def test_pages_go_over_records_in_their_order_even_after_some_are_gone(cast: Cast, dataset: Dataset) -> None:
    records = make.records(dataset, 30)
    max_, path = cast.api(cast.max), f"/datasets/{dataset.pk}/records"
    gone = {str(one.pk) for one in records[3:20:2]}
    assert max_.delete(f"{path}?ids={'%2C'.join(gone)},{uuid4()}").status_code == 204
    left = [str(one.pk) for one in records if str(one.pk) not in gone]
    found: list[str] = []
    while items := max_.get(f"{path}?offset={len(found)}&limit=4&include=vectors:first").json()["items"]:
        found += [one["id"] for one in items]
    assert found == left
    page = max_.get(f"{path}?offset=1000000000000000000000").json()
    assert page == {"items": [], "total": len(left)}


def test_a_page_takes_as_many_queries_as_a_record(
    cast: Cast, dataset: Dataset, django_assert_max_num_queries: Any
) -> None:
    put(cast, dataset, *[{**full(cast, dataset), "external_id": None} for _ in range(40)])
    with django_assert_max_num_queries(18):
        path = f"/datasets/{dataset.pk}/records?include=responses,suggestions,vectors"
        assert len(cast.api(cast.max).get(path).json()["items"]) == 40


@pytest.mark.parametrize("ids", ["", ",", "x", ",".join(["00000000-0000-4000-8000-000000000000"] * 101)])
def test_ids_to_delete_are_1_to_100_uuids(cast: Cast, dataset: Dataset, ids: str) -> None:
    refused = cast.api(cast.max).delete(f"/datasets/{dataset.pk}/records?ids={ids}")
    assert (refused.status_code, type(refused.json()["detail"])) == (422, str)


def test_ids_of_another_dataset_are_passed_over(cast: Cast, dataset: Dataset) -> None:
    other = make.record(make.dataset(cast.workspace))
    path = f"/datasets/{dataset.pk}/records?ids={other.pk}"
    assert cast.api(cast.max).delete(path).status_code == 204
    assert Record.objects.filter(pk=other.pk).exists()


def test_a_patch_replaces_what_it_names(cast: Cast, dataset: Dataset) -> None:
    [before] = put(cast, dataset, full(cast, dataset))
    address, max_ = f"/records/{before['id']}", cast.api(cast.max)
    assert max_.patch(address, {}).json() == before
    assert max_.patch(address, {"fields": None, "suggestions": None, "external_id": "x"}).json() == before
    changed = max_.patch(address, {"metadata": None, "vectors": {"second": [9, 9]}}).json()
    assert (changed["metadata"], changed["fields"]) == (None, before["fields"])
    assert changed["vectors"] == {"first": [1.0, 0.5], "second": [9.0, 9.0]}
    assert changed["suggestions"] == before["suggestions"]
    comment = str(dataset.questions.get(name="comment").pk)
    replaced = max_.patch(address, {"suggestions": [{"question_id": comment, "value": "Hm"}]}).json()
    assert [one["value"] for one in replaced["suggestions"]] == ["Hm"]
    assert max_.patch(address, {"suggestions": []}).json()["suggestions"] == []
    assert replaced["updated_at"] > before["updated_at"]


@pytest.mark.parametrize(
    "patch",
    [{"fields": {}}, {"fields": {"prompt": 3}}, {"fields": {"other": "x"}}, {"fields": {"answers": "x"}},
     {"vectors": {"first": [1]}}, {"vectors": {"none": [1, 2]}}, {"vectors": {"first": None}}, {"metadata": 3}],
    ids=repr,
)  # fmt: skip
def test_a_wrong_patch_changes_nothing(cast: Cast, dataset: Dataset, patch: dict[str, Any]) -> None:
    [before] = put(cast, dataset, full(cast, dataset))
    address = f"/records/{before['id']}"
    assert cast.api(cast.max).patch(address, patch).status_code == 422
    assert cast.api(cast.max).get(address).json() == before


def test_a_deleted_record_is_shown_once_more_without_relations(cast: Cast, dataset: Dataset) -> None:
    [before] = put(cast, dataset, full(cast, dataset))
    max_ = cast.api(cast.max)
    gone = max_.delete(f"/records/{before['id']}")
    assert gone.json() == {key: before[key] for key in KEYS}
    assert max_.delete(f"/records/{before['id']}").status_code == 404
    assert max_.get(f"/datasets/{dataset.pk}/progress").json()["total"] == 0


def test_labelers_get_what_concerns_them_and_nothing_that_names_a_model(cast: Cast, dataset: Dataset) -> None:
    add_metadata_property(dataset, name="source", title="Source", settings={"type": "terms"})
    add_metadata_property(
        dataset, name="cost", title="Cost", settings={"type": "float"}, visible_for_annotators=False
    )
    ranking = str(dataset.questions.get(name="ranking").pk)
    ranked = [{"value": "m2", "rank": 1}, {"value": "m1", "rank": 2}, {"value": "m3", "rank": 2}]
    answers = [
        {"user_id": str(who.pk), "status": "submitted", "values": {"ranking": {"value": ranked}}}
        for who in (cast.ben, cast.max)
    ]
    item = {
        "fields": make.fields(),
        "metadata": {"source": "web", "cost": 1.5, "secret": "model-1"},
        "suggestions": [{"question_id": ranking, "value": ranked}],
        "responses": answers,
    }
    [shown] = put(cast, dataset, item)
    assert len(shown["responses"]) == 2
    reply = cast.api(cast.ben).get(f"/records/{shown['id']}")
    seen = reply.json()
    assert seen["metadata"] == {"source": "web"}
    assert [one["user_id"] for one in seen["responses"]] == [str(cast.ben.pk)]
    assert [one["letter"] for one in seen["fields"]["answers"]["candidates"]] == ["A", "B", "C"]
    texts = {one["letter"]: one["text"] for one in seen["fields"]["answers"]["candidates"]}
    for value in (seen["responses"][0]["values"]["ranking"]["value"], seen["suggestions"][0]["value"]):
        assert texts[value[0]["value"]] == "Answer 2 to 1"
    listed = cast.api(cast.ben).get(f"/records/{shown['id']}/suggestions")
    for content in (reply.content, listed.content):
        assert not any(word in content for word in (b"model-", b'"m1"', b'"m2"', b'"m3"'))

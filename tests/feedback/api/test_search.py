"""Finding records through the API (contract section 6), before and after their words are indexed."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from feedback.actions.entries import Entry
from feedback.actions.indexing import index_records
from feedback.actions.records import delete_records, update_record
from feedback.actions.responses import discard_response, save_draft, submit_response
from feedback.actions.schema import add_metadata_property, add_vector_settings, change_metadata_property
from feedback.actions.suggestions import Given, suggest
from feedback.models import Dataset, MetadataProperty, Record, SearchBacklog
from feedback.search import order as order_of
from tests import make
from tests.cast import Cast

TEXTS = {
    "well": "How deep is the Well?",
    "deep": "Deep learning, deep water",
    "tokyo": "東京都の天気",
    "arabic": "كم عمق بئر الماء؟",
    "emoji": "Great 👍🏽 work",
    "markup": '50% of <b>all_things</b> \\ "quoted" o\'clock',
    "empty": "",
}
LABELS = {"type": "label_selection", "options": [{"value": v, "text": v} for v in ("yes", "no")]}
MANY = {
    "type": "multi_label_selection",
    "options": [{"value": v, "text": v} for v in ("long", "rude", "wrong")],
}


@pytest.fixture
def dataset(cast: Cast) -> Dataset:
    made = make.dataset(
        cast.workspace,
        fields={"prompt": {"type": "text"}, "chat": {"type": "chat"}, "answers": {"type": "candidates"}},
        questions={
            "quality": {"type": "rating", "options": [{"value": n} for n in range(11)]},
            "label": LABELS,
            "labels": MANY,
            "comment": {"type": "text"},
        },
    )
    for name, settings in {
        "topic": "terms",
        "length": "integer",
        "score": "float",
        "secret": "terms",
    }.items():
        add_metadata_property(
            made, name=name, title=name, settings={"type": settings}, visible_for_annotators=name != "secret"
        )
    return made


def fill(dataset: Dataset, texts: dict[str, str] = TEXTS) -> dict[str, Record]:
    given = [{"fields": {"prompt": text}, "external_id": name} for name, text in texts.items()]
    return dict(zip(texts, make.each(dataset, given), strict=True))


def search(cast: Cast, dataset: Dataset, asked: dict[str, Any], *, by: Any = None, query: str = "") -> Any:
    """Manager: everybody's; anybody else: their own."""
    who = by or cast.max
    mine = "me/" if by else ""
    return cast.api(who).post(f"/{mine}datasets/{dataset.pk}/records/search{query}", asked)


def names(reply: Any) -> list[str]:
    assert reply.status_code == 200, reply.content
    found = [item["record"]["external_id"] for item in reply.json()["items"]]
    assert reply.json()["total"] == len(found)
    return found


def by_text(cast: Cast, dataset: Dataset, q: Any, field: str | None = None) -> set[str]:
    return set(names(search(cast, dataset, {"query": {"text": {"q": q, "field": field}}})))


def by_filter(cast: Cast, dataset: Dataset, *filters: dict[str, Any], by: Any = None) -> list[str]:
    return names(
        search(cast, dataset, {"filters": {"type": "and", "and": list(filters)}, "query": None}, by=by)
    )


def terms(entity: str, *values: Any, **scope: Any) -> dict[str, Any]:
    return {"type": "terms", "scope": {"entity": entity, **scope}, "values": list(values)}


def between(entity: str, ge: Any = None, le: Any = None, **scope: Any) -> dict[str, Any]:
    return {"type": "range", "scope": {"entity": entity, **scope}, "ge": ge, "le": le}


@pytest.mark.parametrize("indexed", [False, True])
@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("deep", {"well", "deep"}),
        ("DEEP well", {"well"}),
        ("deep -well", {"deep"}),
        ("well | water", {"well", "deep"}),
        ("-deep", {"tokyo", "arabic", "emoji", "markup", "empty"}),
        ('"deep water"', {"deep"}),
        ('"deep well"', set()),
        ("wat*", {"deep"}),
        ("東京", {"tokyo"}),
        ("京都", {"tokyo"}),
        ("京", {"tokyo"}),
        ("気", {"tokyo"}),
        ("天京", set()),
        ("بئر", {"arabic"}),
        ("👍", {"emoji"}),
        ("work 👍", {"emoji"}),
        ("all_things", {"markup"}),
        ("50%", {"markup"}),
        ("o'clock", {"markup"}),
        ('"quoted', {"markup"}),
        ("b", {"markup"}),
        (50, {"markup"}),
        ("%", set()),
        ("", set(TEXTS)),
        ("*", set(TEXTS)),
        ("((deep", {"well", "deep"}),
        ("'deep' | \\", {"well", "deep"}),
    ],
)
def test_text_is_found_whether_it_is_indexed_or_not(
    cast: Cast, dataset: Dataset, q: Any, found: set[str], indexed: bool
) -> None:
    fill(dataset)
    if indexed:
        index_records(str(dataset.pk))
        assert not SearchBacklog.objects.filter(dataset=dataset).exists()
    assert by_text(cast, dataset, q) == found


@pytest.mark.parametrize("indexed", [False, True])
def test_each_field_can_be_searched_alone(cast: Cast, dataset: Dataset, indexed: bool) -> None:
    fields = {
        "prompt": "alpha",
        "chat": [{"role": "user", "content": "beta"}, {"role": "assistant", "content": "gamma"}],
        "answers": [{"id": "secret-model", "text": "delta epsilon", "model": "zeta"}],
    }
    make.record(dataset, fields=fields, external_id="one")
    if indexed:
        index_records(str(dataset.pk))
    assert by_text(cast, dataset, "alpha gamma delta") == {"one"}
    assert by_text(cast, dataset, "delta", "answers") == {"one"}
    assert by_text(cast, dataset, "beta | alpha", "chat") == {"one"}
    assert by_text(cast, dataset, "alpha", "chat") == set()
    assert by_text(cast, dataset, "alpha beta", "prompt") == set()
    assert by_text(cast, dataset, '"gamma delta"') == set()
    assert by_text(cast, dataset, "zeta") == set()
    assert by_text(cast, dataset, "-zeta", "answers") == {"one"}


@pytest.mark.parametrize("indexed", [False, True])
def test_the_fifth_field_is_told_from_the_fourth(cast: Cast, indexed: bool) -> None:
    fields = {name: {"type": "text"} for name in ("prompt", "b", "c", "d", "e")}
    dataset = make.dataset(cast.workspace, fields=fields, questions={"comment": {"type": "text"}})
    make.record(
        dataset, fields={"prompt": "first", "d": "fourth word", "e": "fifth thing"}, external_id="one"
    )
    if indexed:
        index_records(str(dataset.pk))
    assert by_text(cast, dataset, "fifth", "e") == {"one"}
    assert by_text(cast, dataset, "fifth", "d") == set()
    assert by_text(cast, dataset, '"fourth word"', "d") == {"one"}
    assert by_text(cast, dataset, "fifth fourth first") == {"one"}


@pytest.mark.parametrize("indexed", [False, True])
def test_a_changed_text_is_found_by_its_new_words_alone(cast: Cast, dataset: Dataset, indexed: bool) -> None:
    record = fill(dataset)["well"]
    index_records(str(dataset.pk))
    update_record(record, Entry(fields={"prompt": "A shallow pond"}))
    if indexed:
        index_records(str(dataset.pk))
    assert by_text(cast, dataset, "pond") == {"well"}
    assert by_text(cast, dataset, "well") == set()


@pytest.mark.parametrize("indexed", [False, True])
def test_a_deleted_record_is_found_no_more(cast: Cast, dataset: Dataset, indexed: bool) -> None:
    record = fill(dataset)["well"]
    if indexed:
        index_records(str(dataset.pk))
    delete_records(dataset, [record.pk])
    assert by_text(cast, dataset, "deep") == {"deep"}
    assert by_filter(cast, dataset, terms("record", "well", property="external_id")) == []
    assert SearchBacklog.objects.filter(dataset=dataset).count() == (0 if indexed else len(TEXTS) - 1)


def test_bulk_writes_are_found_by_the_next_request(cast: Cast, dataset: Dataset) -> None:
    items = [{"fields": {"prompt": f"Bucket number {n}"}, "external_id": str(n)} for n in range(3)]
    cast.api(cast.max).put(f"/datasets/{dataset.pk}/records/bulk", {"items": items})
    assert by_text(cast, dataset, "bucket") == {"0", "1", "2"}
    items = [{"fields": {"prompt": "Barrel"}, "external_id": "1"}]
    cast.api(cast.max).put(f"/datasets/{dataset.pk}/records/bulk", {"items": items})
    assert by_text(cast, dataset, "bucket") == {"0", "2"}
    assert by_text(cast, dataset, "barrel") == {"1"}


def test_more_relevant_records_come_first(cast: Cast, dataset: Dataset) -> None:
    texts = {"once": "well " + "word " * 50, "often": "well well well", "never": "word"}
    fill(dataset, texts)
    new = search(cast, dataset, {"query": {"text": {"q": "well"}}}).json()
    index_records(str(dataset.pk))
    old = search(cast, dataset, {"query": {"text": {"q": "well"}}}).json()
    assert names(search(cast, dataset, {"query": {"text": {"q": "well"}}})) == ["often", "once"]
    assert new == old
    scores = [item["query_score"] for item in old["items"]]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > scores[1] > 0


def test_records_are_filtered_by_themselves(cast: Cast, dataset: Dataset) -> None:
    records = fill(dataset)
    for name in ("well", "deep"):
        submit_response(records[name], {"quality": 3}, by=cast.ben)
    assert by_filter(cast, dataset, terms("record", "well", "tokyo", "none", property="external_id")) == [
        "well",
        "tokyo",
    ]
    assert by_filter(cast, dataset, terms("record", str(records["deep"].pk), "no id", property="id")) == [
        "deep"
    ]
    assert by_filter(cast, dataset, terms("record", "completed", property="status")) == ["well", "deep"]
    assert by_filter(cast, dataset, terms("record", "pending", property="status")) == list(TEXTS)[2:]
    assert by_filter(cast, dataset, terms("record", "pending", "completed", property="status")) == list(TEXTS)
    assert by_filter(cast, dataset, terms("record", "lost", property="status")) == []
    make.record(dataset, fields={"prompt": "7"}, external_id="7")
    assert by_filter(cast, dataset, terms("record", 7, property="external_id")) == ["7"]


def test_dates_are_compared_as_instants(cast: Cast, dataset: Dataset) -> None:
    records = fill(dataset)
    Record.objects.filter(pk=records["well"].pk).update(inserted_at="2020-01-01T00:00:00Z")
    Record.objects.filter(pk=records["deep"].pk).update(inserted_at="2020-01-02T00:00:00Z")
    found = {"property": "inserted_at"}
    assert by_filter(cast, dataset, between("record", "2019-12-31", "2020-01-01T12:00:00", **found)) == [
        "well"
    ]
    assert by_filter(cast, dataset, between("record", le="2020-01-01T23:30:00-01:00", **found)) == [
        "well",
        "deep",
    ]
    assert by_filter(cast, dataset, terms("record", "2020-01-02T00:00:00.000000", **found)) == ["deep"]
    assert len(by_filter(cast, dataset, between("record", "2021-01-01", property="updated_at"))) == len(TEXTS)
    bad = search(cast, dataset, {"filters": {"and": [between("record", "yesterday", **found)]}})
    assert bad.status_code == 422
    bad = search(cast, dataset, {"filters": {"and": [terms("record", "yesterday", **found)]}})
    assert bad.status_code == 422


METADATA = {
    "a": {"topic": "math", "length": 5, "score": 0.5, "extra": "x"},
    "b": {"topic": ["law", "math"], "length": 10, "score": 1},
    "c": {"topic": True, "length": -3},
    "d": {"topic": 3, "secret": "yes"},
    "e": {"topic": None},
    "f": None,
}


@pytest.fixture
def with_metadata(dataset: Dataset) -> Dataset:
    for name, metadata in METADATA.items():
        make.record(dataset, fields={"prompt": name}, external_id=name, metadata=metadata)
    return dataset


@pytest.mark.parametrize("indexed", [False, True])
@pytest.mark.parametrize(
    ("one", "found"),
    [
        (terms("metadata", "math", metadata_property="topic"), ["a", "b"]),
        (terms("metadata", "law", "math", metadata_property="topic"), ["a", "b"]),
        (terms("metadata", "Math", metadata_property="topic"), []),
        (terms("metadata", True, metadata_property="topic"), ["c"]),
        (terms("metadata", "true", metadata_property="topic"), ["c"]),
        (terms("metadata", 3, metadata_property="topic"), ["d"]),
        (terms("metadata", "3", metadata_property="topic"), ["d"]),
        (terms("metadata", 5, 10.0, metadata_property="length"), ["a", "b"]),
        (terms("metadata", "5", "many", metadata_property="length"), ["a"]),
        (between("metadata", 5, metadata_property="length"), ["a", "b"]),
        (between("metadata", le=5, metadata_property="length"), ["a", "c"]),
        (between("metadata", 5, 5, metadata_property="length"), ["a"]),
        (between("metadata", "5", metadata_property="length"), ["a", "b"]),
        (between("metadata", 0.6, metadata_property="score"), ["b"]),
        (between("metadata", 0.5, 1, metadata_property="score"), ["a", "b"]),
    ],
)
def test_records_are_filtered_by_metadata(
    cast: Cast, with_metadata: Dataset, one: dict[str, Any], found: list[str], indexed: bool
) -> None:
    MetadataProperty.objects.update(is_indexed=indexed)
    assert by_filter(cast, with_metadata, one) == found


def test_a_property_that_comes_later_knows_the_records_that_are_there(
    cast: Cast, with_metadata: Dataset
) -> None:
    unknown = search(
        cast, with_metadata, {"filters": {"and": [terms("metadata", "x", metadata_property="extra")]}}
    )
    assert unknown.status_code == 422
    add_metadata_property(with_metadata, name="extra", title="Extra", settings={"type": "terms"})
    assert by_filter(cast, with_metadata, terms("metadata", "x", metadata_property="extra")) == ["a"]


def test_changed_metadata_is_found_as_it_is_now(cast: Cast, with_metadata: Dataset) -> None:
    record = Record.objects.get(dataset=with_metadata, external_id="a")
    update_record(record, Entry(metadata={"topic": "law"}))
    assert by_filter(cast, with_metadata, terms("metadata", "math", metadata_property="topic")) == ["b"]
    assert by_filter(cast, with_metadata, terms("metadata", "law", metadata_property="topic")) == ["a", "b"]
    update_record(record, Entry(metadata=None))
    assert by_filter(cast, with_metadata, terms("metadata", "law", metadata_property="topic")) == ["b"]


def test_hidden_metadata_is_unknown_to_labelers(cast: Cast, with_metadata: Dataset) -> None:
    hidden = terms("metadata", "yes", metadata_property="secret")
    assert by_filter(cast, with_metadata, hidden, by=cast.max) == ["d"]
    reply = search(cast, with_metadata, {"filters": {"and": [hidden]}}, by=cast.ben)
    never = terms("metadata", "yes", metadata_property="never")
    unknown = search(cast, with_metadata, {"filters": {"and": [never]}}, by=cast.ben)
    assert (reply.status_code, unknown.status_code) == (422, 422)
    assert reply.json()["detail"] == unknown.json()["detail"].replace("never", "secret")
    sort = [{"scope": {"entity": "metadata", "metadata_property": "secret"}, "order": "asc"}]
    assert search(cast, with_metadata, {"sort": sort}, by=cast.ben).status_code == 422
    [shown] = search(
        cast, with_metadata, {"filters": {"and": [terms("record", "d", property="external_id")]}}, by=cast.ben
    ).json()["items"]
    assert shown["record"]["metadata"] == {"topic": 3}


def test_records_are_filtered_by_suggestions(cast: Cast, dataset: Dataset) -> None:
    records = fill(dataset)
    ids = {question.name: question.pk for question in dataset.questions.all()}
    suggest(records["well"], Given(ids["quality"], 2, score=0.9, agent="one", type="model"))
    suggest(records["deep"], Given(ids["quality"], 10, score=0.1, agent="two", type="human"))
    suggest(records["tokyo"], Given(ids["labels"], ["long", "rude"], score=[0.2, 0.8], agent="one"))
    suggest(records["arabic"], Given(ids["label"], "yes"))
    suggest(records["emoji"], Given(ids["comment"], "yes"))
    about = {"entity": "suggestion"}

    def found(question: str, *values: Any, **more: Any) -> list[str]:
        return by_filter(cast, dataset, terms("suggestion", *values, question=question, **more))

    assert found("quality", 2) == ["well"]
    assert found("quality", "2", "10") == ["well", "deep"]
    assert found("quality", 2, property="value") == ["well"]
    assert found("quality", 2, property=None) == ["well"]
    assert found("label", "yes") == ["arabic"]
    assert found("labels", "rude", "none") == ["tokyo"]
    assert found("comment", "yes") == []
    assert found("quality", "one", property="agent") == ["well"]
    assert found("quality", "human", property="type") == ["deep"]
    assert found("quality", 0.9, property="score") == ["well"]

    def ranged(question: str, ge: Any = None, le: Any = None, **more: Any) -> list[str]:
        return by_filter(cast, dataset, between("suggestion", ge, le, question=question, **more))

    assert ranged("quality", 3) == ["deep"]
    assert ranged("quality", "2", "10") == ["well", "deep"]
    assert ranged("quality", 0.5, property="score") == ["well"]
    assert ranged("quality", le=0.5, property="score") == ["deep"]
    assert ranged("labels", 0.8, property="score") == ["tokyo"]
    assert ranged("labels", 0.3, 0.7, property="score") == []
    assert about


def test_managers_filter_by_anybodys_answers_and_others_by_their_own(cast: Cast, dataset: Dataset) -> None:
    records = fill(dataset)
    submit_response(records["well"], {"quality": 2, "labels": ["long", "rude"], "comment": "2"}, by=cast.ben)
    submit_response(records["deep"], {"quality": 10, "label": "no"}, by=cast.max)
    save_draft(records["deep"], {"quality": 2}, by=cast.ben)
    discard_response(records["tokyo"], {}, by=cast.ben)

    def found(*values: Any, by: Any = None, **scope: Any) -> list[str]:
        return sorted(by_filter(cast, dataset, terms("response", *values, **scope), by=by))

    assert found(2, question="quality") == ["deep", "well"]
    assert found("10", question="quality") == ["deep"]
    assert found("10", question="quality", by=cast.ben) == []
    assert found("10", question="quality", by=cast.max) == ["deep"]
    assert found("rude", question="labels", property="status") == ["well"]
    assert found("2", question="comment") == []
    ranged = between("response", 3, question="quality", property=None)
    assert by_filter(cast, dataset, ranged) == ["deep"]
    assert by_filter(cast, dataset, ranged, by=cast.ben) == []

    status = {"property": "status", "question": None}
    rest = sorted(set(TEXTS) - {"well", "deep", "tokyo"})
    assert found("submitted", **status) == ["deep", "well"]
    assert found("draft", "discarded", **status) == ["deep", "tokyo"]
    assert found("pending", **status) == rest
    assert found("pending", "draft", **status) == sorted([*rest, "deep"])
    assert found("pending", by=cast.max, **status) == sorted([*rest, "well", "tokyo"])
    assert found("draft", by=cast.max, **status) == []
    assert found("submitted", "pending", by=cast.ben, **status) == sorted([*rest, "well"])


def test_all_filters_must_hold_with_the_text(cast: Cast, dataset: Dataset) -> None:
    records = fill(dataset)
    submit_response(records["well"], {"quality": 2}, by=cast.ben)
    asked = {
        "query": {"text": {"q": "deep"}, "vector": None},
        "filters": {"and": [terms("record", "pending", property="status")]},
    }
    assert names(search(cast, dataset, asked)) == ["deep"]
    asked["filters"]["and"].append(terms("record", "well", property="external_id"))  # type: ignore[index]
    assert names(search(cast, dataset, asked)) == []


def sorted_by(cast: Cast, dataset: Dataset, *keys: tuple[str, dict[str, Any]], by: Any = None) -> list[str]:
    sort = [{"scope": scope, "order": order} for order, scope in keys]
    reply = search(cast, dataset, {"sort": sort}, by=by)
    assert all(item["query_score"] is None for item in reply.json()["items"])
    return names(reply)


@pytest.mark.parametrize("indexed", [False, True])
def test_records_that_lack_a_key_come_last_up_and_down(
    cast: Cast, with_metadata: Dataset, indexed: bool
) -> None:
    MetadataProperty.objects.update(is_indexed=indexed)
    length = {"entity": "metadata", "metadata_property": "length"}
    assert sorted_by(cast, with_metadata, ("asc", length)) == ["c", "a", "b", "d", "e", "f"]
    assert sorted_by(cast, with_metadata, ("desc", length)) == ["b", "a", "c", "d", "e", "f"]
    external = {"entity": "record", "property": "external_id"}
    assert sorted_by(cast, with_metadata, ("desc", length), ("desc", external)) == [
        "b",
        "a",
        "c",
        "f",
        "e",
        "d",
    ]


def test_a_list_of_terms_is_sorted_by_its_first_or_its_last(cast: Cast, with_metadata: Dataset) -> None:
    topic = {"entity": "metadata", "metadata_property": "topic"}
    assert sorted_by(cast, with_metadata, ("asc", topic)) == ["d", "b", "a", "c", "e", "f"]
    assert sorted_by(cast, with_metadata, ("desc", topic)) == ["c", "a", "b", "d", "e", "f"]


def test_records_are_sorted_by_themselves_suggestions_and_answers(cast: Cast, dataset: Dataset) -> None:
    records = {name: fill(dataset, {name: name})[name] for name in "abcd"}  # one after another
    quality = dataset.questions.get(name="quality").pk
    labels = dataset.questions.get(name="labels").pk
    for name, value, score in (("a", 10, 0.1), ("b", 2, 0.9), ("c", 2, 0.5)):
        suggest(records[name], Given(quality, value, score=score, agent=f"agent {value}"))
    suggest(records["d"], Given(labels, ["long", "rude"], score=[0.2, 0.8]))
    submit_response(records["b"], {"quality": 10}, by=cast.ben)
    submit_response(records["a"], {"quality": 1}, by=cast.ben)
    submit_response(records["a"], {"quality": 9}, by=cast.max)
    suggestion, response = ({"entity": name, "question": "quality"} for name in ("suggestion", "response"))
    score = {**suggestion, "property": "score"}
    assert sorted_by(cast, dataset, ("asc", suggestion)) == ["b", "c", "a", "d"]
    assert sorted_by(cast, dataset, ("desc", suggestion)) == ["a", "b", "c", "d"]
    assert sorted_by(cast, dataset, ("asc", suggestion), ("desc", score)) == ["b", "c", "a", "d"]
    assert sorted_by(cast, dataset, ("asc", suggestion), ("asc", score)) == ["c", "b", "a", "d"]
    assert sorted_by(cast, dataset, ("desc", score)) == ["b", "c", "a", "d"]
    assert sorted_by(cast, dataset, ("asc", score)) == ["a", "c", "b", "d"]
    assert sorted_by(cast, dataset, ("asc", {**suggestion, "property": "agent"})) == ["a", "b", "c", "d"]
    assert sorted_by(cast, dataset, ("asc", response)) == ["a", "b", "c", "d"]
    assert sorted_by(cast, dataset, ("desc", response)) == ["b", "a", "c", "d"]
    assert sorted_by(cast, dataset, ("desc", response), by=cast.max) == ["a", "b", "c", "d"]
    assert sorted_by(cast, dataset, ("asc", {"entity": "record", "property": "status"})) == [
        "a",
        "b",
        "c",
        "d",
    ]
    assert sorted_by(cast, dataset, ("desc", {"entity": "record", "property": "status"})) == [
        "c",
        "d",
        "a",
        "b",
    ]
    for name in ("id", "external_id", "inserted_at"):
        assert sorted_by(cast, dataset, ("desc", {"entity": "record", "property": name})) == [
            "d",
            "c",
            "b",
            "a",
        ]
    comment = {"entity": "suggestion", "question": "comment"}
    assert sorted_by(cast, dataset, ("desc", comment)) == ["a", "b", "c", "d"]
    assert sorted_by(cast, dataset, ("asc", {"entity": "response", "property": "status"})) == [
        "a",
        "b",
        "c",
        "d",
    ]


def paged(
    cast: Cast, dataset: Dataset, asked: dict[str, Any], *, by: Any = None, limit: int = 2
) -> list[str]:
    found: list[str] = []
    while True:
        reply = search(cast, dataset, asked, by=by, query=f"?offset={len(found)}&limit={limit}").json()
        found += [item["record"]["external_id"] for item in reply["items"]]
        if not reply["items"]:
            assert reply["total"] == len(found)
            return found


def test_pages_have_each_record_once(cast: Cast, with_metadata: Dataset) -> None:
    length = {"entity": "metadata", "metadata_property": "length"}
    sort = {"sort": [{"scope": length, "order": "desc"}]}
    assert paged(cast, with_metadata, sort) == ["b", "a", "c", "d", "e", "f"]
    assert paged(cast, with_metadata, {}) == list(METADATA)
    assert paged(cast, with_metadata, {"query": {"text": {"q": "a | b | c"}}}) == ["a", "b", "c"]
    for person in (cast.ben, cast.max):
        assert sorted(paged(cast, with_metadata, {}, by=person)) == list(METADATA)


@pytest.mark.parametrize("few", [0, 20_000])
def test_everybody_has_an_order_of_their_own(
    cast: Cast, dataset: Dataset, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(order_of, "SHUFFLED", few)
    seeds = {cast.ben.pk: 1 << 29, cast.max.pk: 3 << 29}
    monkeypatch.setattr(order_of, "seed_of", lambda scope: seeds[scope.by.pk])
    make.records(dataset, 40, fields={"prompt": "well"}, external_id=None)

    def order(person: Any, asked: dict[str, Any]) -> list[str]:
        reply = search(cast, dataset, asked, by=person).json()
        scores = [item["query_score"] for item in reply["items"]]
        assert all(0 <= score <= 1 for score in scores)
        return [item["record"]["id"] for item in reply["items"]]

    for asked in ({}, {"query": {"text": {"q": "well"}}}):
        mine, others = order(cast.ben, asked), order(cast.max, asked)
        assert mine == order(cast.ben, asked)
        assert mine != others
        assert sorted(mine) == sorted(others)
        assert mine != sorted(mine)


def test_labelers_see_records_as_they_answer_them(cast: Cast, dataset: Dataset) -> None:
    fields = {"prompt": "well", "answers": [{"id": "gpt", "text": "deep", "model": "gpt"}]}
    record = make.record(dataset, fields=fields)
    submit_response(record, {"quality": 2}, by=cast.max)
    save_draft(record, {"quality": 3}, by=cast.ben)
    reply = search(cast, dataset, {}, by=cast.ben, query="?include=responses&include=suggestions")
    [item] = reply.json()["items"]
    assert b"gpt" not in reply.content
    assert [one["values"] for one in item["record"]["responses"]] == [{"quality": {"value": 3}}]
    [item] = search(cast, dataset, {}, by=cast.max, query="?include=responses").json()["items"]
    assert [one["user_id"] for one in item["record"]["responses"]] == [str(cast.max.pk)]
    [item] = search(cast, dataset, {}, query="?include=responses").json()["items"]
    assert len(item["record"]["responses"]) == 2
    assert "suggestions" not in item["record"]


def test_other_organizations_find_nothing_of_ours(cast: Cast, dataset: Dataset) -> None:
    fill(dataset)
    theirs = make.dataset(cast.rival_workspace)
    make.record(theirs, fields={"prompt": "deep"})
    index_records(str(dataset.pk))
    index_records(str(theirs.pk))
    reply = cast.api(cast.cleo).post(
        f"/datasets/{theirs.pk}/records/search", {"query": {"text": {"q": "deep"}}}
    )
    assert len(reply.json()["items"]) == 1
    foreign = terms("record", str(Record.objects.filter(dataset=dataset)[0].pk), property="id")
    reply = cast.api(cast.cleo).post(f"/datasets/{theirs.pk}/records/search", {"filters": {"and": [foreign]}})
    assert reply.json() == {"items": [], "total": 0}


def test_a_draft_has_no_records(cast: Cast) -> None:
    draft = make.dataset(cast.workspace, published=False)
    assert search(cast, draft, {}).json() == {"items": [], "total": 0}


SORT = {"scope": {"entity": "record", "property": "id"}, "order": "asc"}
ONE = terms("record", "a", property="id")


@pytest.mark.parametrize(
    "asked",
    [
        {"filters": {}},
        {"filters": {"and": []}},
        {"filters": {"and": [ONE] * 51}},
        {"filters": {"and": [terms("record", property="id")]}},
        {"filters": {"and": [terms("record", *range(251), property="id")]}},
        {"filters": {"and": [terms("record", None, property="id")]}},
        {"filters": {"and": [terms("record", "a", property="name")]}},
        {"filters": {"and": [terms("planet", "a")]}},
        {"filters": {"and": [{"scope": {"entity": "record", "property": "id"}, "values": ["a"]}]}},
        {"filters": {"and": [between("metadata", metadata_property="length")]}},
        {"filters": {"and": [between("metadata", 2, 1, metadata_property="length")]}},
        {"filters": {"and": [between("metadata", "2", "1", metadata_property="length")]}},
        {"filters": {"and": [between("metadata", 1, "2", metadata_property="length")]}},
        {"filters": {"and": [between("record", "2021-01-01", "2020-01-01", property="inserted_at")]}},
        {"filters": {"and": [between("metadata", True, metadata_property="length")]}},
        {"filters": {"and": [terms("response", "a")]}},
        {"filters": {"and": [between("response", 1, 2, property="status")]}},
        {"sort": []},
        {"sort": [SORT] * 11},
        {"sort": [{**SORT, "order": "up"}]},
        {"query": {"text": {}}},
        {"query": {"text": {"q": ["a"]}}},
        {"query": {"vector": {"name": "v"}}},
        {"query": {"vector": {"name": "v", "value": []}}},
        {"query": {"vector": {"name": "v", "value": [1], "record_id": str(uuid4())}}},
        {"query": {"vector": {"name": "v", "value": [1], "order": "middle"}}},
        [],
    ],
)
def test_the_wrong_shape_is_form_a(cast: Cast, dataset: Dataset, asked: Any) -> None:
    reply = search(cast, dataset, asked)
    assert reply.status_code == 422, reply.content
    assert reply.json()["detail"]["code"] == "argilla.api.errors::ValidationError"


@pytest.mark.parametrize("query", ["?limit=0", "?limit=1001", "?offset=-1", "?limit=x"])
def test_the_wrong_page_is_form_a(cast: Cast, dataset: Dataset, query: str) -> None:
    assert search(cast, dataset, {}, query=query).status_code == 422


@pytest.mark.parametrize(
    "asked",
    [
        {"query": {"text": {"q": "a", "field": "none"}}},
        {"query": {"vector": {"name": "none", "value": [1, 2]}}},
        {"filters": {"and": [terms("metadata", "a", metadata_property="none")]}},
        {"filters": {"and": [terms("suggestion", "a", question="none")]}},
        {"filters": {"and": [terms("response", "a", question="none")]}},
        {"sort": [{"scope": {"entity": "suggestion", "question": "none"}, "order": "asc"}]},
        {"sort": [{"scope": {"entity": "response", "question": "none"}, "order": "asc"}]},
        {"sort": [{"scope": {"entity": "metadata", "metadata_property": "none"}, "order": "asc"}]},
    ],
)
def test_what_the_dataset_has_not_is_form_b(cast: Cast, dataset: Dataset, asked: Any) -> None:
    reply = search(cast, dataset, asked)
    assert reply.status_code == 422, reply.content
    assert isinstance(reply.json()["detail"], str)


def test_limits_are_taken_at_their_edges(cast: Cast, dataset: Dataset) -> None:
    fill(dataset)
    asked = {
        "filters": {"and": [terms("record", *range(249), "well", property="external_id")] * 50},
        "sort": [SORT] * 10,
    }
    assert names(search(cast, dataset, asked, query="?limit=1000")) == ["well"]
    assert search(cast, dataset, {"query": {"text": None}, "filters": None, "sort": None}).status_code == 200


@pytest.fixture
def near(dataset: Dataset) -> dict[str, Record]:
    add_vector_settings(dataset, name="v", title="V", dimensions=2)
    vectors = {"east": [1, 0], "north": [0, 2], "west": [-1, 0], "northeast": [1, 1]}
    given: list[dict[str, Any]] = [
        {"fields": {"prompt": f"look {name}"}, "external_id": name, "vectors": {"v": value}}
        for name, value in vectors.items()
    ]
    nowhere = {"fields": {"prompt": "look"}, "external_id": "nowhere"}
    return dict(zip([*vectors, "nowhere"], make.each(dataset, [*given, nowhere]), strict=True))


def test_similar_records_come_first(cast: Cast, dataset: Dataset, near: dict[str, Record]) -> None:
    asked: dict[str, Any] = {"query": {"vector": {"name": "v", "value": [1, 0], "max_results": 5}}}
    reply = search(cast, dataset, asked)
    assert names(reply) == ["east", "northeast", "north", "west"]
    assert [round(item["query_score"], 3) for item in reply.json()["items"]] == [1.0, 0.854, 0.5, 0.0]
    asked["query"]["vector"]["order"] = "least_similar"
    assert names(search(cast, dataset, asked)) == ["west", "north", "northeast", "east"]
    asked = {"query": {"vector": {"name": "v", "record_id": str(near["east"].pk)}}}
    assert names(search(cast, dataset, asked)) == ["northeast", "north", "west"]
    asked["query"]["text"] = {"q": "look -north"}
    asked["filters"] = {"and": [terms("record", "west", "north", "northeast", property="external_id")]}
    assert names(search(cast, dataset, asked)) == ["northeast", "west"]
    page = search(cast, dataset, asked, query="?offset=1&limit=1").json()
    assert ([item["record"]["external_id"] for item in page["items"]], page["total"]) == (["west"], 2)


def test_what_a_vector_query_lacks_is_said(cast: Cast, dataset: Dataset, near: dict[str, Record]) -> None:
    short = search(cast, dataset, {"query": {"vector": {"name": "v", "value": [1]}}})
    assert (short.status_code, type(short.json()["detail"])) == (422, str)
    stranger = make.record(make.dataset(cast.workspace))
    foreign = search(cast, dataset, {"query": {"vector": {"name": "v", "record_id": str(stranger.pk)}}})
    assert (foreign.status_code, type(foreign.json()["detail"])) == (422, str)
    missing = search(
        cast, dataset, {"query": {"vector": {"name": "v", "record_id": str(near["nowhere"].pk)}}}
    )
    assert missing.status_code == 422
    assert missing.json().keys() == {"code", "message"}
    assert missing.json()["code"] == "missing_vector"


def test_options_name_who_has_suggested(cast: Cast, dataset: Dataset) -> None:
    records = fill(dataset)
    quality = dataset.questions.get(name="quality").pk
    for name, agent in (("well", "b"), ("deep", "a"), ("tokyo", "b"), ("emoji", None)):
        suggest(records[name], Given(quality, 2, agent=agent))
    reply = cast.api(cast.ben).get(f"/datasets/{dataset.pk}/records/search/suggestions/options")
    items = reply.json()["items"]
    assert [item["question"]["name"] for item in items] == ["quality", "label", "labels", "comment"]
    assert [item["agents"] for item in items] == [["a", "b"], [], [], []]


def test_metrics_tell_what_values_there_are(cast: Cast, with_metadata: Dataset) -> None:
    def metrics(name: str, by: Any = cast.ben) -> Any:
        prop = with_metadata.metadata_properties.get(name=name)
        return cast.api(by).get(f"/metadata-properties/{prop.pk}/metrics")

    assert metrics("topic").json() == {
        "type": "terms",
        "total": 5,
        "values": [{"term": "math", "count": 2}, *({"term": t, "count": 1} for t in ("3", "law", "true"))],
    }
    assert metrics("length").content == b'{"type":"integer","min":-3,"max":10}'
    assert metrics("score").json() == {"type": "float", "min": 0.5, "max": 1.0}
    assert metrics("secret").status_code == 403
    assert metrics("secret", cast.max).json()["total"] == 1
    change_metadata_property(
        with_metadata.metadata_properties.get(name="secret"), visible_for_annotators=True
    )
    assert metrics("secret").status_code == 200
    empty = add_metadata_property(with_metadata, name="none", title="None", settings={"type": "integer"})
    assert cast.api(cast.ben).get(f"/metadata-properties/{empty.pk}/metrics").json()["min"] is None

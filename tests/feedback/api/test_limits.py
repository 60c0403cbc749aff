"""How long, how many and how big: each limit at its edge and one beyond (contract sections 4 and 5)."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from feedback.actions.datasets import publish_dataset
from feedback.actions.schema import add_metadata_property, add_question
from feedback.models import Dataset
from tests import make
from tests.cast import Cast


def options(number: int) -> list[dict[str, Any]]:
    return [{"value": str(n), "text": f"Option {n}"} for n in range(number)]


def ratings(number: int) -> list[dict[str, int]]:
    return [{"value": n} for n in range(number)]


def question(**settings: Any) -> dict[str, Any]:
    return {"name": "one", "title": "One", "settings": settings}


LABEL = question(type="label_selection", options=options(3))
RANKING = question(type="ranking", options=options(3))
FIELD = {"name": "one", "title": "One", "settings": {"type": "text"}}
VECTOR = {"name": "one", "title": "One", "dimensions": 2}
TERMS = {"name": "one", "title": "One", "settings": {"type": "terms", "values": ["a"]}}
DATASET = {"name": "New", "guidelines": "Be fair."}


def named(part: Any) -> str:
    """What a test case is called by: where it looks, and at what."""
    if isinstance(part, list) and isinstance(part[0], str) and part[0].isidentifier():
        return ".".join(map(str, part))[:40]
    return part if isinstance(part, str) else "…"


# What is sent where, the place in it that a text goes to, and how short and how long the text may be.
TEXTS: list[tuple[str, dict[str, Any], list[Any], int, int]] = [
    ("datasets", DATASET, ["name"], 1, 200),
    ("datasets", DATASET, ["guidelines"], 1, 10_000),
    ("fields", FIELD, ["name"], 1, 200),
    ("fields", FIELD, ["title"], 1, 500),
    ("questions", LABEL, ["name"], 1, 200),
    ("questions", LABEL, ["title"], 1, 500),
    ("questions", LABEL | {"description": "Why"}, ["description"], 1, 1000),
    ("questions", LABEL, ["settings", "options", 1, "value"], 1, 200),
    ("questions", LABEL, ["settings", "options", 1, "text"], 1, 500),
    ("questions", LABEL, ["settings", "options", 1, "description"], 1, 1000),
    ("questions", RANKING, ["settings", "options", 0, "value"], 1, 200),
    ("metadata-properties", TERMS, ["name"], 1, 200),
    ("metadata-properties", TERMS, ["title"], 1, 500),
    ("vectors-settings", VECTOR, ["name"], 1, 200),
    ("vectors-settings", VECTOR, ["title"], 1, 500),
]


@pytest.fixture
def draft(cast: Cast) -> Dataset:
    return make.dataset(cast.workspace, published=False, fields={}, questions={})


@pytest.fixture
def ready(cast: Cast) -> Dataset:
    made = make.dataset(cast.workspace, published=False)
    add_question(
        made,
        name="topics",
        title="Topics",
        settings={"type": "multi_label_selection"} | {"options": options(3)},
    )
    made = publish_dataset(made)
    for name, settings in {
        "whole": {"type": "integer", "min": -2, "max": 2},
        "part": {"type": "float", "min": 0.5, "max": 1},
        "term": {"type": "terms", "values": ["a", 1, True]},
        "any": {"type": "terms"},
    }.items():
        add_metadata_property(made, name=name, title=name, settings=settings)
    return made


def post(cast: Cast, draft: Dataset, where: str, body: dict[str, Any]) -> Any:
    path = f"/datasets/{draft.pk}/{where}" if where != "datasets" else "/datasets"
    return cast.api(cast.max).post(path, {"workspace_id": str(cast.workspace.pk)} | body)


def with_part(body: dict[str, Any], place: list[Any], value: Any) -> dict[str, Any]:
    made = deepcopy(body)
    inner: Any = made
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    return made


def told(reply: Any) -> list[tuple[str, list[Any]]]:
    """Type and place of each thing that is wrong."""
    assert reply.status_code == 422, reply.content
    return [(error["type"], error["loc"]) for error in reply.json()["detail"]["params"]["errors"]]


def place_of(body: dict[str, Any], place: list[Any]) -> list[Any]:
    """Where it is said to be wrong: settings are named by their type."""
    if place[0] != "settings":
        return ["body", *place]
    return ["body", "settings", body["settings"]["type"], *place[1:]]


@pytest.mark.parametrize(
    ("where", "body", "place", "shortest", "longest"), TEXTS, ids=named
)  # fmt: skip
def test_texts(
    cast: Cast,
    draft: Dataset,
    where: str,
    body: dict[str, Any],
    place: list[Any],
    shortest: int,
    longest: int,
) -> None:
    wrong = place_of(body, place)
    below, above = ("x" * length for length in (shortest - 1, longest + 1))
    assert told(post(cast, draft, where, with_part(body, place, below))) == [("string_too_short", wrong)]
    assert told(post(cast, draft, where, with_part(body, place, above))) == [("string_too_long", wrong)]
    for number, length in enumerate((shortest, longest)):
        made = with_part(body, place, "é" * length if where != "vectors-settings" else "x" * length)
        if place != ["name"]:
            made["name"] = f"name-{number}"
        assert post(cast, draft, where, made).status_code == 201


# What is sent where, the place of a list or a number in it, what is just right, and what is just wrong.
AMOUNTS: list[tuple[str, dict[str, Any], list[Any], list[Any], list[Any]]] = [
    ("questions", question(type="rating"), ["settings", "options"],
     [ratings(2), ratings(11)], [ratings(1), ratings(12), [{"value": 1}] * 2, [{"value": -1}, {"value": 1}],
                                 [{"value": 1}, {"value": 1.5}], [{"value": "x"}, {"value": 1}], None, []]),
    ("questions", LABEL, ["settings", "options"],
     [options(2), options(500)], [options(1), options(501), options(2) + options(1), None, "yes"]),
    ("questions", question(type="multi_label_selection"), ["settings", "options"],
     [options(2), options(500)], [options(1), options(501), options(2) + options(1), None]),
    ("questions", RANKING, ["settings", "options"],
     [options(2), options(50)], [options(1), options(51), options(2) + options(1), None]),
    ("questions", LABEL, ["settings", "visible_options"], [None, 3], [0, 2, 4, "many"]),
    ("questions", question(type="multi_label_selection", options=options(3)), ["settings", "options_order"],
     ["natural", "suggestion"], ["random", None]),
    ("questions", question(type="text"), ["settings", "use_markdown"], [True, False, "yes", 1], [None, "maybe", 2]),
    ("fields", FIELD, ["settings", "use_markdown"], [True, "false", 0], [None, "maybe", []]),
    ("metadata-properties", TERMS, ["settings", "values"],
     [None, ["a"], list(range(250)), [True, 1, "1", None, 1.5]], [[], list(range(251)), "a"]),
    ("metadata-properties", {"name": "n", "title": "N", "settings": {"type": "integer", "min": 5}}, ["settings", "max"],
     [None, 6, 7.0, "8"], [5, 4, -6, 6.5, "x", True]),
    ("metadata-properties", {"name": "n", "title": "N", "settings": {"type": "float", "min": 0.5}}, ["settings", "max"],
     [None, 0.6, 1, "3"], [0.5, 0.4, "x", False]),
    ("metadata-properties", TERMS, ["visible_for_annotators"], [True, False, "no"], [None, "maybe"]),
    ("vectors-settings", VECTOR, ["dimensions"], [1, 4096, "3"], [0, -1, 1.5, None, "x"]),
    ("datasets", DATASET, ["distribution"],
     [{"strategy": "overlap", "min_submitted": n} for n in (1, 100)],
     [None, {}, {"strategy": "overlap"}, {"strategy": "overlap", "min_submitted": 0}, {"min_submitted": 1}]),
    ("datasets", DATASET, ["metadata"], [None, {}, {"any": [1, {"thing": None}]}], [[], "x", 1]),
    ("datasets", DATASET, ["guidelines"], [None], [1, []]),
    ("datasets", DATASET, ["allow_extra_metadata"], [True, "no", 0], [None, "maybe"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("where", "body", "place", "right", "wrong"), AMOUNTS, ids=named
)  # fmt: skip
def test_lists_and_numbers(
    cast: Cast,
    draft: Dataset,
    where: str,
    body: dict[str, Any],
    place: list[Any],
    right: list[Any],
    wrong: list[Any],
) -> None:
    for value in wrong:
        reply = post(cast, draft, where, with_part(body, place, value))
        _, said = told(reply)[0]
        at = place_of(body, place)
        assert at[: len(said)] == said[: len(at)], (value, said)
    for number, value in enumerate(right):
        reply = post(cast, draft, where, with_part(body, place, value) | {"name": f"name-{number}"})
        assert reply.status_code == 201, (value, reply.content)


@pytest.mark.parametrize(
    ("key", "right", "wrong"),
    [
        ("whole", [-2, 0, 2, None], [-3, 3, 1.0, "1", True, [1]]),
        ("part", [0.5, 1, 0.75, None], [0.49, 1.01, 2, "0.5", True, [0.5]]),
        ("term", ["a", 1, True, ["a", True], [], None], ["b", 0, False, ["a", "b"], {"a": 1}]),
        ("any", ["a", 1, [1, "a"], {"a": {"b": None}}, None], []),
        ("unknown", ["a", 1, None, {"a": []}], []),
    ],
)
def test_metadata_of_records(
    cast: Cast, ready: Dataset, key: str, right: list[Any], wrong: list[Any]
) -> None:
    def send(value: Any) -> Any:
        item = {"fields": {"prompt": "Why?"}, "metadata": {key: value}}
        return cast.api(cast.max).put(f"/datasets/{ready.pk}/records/bulk", {"items": [item]})

    for value in right:
        reply = send(value)
        assert (reply.status_code, reply.json()["items"][0]["metadata"]) == (200, {key: value})
    for value in wrong:
        reply = send(value)
        assert (reply.status_code, type(reply.json()["detail"])) == (422, str), value


def test_metadata_that_nobody_defined_is_refused_where_the_dataset_says_so(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace, allow_extra_metadata=False)
    for value in ("a", None):
        item = {"fields": {"prompt": "Why?"}, "metadata": {"unknown": value}}
        reply = cast.api(cast.max).post(f"/datasets/{dataset.pk}/records/bulk", {"items": [item]})
        assert reply.status_code == 422


SUGGESTED: list[tuple[str, Any, str, list[Any], list[Any]]] = [
    ("quality", 3, "score", [None, 0, 1, 0.5], [-0.01, 1.01, [], [0.5], [0.5, 0.5], "high", {}]),
    ("topics", ["0", "1"], "score", [None, [0, 1], [0.5, 1.0]], [0.5, [], [0.5], [0.5] * 3, [0.5, 1.1], [0.5, None]]),
    ("quality", 3, "agent", [None, "a", "x" * 200, "judge-1 v:2.0/a_b", "7"],
     ["", "x" * 201, "a,b", "a@b", "--", "é", " ", 7]),
    ("quality", 3, "type", [None, "model", "human"], ["", "Model", "robot", 1]),
    ("quality", 3, "value", [1, 5], [0, 6, "3", 3.0, True, None, [3]]),
    ("topics", ["0"], "value", [["0"], ["2", "0"]], [[], ["0", "0"], ["3"], "0", None, [0]]),
    ("comment", "x", "value", ["", "x"], [None, 1, ["x"], {"text": "x"}]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "key", "right", "wrong"), SUGGESTED, ids=str)
def test_suggestions(
    cast: Cast, ready: Dataset, name: str, value: Any, key: str, right: list[Any], wrong: list[Any]
) -> None:
    record, asked = make.record(ready), str(ready.questions.get(name=name).pk)
    path, bulk = f"/records/{record.pk}/suggestions", f"/datasets/{ready.pk}/records/bulk"
    max_ = cast.api(cast.max)
    ways: list[Callable[[Any], Any]] = [
        lambda one: max_.put(path, one),
        lambda one: max_.put(bulk, {"items": [{"id": str(record.pk), "suggestions": [one]}]}),
        lambda one: max_.patch(f"/records/{record.pk}", {"suggestions": [one]}),
    ]
    for send in ways:
        for given in right:
            assert send({"question_id": asked, "value": value, key: given}).status_code in {200, 201}, given
            [shown] = max_.get(path).json()["items"]
            assert shown[key] == given
        for given in wrong:
            assert send({"question_id": asked, "value": value, key: given}).status_code == 422, given
        assert max_.get(path).json()["items"] == [shown]


@pytest.mark.parametrize(
    ("given", "kept"), [(None, None), ("", ""), ("a b", "a b"), (7, "7"), (1.5, "1.5"), ("é" * 1000, "é" * 1000)]
)  # fmt: skip
def test_external_ids_are_any_text_and_numbers_become_one(
    cast: Cast, ready: Dataset, given: Any, kept: str | None
) -> None:
    for method in ("post", "put"):
        item = {"fields": {"prompt": "Why?"}, "external_id": given}
        reply = getattr(cast.api(cast.max), method)(f"/datasets/{ready.pk}/records/bulk", {"items": [item]})
        if method == "post" or kept is None:
            assert reply.json()["items"][0]["external_id"] == kept
    if kept is not None:
        assert len(reply.json()["updated_item_ids"]) == 1


def test_ids_of_suggestions_to_delete_are_1_to_100(cast: Cast, ready: Dataset) -> None:
    path, max_ = f"/records/{make.record(ready).pk}/suggestions", cast.api(cast.max)
    some = "00000000-0000-4000-8000-000000000000"
    for ids in ("", ",", "x", ",".join([some] * 101)):
        refused = max_.delete(f"{path}?ids={ids}")
        assert (refused.status_code, type(refused.json()["detail"])) == (422, str)
    for number in (1, 100):
        assert max_.delete(f"{path}?ids={','.join([some] * number)}").status_code == 204


def test_1_to_100_responses_at_a_time(cast: Cast, ready: Dataset) -> None:
    records = make.records(ready, 100)
    items = [{"record_id": str(record.pk), "status": "discarded"} for record in records]
    answered = cast.api(cast.ben).post("/me/responses/bulk", {"items": items}).json()["items"]
    assert [one["item"]["record_id"] for one in answered] == [one["record_id"] for one in items]
    assert told(cast.api(cast.ben).post("/me/responses/bulk", {"items": []})) == [
        ("too_short", ["body", "items"])
    ]
    more = [*items, items[0]]
    assert told(cast.api(cast.ben).post("/me/responses/bulk", {"items": more})) == [
        ("too_long", ["body", "items"])
    ]


def said(role: str = "user", content: Any = "x") -> dict[str, Any]:
    return {"role": role, "content": content}


CHATS: dict[str, tuple[list[Any], list[Any]]] = {
    "messages": ([[], [said()] * 500], [[said()] * 501, None, "x", {}]),
    "role": ([[said("u" * 20)]], [[said("u" * 21)], [said("")], [{"content": "x"}]]),
    "content": ([[said(content="x" * 20_000)]], [[said(content="")], [{"role": "u"}], [said(content=3)]]),
}


@pytest.mark.parametrize("part", CHATS)
def test_conversations(cast: Cast, part: str) -> None:
    dataset = make.dataset(
        cast.workspace, fields={"prompt": {"type": "chat"}}, questions={"comment": {"type": "text"}}
    )
    path = f"/datasets/{dataset.pk}/records/bulk"
    right, wrong = CHATS[part]
    for value in right:
        reply = cast.api(cast.max).put(path, {"items": [{"fields": {"prompt": value}}]})
        assert (reply.status_code, reply.json()["items"][0]["fields"]) == (200, {"prompt": value})
    for value in wrong:
        assert cast.api(cast.max).put(path, {"items": [{"fields": {"prompt": value}}]}).status_code == 422


@pytest.mark.parametrize(
    ("settings", "kind"),
    [({}, "union_tag_not_found"), ({"type": "unheard-of"}, "union_tag_invalid"), ({"type": None}, "union_tag_invalid")],
)  # fmt: skip
@pytest.mark.parametrize("where", ["fields", "questions", "metadata-properties"])
def test_settings_of_no_kind(
    cast: Cast, draft: Dataset, where: str, settings: dict[str, Any], kind: str
) -> None:
    reply = post(cast, draft, where, {"name": "one", "title": "One", "settings": settings})
    assert told(reply) == [(kind, ["body", "settings"])]


def test_a_dataset_takes_five_vectors(cast: Cast, draft: Dataset) -> None:
    for number in range(5):
        assert post(cast, draft, "vectors-settings", VECTOR | {"name": f"v{number}"}).status_code == 201
    refused = post(cast, draft, "vectors-settings", VECTOR | {"name": "v5"})
    assert (refused.status_code, type(refused.json()["detail"])) == (422, str)

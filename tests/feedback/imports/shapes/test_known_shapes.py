"""Rows of each known shape are recognized, told from all others, and turned into columns of ours."""

import json
from pathlib import Path
from typing import Any

import pytest

from feedback.imports.shapes import kinds, looks_like

DATA = Path(__file__).parents[5] / "shared" / "data"  # real, openly licensed data beside a checkout
U, A = {"role": "user", "content": "2+2?"}, {"role": "assistant", "content": "4"}
HUMAN, GPT = {"from": "human", "value": "2+2?"}, {"from": "gpt", "value": "4"}
PAIR = [{"id": "chosen", "text": "4"}, {"id": "rejected", "text": "5"}]
BETTER = {"version": 1, "tiers": [["chosen"], ["rejected"]]}
HH = "\n\nHuman: 2+2?\n\nAssistant: "

SAMPLES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("hh", {"chosen": HH + "4", "rejected": HH + "5"}, {"messages": [U], "answers": PAIR, "ranking": BETTER}),
    (
        "preference",
        {"prompt": "2+2?", "chosen": "4", "rejected": "5", "margin": 0.7},
        {"prompt": "2+2?", "answers": PAIR, "ranking": BETTER, "margin": 0.7},
    ),
    (
        "preference",
        {"prompt": [U], "chosen": [A], "rejected": [A | {"content": "5"}]},
        {"messages": [U], "answers": PAIR, "ranking": BETTER},
    ),
    (
        "preference",
        {"chosen": [U, A], "rejected": [U, A | {"content": "5"}]},
        {"messages": [U], "answers": PAIR, "ranking": BETTER},
    ),
    (
        "preference",
        {"prompt": "2+2?", "chosen": [U, A], "rejected": [U, A | {"content": "5"}]},
        {"messages": [U], "answers": PAIR, "ranking": BETTER},
    ),
    (
        "preference",
        {"instruction": "Add.", "input": "2+2", "chosen": "4", "rejected": "5"},
        {"prompt": "Add.\n2+2", "answers": PAIR, "ranking": BETTER},
    ),
    (
        "preference",
        {"messages": [U], "system": "Be brief.", "chosen": A, "rejected": A | {"content": "5"}},
        {
            "messages": [{"role": "system", "content": "Be brief."}, U],
            "answers": PAIR,
            "ranking": BETTER,
        },
    ),
    (
        "openai_preference",
        {
            "input": {"messages": [U], "tools": []},
            "preferred_output": [A],
            "non_preferred_output": [A | {"content": "5"}],
        },
        {"messages": [U], "answers": PAIR, "ranking": BETTER},
    ),
    (
        "openai_chat",
        {"messages": [U, A | {"weight": 1}], "topic": "sums"},
        {"messages": [U, A | {"weight": 1}], "topic": "sums"},
    ),
    (
        "sharegpt",
        {"conversations": [HUMAN, GPT], "system": "Be brief."},
        {"messages": [{"role": "system", "content": "Be brief."}, U, A]},
    ),
    (
        "sharegpt",
        {"conversations": [HUMAN], "chosen": GPT, "rejected": GPT | {"value": "5"}},
        {"messages": [U], "answers": PAIR, "ranking": BETTER},
    ),
    (
        "alpaca",
        {"instruction": "Add.", "input": "2+2", "output": "4", "system": ""},
        {"prompt": "Add.\n2+2", "response": "4"},
    ),
    (
        "alpaca",
        {"instruction": "And 3?", "input": "", "output": "7", "history": [["2+2?", "4"]]},
        {"messages": [U, A, {"role": "user", "content": "And 3?"}], "response": "7"},
    ),
    (
        "prompt_completion",
        {"prompt": "2+2?", "completion": "4", "label": False},
        {"prompt": "2+2?", "response": "4", "label": "bad"},
    ),
    ("prompt_completion", {"prompt": [U], "completion": [A]}, {"messages": [U], "response": "4"}),
    (
        "stepwise",
        {"prompt": "9.8 or 9.11?", "completions": ["a", "b"], "labels": [True, False]},
        {
            "prompt": "9.8 or 9.11?",
            "answers": [
                {"id": "1", "text": "a", "correct": True},
                {"id": "2", "text": "b", "correct": False},
            ],
            "ratings": {"version": 1, "ratings": {"1": 1, "2": 0}},
        },
    ),
    ("prompts", {"prompt": [U], "reference": "4"}, {"messages": [U], "reference": "4"}),
    (
        "completions",
        {
            "instruction": "2+2?",
            "completions": [
                {"model": "m", "response": "4", "overall_score": 9},
                {"model": "n", "response": "5", "overall_score": 1.5},
                {"model": "o", "response": "four", "overall_score": 9.0},
            ],
        },
        {
            "prompt": "2+2?",
            "answers": [
                {"id": "1", "text": "4", "model": "m", "overall_score": 9},
                {"id": "2", "text": "5", "model": "n", "overall_score": 1.5},
                {"id": "3", "text": "four", "model": "o", "overall_score": 9.0},
            ],
            "ranking": {"version": 1, "tiers": [["1", "3"], ["2"]]},
        },
    ),
    (
        "side_by_side",
        {"prompt": "2+2?", "response_a": "4", "response_b": "5", "model_a": "m", "winner": "model_a"},
        {
            "prompt": "2+2?",
            "answers": [{"id": "a", "text": "4", "model": "m"}, {"id": "b", "text": "5"}],
            "winner": "model_a",
        },
    ),
    (
        "doccano",
        {"id": 7, "text": "Ann is in Rome", "label": [[0, 3, "PERSON"], [10, 14, "PLACE"]]},
        {
            "id": 7,
            "text": "Ann is in Rome",
            "marks": [{"label": "PERSON", "start": 0, "end": 3}, {"label": "PLACE", "start": 10, "end": 14}],
        },
    ),
    (
        "doccano",
        {
            "id": 7,
            "text": "Ann",
            "entities": [{"id": 1, "label": "P", "start_offset": 0, "end_offset": 3}],
            "relations": [],
        },
        {"id": 7, "text": "Ann", "marks": [{"label": "P", "start": 0, "end": 3}], "relations": []},
    ),
    (
        "doccano",
        {"id": 7, "text": "Good!", "label": ["positive"]},
        {"id": 7, "text": "Good!", "label": ["positive"]},
    ),
    (
        "argilla",
        {
            "id": "e1",
            "fields": {"prompt": "a"},
            "metadata": {"lang": "en"},
            "vectors": {"v": [1.0]},
            "suggestions": {"quality": {"value": 2, "score": 0.5, "agent": "m"}},
            "responses": {
                "quality": [{"value": 1, "user_id": "u1"}],
                "rank": [{"value": [{"value": "b"}], "user_id": "u1"}],
            },
            "status": "pending",
        },
        {
            "external_id": "e1",
            "fields.prompt": "a",
            "metadata.lang": "en",
            "vectors.v": [1.0],
            "suggestions.quality": 2,
            "suggestions.quality.agent": "m",
            "suggestions.quality.score": 0.5,
            "responses": [
                {
                    "annotator": "u1",
                    "status": "submitted",
                    "values": {"quality": 1, "rank": [{"value": "b", "rank": 1}]},
                }
            ],
        },
    ),
    (
        "argilla",
        {
            "id": "e1",
            "status": "completed",
            "_server_id": "s",
            "prompt": "a",
            "quality.responses": [1, 2],
            "quality.responses.users": ["u1", "u2"],
            "quality.responses.status": ["submitted", "draft"],
            "quality.suggestion": 2,
            "quality.suggestion.agent": None,
            "quality.suggestion.score": None,
            "metadata.lang": ["en"],
            "vector.v": [1.0],
        },
        {
            "external_id": "e1",
            "suggestions.quality": 2,
            "prompt": "a",
            "metadata.lang": "en",
            "vectors.v": [1.0],
            "responses": [
                {"annotator": "u1", "status": "submitted", "values": {"quality": 1}},
                {"annotator": "u2", "status": "draft", "values": {"quality": 2}},
            ],
        },
    ),
    (
        "label_studio",
        {
            "id": 3,
            "data": {"text": "🕳️ Ann"},
            "annotations": [
                {
                    "completed_by": {"id": 1, "email": "ann@example.org"},
                    "was_cancelled": False,
                    "lead_time": 1.5,
                    "created_at": "2026-01-01T00:00:00Z",
                    "result": [
                        {
                            "from_name": "tone",
                            "to_name": "text",
                            "type": "choices",
                            "value": {"choices": ["calm"]},
                        },
                        {"from_name": "stars", "type": "rating", "value": {"rating": 4}},
                        {"from_name": "note", "type": "textarea", "value": {"text": ["a", "b"]}},
                        {"from_name": "best", "type": "pairwise", "value": {"selected": "left"}},
                        {
                            "from_name": "who",
                            "type": "labels",
                            "value": {"start": 4, "end": 7, "text": "Ann", "labels": ["P"]},
                        },
                    ],
                }
            ],
            "predictions": [
                {
                    "model_version": "m1",
                    "score": 0.75,
                    "result": [{"from_name": "stars", "type": "rating", "value": {"rating": 3}}],
                }
            ],
            "meta": {"source": "web"},
        },
        {
            "text": "🕳️ Ann",
            "external_id": 3,
            "suggestions.stars": 3,
            "suggestions.stars.type": "model",
            "suggestions.stars.score": 0.75,
            "suggestions.stars.agent": "m1",
            **{
                f"suggestions.{name}{more}": value
                for name, said in (
                    ("tone", "calm"),
                    ("note", "a\nb"),
                    ("best", "left"),
                    ("who", [{"label": "P", "start": 3, "end": 6}]),
                )
                for more, value in (("", said), (".type", "human"), (".agent", "ann@example.org"))
            },
            "metadata.source": "web",
            "responses": [
                {
                    "annotator": "ann@example.org",
                    "status": "submitted",
                    "values": {
                        "tone": "calm",
                        "stars": 4,
                        "note": "a\nb",
                        "best": "left",
                        "who": [{"label": "P", "start": 3, "end": 6}],
                    },
                    "active_ms": 1500,
                    "inserted_at": "2026-01-01T00:00:00Z",
                    "updated_at": None,
                }
            ],
        },
    ),
]


@pytest.mark.parametrize(
    ("name", "row", "turned"), SAMPLES, ids=[f"{one[0]}-{n}" for n, one in enumerate(SAMPLES)]
)
def test_a_row_is_recognized_and_turned(name: str, row: dict[str, Any], turned: dict[str, Any]) -> None:
    kind = looks_like([row])
    assert kind is not None
    assert kind.name == name
    assert kind.row(row) == turned


def test_every_shape_has_a_sample() -> None:
    assert {kind.name for kind in kinds} == {name for name, _, _ in SAMPLES} | {"assay"}


@pytest.mark.parametrize("kind", [kind.name for kind in kinds])
@pytest.mark.parametrize(
    "row",
    [{}, {"prompt": None}, {"a": 1}, *({key: value} for _, row, _ in SAMPLES for key, value in row.items())],
)
def test_what_does_not_fit_stays_as_it_is_and_nothing_is_lost(kind: str, row: dict[str, Any]) -> None:
    reader = kinds[kind]()
    assert 0 <= reader.recognizes([row]) <= 1
    turned = reader.row(row)
    assert turned.keys() or not row


@pytest.mark.parametrize(
    "row",
    [
        {"text": "a", "lang": "en"},
        {"prompt": "a"},
        {"messages": [U], "responses": ["a", "b"]},
        {"question": "a", "answer": "b"},
        {"prompt": "a", "responses": ["b", "c"]},
        {"chosen": 1, "rejected": 2},
        {"messages": "hi"},
        {"text": "a", "label": "b"},
        {"request": {"messages": [U]}, "response": {"choices": []}, "messages": [U]},
    ],
)
def test_other_rows_are_of_no_shape(row: dict[str, Any]) -> None:
    assert looks_like([row]) is None


def test_one_odd_row_does_not_hide_what_the_others_are() -> None:
    rows = [{"conversations": [HUMAN, GPT]}] * 9 + [{"conversations": None}]
    kind = looks_like(rows)
    assert kind is not None
    assert kind.name == "sharegpt"


def test_calls_of_tools_and_parts_become_text_that_people_read() -> None:
    call = {"type": "function", "function": {"name": "add", "arguments": "{}"}}
    said = [
        {"role": "user", "content": [{"type": "text", "text": "2+2?"}]},
        {"role": "assistant", "content": None, "tool_calls": [call]},
    ]
    kind = looks_like([{"messages": said}])
    assert kind is not None
    found = kind.row({"messages": said})["messages"]
    assert [one["content"] for one in found] == ["2+2?", "```\nadd({})\n```"]
    assert found[1]["tool_calls"] == [call]


def test_real_transcripts_of_hh() -> None:
    path = DATA / "hh_pairs.jsonl"
    if not path.exists():
        pytest.skip("The shared sample data are not here.")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    kind = looks_like(rows)
    assert kind is not None
    assert kind.name == "hh"
    turned = [kind.row(row) for row in rows]
    assert all(len(row["answers"]) == 2 and row["answers"][0]["id"] == "chosen" for row in turned)
    alone = [row for row in turned if all("text" in one for one in row["answers"]) and row["messages"]]
    assert len(alone) > len(rows) * 0.9

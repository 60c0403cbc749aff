"""A file says what dataset it could be: fields, questions, properties, the id; and somebody corrects it."""

from dataclasses import replace
from typing import Any

import pytest

from core.errors import Invalid
from feedback.imports.convert import convert
from feedback.imports.planning import Plan, plan_of
from feedback.imports.proposals import Planned, propose
from feedback.imports.shapes import looks_like
from feedback.reports.planned import planning, shape_of
from tests.feedback.imports.shapes.test_known_shapes import SAMPLES

LONG = "A well is a hole in the ground from which people take water, by a bucket, by a pump, or by hand."


def roles(*rows: dict[str, Any]) -> dict[str, str]:
    return {one.column or one.title: one.role for one in propose(rows, looks_like(rows))}


def made(*rows: dict[str, Any], **changed: str) -> Plan:
    shape = looks_like(rows)
    planned = [replace(one, role=changed.get(one.column, one.role)) for one in propose(rows, shape)]
    return plan_of(planned, rows, shape)


ROWS = [
    {
        "id": f"r{n}",
        "prompt": "What is a well?",
        "response": LONG,
        "label": ["good", "bad"][n % 2],
        "tags": [["short"], ["short", "wrong"]][n % 2],
        "stars": n % 5 + 1,
        "lang": "en",
        "tokens": n,
        "cost": 0.5 * n,
        "photo": "https://example.org/a.png",
        "note": LONG + str(n),
        "extra": {"deep": n},
        "nothing": None,
    }
    for n in range(8)
]


def test_each_column_finds_what_it_is_for() -> None:
    assert roles(*ROWS) == {
        "id": "external_id",
        "prompt": "field:text",
        "response": "question:text",
        "label": "question:label_selection",
        "tags": "question:multi_label_selection",
        "stars": "question:rating",
        "lang": "metadata:terms",
        "tokens": "metadata:integer",
        "cost": "metadata:float",
        "photo": "field:image",
        "note": "field:text",
        "extra": "metadata:",
        "nothing": "skip",
    }


def test_what_is_planned_takes_all_rows() -> None:
    plan = made(*ROWS)
    shape = shape_of(plan)
    assert [option["value"] for option in plan.questions[1].settings["options"]] == ["good", "bad"]
    assert [part.required for part in plan.fields] == [True, True, True]
    found = convert(ROWS[3], plan.columns, shape)
    assert found.external_id == "r3"
    assert {name: one.value for name, one in found.suggestions.items()} == {
        "response": LONG,
        "label": "bad",
        "tags": ["short", "wrong"],
        "stars": 4,
    }
    assert found.metadata == {"lang": "en", "tokens": 3, "cost": 1.5, "extra": {"deep": 3}}


def test_answers_to_compare_invite_a_ranking() -> None:
    row = {"prompt": "Why?", "answer_1": "A", "answer_2": "B", "answer_3": "C"}
    assert roles(row) == {
        "answers": "field:candidates",
        "prompt": "field:text",
        "Which answer is better?": "question:ranking",
    }
    plan = made(row)
    assert plan.questions[0].settings == {"type": "ranking", "field": "answers"}
    found = convert(row, plan.columns, shape_of(plan))
    assert [one["text"] for one in found.fields["answers"]] == ["A", "B", "C"]


def test_a_conversation_or_a_prompt_alone_invites_an_answer() -> None:
    assert roles({"messages": [{"role": "user", "content": "Hi"}]}) == {
        "messages": "field:chat",
        "Your answer": "question:text",
    }
    assert roles({"prompt": "Hi"}) == {"prompt": "field:text", "Your answer": "question:text"}


def test_something_is_always_read_and_something_always_asked() -> None:
    assert roles({"a": "x", "b": "longer"}) == {
        "a": "metadata:terms",
        "b": "field:text",
        "Your answer": "question:text",
    }


@pytest.mark.parametrize(("name", "row"), [(one[0], one[1]) for one in SAMPLES], ids=range(len(SAMPLES)))
def test_every_known_shape_proposes_a_dataset_that_takes_its_rows(name: str, row: dict[str, Any]) -> None:
    plan = made(row)
    shape = shape_of(plan)
    for part in plan.questions:
        shape.questions[part.name].kind.suits({one.name: one.settings["type"] for one in plan.fields})
    mapping = {column: target for column, target in plan.mapping.items() if target != "responses"}
    found = convert(row, type(plan.columns)({**mapping, "responses": "skip"}), shape)
    assert found.fields


def test_what_people_answered_tells_the_questions_too() -> None:
    rows = [
        {
            "id": f"e{n}",
            "fields": {"prompt": LONG},
            "metadata": {},
            "vectors": {"v": [1.0, 2.0, 0.5]},
            "suggestions": {},
            "responses": {"tone": [{"value": ["calm", "rude"][n], "user_id": "u1"}]},
            "status": "pending",
        }
        for n in range(2)
    ]
    plan = made(*rows)
    assert [(part.name, part.settings["type"]) for part in plan.questions] == [("tone", "label_selection")]
    assert plan.mapping["responses"] == "responses"
    assert plan.vectors == {"v": 3}


def wrong(planned: list[Planned], *rows: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        plan_of(planned, rows, None)
    return dict(caught.value.errors)


def test_what_cannot_be_is_said_at_its_column_in_plain_words() -> None:
    row = {"text": LONG, "n": 3, "other": "x"}
    text, n = Planned("text", "field:text", "Text"), Planned("n", "question:rating", "N")
    assert plan_of([text, n], [row], None).mapping == {"text": "fields.text", "n": "suggestions.n"}
    assert (
        "no answers to such a question"
        in wrong([text, n, Planned("other", "question:rating", "O")], row)["other"]
    )
    assert (
        "Two of them are called text"
        in wrong([text, n, Planned("other", "field:text", "text")], row)["other"]
    )
    assert "Give it a title" in wrong([text, n, Planned("other", "field:text", "")], row)["other"]
    assert (
        "Only one column" in wrong([text, n, *[Planned(c, "external_id", c) for c in ("a", "b")]], row)["b"]
    )
    assert "at least one column a field" in wrong([n], row)[""]
    assert "nothing to answer" in wrong([text], row)[""]
    assert "Choose what" in wrong([text, n, Planned("other", "field:magic", "O")], row)["other"]
    assert "no field that such a question" in wrong([text, n, Planned("", "question:ranking", "R")], row)["R"]


def test_labels_are_corrected_by_hand_and_rows_with_others_are_counted() -> None:
    rows = [{"text": LONG, "label": label} for label in ("a", "b", "c")]
    planned = [
        Planned("text", "field:text", "Text"),
        Planned("label", "question:label_selection", "Label", "a\n b \n\nz"),
    ]
    plan = plan_of(planned, rows, None)
    assert [one["value"] for one in plan.questions[0].settings["options"]] == ["a", "b", "z"]
    found = planning(planned, rows, None)
    assert (found.unfit, found.looked_at) == (1, 3)
    assert found.first is not None
    assert "Row 3, label" in found.reasons[0]

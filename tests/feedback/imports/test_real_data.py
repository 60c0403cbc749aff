"""Real files come in whole: every row can be rebuilt from its record, value for value."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from feedback import fields, imports, metadata, questions
from feedback.imports import Row, recognize
from feedback.imports.convert import Incoming, convert
from feedback.imports.guess import guess
from feedback.imports.mapping import Mapping, check, columns
from feedback.shape import DatasetShape, FieldShape, PropertyShape, QuestionShape

for family in (fields.kinds, imports.kinds, metadata.kinds, questions.kinds):
    family.load()

DATA = Path(__file__).parents[4] / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="The real data files are not on this machine.")


def dataset(*required: str, question: dict[str, Any], **kinds: str) -> DatasetShape:
    made = {name: fields.kinds[kind]({"type": kind}) for name, kind in kinds.items()}
    name = question["type"]
    terms = metadata.kinds["terms"]({"type": "terms"})
    return DatasetShape(
        fields={name: FieldShape(name, name, name in required, kind) for name, kind in made.items()},
        questions={"reply": QuestionShape("1", "reply", "Reply", True, questions.kinds[name](question))},
        metadata={"lang": PropertyShape("lang", "Language", terms)},
    )


WRITE = {"type": "text"}
RANK = {"type": "ranking", "field": "answers"}
SHAPES = {
    "prompts.jsonl": dataset("prompt", question=WRITE, prompt="text"),
    "demonstrations.jsonl": dataset("prompt", question=WRITE, prompt="text"),
    "comparisons.jsonl": dataset(
        "answers", question=RANK, prompt="text", messages="chat", answers="candidates", reference="text"
    ),
    "chats.jsonl": dataset("messages", question=WRITE, messages="chat"),
}


def rows(name: str) -> list[Row]:
    with (DATA / name).open("rb") as file:
        reader = recognize(file.read(4096), name)
        found = list(reader.rows(file))
        assert reader.count(file) == len(found)
    assert all(isinstance(row, Row) for row in found)
    return [row for row in found if isinstance(row, Row)]


def restore(
    incoming: Incoming, mapping: Mapping, shape: DatasetShape, order: Iterable[str]
) -> dict[str, Any]:
    """The row as it stood in the file, from its record alone; `order`: of its columns."""
    found = {"external_id": incoming.external_id}
    found |= {f"metadata.{name}": value for name, value in incoming.metadata.items()}
    found |= {f"suggestions.{name}": one.value for name, one in incoming.suggestions.items()}
    for name, value in incoming.fields.items():
        found[f"fields.{name}"] = shape.fields[name].kind.restore(value)
    return {column: found[target] for column in order if (target := mapping.target(column, shape)) in found}


def exactly(row: dict[str, Any]) -> str:
    """The row as text, in which 1, 1.0 and true differ; the order of keys means nothing in JSON."""
    return json.dumps(row, sort_keys=True)


@pytest.mark.parametrize("name", SHAPES)
def test_nothing_of_a_real_file_is_lost_or_changed(name: str) -> None:
    shape, found = SHAPES[name], rows(name)
    mapping = guess([row.data for row in found[:100]], shape)
    check(mapping, shape, columns((row.data for row in found), mapping))
    for row in found:
        incoming = convert(row.data, mapping, shape)
        assert incoming.fields, row.line
        restored = restore(incoming, mapping, shape, row.data)
        assert exactly(restored) == exactly(row.data), row.line


@pytest.mark.parametrize("name", SHAPES)
def test_what_was_converted_is_what_the_dataset_stores(name: str) -> None:
    shape, found = SHAPES[name], rows(name)
    mapping = guess([row.data for row in found], shape)
    for row in found:
        incoming = convert(row.data, mapping, shape)
        assert shape.clean_fields(incoming.fields) == incoming.fields
        assert isinstance(incoming.external_id, str)


def test_comparisons_come_in_as_prompts_and_answers() -> None:
    shape, found = SHAPES["comparisons.jsonl"], rows("comparisons.jsonl")
    mapping = guess([row.data for row in found], shape)
    assert mapping.root == {
        "id": "external_id",
        "messages": "fields.messages",
        "prompt": "fields.prompt",
        "responses": "fields.answers",
        "reference": "fields.reference",
        "source_ranks": "metadata.source_ranks",
        "lang": "metadata.lang",
        "category": "metadata.category",
        "source": "metadata.source",
        "license": "metadata.license",
    }
    answers = [shape.candidates(convert(row.data, mapping, shape).fields)["answers"] for row in found]
    assert sum(map(len, answers)) == 5111
    assert max(map(len, answers)) == 67
    assert all(answer.model for answers_of_one in answers for answer in answers_of_one)


def test_demonstrations_come_in_as_suggestions() -> None:
    shape, found = SHAPES["demonstrations.jsonl"], rows("demonstrations.jsonl")
    mapping = guess([row.data for row in found], shape)
    assert mapping.root["response"] == "suggestions.reply"
    for row in found:
        assert convert(row.data, mapping, shape).suggestions["reply"].value == row.data["response"]

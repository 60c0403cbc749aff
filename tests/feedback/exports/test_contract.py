"""What every format owes: columns as it says, rows that can be traced and that no reader trips over."""

from typing import Any

import pyarrow as pa
import pytest

from feedback import exports
from feedback.exports import Kind, Row, Tally
from feedback.exports.controls import controls
from feedback.exports.files.lines import Lines, Spoilt
from tests.feedback.exports.scene import FIELDS, QUESTIONS, RECORDS, SHAPE

# What to try beside the defaults. Each suits the scene.
VARIANTS: dict[str, list[dict[str, Any]]] = {
    "records": [{"columns": "text"}],
    "preference": [
        {"form": "standard", "margin": "distance"},
        {"layout": "implicit", "margin": "votes", "ties": "zero"},
        {"layout": "implicit", "form": "standard"},
        {"policy": "majority", "margin": "strength", "weight": True, "ties": "aside"},
        {"policy": "unanimous", "pairs": "best_rest", "places": "sports"},
        {"policy": "mean", "pairs": "adjacent", "most_pairs": 2},
        {"question": "each", "policy": "mean", "gap": 1, "better": "lower", "margin": "distance"},
        {"pairs": "best_worst", "edited": False},
        {"question": "reply", "margin": "votes"},
    ],
    "prompt_completion": [
        {"form": "standard"},
        {"question": "rank", "bar_question": "each", "bar": 2},
        {"question": "each", "edited": False},
        {"question": "quality"},
        {"question": "thumb", "answer": "response"},
    ],
    "language_modeling": [{"form": "standard"}, {"question": "rank"}],
    "prompt_only": [{"form": "standard"}, {"reference": "response"}],
    "unpaired_preference": [
        {"form": "standard"},
        {"question": "each", "agreement": "majority", "high": 4, "low": 2},
        {"question": "quality", "answer": "response"},
        {"question": "thumb", "good": ["up"]},
    ],
    "stepwise_supervision": [
        {"policy": "per_labeler", "steps": "paragraphs", "right": ["style"]},
        {"question": "each", "high": 4, "policy": "per_labeler"},
    ],
    "openai_chat": [{"learn": "last", "tools": True}, {"question": "rank"}],
    "alpaca": [{"question": "thumb", "history": True}],
    "llama_factory_preference": [{"form": "alpaca"}, {"form": "alpaca", "history": True}],
    "llama_factory_kto": [{"form": "alpaca"}, {"question": "thumb"}],
    "axolotl_kto": [{"question": "each"}],
    "ranked_answers": [{"policy": "mean", "form": "standard"}, {"question": "each", "policy": "mean"}],
    "soft_labels": [{"question": "faults"}, {"question": "quality", "fields": ["prompt"]}],
}
EVERY = [(kind.name, given) for kind in exports.kinds for given in ({}, *VARIANTS.get(kind.name, []))]
every_format = pytest.mark.parametrize(
    ("name", "given"), EVERY, ids=[f"{name}-{'-'.join(map(str, one.values()))}" for name, one in EVERY]
)
TYPES: dict[Any, Any] = {
    pa.string(): str,
    pa.bool_(): bool,
    pa.int64(): int,
    pa.float64(): float,
}


def made(name: str, given: dict[str, Any]) -> tuple[Kind[Any], Any, list[Row], Tally]:
    kind, tally = exports.kinds[name](), Tally()
    options = kind.options(given, SHAPE)
    return kind, options, list(kind.rows(RECORDS, options, SHAPE, tally)), tally


def rows(name: str, given: dict[str, Any]) -> list[Row]:
    return made(name, given)[2]


def fits(value: Any, type: pa.DataType) -> bool:
    """Whether it is of exactly this type, no null, no int for a float; a column of texts may hold any JSON."""
    if pa.types.is_list(type):
        return isinstance(value, list) and all(fits(one, type.value_type) for one in value)
    if pa.types.is_struct(type):
        named = {field.name: field.type for field in type}
        return list(value) == list(named) and all(fits(value[one], named[one]) for one in named)
    return value.__class__ is TYPES[type] or (type == pa.string() and isinstance(value, dict | list))


@every_format
def test_it_makes_rows_of_the_columns_that_it_says_each_of_its_type(name: str, given: dict[str, Any]) -> None:
    kind, options, found, _ = made(name, given)
    columns = kind.columns(options, SHAPE)
    assert found
    for row in found:
        assert list(row.data) == columns.names
        for field in columns:
            value = row.data[field.name]
            assert fits(value, field.type) or (name == "records" and value is None), (field, value)


@every_format
def test_no_row_breaks_the_rules_of_its_readers(name: str, given: dict[str, Any]) -> None:
    kind, options, found, _ = made(name, given)
    assert {kind.check(row.data, options) for row in found} == {None}


@every_format
def test_each_row_tells_its_record_and_responses(name: str, given: dict[str, Any]) -> None:
    known = {one.id: {answer.id for answer in one.answers} for one in RECORDS}
    for row in rows(name, given):
        assert set(row.responses) <= known[row.record]
        assert row.responses or name in {"records", "prompt_only"}


@every_format
def test_only_what_was_submitted_is_used(name: str, given: dict[str, Any]) -> None:
    if name != "records":
        said = {answer.id: answer.status for one in RECORDS for answer in one.answers}
        assert {said[one] for row in rows(name, given) for one in row.responses} <= {"submitted"}


@every_format
def test_rows_of_one_prompt_share_a_group_in_every_format(name: str, given: dict[str, Any]) -> None:
    groups = {one.record: one.group for one in rows("records", {})}
    assert groups["three"] != groups["two"]
    for row in rows(name, given):
        assert row.group == groups[row.record]


@every_format
def test_the_same_records_make_the_same_rows(name: str, given: dict[str, Any]) -> None:
    once, again = ([one._replace(by=one.group) for one in rows(name, given)] for _ in range(2))
    assert once == again


@every_format
def test_its_options_can_be_stored_and_used_again(name: str, given: dict[str, Any]) -> None:
    kind, options, _, _ = made(name, given)
    assert kind.options(options.model_dump(mode="json"), SHAPE) == options


@every_format
def test_a_row_that_is_spoiled_is_found_out(name: str, given: dict[str, Any]) -> None:
    if name != "records":
        kind, options, [row, *_], _ = made(name, given)
        for spoiled in ("\0", "\ud800"):
            with pytest.raises(Spoilt):
                Lines(kind.columns(options, SHAPE), as_table=False).encode(_spoil(row.data, spoiled))
        assert kind.check(row.data | {"images": []}, options)


@pytest.mark.parametrize("kind", list(exports.kinds), ids=lambda kind: kind.name)
def test_it_says_in_words_what_it_is_and_what_can_be_chosen(kind: type[Kind[Any]]) -> None:
    assert kind.description.endswith(".")
    assert kind.file_types
    for control in controls(kind(), SHAPE):
        assert control.title != control.name
        assert control.description.endswith(".")
        known = {*FIELDS, *QUESTIONS}
        assert all(words != value for value, words in control.choices if value not in known)


@pytest.mark.parametrize("name", [kind.name for kind in exports.kinds])
def test_without_rows_there_is_nothing_to_say(name: str) -> None:
    kind = exports.kinds[name]()
    assert list(kind.rows([], kind.options({}, SHAPE), SHAPE, Tally())) == []


def _spoil(value: Any, by: str) -> Any:
    """The same with this behind its first text."""
    if isinstance(value, str):
        return value + by
    if isinstance(value, list):
        return [_spoil(value[0], by), *value[1:]] if value else value
    if isinstance(value, dict):
        name = next(
            (one for one, part in value.items() if part and isinstance(part, str | list | dict)), None
        )
        return value if name is None else value | {name: _spoil(value[name], by)}
    return value

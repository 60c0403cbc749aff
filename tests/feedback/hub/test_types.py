"""One type for each column, whatever order the values come in."""

from typing import Any

import pyarrow as pa
import pytest

from feedback.hub.types import Types

TEXT = pa.string()


def learned(*chunks: list[Any]) -> tuple[Types, pa.Schema]:
    types = Types({})
    for chunk in chunks:
        types.learn([{"column": value} for value in chunk])
    return types, types.schema(["column"])


@pytest.mark.parametrize(
    ("chunks", "type"),
    [
        ([[1, None], [2]], pa.int64()),
        ([[1], [2.5]], pa.float64()),
        ([[None]], TEXT),
        ([[None], ["a"]], TEXT),
        ([[[]], [["a"]]], pa.list_(TEXT)),
        ([[{"a": 1}], [{"b": "x", "a": 0.5}]], pa.struct([("a", pa.float64()), ("b", TEXT)])),
    ],
)
def test_types_grow_with_what_comes(chunks: list[list[Any]], type: pa.DataType) -> None:
    types, schema = learned(*chunks)
    assert schema.field("column").type == type
    rows = [{"column": value} for chunk in chunks for value in chunk]
    assert types.batch(rows, schema).num_rows == len(rows)


@pytest.mark.parametrize(
    ("chunks", "written"),
    [
        ([[1], ["a"]], ["1", "a"]),
        ([[True, 1]], ["true", "1"]),
        ([[["a", 1]]], ['["a", 1]']),
        ([[2**70]], [str(2**70)]),
        ([[{}]], ["{}"]),
        ([[{"a": None}]], ['{"a": null}']),
        ([[["a"]], [None], [{"b": 1}]], ['["a"]', None, '{"b": 1}']),
    ],
)
def test_what_has_no_one_type_is_written_as_text(chunks: list[list[Any]], written: list[Any]) -> None:
    types, schema = learned(*chunks)
    rows = [{"column": value} for chunk in chunks for value in chunk]
    assert schema.field("column").type == TEXT
    assert types.batch(rows, schema).column("column").to_pylist() == written


def test_an_object_with_ever_new_keys_is_written_as_text() -> None:
    _, schema = learned(*([{f"key-{n}": n}] for n in range(600)))
    assert schema.field("column").type == TEXT

"""A line is one that readers load: UTF-8, the columns as said, no surprises."""

import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pytest

from feedback.exports.files.lines import Lines, Spoilt

TEXT = pa.schema([("x", pa.string())])


def line(row: Mapping[str, Any], schema: pa.Schema = TEXT, *, as_table: bool = False) -> bytes:
    return Lines(schema, as_table=as_table).encode(row)


def test_text_stays_as_it_is_in_utf8() -> None:
    row = {"x": 'é \u2028 \r\n " \\ 🕳️ \x7f'}
    found = line(row)
    assert found.startswith('{"x":"é'.encode())
    assert b"\n" not in found
    assert json.loads(found) == row


def test_numbers_of_a_column_with_fractions_all_have_one() -> None:
    numbers = pa.schema([("margin", pa.float64())])
    assert [line({"margin": n}, numbers) for n in (1.0, 1, 0.5)] == [
        b'{"margin":1.0}',
        b'{"margin":1.0}',
        b'{"margin":0.5}',
    ]


@pytest.mark.parametrize(
    "row",
    [
        {"x": "a\0b"},
        {"x": [{"role": "user", "content": "\udfff é"}]},
        {"x": {"a\0": 1}},
        {"x": ["\ud800"]},
        {"x": {"\udfff": 1}},
        {"x": "\udc00"},
    ],
)
@pytest.mark.parametrize("as_table", [True, False])
def test_a_row_that_no_reader_could_read_is_refused(row: Mapping[str, Any], as_table: bool) -> None:
    with pytest.raises(Spoilt, match=r"\w"):
        line(row, as_table=as_table)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_is_none_is_refused(number: float) -> None:
    with pytest.raises(Spoilt, match="margin"):
        line({"margin": number}, pa.schema([("margin", pa.float64())]))


def test_a_number_that_is_none_is_found_inside_of_others_too() -> None:
    shares = pa.schema([("shares", pa.struct([("good", pa.float64()), ("all", pa.list_(pa.float64()))]))])
    with pytest.raises(Spoilt, match="shares"):
        line({"shares": {"good": 1.0, "all": [0.5, float("inf")]}}, shares)


def test_text_that_only_looks_like_a_nul_is_fine() -> None:
    assert json.loads(line({"x": r"\u0000"})) == {"x": r"\u0000"}


def test_numbers_of_any_size_stay_exact() -> None:
    assert json.loads(line({"x": {"n": 2**70}})) == {"x": {"n": 2**70}}


def test_a_row_with_other_columns_is_a_bug() -> None:
    schema = pa.schema([("a", pa.string()), ("b", pa.string())])
    for other in ({"a": "1"}, {"b": "1", "a": "2"}, {"a": "1", "b": "2", "c": "3"}):
        with pytest.raises(ValueError, match="columns"):
            line(other, schema)


def test_what_is_no_text_is_json_in_a_table_and_stays_itself_in_json() -> None:
    row = {"x": {"é": [1, None]}}
    assert json.loads(line(row, as_table=True)) == {"x": '{"é":[1,null]}'}
    lines = Lines(TEXT, as_table=False)
    assert json.loads(lines.encode(row)) == row
    assert lines.free == {"x"}
    assert line({"x": None}, as_table=True) == b'{"x":null}'


def test_json_as_a_text_is_escaped_as_any_text_is() -> None:
    value = {'a "b"': 'é \u2028 \r\n " \\ 🕳️ \x7f \x01 \\"', "n": 2**70}
    [cell] = json.loads(line({"x": value}, as_table=True)).values()
    assert json.loads(cell) == value
    assert line({"x": value}, as_table=True) == line({"x": cell}, as_table=True)


def test_a_row_beside_json_as_a_text_is_refused_or_kept_exact_as_any_is() -> None:
    both = pa.schema([("x", pa.string()), ("n", pa.string())])
    with pytest.raises(Spoilt, match="surrogate"):
        line({"x": {"a": 1}, "n": "\ud800"}, both, as_table=True)
    numbers = pa.schema([("x", pa.string()), ("n", pa.int64())])
    found = json.loads(line({"x": {"a": [1, "é"]}, "n": 2**70}, numbers, as_table=True))
    assert (found["n"], json.loads(found["x"])) == (2**70, {"a": [1, "é"]})

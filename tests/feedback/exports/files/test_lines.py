"""A line is one that readers load: UTF-8, the columns as said, no surprises."""

import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pytest

from feedback.exports.files.lines import NOTHING, PART, Lines, Spoilt

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


def test_what_is_no_text_in_a_column_of_texts_stays_itself_in_json_and_is_told() -> None:
    lines = Lines(pa.schema([("x", pa.string()), ("y", pa.string())]), as_table=False)
    row = {"x": {"é": [1, None]}, "y": None}
    assert json.loads(lines.encode(row)) == row
    assert lines.free == {"x"}


def test_in_a_table_a_text_stands_as_it_is_and_what_is_none_as_json() -> None:
    value = {'a "b"': 'é \u2028 \r\n " \\ 🕳️ \x7f \x01 \\"', "n": [2**70, None]}
    columns = pa.schema([("x", pa.string()), ("y", pa.string()), ("z", pa.string()), ("n", pa.float64())])
    lines = Lines(columns, as_table=True)
    cells = lines.pack({"x": value, "y": 'null\n"é"', "z": None, "n": 1})
    assert json.loads(cells[0]) == value
    assert cells[1:] == ['null\n"é"'.encode(), NOTHING, b"1.0"]
    assert lines.free == set()


@pytest.mark.parametrize("as_table", [True, False])
def test_a_packed_row_can_be_put_together_and_parted(as_table: bool) -> None:
    lines = Lines(pa.schema([("x", pa.string()), ("y", pa.string())]), as_table=as_table)
    for row in ({"x": "a\nb", "y": None}, {"x": "", "y": {"é": "\x01"}}):
        assert lines.encode(row).split(PART) == lines.pack(row)


def test_what_rows_share_is_made_once_and_never_mistaken() -> None:
    lines = Lines(pa.schema([("said", pa.list_(pa.string()))]), as_table=True)
    for number in range(1000):  # each in the place in memory of one that is gone
        assert lines.pack({"said": [str(number)]}) == [b'["%d"]' % number]
    said = ["a"]
    (first,), (second,) = (lines.pack({"said": said}) for _ in range(2))
    assert first is second


def test_a_row_beside_a_spoiled_one_is_refused_or_kept_exact_as_any_is() -> None:
    both = pa.schema([("x", pa.string()), ("n", pa.string())])
    with pytest.raises(Spoilt, match="surrogate"):
        line({"x": {"a": 1}, "n": "\ud800"}, both, as_table=True)
    numbers = pa.schema([("x", pa.string()), ("n", pa.int64())])
    cells = Lines(numbers, as_table=True).pack({"x": {"a": [1, "é"]}, "n": 2**70})
    assert [json.loads(cell) for cell in cells] == [{"a": [1, "é"]}, 2**70]

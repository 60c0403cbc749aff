"""A file that is written is one that readers load: UTF-8, one object a line, no surprises."""

import io
import json
import tracemalloc
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from feedback.exports.writers import jsonl, write
from tests.feedback.exports.making import answer, candidates, export, record, tiers

RECORDS = [
    record(
        answer(rank=tiers("a b"), reply="So."), id=str(n), prompt=f"Why {n}?", answers=candidates("A", "B")
    )
    for n in range(20)
]


def file(rows: Any) -> bytes:
    out = io.BytesIO()
    written = write(rows, out)
    assert written.bytes == len(out.getvalue())
    assert written.rows == out.getvalue().count(b"\n")
    return out.getvalue()


def test_one_object_a_line_in_utf8_without_a_byte_order_mark() -> None:
    row = {"text": 'é \u2028 \r\n " \\ 🕳️ \x7f', "n": 1.0, "none": None}
    content = file([row, row])
    assert content.endswith(b"\n")
    assert b"\r" not in content
    assert "é".encode() in content[:20]
    assert [json.loads(line) for line in content.decode().removesuffix("\n").split("\n")] == [row, row]


def test_the_same_records_make_the_same_bytes() -> None:
    for name in ("records", "preference", "prompt_completion"):
        assert file(export(name, RECORDS)[0]) == file(export(name, RECORDS)[0])


def test_whole_floats_stay_floats() -> None:
    assert file([{"margin": 1.0}]) == b'{"margin":1.0}\n'


@pytest.mark.parametrize(
    "row",
    [
        {"x": float("nan")},
        {"x": float("inf")},
        {"x": "a\0b"},
        {"x": {"a\0": 1}},
        {"x": ["\ud800"]},
        {"x": {"\udfff": 1}},
    ],
)
def test_a_row_that_would_spoil_the_file_is_a_bug(row: Mapping[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        file([{"x": "fine"}, row])


def test_text_that_only_looks_like_a_nul_is_fine() -> None:
    assert json.loads(file([{"x": r"\u0000"}])) == {"x": r"\u0000"}


def test_a_row_with_other_columns_is_a_bug() -> None:
    for other in ({"a": 1}, {"b": 1, "a": 2}, {"a": 1, "b": 2, "c": 3}):
        with pytest.raises(ValueError, match="columns"):
            list(jsonl([{"a": 1, "b": 2}, other]))


def test_no_rows_make_no_bytes() -> None:
    written = write([], io.BytesIO())
    assert (written.rows, written.bytes, written.dates) == (0, 0, ())


def test_columns_that_hold_only_dates_are_noticed() -> None:
    def dates(*rows: Mapping[str, Any]) -> tuple[str, ...]:
        return write(rows, io.BytesIO()).dates

    assert dates({"a": "2024-01-02", "b": "x"}, {"a": "2024-01-02 03:04:05", "b": "2024-01-02"}) == ("a",)
    assert dates({"a": "2024-01-02"}, {"a": "2024-01-02 or so"}) == ()
    turns = [{"role": "assistant", "content": "2024-01-02T03:04:05Z"}]
    assert dates({"completion": turns}, {"completion": turns}) == ("completion.content",)
    assert dates({"a": 20240102, "b": None}) == ()


def test_dates_are_noticed_by_the_part_of_the_file_that_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feedback.exports.writers.BLOCK", 100)
    rows = [{"a": "2024-01-02"}] * 50 + [{"a": "no date"}]
    assert write(rows, io.BytesIO()).dates == ("a",)


def test_memory_does_not_grow_with_the_file() -> None:
    class Nowhere(io.RawIOBase):
        def write(self, line: Any) -> int:
            return len(line)

    def rows(number: int) -> Iterator[dict[str, Any]]:
        return ({"n": n, "text": "x" * 2000} for n in range(number))

    def peak(number: int) -> int:
        tracemalloc.start()
        write(rows(number), Nowhere())  # type: ignore[arg-type]
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    peak(10)
    assert peak(5000) < peak(100) + 100_000

"""A JSON Lines file is read row by row, exactly, and what cannot be read is said in words."""

import io
import json
import tracemalloc
from collections.abc import Iterator
from time import perf_counter
from typing import Any

import pytest

from core.errors import Invalid
from feedback.imports import BadRow, Row, recognize
from feedback.imports.jsonl import JsonLines


def read(content: bytes | str, **options: int) -> list[Row | BadRow]:
    content = content.encode() if isinstance(content, str) else content
    return list(JsonLines().rows(io.BytesIO(content), **options))


def only(content: bytes | str) -> Any:
    [row] = read(content)
    return row


def test_each_line_is_a_row_with_its_number_its_end_and_its_bytes() -> None:
    content = '{"a": 1}\n\n  \r\n{"a": "é"}\r\n{"a": 3}'
    rows = read(content)
    assert [(row.line, row.raw) for row in rows] == [
        (1, b'{"a": 1}'),
        (4, '{"a": "é"}'.encode()),
        (5, b'{"a": 3}'),
    ]
    assert [row.data for row in rows if isinstance(row, Row)] == [{"a": 1}, {"a": "é"}, {"a": 3}]
    assert rows[-1].end == len(content.encode())


def test_reading_is_taken_up_after_any_row() -> None:
    content = '\ufeff{"a": 1}\n\nnonsense\r\n{"a": 3}\n{"a": 4}'
    rows = read(content)
    for place, row in enumerate(rows):
        assert read(content, offset=row.end, line=row.line) == rows[place + 1 :]


def test_a_byte_order_mark_is_passed_over() -> None:
    assert only('\ufeff{"a": 1}\n').data == {"a": 1}
    assert read("\ufeff\n") == []


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85", "\u000b"])
def test_only_a_line_feed_ends_a_line(separator: str) -> None:
    assert only(json.dumps({"a": f"x{separator}y"}, ensure_ascii=separator == "\u000b")).data == {
        "a": f"x{separator}y"
    }


def test_numbers_keep_their_value() -> None:
    line = f'{{"big": {"9" * 60}, "price": 1.10, "tiny": 5e-324, "third": 0.1, "zero": -0e7, "whole": 1.0}}'
    data = only(line).data
    assert data == {
        "big": int("9" * 60),
        "price": 1.1,
        "tiny": 5e-324,
        "third": 0.1,
        "zero": 0.0,
        "whole": 1.0,
    }
    assert [type(value) for value in data.values()] == [int, float, float, float, float, float]


def test_escapes_that_only_look_dangerous_are_fine() -> None:
    assert only(r'{"a": "\\u0000 \ud83d\ude00 \\ud83d"}').data == {"a": "\\u0000 😀 \\ud83d"}


@pytest.mark.parametrize(
    ("line", "column", "word"),
    [
        (b'{"a": 1,}', "character 9", "key"),
        (b'{"a": 1} {"a": 2}', "character 10", "one object a line"),
        (b'{"a": "x}', "character 7", "does not end"),
        (b'{"a": "x\ty"}', "character 9", "control character"),
        (b'{"a": "\\q"}', "character 8", "backslash"),
        (b'{"a": "\\u12"}', "character 9", "hexadecimal"),
        (b'{"a" 1}', "character 6", "colon"),
        (b'{"a": 1 "b": 2}', "character 9", "comma"),
        (b"id,prompt", "character 1", "JSON"),
        (b'{"a": "\xff"}', "byte 8", "UTF-8"),
        (b'{"a": "\xed\xa0\x80"}', "byte 8", "UTF-8"),
        (b"[1, 2]", "", "a list"),
        (b"null", "", "null"),
        (b'"x"', "", "a text"),
        (b'{"a": {"b": [1, NaN]}}', "a.b.1", "NaN"),
        (b'{"a": -Infinity}', "a", "-Infinity"),
        (b'{"a": 1e400}', "a", "too large"),
        (b'{"a": [1e-400]}', "a.0", "too small"),
        (b'{"a": ' + b"9" * 5000 + b"}", "a", "digits"),
        (b'{"a": "x\\u0000y"}', "a", "NUL"),
        (b'{"a": [{"b": "\\ud83d x"}]}', "a.0.b", "D83D"),
        (b'{"a": "\\uDE00"}', "a", "DE00"),
        (b'{"a": 1, "b": {"c": 1, "c": 1}}', "b.c", "twice"),
        (b'{"a": ' + b"[" * 200 + b"]" * 200 + b"}", "", "100 deep"),
        (b"[" * 200_000, "", "100 deep"),
    ],
)
def test_a_line_that_cannot_be_kept_says_where_and_why(line: bytes, column: str, word: str) -> None:
    rows = read(b'{"a": 1}\n' + line + b'\n{"a": 3}\n')
    assert [type(row) for row in rows] == [Row, BadRow, Row]
    bad = rows[1]
    assert isinstance(bad, BadRow)
    assert (bad.line, bad.column, bad.raw) == (2, column, line)
    assert word in bad.reason
    assert bad.reason.endswith(".")


def test_what_is_said_about_a_bad_row_can_itself_be_stored() -> None:
    bad = only(rb'{"\u0000\ud83d": 1, "\u0000\ud83d": 2}')
    assert "\0" not in bad.column + bad.reason
    (bad.column + bad.reason).encode()


def test_a_line_that_is_too_long_is_refused_and_the_next_one_read() -> None:
    jsonl = JsonLines()
    jsonl.longest = 1 << 20
    fits = b'{"a":"' + b"x" * ((1 << 20) - 8) + b'"}'
    content = fits + b"\n" + fits + b" \n" + b'{"a": 2}\n' + b"y" * (5 << 20)
    rows = list(jsonl.rows(io.BytesIO(content)))
    assert [(row.line, type(row)) for row in rows] == [(1, Row), (2, BadRow), (3, Row), (4, BadRow)]
    assert isinstance(rows[1], BadRow)
    assert "longer than 1 MB" in rows[1].reason
    assert len(rows[1].raw) == 1000
    assert rows[-1].end == len(content)
    assert jsonl.count(io.BytesIO(content)) == 4


@pytest.mark.parametrize(
    "content",
    [
        "",
        "\n" * 9,
        "\ufeff",
        "\ufeff \n",
        '{"a":1}',
        '{"a":1}\n',
        '\ufeff\r\n\n{"a":1}\r\n \t\nbad\n\n{"a":2}',
    ],
)
def test_counting_agrees_with_reading(content: str) -> None:
    assert JsonLines().count(io.BytesIO(content.encode())) == len(read(content))


def test_counting_agrees_with_reading_over_many_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    content = ('{"a": 1}\n\n  \n' * 50 + "x\r\n").encode()
    expected = len(read(content))
    for size in (1, 2, 3, 7, 64):
        monkeypatch.setattr("feedback.imports.jsonl.CHUNK", size)
        assert JsonLines().count(io.BytesIO(content)) == expected


class Endless(io.RawIOBase):
    """A file of many rows that nobody ever held in memory as a whole."""

    def __init__(self, line: bytes, times: int) -> None:
        self.line, self.left, self.rest = line, times, b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return offset

    def readinto(self, buffer: Any) -> int:
        if not self.rest and self.left:
            self.rest, self.left = self.line, self.left - 1
        part, self.rest = self.rest[: len(buffer)], self.rest[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)


def test_memory_does_not_grow_with_the_file() -> None:
    def peak(rows: Iterator[Row | BadRow]) -> int:
        tracemalloc.start()
        for _ in rows:
            pass
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    line = json.dumps({"text": "x" * 3000}).encode() + b"\n"
    small, large = (peak(JsonLines().rows(io.BufferedReader(Endless(line, times)))) for times in (100, 5000))
    assert large < small + 100_000


def test_twenty_thousand_rows_of_three_kilobytes_take_less_than_some_seconds() -> None:
    row = {"id": 1, "text": "x" * 2000, "more": [{"text": "y" * 250, "n": 1.5}] * 4}
    line = json.dumps(row).encode() + b"\n"
    start = perf_counter()
    assert sum(1 for _ in JsonLines().rows(io.BytesIO(line * 20_000))) == 20_000
    assert perf_counter() - start < 5  # 0.4 s on a quiet machine


def test_a_file_is_recognized_by_its_name_or_its_beginning() -> None:
    assert recognize(b"", "rows.JSONL").name == "jsonl"
    assert recognize(b'\xef\xbb\xbf\n {"a": 1}', "upload").name == "jsonl"
    others = [(b"PAR1\0\0", "parquet"), (b"[", "json"), (b"id,prompt\n", "csv"), (b"ARROW1\0\0", "arrow")]
    for head, kind in others:
        assert recognize(head, "rows.jsonl" if kind != "csv" else "rows.csv").name == kind
    for head, name in [(b"\x89PNG\r\n\x1a\n\0", "rows.jsonl"), (b"Dear reader,\nhow are you?", "letter")]:
        with pytest.raises(Invalid, match="JSON Lines"):
            recognize(head, name)

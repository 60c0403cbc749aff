"""Every kind of file gives the same rows, packed or not, from the beginning or from any row on."""

import gzip
import io
import json
import tracemalloc
from typing import Any

import pytest

from core.errors import Invalid
from feedback.imports import Row, kinds, recognize
from feedback.imports.files import find, sample
from tests.feedback.imports.written import KINDS, archive, as_json, datas, json_lines, parquet, read, zstd

ROWS: list[dict[str, Any]] = [
    {
        "id": f"row-{number}",
        "prompt": f'Wells “{number}”,\nأين؟ 🕳️;\t"quoted"',
        "answers": [{"id": "a", "text": f"A {number}"}],
    }
    for number in range(7)
]


def as_json_would_have_it(row: dict[str, Any]) -> dict[str, Any]:
    """A list or an object in a cell is a text there."""
    return {
        name: json.loads(one) if isinstance(one, str) and one[:1] == "[" else one for name, one in row.items()
    }


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstd])
@pytest.mark.parametrize("name", KINDS)
def test_each_kind_gives_its_rows_exactly_however_it_is_packed(name: str, pack: Any) -> None:
    found = datas(pack(KINDS[name](ROWS)), name)
    assert [as_json_would_have_it(row) for row in found] == ROWS


@pytest.mark.parametrize("name", KINDS)
def test_content_tells_the_kind_whatever_the_name_says(name: str) -> None:
    """But tabs, which are CSV with another sign to whoever does not know the name."""
    content = KINDS[name](ROWS)
    kind = "csv" if name == "rows.tsv" else find(io.BytesIO(content), name)[0].format
    assert find(io.BytesIO(gzip.compress(content)), "download")[0].format == kind


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize("name", KINDS)
def test_reading_goes_on_after_any_row(name: str, pack: Any) -> None:
    content = pack(KINDS[name](ROWS))
    rows = read(content, name)
    for place, row in enumerate(rows):
        assert read(content, name, row.end, row.line) == rows[place + 1 :]


def test_every_kind_of_the_family_is_among_them() -> None:
    assert {find(io.BytesIO(write(ROWS)), name)[0].format for name, write in KINDS.items()} == {
        kind.name for kind in kinds
    }


def test_rows_say_the_line_that_they_begin_on() -> None:
    text = b'"id","text"\r\n1,"two\r\nlines"\r\n\r\n2,last'
    assert [(row.line, row.data) for row in read(text, "a.csv") if isinstance(row, Row)] == [
        (2, {"id": "1", "text": "two\r\nlines"}),
        (5, {"id": "2", "text": "last"}),
    ]
    listed = b'[\n  {"a": 1},\n\n  {"a":\n 2}, {"a": 3}]'
    assert [row.line for row in read(listed, "a.json")] == [2, 4, 5]


def test_a_list_may_be_the_value_of_one_key_of_an_object() -> None:
    text = b'{"version": {"of": [1]}, "data": [{"a": 1}, {"a": "]}"}], "total": 2}'
    assert datas(text, "a.json") == [{"a": 1}, {"a": "]}"}]


def test_one_object_a_line_is_no_list_even_if_there_is_one_in_it() -> None:
    line = {"messages": [{"role": "user", "content": "x"}], "id": 1}
    assert datas(json_lines([line]), "a.jsonl") == [line]
    assert datas(json_lines([line, line]), "a.json") == [line, line]


def test_numbers_keep_their_value_and_names_that_stand_twice_are_told() -> None:
    big = 10**30
    assert datas(as_json([{"n": big, "x": 0.1}]), "a.json") == [{"n": big, "x": 0.1}]
    [row] = read(b'[{"a": 1, "a": 2}]', "a.json")
    assert "stands twice" in getattr(row, "reason", "")


def test_a_zip_gives_its_files_in_order_and_leaves_alone_what_systems_put_there() -> None:
    content = archive(
        {
            "b.csv": b"id,x\n1,2\n",
            "a/rows.jsonl.gz": gzip.compress(json_lines(ROWS)),
            "__MACOSX/._b.csv": b"\0\1",
        }
    )
    files, rows = sample(io.BytesIO(content), "all.zip")
    assert [(one.name, one.format) for one in files] == [("a/rows.jsonl.gz", "jsonl"), ("b.csv", "csv")]
    assert rows == [*ROWS, {"id": "1", "x": "2"}]


def test_what_cannot_be_read_is_refused_with_the_formats_that_can() -> None:
    for content, name in [
        (b"\x89PNG\r\n\x1a\n\0", "rows.csv"),
        (b"MZ\0\0", "rows.csv"),
        (b"Dear reader,\nhi", "x"),
    ]:
        with pytest.raises(Invalid, match=r"Choose one of these formats: JSON .*CSV.*Parquet"):
            recognize(content, name)
    for content, words in [(b"BZh91AY", "bzip2"), (b"\xfd7zXZ\0\0", "xz"), (b"Rar!\x1a\x07", "RAR")]:
        with pytest.raises(Invalid, match=f"{words} cannot be read. Use gzip or Zstandard"):
            sample(io.BytesIO(content), "a")


@pytest.mark.parametrize(
    "name", ["rows.jsonl", "rows.json", "rows.csv", "rows.parquet", "rows.arrow", "stream.arrow"]
)
def test_memory_stays_the_same_however_many_rows_there_are(name: str) -> None:
    def peak(number: int) -> int:
        rows = [{"id": str(place), "text": "wells " * 100} for place in range(number)]
        content = zstd(parquet(rows, 500)) if name == "rows.parquet" else KINDS[name](rows)
        file = io.BytesIO(content)
        [one] = find(file, name)
        tracemalloc.start()
        with one.opened(lambda path: file) as (kind, opened):
            assert sum(1 for _ in kind.rows(opened)) == number
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    small, large = peak(4_000), peak(16_000)
    assert large < small * 1.5 + (1 << 20)

"""A folder: rows in the file of their split, files of the type that was asked for, and from where each row comes."""

import csv
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from feedback.exports.base import Row
from feedback.exports.files import formats, read_back
from feedback.exports.files.folder import Folder
from feedback.exports.files.splits import Splits

SCHEMA = pa.schema(
    [("text", pa.string()), ("good", pa.bool_()), ("tags", pa.list_(pa.string())), ("n", pa.float64())]
)
HALVES = Splits(train=0.5, test=0.5)


def row(n: int, aside: str = "") -> Row:
    data = {"text": f'line\n"{n}", é', "good": n % 2 == 0, "tags": ["a", str(n)], "n": n / 2}
    return Row(data, f"group {n // 2}", f"record {n}", (f"answer {n}",), aside)


def folder(path: Path, rows: list[Row], **given: Any) -> Folder:
    given = {"file_type": "jsonl", "splits": Splits(), "seed": None} | given
    made = Folder(path, SCHEMA, **given)
    for one in rows:
        made.add(one)
    made.close()
    assert list(read_back.problems(made)) == []
    return made


def read(path: Path) -> list[dict[str, Any]]:
    """By readers that have nothing to do with how it was written."""
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text(encoding="utf-8").removesuffix("\n").split("\n")]
    if path.suffix == ".json":
        found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
        return found
    if path.suffix == ".parquet":
        table = pq.read_table(path)
        assert table.schema == SCHEMA
        return table.to_pylist()
    with path.open(encoding="utf-8", newline="") as file:
        return [
            {
                "text": one["text"],
                "good": one["good"] == "true",
                "tags": json.loads(one["tags"]),
                "n": float(one["n"]),
            }
            for one in csv.DictReader(file)
        ]


TYPES = list(formats.TYPES)


@pytest.mark.parametrize("file_type", TYPES)
def test_all_rows_are_in_the_files_as_they_were(tmp_path: Path, file_type: str) -> None:
    rows = [row(n) for n in range(50)]
    made = folder(tmp_path, rows, file_type=file_type)
    [name] = made.written["train"]
    assert read(tmp_path / name) == [one.data for one in rows]


@pytest.mark.parametrize("file_type", TYPES)
@pytest.mark.parametrize("seed", [None, 3])
def test_the_same_rows_make_the_same_bytes(tmp_path: Path, file_type: str, seed: int | None) -> None:
    rows = [row(n) for n in range(50)]
    made = [folder(tmp_path / place, rows, file_type=file_type, splits=HALVES, seed=seed) for place in "ab"]
    names = [name for part in made[0].parts for name in part.names] + ["trace.jsonl"]
    assert len(names) == 3
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


@pytest.mark.parametrize("seed", [None, 3])
def test_every_row_can_be_traced(tmp_path: Path, seed: int | None) -> None:
    rows = [row(n) for n in range(60)] + [row(n, "ties") for n in range(60, 70)]
    made = folder(tmp_path, rows, splits=HALVES, seed=seed)
    by_record = {one.record: one for one in rows}
    traced = [json.loads(line) for line in (tmp_path / "trace.jsonl").read_text().splitlines()]
    assert len(traced) == len(rows) == made.rows
    for part in made.parts:
        found = read(tmp_path / part.names[0])
        mine = [one for one in traced if (one["table"], one["split"]) == (part.table, part.split)]
        assert [one["row"] for one in mine] == list(range(len(found)))
        for one, data in zip(mine, found, strict=True):
            origin = by_record[one["record"]]
            assert origin.data == data
            assert one["responses"] == list(origin.responses)
            assert HALVES.of(origin.group) == part.split


def test_rows_of_a_table_of_their_own_are_in_a_file_of_their_own(tmp_path: Path) -> None:
    made = folder(tmp_path, [row(1), row(2, "ties"), row(3)])
    assert [(one.table, one.names, one.rows) for one in made.parts] == [
        ("default", ["train.jsonl"], 2),
        ("ties", ["ties/train.jsonl"], 1),
    ]


def test_a_split_without_rows_has_no_file(tmp_path: Path) -> None:
    made = folder(tmp_path, [row(0), row(1)], splits=HALVES)
    assert len(made.parts) == 1
    assert len([path for path in tmp_path.iterdir() if path.name != "trace.jsonl"]) == 1


def test_parquet_comes_in_row_groups_and_in_several_files_where_there_is_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formats, "GROUP_ROWS", 10)
    monkeypatch.setattr(formats, "SHARD", 800)
    made = folder(tmp_path, [row(n) for n in range(100)], file_type="parquet")
    [part] = made.parts
    assert part.names == [f"data/train-{n:05}-of-00004.parquet" for n in range(4)]
    assert sum(part.files.values()) == 100
    files = [pq.ParquetFile(tmp_path / name) for name in part.names]
    assert [one.metadata.num_rows for one in files] == list(part.files.values())
    assert all(
        file.metadata.row_group(n).num_rows <= 10 for file in files for n in range(file.num_row_groups)
    )
    assert [one["text"] for name in part.names for one in read(tmp_path / name)] == [
        row(n).data["text"] for n in range(100)
    ]


def test_what_is_missing_inside_of_others_comes_back_from_parquet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formats, "GROUP_BYTES", 2000)
    turn = pa.struct([("role", pa.string()), ("shares", pa.list_(pa.float64()))])
    schema = pa.schema(
        [("said", pa.list_(turn)), ("deep", pa.list_(pa.list_(pa.string()))), ("n", pa.int64())]
    )
    rows: list[dict[str, Any]] = [
        {
            "said": [{"role": "a" if n % 2 else None, "shares": [0.5] * n}] * (n % 4) if n % 5 else None,
            "deep": [["a", None, str(n)], []][: n % 3] if n % 7 else None,
            "n": n if n % 3 else None,
        }
        for n in range(100)
    ]
    made = Folder(tmp_path, schema, file_type="parquet", splits=Splits(), seed=None)
    for data in rows:
        made.add(Row(data, "group", "record"))
    made.close()
    assert list(read_back.problems(made)) == []
    found = pq.read_table(tmp_path / made.written["train"][0])
    assert found.schema == schema
    assert found.to_pylist() == rows


@pytest.mark.parametrize("file_type", TYPES)
def test_a_file_that_lost_its_end_is_noticed(tmp_path: Path, file_type: str) -> None:
    made = folder(tmp_path, [row(n) for n in range(50)], file_type=file_type)
    path = tmp_path / made.written["train"][0]
    path.write_bytes(path.read_bytes()[:-40])
    assert list(read_back.problems(made))


def test_a_line_that_is_longer_than_what_is_read_at_once_is_read_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_back, "PIECE", 1000)
    rows = [row(n) for n in range(50)]
    rows[20].data["text"] = "long " * 5000
    assert read(tmp_path / folder(tmp_path, rows).written["train"][0]) == [one.data for one in rows]
    monkeypatch.setattr(read_back, "LONGEST", 2000)
    assert list(read_back.problems(folder(tmp_path / "short", [row(1)]))) == []
    with pytest.raises(AssertionError):  # of `folder`, which looks for problems
        folder(tmp_path / "again", rows)


@pytest.mark.parametrize("file_type", ["jsonl", "json"])
def test_a_value_of_another_type_is_noticed(tmp_path: Path, file_type: str) -> None:
    made = folder(tmp_path, [row(n) for n in range(50)], file_type=file_type)
    path = tmp_path / made.written["train"][0]
    path.write_bytes(path.read_bytes().replace(b'"good":true', b'"good":"yes"', 1))
    assert list(read_back.problems(made))

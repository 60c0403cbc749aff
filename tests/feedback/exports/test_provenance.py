"""Beside each file stands where it comes from and what was left out."""

import json
from pathlib import Path

import pytest

from feedback import exports
from feedback.exports.files.splits import Splits
from feedback.exports.provenance import provenance, summary, warnings
from tests.feedback.exports.making import answer, candidates, record, tiers, written

RECORDS = [
    record(
        answer(rank=tiers("a bc"), reply="2024-01-02"),
        id="1",
        prompt="Why?",
        answers=candidates("A", "B", "C"),
    ),
    record(answer(rank=tiers("a b")), id="2", answers=candidates("A", "B")),
    record(id="3", prompt="x", answers=candidates("A", "B")),
]


def test_it_names_the_dataset_the_options_and_the_counts(tmp_path: Path) -> None:
    made = written(tmp_path, "preference", RECORDS)
    beside = provenance(made)
    assert beside["format"] == "preference"
    assert beside["dataset"] == {"name": "Reviews", "id": "d1", "records": 3}
    assert beside["rows"] == made.rows == 2
    assert beside["options"]["question"] == "rank"
    assert beside["data_as_of"] == "2026-03-01T12:00:00.000000Z"
    assert beside["labelers"] == 1
    assert beside["files"] == [{"table": "default", "split": "train", "rows": 2, "names": ["train.jsonl"]}]
    assert beside["counts"] == {
        "rankings_read": 2,
        "records_read": 3,
        "rows_above_1024_tokens": 0,
        "rows_written": 2,
    }
    assert beside["left_out"] == {
        "pairs_above_the_cap": 0,
        "records_without_prompt": 1,
        "records_without_ranking": 1,
        "tied_pairs": 1,
    }
    assert json.loads(json.dumps(beside)) == beside


def test_the_summary_says_what_came_out_and_what_did_not(tmp_path: Path) -> None:
    assert summary(written(tmp_path / "1", "preference", RECORDS)) == (
        "2 rows from 3 records. Left out: tied pairs 1, records without prompt 1, records without ranking 1."
    )
    assert summary(written(tmp_path / "2", "records", RECORDS)) == "3 rows from 3 records."


def test_an_export_without_rows_says_that_there_is_no_file(tmp_path: Path) -> None:
    assert summary(written(tmp_path, "preference", RECORDS[2:])) == (
        "No rows came out of 1 record, so there is no file. Left out: records without ranking 1."
    )


def test_it_warns_of_dates_of_long_rows_and_of_splits_without_any(tmp_path: Path) -> None:
    dates = warnings(written(tmp_path / "1", "prompt_completion", RECORDS[:1]))
    assert any("completion.content" in one for one in dates)
    long = record(answer(rank=tiers("a b")), prompt="x" * 5000, answers=candidates("A", "B"))
    assert any("1,024 tokens" in one for one in warnings(written(tmp_path / "2", "preference", [long])))
    halves = Splits(train=0.5, test=0.5)
    alone = warnings(written(tmp_path / "3", "preference", RECORDS, splits=halves))
    assert any("has no file" in one for one in alone)
    assert warnings(written(tmp_path / "4", "preference", RECORDS)) == []


def test_it_warns_of_a_file_that_readers_refuse_for_its_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = {kind.name: kind.most_bytes for kind in exports.kinds if kind.most_bytes}
    assert sizes == {"openai_chat": 512_000_000, "openai_preference": 512_000_000}
    made = written(tmp_path, "openai_preference", RECORDS)
    assert not any(" MB" in one for one in warnings(made))
    size = sum((tmp_path / name).stat().st_size for name in made.folder.parts[0].names)
    monkeypatch.setattr(type(made.kind), "most_bytes", size)
    assert not any(" MB" in one for one in warnings(made)), "exactly as large is not too large"
    monkeypatch.setattr(type(made.kind), "most_bytes", size - 1)
    [warning] = [one for one in warnings(made) if " MB" in one]
    assert "files of at most 0 MB, and that of train has 0.0 MB" in warning

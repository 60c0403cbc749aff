"""What Hugging Face datasets, by which trainers read, makes of the folders."""

import json
from pathlib import Path
from typing import Any

import datasets
import pytest
from datasets import DatasetDict, Features, Json, List, Value

from feedback import exports
from feedback.exports import Suggestion
from feedback.exports.files.splits import Splits
from tests.feedback.exports.making import (
    answer,
    candidates,
    export,
    record,
    said,
    shape,
    tiers,
    user,
    written,
)

datasets.disable_progress_bars()

TALK = [*user("Hi"), *said("Hello"), *user("Why?")]
RECORDS = [
    record(
        answer("labeler-1", rank=tiers("a b c"), reply="So.", quality=3),
        answer("labeler-2", "draft", reply="S"),
        id=f"r{number}",
        external_id=f"e{number}" if number % 2 else None,
        metadata={"lang": "en", "n": number} if number % 3 else {"source": ["web"]},
        suggestions={"reply": Suggestion("So?", "model-one", 0.5, "model")} if number % 2 else {},
        answers=candidates("A", "B", "C"),
        **({"prompt": f"Why {number}?"} if number % 2 else {"messages": TALK}),
    )
    for number in range(12)
]
TURNS = List({"role": Value("string"), "content": Value("string")})
NAMED = {name: Value("string") for name in ("group", "record_id", "annotator")}
EVERY = [
    (kind.name, file_type) for kind in exports.kinds if kind().suits(shape()) for file_type in kind.file_types
]


def load(folder: Path, **options: Any) -> DatasetDict:
    return datasets.load_dataset(str(folder), cache_dir=str(folder.parent / "cache"), **options)


@pytest.mark.parametrize(("name", "file_type"), EVERY)
def test_every_folder_loads_with_all_its_rows(tmp_path: Path, name: str, file_type: str) -> None:
    made = written(tmp_path / "folder", name, RECORDS, file_type=file_type)
    loaded = load(tmp_path / "folder")
    assert {split: len(rows) for split, rows in loaded.items()} == {"train": made.rows}
    assert loaded["train"].column_names == made.folder.schema.names


@pytest.mark.parametrize("file_type", ["jsonl", "json", "parquet"])
@pytest.mark.parametrize(
    ("options", "features"),
    [
        ({}, {"prompt": TURNS, "chosen": TURNS, "rejected": TURNS, **NAMED}),
        (
            {"margin": "distance"},
            {"prompt": TURNS, "chosen": TURNS, "rejected": TURNS, "margin": Value("float64"), **NAMED},
        ),
        ({"form": "standard"}, {name: Value("string") for name in ("prompt", "chosen", "rejected", *NAMED)}),
    ],
)
def test_preference_loads_as_it_was_written(
    tmp_path: Path, options: dict[str, Any], features: dict[str, Any], file_type: str
) -> None:
    written(tmp_path / "folder", "preference", RECORDS, file_type=file_type, **options)
    loaded = load(tmp_path / "folder")["train"]
    assert loaded.features == Features(features)
    assert loaded.to_list() == export("preference", RECORDS, **options)[0]


def test_splits_load_under_their_names_and_share_no_prompt(tmp_path: Path) -> None:
    records = [
        record(answer(rank=tiers("a b")), id=f"r{n}", prompt=f"Why {n // 3}?", answers=candidates("A", "B"))
        for n in range(300)
    ]
    splits = Splits(train=0.7, validation=0.2, test=0.1)
    written(tmp_path / "folder", "preference", records, splits=splits)
    loaded = load(tmp_path / "folder")
    assert {split: len(rows) for split, rows in loaded.items()} == {
        "train": 213,
        "validation": 63,
        "test": 24,
    }
    groups = [set(rows["group"]) for rows in loaded.values()]
    assert sum(map(len, groups)) == len(set.union(*groups)) == 100


BLANK = [record(id=f"blank{number}", prompt="x" * 200) for number in range(20)]


@pytest.mark.parametrize("options", [{"columns": "text"}, {}])
def test_records_load_whatever_comes_first(tmp_path: Path, options: dict[str, Any]) -> None:
    """Readers fix the types of columns by the first block: here one without answers, suggestions or metadata."""
    made = written(tmp_path / "folder", "records", [*BLANK, *RECORDS], **options)
    loaded = load(tmp_path / "folder", chunksize=2000)["train"]
    assert loaded.num_rows == made.rows
    assert loaded.to_list() == export("records", [*BLANK, *RECORDS], **options)[0]
    free = Value("string") if options else Json()
    assert loaded.features["responses"] == loaded.features["metadata"] == free


def test_texts_that_look_like_dates_stay_texts_in_parquet(tmp_path: Path) -> None:
    dated = [record(answer(reply="2024-01-02"), id=f"r{n}", prompt="2024-01-02 03:04:05") for n in range(3)]
    made = written(tmp_path / "lines", "prompt_completion", dated)
    assert made.dates == ["prompt.content", "completion.content"]
    assert not written(tmp_path / "folder", "prompt_completion", dated, file_type="parquet").dates
    [first, *_] = load(tmp_path / "folder")["train"]["completion"]
    assert first == said("2024-01-02")


@pytest.mark.parametrize("file_type", ["jsonl", "json", "csv", "parquet"])
def test_records_load_with_a_row_for_each_response(tmp_path: Path, file_type: str) -> None:
    records = [*BLANK, *RECORDS]
    made = written(tmp_path / "folder", "records", records, file_type=file_type, rows="response")
    loaded = load(tmp_path / "folder")["train"]
    assert loaded.num_rows == made.rows == 24
    assert made.tally.left_out["records_without_an_answer"] == 20
    assert loaded["response_status"][:2] == ["submitted", "draft"]
    assert loaded["active_ms"][0] == 1500
    values = loaded["values"][0]
    assert (json.loads(values) if isinstance(values, str) else values)["reply"] == "So."

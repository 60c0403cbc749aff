"""What Hugging Face datasets, by which trainers read, makes of the files."""

from datetime import datetime
from pathlib import Path
from typing import Any

import datasets
import pytest
from datasets import Dataset, Features, Json, List, Value

from feedback.exports import Suggestion
from feedback.exports.writers import write
from tests.feedback.exports.making import answer, candidates, export, record, said, tiers, user

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


def load(tmp_path: Path, rows: list[dict[str, Any]], **options: Any) -> Dataset:
    path = tmp_path / "train.jsonl"
    with path.open("wb") as file:
        write(rows, file)
    return datasets.load_dataset(
        "json", data_files=str(path), cache_dir=str(tmp_path / "cache"), split="train", **options
    )


@pytest.mark.parametrize(
    ("options", "features"),
    [
        ({}, {"prompt": TURNS, "chosen": TURNS, "rejected": TURNS, **NAMED}),
        (
            {"margin": True},
            {"prompt": TURNS, "chosen": TURNS, "rejected": TURNS, "margin": Value("float64"), **NAMED},
        ),
        ({"form": "standard"}, {name: Value("string") for name in ("prompt", "chosen", "rejected", *NAMED)}),
        (
            {"policy": "majority"},
            {
                "prompt": TURNS,
                "chosen": TURNS,
                "rejected": TURNS,
                "group": NAMED["group"],
                "record_id": NAMED["group"],
            },
        ),
    ],
)
def test_preference_loads(tmp_path: Path, options: dict[str, Any], features: dict[str, Any]) -> None:
    rows, _ = export("preference", RECORDS, **options)
    loaded = load(tmp_path, rows)
    assert loaded.features == Features(features)
    assert loaded.to_list() == rows


@pytest.mark.parametrize(("form", "feature"), [("conversational", TURNS), ("standard", Value("string"))])
def test_prompt_completion_loads(tmp_path: Path, form: str, feature: Any) -> None:
    rows, _ = export("prompt_completion", RECORDS, form=form)
    loaded = load(tmp_path, rows)
    assert loaded.features == Features({"prompt": feature, "completion": feature, **NAMED})
    assert loaded.to_list() == rows


def test_records_load_nested(tmp_path: Path) -> None:
    rows, _ = export("records", RECORDS)
    loaded = load(tmp_path, rows)
    assert loaded.num_rows == len(rows)
    assert loaded[1]["fields"] == rows[1]["fields"]
    assert loaded[1]["metadata"] == rows[1]["metadata"]
    assert loaded[1]["responses"][0]["values"] == rows[1]["responses"][0]["values"]
    assert loaded.features["inserted_at"] == Value("string")


BLANK = [record(id=f"blank{number}", prompt="x" * 200) for number in range(20)]
SMALL = 2000  # bytes of the block that decides the types, 10 MB unless told otherwise


def test_records_as_text_load_whatever_comes_first(tmp_path: Path) -> None:
    rows, _ = export("records", [*BLANK, *RECORDS], columns="text")
    loaded = load(tmp_path, rows, chunksize=SMALL)
    assert loaded.features == Features(dict.fromkeys(rows[0], Value("string")))
    assert loaded.to_list() == rows


def test_nested_records_need_their_features_said_if_they_change_after_the_first_block(tmp_path: Path) -> None:
    rows, _ = export("records", [*BLANK, *RECORDS])
    with pytest.raises(datasets.exceptions.DatasetGenerationError):
        load(tmp_path, rows, chunksize=SMALL)
    text = dict.fromkeys(("id", "external_id", "status", "inserted_at", "updated_at"), Value("string"))
    free = dict.fromkeys(("fields", "metadata", "suggestions"), Json())
    features = Features({**text, **free, "responses": List(Json())})
    loaded = load(tmp_path, rows, chunksize=SMALL, features=features)
    assert loaded.to_list() == [{name: row[name] for name in features} for row in rows]


def test_training_files_load_whatever_the_size_of_the_first_block(tmp_path: Path) -> None:
    long = [
        record(answer(rank=tiers("a b c"), reply="So."), prompt="x" * 500, answers=candidates(*"ABC"))
    ] * 20
    for name, options in (("preference", {"margin": True}), ("prompt_completion", {})):
        rows, _ = export(name, [*long, *RECORDS], **options)
        assert load(tmp_path, rows, chunksize=SMALL).to_list() == rows


def test_a_column_of_nothing_but_dates_does_not_stay_text(tmp_path: Path) -> None:
    """The trap that `Written.dates` warns of; one other text takes it away."""
    one = record(answer(reply="2024-01-02"), prompt="When?")
    rows, _ = export("prompt_completion", [one, one])
    assert isinstance(load(tmp_path, rows)[0]["completion"][0]["content"], datetime)
    rows, _ = export("prompt_completion", [one, record(answer(reply="In spring."), prompt="When?")])
    assert load(tmp_path, rows).to_list() == rows


def test_a_file_without_rows_does_not_load(tmp_path: Path) -> None:
    """Why no rows make no file."""
    with pytest.raises(StopIteration):
        load(tmp_path, [])

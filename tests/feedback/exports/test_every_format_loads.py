"""Every format, in every type of file that its readers take, is loaded by Hugging Face datasets as it was written."""

import json
from pathlib import Path
from typing import Any

import datasets
import pytest

from feedback.exports import kinds
from tests.feedback.exports.making import written
from tests.feedback.exports.scene import RECORDS, SHAPE
from tests.feedback.exports.test_contract import EVERY, rows

datasets.disable_progress_bars()
FILES = [
    (name, given, file_type)
    for name, given in EVERY
    for file_type in kinds[name].file_types
    if name != "records" and (file_type == "jsonl" or not given)
]


@pytest.mark.parametrize(
    ("name", "given", "file_type"),
    FILES,
    ids=[f"{name}-{number}-{ending}" for number, (name, _, ending) in enumerate(FILES)],
)
def test_it_loads_as_it_was_written(tmp_path: Path, name: str, given: dict[str, Any], file_type: str) -> None:
    made = written(tmp_path / "folder", name, RECORDS, SHAPE, file_type=file_type, **given)
    loaded = datasets.load_dataset(str(tmp_path / "folder"), "default", cache_dir=str(tmp_path / "cache"))
    expected = [row.data for row in rows(name, given) if not row.aside]
    texts = (
        [one.name for one in made.folder.schema if one.type == "string"] if made.folder.type.is_table else []
    )
    for one in expected:
        one.update({name: json.dumps(one[name]) for name in texts if not isinstance(one[name], str)})
    assert loaded["train"].to_list() == expected

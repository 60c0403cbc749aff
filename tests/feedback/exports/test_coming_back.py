"""What the records export writes, an import takes in again as it was."""

import json
from pathlib import Path
from uuid import UUID

import pytest

from feedback.imports import Row
from feedback.imports.convert import convert
from feedback.imports.guess import guess
from feedback.imports.jsonl import JsonLines
from tests.feedback.exports.making import answer, candidates, record, said, shape, tiers, user, written

RECORDS = [
    record(
        answer(rank=tiers("a b"), reply="So.", quality=3),
        id=str(UUID(int=number)),
        external_id=f"e{number}",
        metadata={"lang": "en", "deep": {"n": [number, 1.0, None]}} | ({"none": None} if number % 3 else {}),
        answers=candidates("A \u2028", "B\r\n"),
        **({"prompt": f" Why {number}?\n"} if number % 2 else {"messages": [*user("Hi"), *said("?")]}),
    )
    for number in range(10)
]


def rows(path: Path) -> list[Row]:
    written(path, "records", RECORDS)
    with (path / "train.jsonl").open("rb") as file:
        return [row for row in JsonLines().rows(file) if isinstance(row, Row)]


@pytest.mark.parametrize("seen", [1, 5, 10])
def test_records_come_back_as_they_went_out(tmp_path: Path, seen: int) -> None:
    found = rows(tmp_path)
    mapping = guess([row.data for row in found[:seen]], shape())
    for row, before in zip(found, RECORDS, strict=True):
        incoming = convert(row.data, mapping, shape())
        assert incoming.external_id == before.external_id
        assert json.dumps(incoming.fields, sort_keys=True) == json.dumps(before.fields, sort_keys=True)
        assert json.dumps(incoming.metadata, sort_keys=True) == json.dumps(before.metadata, sort_keys=True)

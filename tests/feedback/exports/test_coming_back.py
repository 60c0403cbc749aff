"""What the records export writes, an import takes in again as it was."""

import io
import json
from uuid import UUID

import pytest

from feedback.exports.writers import write
from feedback.imports import Row
from feedback.imports.convert import convert
from feedback.imports.guess import guess
from feedback.imports.jsonl import JsonLines
from tests.feedback.exports.making import answer, candidates, export, record, said, shape, tiers, user

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


def rows() -> list[Row]:
    out = io.BytesIO()
    write(export("records", RECORDS)[0], out)
    return [row for row in JsonLines().rows(out) if isinstance(row, Row)]


@pytest.mark.parametrize("seen", [1, 5, 10])
def test_records_come_back_as_they_went_out(seen: int) -> None:
    found = rows()
    mapping = guess([row.data for row in found[:seen]], shape())
    for row, before in zip(found, RECORDS, strict=True):
        incoming = convert(row.data, mapping, shape())
        assert incoming.external_id == before.external_id
        assert json.dumps(incoming.fields, sort_keys=True) == json.dumps(before.fields, sort_keys=True)
        assert json.dumps(incoming.metadata, sort_keys=True) == json.dumps(before.metadata, sort_keys=True)

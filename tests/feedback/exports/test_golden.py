"""Each format to the byte: the scene's rows as they were when somebody read them and found them right.

`GOLDEN=write pytest tests/feedback/exports/test_golden.py` writes the files anew, for a person to read before they
go in.
"""

import os
from pathlib import Path

import pytest

from feedback.exports import kinds
from feedback.exports.files.lines import Lines
from tests.feedback.exports.scene import SHAPE
from tests.feedback.exports.test_contract import EVERY, made

HERE = Path(__file__).parent / "golden"


def name_of(name: str, number: int) -> str:
    """<kind>.jsonl; <kind>-2.jsonl for the second set of options of test_contract.VARIANTS."""
    return f"{name}-{number}.jsonl" if number else f"{name}.jsonl"


FILES = {
    name_of(name, [one for one, _ in EVERY[:place]].count(name)): (name, given)
    for place, (name, given) in enumerate(EVERY)
}


def content(file: str) -> bytes:
    """The main rows, and below them those that belong aside."""
    name, given = FILES[file]
    kind, options, found, _ = made(name, given)
    lines = Lines(kind.columns(options, SHAPE), as_table=False)
    return b"".join(lines.encode(row.data) + b"\n" for row in sorted(found, key=lambda row: row.aside))


@pytest.mark.parametrize("file", FILES)
def test_the_file_is_the_same_to_the_byte(file: str) -> None:
    if os.environ.get("GOLDEN") == "write":
        HERE.mkdir(exist_ok=True)
        (HERE / file).write_bytes(content(file))
    assert content(file) == (HERE / file).read_bytes()


def test_every_golden_file_is_of_a_format_that_there_is() -> None:
    assert {path.name for path in HERE.iterdir()} == FILES.keys()
    assert {name for name, _ in FILES.values()} == {kind.name for kind in kinds}

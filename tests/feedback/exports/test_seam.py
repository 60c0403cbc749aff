"""Every kind keeps the promises that the files stand on: columns as said, and rows that can be traced."""

import pytest

from feedback import exports
from feedback.exports import Row, Tally
from tests.feedback.exports.making import answer, candidates, made, record, shape, tiers

RECORDS = [
    record(
        answer("labeler-1", rank=tiers("a b"), reply="So.", quality=4),
        answer("labeler-2", rank=tiers("b a"), reply="No.", quality=2),
        answer("labeler-3", "draft", reply="N"),
        id=f"r{number}",
        prompt=f"Why {number // 2}?",
        answers=candidates("A", "B"),
    )
    for number in range(4)
]
KINDS = [kind.name for kind in exports.kinds if kind().suits(shape())]


def rows(name: str) -> list[Row]:
    return list(made(name, RECORDS))


@pytest.mark.parametrize("name", KINDS)
def test_each_row_has_the_columns_that_the_kind_says(name: str) -> None:
    kind = exports.kinds[name]()
    columns = kind.columns(kind.options({}, shape()), shape())
    found = rows(name)
    assert found
    assert {tuple(row.data) for row in found} == {tuple(columns.names)}


@pytest.mark.parametrize("name", KINDS)
def test_each_row_tells_its_record_and_responses(name: str) -> None:
    known = {one.id for one in RECORDS}
    answers = {one.id for one in RECORDS[0].answers}
    for row in rows(name):
        assert row.record in known
        assert set(row.responses) <= answers


@pytest.mark.parametrize("name", KINDS)
def test_rows_of_one_prompt_share_a_group_in_every_format(name: str) -> None:
    groups = {row.record: row.group for row in rows(name)}
    assert groups["r0"] == groups["r1"] != groups["r2"] == groups["r3"]
    assert groups["r0"] == next(row.group for row in made("records", RECORDS))


@pytest.mark.parametrize("name", KINDS)
def test_no_row_breaks_the_rules_of_its_readers(name: str) -> None:
    kind = exports.kinds[name]()
    options = kind.options({}, shape())
    assert {kind.check(row.data, options) for row in rows(name)} == {None}


@pytest.mark.parametrize("name", KINDS)
def test_the_same_records_make_the_same_rows(name: str) -> None:
    kind, tally = exports.kinds[name](), Tally()
    again = list(kind.rows(RECORDS, kind.options({}, shape()), shape(), tally))
    assert again == rows(name)

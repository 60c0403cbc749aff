"""Beside each file stands where it comes from and what was left out."""

import io
import json

from feedback.exports import ExportRecord, Tally, kinds
from feedback.exports.provenance import provenance, summary
from feedback.exports.writers import Written, write
from tests.feedback.exports.making import answer, candidates, record, shape, tiers

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


def made(name: str, records: list[ExportRecord]) -> tuple[Tally, Written, dict[str, object]]:
    kind, tally = kinds[name](), Tally()
    options = kind.options({}, shape())
    written = write((row.data for row in kind.rows(records, options, shape(), tally)), io.BytesIO())
    return tally, written, provenance(kind, options, tally, written, {"name": "Reviews", "id": "d1"})


def test_it_names_the_dataset_the_options_and_the_counts() -> None:
    _, written, beside = made("preference", RECORDS)
    assert beside["format"] == "preference"
    assert beside["dataset"] == {"name": "Reviews", "id": "d1"}
    assert beside["rows"] == written.rows == 2
    assert beside["options"]["question"] == "rank"  # type: ignore[index]
    assert beside["counts"] == {
        "rankings_read": 2,
        "records_read": 3,
        "rows_above_1024_tokens": 0,
    }
    assert beside["left_out"] == {
        "pairs_above_the_cap": 0,
        "records_without_prompt": 1,
        "records_without_ranking": 1,
        "tied_pairs": 1,
    }
    assert json.loads(json.dumps(beside)) == beside


def test_the_summary_says_what_came_out_and_what_did_not() -> None:
    tally, written, _ = made("preference", RECORDS)
    assert summary(tally, written) == (
        "2 rows from 3 records. Left out: tied pairs 1, records without prompt 1, records without ranking 1."
    )
    tally, written, _ = made("records", RECORDS)
    assert summary(tally, written) == "3 rows from 3 records."


def test_an_export_without_rows_says_that_there_is_no_file() -> None:
    tally, written, _ = made("preference", RECORDS[2:])
    assert summary(tally, written) == (
        "No rows came out of 1 record, so there is no file. Left out: records without ranking 1."
    )


def test_it_warns_of_dates_and_of_long_rows() -> None:
    assert any("completion.content" in one for one in made("prompt_completion", RECORDS[:1])[2]["warnings"])  # type: ignore[attr-defined]
    long = record(answer(rank=tiers("a b")), prompt="x" * 5000, answers=candidates("A", "B"))
    assert any("1,024 tokens" in one for one in made("preference", [long])[2]["warnings"])  # type: ignore[attr-defined]
    assert made("preference", RECORDS)[2]["warnings"] == []

"""The records export holds everything, as it is stored."""

import json

import pytest

from feedback.actions.export_documents import moment
from feedback.exports import Suggestion
from tests.feedback.exports.making import answer, candidates, export, record, tiers

RICH = record(
    answer("labeler-2", "draft", rank={"version": 1, "tiers": [["b"], []]}),
    answer("labeler-1", rank=tiers("a  bc"), reply="So.", quality=2),
    answer("labeler-3", "discarded", is_extra=True)._replace(note="See the manual."),
    external_id="e1",
    metadata={"lang": "en", "deep": {"x": [1, 2.0, None]}, "none": None},
    suggestions={"quality": Suggestion(3, "model-one", 0.5, "model")},
    prompt="Why?",
    answers=candidates("A", "B", "C"),
)


def test_a_row_holds_everything_that_is_stored() -> None:
    [row], tally = export("records", [RICH])
    assert row["id"] == "r1"
    assert row["external_id"] == "e1"
    assert row["fields"] == {"prompt": "Why?", "messages": None, "answers": candidates("A", "B", "C")}
    assert row["metadata"] == {"lang": "en", "deep": {"x": [1, 2.0, None]}, "none": None}
    assert row["suggestions"] == {
        "rank": None,
        "reply": None,
        "quality": {"value": 3, "agent": "model-one", "score": 0.5, "type": "model"},
    }
    first, second, third = row["responses"]
    assert first == {
        "id": "answer-of-labeler-1",
        "annotator": "labeler-1",
        "status": "submitted",
        "values": {"rank": {"version": 1, "tiers": [["a"], [], ["b", "c"]]}, "reply": "So.", "quality": 2},
        "presentation": {"order": {"rank": ["b", "a"]}},
        "active_ms": 1500,
        "guideline_version": 2,
        "is_extra": False,
        "is_counted": True,
        "reason": None,
        "note": "",
        "inserted_at": "2026-03-01T12:00:01.000000Z",
        "updated_at": "2026-03-01T12:00:00.000000Z",
    }
    assert (second["status"], second["values"]["rank"]) == ("draft", {"version": 1, "tiers": [["b"], []]})
    assert (third["status"], third["reason"], third["is_extra"]) == ("discarded", "no expertise", True)
    assert third["note"] == "See the manual."
    assert tally.counts["responses_submitted"] == tally.counts["responses_draft"] == 1


@pytest.mark.parametrize(
    ("status", "is_extra", "is_taken", "counted"),
    [
        ("submitted", False, False, True),
        ("submitted", True, False, False),  # it came when the record had answers enough
        ("discarded", False, False, False),
        ("discarded", False, True, True),  # where the dataset takes that for an answer
        ("draft", False, False, False),
    ],
)
def test_each_answer_says_whether_it_is_one_of_those_that_were_wanted(
    status: str, is_extra: bool, is_taken: bool, counted: bool
) -> None:
    one = record(answer(status=status, is_extra=is_extra)._replace(is_taken=is_taken))
    assert export("records", [one])[0][0]["responses"][0]["is_counted"] is counted
    assert export("records", [one], rows="response")[0][0]["is_counted"] is counted


def test_every_row_has_every_column_field_and_question() -> None:
    rows, _ = export("records", [RICH, record(id="r2")])
    assert list(rows[0]) == list(rows[1])
    for column in ("fields", "suggestions"):
        assert rows[0][column].keys() == rows[1][column].keys()
    assert rows[1]["responses"] == []


def test_as_text_every_column_is_text_in_every_row() -> None:
    rows, _ = export("records", [RICH, record(id="r2")], columns="text")
    assert {type(value) for row in rows for value in row.values()} == {str}
    nested, _ = export("records", [RICH, record(id="r2")])
    for row, same in zip(rows, nested, strict=True):
        for column in ("fields", "metadata", "suggestions", "responses"):
            assert json.loads(row[column]) == same[column]
    assert [row["external_id"] for row in rows] == ["e1", ""]


@pytest.mark.parametrize(
    ("stored", "written"),
    [
        ("2026-03-01T12:00:00+00:00", "2026-03-01T12:00:00.000000Z"),
        ("2026-03-01T12:00:00.12345+00:00", "2026-03-01T12:00:00.123450Z"),
        ("2026-03-01T12:00:00.123456+00:00", "2026-03-01T12:00:00.123456Z"),
        ("2026-03-01T17:30:00.123456+05:30", "2026-03-01T12:00:00.123456Z"),
    ],
)
def test_moments_are_written_in_utc_to_the_microsecond(stored: str, written: str) -> None:
    assert moment(stored) == written

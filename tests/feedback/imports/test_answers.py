"""What people answered, vectors, and scores of suggestions come in by a mapping, or say what is wrong with them."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from core.errors import Invalid
from feedback.imports.convert import Incoming, Suggested, convert
from feedback.imports.guess import guess
from feedback.imports.mapping import Mapping, check, columns
from tests.feedback.imports.test_convert import shape

KNOWN = replace(
    shape(), people={"ben": "id-of-ben", "ana@example.org": "id-of-ana"}, vectors={"meaning": 3, "style": 2}
)


def converted(row: dict[str, Any], **targets: str) -> Incoming:
    return convert({"prompt": "a", **row}, Mapping(targets), KNOWN)


def wrong(row: dict[str, Any], **targets: str) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        converted(row, **targets)
    return caught.value.errors


def unfit(*found: str, **targets: str) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        check(Mapping(targets), KNOWN, ["prompt", *found])
    return caught.value.errors


def test_a_row_says_what_one_person_answered() -> None:
    places = {
        "who": "person",
        "stars": "responses.quality",
        "text": "responses.reply",
        "rank": "responses.rank",
    }
    row = {"who": "ben", "stars": 2, "text": "So.", "answers": ["x"], "rank": [{"value": "1", "rank": 1}]}
    [one] = converted(row, **places).answers
    assert (one.person, one.status) == ("id-of-ben", "submitted")
    assert one.values == {"reply": "So.", "quality": 2, "rank": {"version": 1, "tiers": [["1"]]}}
    assert one.updated_at is None


def test_the_status_may_be_said_and_a_draft_may_be_partial() -> None:
    places = {"who": "person", "state": "status", "stars": "responses.quality"}
    [one] = converted({"who": "ANA@example.org", "state": "pending", "stars": 1}, **places).answers
    assert (one.person, one.status, one.values) == ("id-of-ana", "draft", {"quality": 1})
    assert converted({"who": "ben", "state": "discarded"}, **places).answers[0].status == "discarded"
    assert "no status" in wrong({"who": "ben", "state": "maybe", "stars": 1}, **places)["who"]


def test_who_did_not_answer_gave_no_answer() -> None:
    places = {"who": "person", "stars": "responses.quality"}
    assert converted({"who": None, "stars": 1}, **places).answers == []
    assert converted({"who": "ben", "stars": None}, **places).answers == []


def test_strangers_and_wrong_answers_are_named_by_their_columns() -> None:
    places = {"who": "person", "stars": "responses.quality", "text": "responses.reply"}
    assert (
        "Nobody in this organization is called 'zoe'" in wrong({"who": "zoe", "text": "a"}, **places)["who"]
    )
    assert wrong({"who": "ben", "text": "a", "stars": 9}, **places).keys() == {"stars"}
    assert "needs an answer" in wrong({"who": "ben", "stars": 2}, **places)["who"]


def test_all_answers_of_a_record_may_stand_in_a_list() -> None:
    listed = [
        {
            "annotator": "ben",
            "status": "submitted",
            "values": {"reply": {"value": "So."}, "rank": None, "quality": 1},
            "presentation": {"seed": 7},
            "active_ms": 900,
            "guideline_version": 2,
            "updated_at": "2026-03-01T12:00:00.000001Z",
        },
        {
            "user_id": "ana@example.org",
            "status": "discarded",
            "reason": "bad_prompt",
            "inserted_at": "2026-03-01",
        },
    ]
    row = {"answers": ["x"], "given": listed}
    errors = wrong(row, given="responses")
    assert "Answer 1: Rank" in errors["given"]  # a required question without an answer
    listed[0]["status"] = "draft"
    ben, ana = converted(row, given="responses").answers
    assert (ben.values, ben.presentation, ben.active_ms) == ({"reply": "So.", "quality": 1}, {"seed": 7}, 900)
    assert ben.updated_at == datetime(2026, 3, 1, 12, 0, 0, 1, tzinfo=UTC)
    assert (ana.status, ana.reason, ana.values) == ("discarded", "bad_prompt", {})


@pytest.mark.parametrize(
    ("one", "sentence"),
    [
        ("ben", "It must be an object"),
        ({"values": {}}, "It does not say who answered"),
        ({"person": "ben", "values": []}, "are an object"),
        ({"person": "ben", "status": "draft", "active_ms": -1}, "a whole number from 0"),
        ({"person": "ben", "status": "draft", "active_ms": 2**31}, "a whole number from 0"),
        ({"person": "ben", "status": "draft", "updated_at": "soon"}, "is no time"),
        ({"person": "ben", "status": "draft", "presentation": "x"}, "is an object"),
        ({"person": "ben", "status": "draft", "reason": "x" * 31}, "at most 30 characters"),
        ({"person": "ben", "status": "draft", "values": {"other": 1}}, "no question named 'other'"),
        ({"person": "ben", "status": "draft", "values": {"reply": "a\0"}}, "NUL"),
    ],
)
def test_an_answer_of_a_list_that_is_wrong_is_named(one: Any, sentence: str) -> None:
    good = {"person": "ana@example.org", "status": "draft"}
    reason = wrong({"given": [good, one]}, given="responses")["given"]
    assert reason.startswith("Answer 2: ")
    assert sentence in reason


def test_nobody_answers_a_record_twice() -> None:
    one = {"person": "ben", "status": "draft"}
    assert "answers twice" in wrong({"given": [one, one]}, given="responses")["given"]


def test_a_vector_is_a_list_of_so_many_numbers() -> None:
    found = converted({"m": [1, 0.5, -2], "s": "[1, 2]"}, m="vectors.meaning", s="vectors.style")
    assert found.vectors == {"meaning": [1, 0.5, -2], "style": [1, 2]}
    assert converted({"m": None}, m="vectors.meaning").vectors == {}
    for bad in ("x", [1, 2], [1, 2, "3"], [1, 2, True], [1, 2, 10**400], {"0": 1}):
        assert wrong({"m": bad}, m="vectors.meaning").keys() == {"m"}


def test_a_suggestion_has_its_score_and_agent() -> None:
    places = {
        "q": "suggestions.quality",
        "sure": "suggestions.quality.score",
        "by": "suggestions.quality.agent",
    }
    found = converted({"q": 2, "sure": 0.5, "by": "judge-1"}, **places)
    assert found.suggestions == {"quality": Suggested(2, 0.5, "judge-1")}
    assert converted({"q": None, "sure": 0.5, "by": "judge-1"}, **places).suggestions == {}
    assert converted({"q": 2, "sure": "0.5", "by": None}, **places).suggestions["quality"].score == 0.5
    assert wrong({"q": 2, "sure": 3}, **places).keys() == {"sure"}
    assert wrong({"q": 2, "sure": [0.5]}, **places).keys() == {"sure"}
    assert wrong({"q": 2, "by": 7}, **places).keys() == {"by"}
    assert wrong({"q": 9, "sure": 0.5}, **places).keys() == {"q"}


def test_what_makes_no_sense_alone_is_said_before_anything_comes_in() -> None:
    assert "Say who gave this answer" in unfit("a", a="responses.quality")["a"]
    assert "no answer that goes with it" in unfit("a", a="person")["a"]
    assert "no suggestion for 'quality'" in unfit("a", a="suggestions.quality.score")["a"]
    assert "no question named 'x'" in unfit("a", a="responses.x", b="person")["a"]
    assert "no vector named 'x'" in unfit("a", a="vectors.x")["a"]


def test_lists_are_opened_by_number() -> None:
    mapping = Mapping({"said.0.text": "fields.prompt", "said.1.text": "suggestions.reply"})
    row = {"said": [{"text": "a", "by": "x"}, {"text": "b"}]}
    assert columns([row], mapping) == ["said.0.text", "said.0.by", "said.1.text"]
    found = convert(row, mapping, KNOWN)
    assert (found.fields["prompt"], found.suggestions["reply"].value) == ("a", "b")
    assert found.metadata == {"said.0.by": "x"}


def test_an_export_of_ours_is_known_and_its_answers_come_in_if_their_authors_are_known() -> None:
    row = {
        "id": "0199d3f0-0000-7000-8000-000000000000",
        "external_id": "",
        "status": "pending",
        "fields": {"prompt": "a", "messages": None},
        "metadata": {"lang": "en"},
        "suggestions": {"reply": {"value": "b", "agent": "m", "score": None, "type": "model"}, "rank": None},
        "responses": [{"annotator": "ben", "status": "draft", "values": {}}],
        "inserted_at": "2026-03-01T12:00:00Z",
        "updated_at": "2026-03-01T12:00:00Z",
    }
    mapping = guess([row], KNOWN)
    assert mapping.of_shape == "assay"
    found = convert(row, mapping, KNOWN)
    assert (found.external_id, found.metadata) == (None, {"lang": "en"})
    assert found.suggestions == {"reply": Suggested("b", None, "m", "model")}
    assert [one.person for one in found.answers] == ["id-of-ben"]
    assert guess([row], shape()).root["responses"] == "skip"
    assert guess([row], KNOWN, plainly=True).of_shape == ""

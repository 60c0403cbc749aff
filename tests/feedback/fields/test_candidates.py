"""Model answers: adopted from files without loss, shown to labelers without origin."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from feedback.fields.candidates import Candidates

ROOT = Path(__file__).parents[3]
candidates = Candidates({"type": "candidates"})

MODELS = [
    {"id": "gpt-x-1", "text": "One.", "model": "gpt-x", "cost": 3},
    {"id": "human-2", "text": "Two."},
    {"id": "m3", "messages": [{"role": "assistant", "content": "Three.", "name": "gpt-y"}], "model": None},
]


@pytest.mark.parametrize(
    ("found", "adopted"),
    [
        (["One.", ""], [("1", "One."), ("2", "")]),
        ([{"text": "One."}, {"text": "Two."}], [("1", "One."), ("2", "Two.")]),
        ([{"response_id": "r7", "model": "m", "text": "One."}], [("r7", "One.")]),
        ([{"id": "x", "response_id": "r7", "text": "One."}], [("x", "One.")]),
        ([{"content": "One.", "id": "x"}], [("x", "One.")]),
        ([{"content": "One.", "text": None}], [("1", "One.")]),
        ([{"id": 17, "text": "One."}, {"id": 0, "text": "Two."}], [("17", "One."), ("0", "Two.")]),
        ([{"id": None, "text": "One."}, {"id": "1", "text": "Two."}], [("2", "One."), ("1", "Two.")]),
        ([{"response_id": 5, "response": "One.", "rating": [1, 2]}], [("5", "One.")]),
        (["One.", {"id": "1", "text": "Two."}], [("2", "One."), ("1", "Two.")]),
        ([{"id": "", "completion": "One."}], [("1", "One.")]),
    ],
)
def test_answers_from_files_get_ids_and_can_be_given_back(found, adopted):
    before = json.dumps(found)
    assert candidates.recognizes(found)
    values = candidates.clean(candidates.adopt(found))
    assert [(one["id"], one["text"]) for one in values] == adopted
    assert candidates.restore(values) == found
    assert json.dumps(found) == before
    assert candidates.adopt(values) == values


def test_conversations_are_answers_too():
    found = [{"messages": [{"role": "assistant", "content": "One."}], "model": "m"}]
    values = candidates.clean(candidates.adopt(found))
    assert values[0]["id"] == "1"
    assert candidates.candidates(values)[0].messages == [{"role": "assistant", "content": "One."}]
    assert candidates.restore(values) == found


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("ab"), lambda part: st.lists(part, max_size=2)
)
keys = st.sampled_from(["id", "response_id", "text", "content", "response", "model", "x"])
written = st.fixed_dictionaries({"content": st.text("ab")}) | st.fixed_dictionaries({"messages": st.just([])})
objects = st.builds(lambda some, more: some | more, st.dictionaries(keys, anything, max_size=5), written)
answers = st.text("ab") | objects


@given(st.lists(answers, min_size=1, max_size=5))
def test_whatever_is_adopted_has_an_id_and_can_be_given_back(found):
    before = json.dumps(found, sort_keys=True)
    adopted = candidates.adopt(found)
    assert all(isinstance(one["id"], str) and one["id"] for one in adopted)
    assert json.dumps(candidates.restore(adopted), sort_keys=True) == before
    assert candidates.adopt(adopted) == adopted


def test_a_key_of_the_file_that_we_would_need_is_not_overwritten():
    found = [{"text": "One.", "as_imported": "yesterday"}]
    assert candidates.adopt(found) == found
    with pytest.raises(Invalid, match="needs an id"):
        candidates.clean(found)


@pytest.mark.parametrize(
    "value",
    [
        [],
        "One.",
        {"text": "One."},
        [3],
        [None],
        [{"role": "user", "content": "One."}],
        [{"model": "m"}],
        [["One."]],
    ],
)
def test_what_holds_no_answers_is_not_taken_for_them(value):
    assert not candidates.recognizes(value)
    assert candidates.adopt(value) == value


def test_labelers_get_letters_and_texts_and_nothing_else():
    seen = candidates.for_labeler(MODELS, ["m3", "human-2", "gpt-x-1"])
    assert seen == [
        {"letter": "A", "messages": [{"role": "assistant", "content": "Three."}]},
        {"letter": "B", "text": "Two."},
        {"letter": "C", "text": "One."},
    ]


def test_answers_know_their_model_and_keep_what_else_was_said_of_them():
    one, two, three = candidates.candidates(candidates.clean(MODELS))
    assert (one.id, one.text, one.model, one.extra) == ("gpt-x-1", "One.", "gpt-x", {"cost": 3})
    assert (two.model, two.extra) == (None, {})
    assert (three.text, three.messages) == ("", [{"role": "assistant", "content": "Three."}])


def test_all_their_text_is_searched():
    assert candidates.plain(MODELS) == "One.\n\nTwo.\n\nThree."


def test_an_argilla_client_sees_a_custom_field():
    sent = candidates.wire_settings()
    assert sent.keys() == {"type", "template", "advanced_mode", "kind"}
    assert (sent["type"], sent["advanced_mode"], sent["kind"]) == ("custom", False, "candidates")
    assert sent["template"]


def test_what_an_argilla_client_sends_back_changes_nothing():
    for markdown in (True, False):
        field = Candidates({"type": "candidates", "use_markdown": markdown})
        sent = {key: field.wire_settings()[key] for key in ("type", "template", "advanced_mode")}
        assert field.changed(sent) == field.settings.model_dump()


def test_an_answer_says_which_one_is_wrong():
    with pytest.raises(Invalid, match="Answer 2 needs either a text or messages"):
        candidates.clean([{"id": "1", "text": "One."}, {"id": "2"}])
    with pytest.raises(Invalid, match="Two answers have the id '1'"):
        candidates.clean([{"id": "1", "text": "One."}, {"id": "1", "text": "One."}])


def test_equal_texts_are_different_answers():
    twins = [{"id": "1", "text": "Same."}, {"id": "2", "text": "Same."}]
    assert candidates.clean(twins) == twins


def test_real_comparisons_go_in_and_come_out_unchanged():
    path = ROOT.parent / "shared" / "data" / "comparisons.jsonl"
    if not path.exists():
        pytest.skip("The real comparisons are not beside this checkout.")
    for line in path.read_text(encoding="utf-8").splitlines():
        found = json.loads(line)["responses"]
        assert candidates.recognizes(found)
        values = candidates.clean(candidates.adopt(found))
        assert [one.text for one in candidates.candidates(values)] == [one["text"] for one in found]
        assert candidates.restore(json.loads(json.dumps(values))) == found

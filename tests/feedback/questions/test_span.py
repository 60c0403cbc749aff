"""Spans: offsets in code points, overlap, and the rules of the contract for settings and patches."""

import pytest

from core.errors import Invalid
from feedback.item import Item
from feedback.questions import from_wire, kinds

kinds.load()
OPTIONS = [{"value": "a", "text": "A"}, {"value": "b", "text": "B"}, {"value": "c", "text": "C"}]


def span(**settings):
    return kinds["span"]({"type": "span", "field": "text", "options": OPTIONS, **settings})


def mark(start, end, label="a"):
    return {"label": label, "start": start, "end": end}


def about(text):
    return Item(fields={"text": text})


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("well", 4),
        ("🗼", 1),  # two units of UTF-16, four bytes
        ("👩‍👩‍👧", 5),  # three people, joined by two characters that have no width
        ("🕳️", 2),  # with a variation selector
        ("e\u0301", 2),  # a letter and its accent
        ("بئر", 3),
        ("𝒳\r\n", 3),
    ],
)
def test_offsets_count_code_points_to_the_end_of_the_text(text, length):
    question = span()
    assert question.clean([mark(0, length)], about(text)) == [mark(0, length)]
    with pytest.raises(Invalid, match=f"has {length} characters"):
        question.clean([mark(0, length + 1)], about(text))
    with pytest.raises(Invalid):
        question.clean([mark(length, length + 1)], about(text))


def test_marks_may_touch_but_not_overlap_unless_that_is_allowed():
    text = about("water")
    touching = [mark(2, 4), mark(0, 2, "b")]
    assert span().clean(touching, text) == touching
    for overlapping in (
        [mark(0, 3), mark(2, 4, "b")],
        [mark(0, 5), mark(1, 2)],
        [mark(1, 2), mark(1, 2, "b")],
    ):
        with pytest.raises(Invalid, match="overlap"):
            span().clean(overlapping, text)
        assert span(allow_overlapping=True).clean(overlapping, text) == overlapping


def test_ten_thousand_marks_are_the_most():
    text = about("x" * 10_001)
    marks = [mark(n, n + 1) for n in range(10_001)]
    assert len(span().clean(marks[:-1], text)) == 10_000
    with pytest.raises(Invalid, match="10,000"):
        span().clean(marks, text)


def test_further_keys_are_dropped():
    assert span().clean([{**mark(0, 1), "score": 0.5, "text": "x"}], about("xy")) == [mark(0, 1)]


@pytest.mark.parametrize("fields", [{}, {"text": None}, {"other": "x"}])
def test_a_record_without_the_text_cannot_be_marked(fields):
    for answer in ([], [mark(0, 1)]):
        with pytest.raises(Invalid, match="no 'text'"):
            span().clean(answer, Item(fields=fields))


def test_what_is_no_text_can_be_named_by_clients_and_is_not_shown_as_one():
    turns = Item(fields={"text": [{"role": "user", "content": "Hello"}]})
    assert span().clean([mark(0, 5)], turns) == [mark(0, 5)]
    assert span().shows(turns) == frozenset()
    assert span().show(turns) == {"text": None}
    assert span().shows(about("x")) == {"text"}


def test_nothing_to_mark_is_an_answer():
    assert span().clean([], about("x")) == []


def test_what_is_filled_in_quotes_the_text():
    (one,) = span().fill([mark(2, 3)], about("a 🗼 b"))
    assert (one["quote"], one["text"]) == ("🗼", "A")
    (long,) = span().fill([mark(0, 500)], about("x" * 500))
    assert long["quote"] == "x" * 120 + "…"


@pytest.mark.parametrize(
    "wrong",
    [
        {"options": []},
        {"options": [{"value": str(n), "text": "x"} for n in range(501)]},
        {"options": [OPTIONS[0], OPTIONS[0]]},
        {"field": ""},
        {"field": "x" * 201},
        {"field": None},
        {"visible_options": 2},
        {"visible_options": 4},
        {"allow_overlapping": None},
    ],
)
def test_settings_beyond_the_limits_are_refused_where_they_are_wrong(wrong):
    with pytest.raises(Invalid) as refused:
        span(**wrong)
    assert all(part.split(".")[0] in wrong for part in refused.value.errors)


def test_settings_at_the_limits_are_fine():
    assert span(options=OPTIONS[:1]).values == ["a"]
    many = [{"value": str(n), "text": "x"} for n in range(500)]
    assert len(span(options=many, visible_options=500).values) == 500


def test_on_the_wire_characters_can_always_be_marked_whatever_a_client_says():
    sent = {"type": "span", "field": "text", "options": OPTIONS, "allow_character_annotation": False}
    shown = from_wire(sent).wire_settings()
    assert shown.keys() == {
        "type", "field", "options", "visible_options", "allow_overlapping", "allow_character_annotation",
    }  # fmt: skip
    assert (shown["allow_character_annotation"], shown["allow_overlapping"]) == (True, False)


def test_overlap_can_be_allowed_later_and_never_forbidden_again():
    assert span().changed({"type": "span", "allow_overlapping": True})["allow_overlapping"] is True
    allowed = span(allow_overlapping=True)
    for patch in ({}, {"allow_overlapping": False}, {"allow_overlapping": None}, {"options": OPTIONS}):
        with pytest.raises(Invalid) as refused:
            allowed.changed({"type": "span", **patch})
        assert "allow_overlapping" in refused.value.errors
    assert allowed.changed({"type": "span", "allow_overlapping": "true"})["allow_overlapping"] is True


@pytest.mark.parametrize(
    "patch",
    [
        {"options": None},
        {"options": OPTIONS[:2]},
        {"options": [*OPTIONS[:2], {"value": "new", "text": "New"}]},
        {"allow_overlapping": None},
        {"visible_options": 2},
    ],
)
def test_a_patch_keeps_labels_and_refuses_null(patch):
    with pytest.raises(Invalid):
        span().changed({"type": "span", **patch})


def test_a_patch_changes_words_and_order_of_labels_and_not_the_field():
    patch = {"type": "span", "options": OPTIONS[::-1], "visible_options": 3, "field": "other"}
    changed = span().changed(patch)
    assert [option["value"] for option in changed["options"]] == ["c", "b", "a"]
    assert (changed["visible_options"], changed["field"]) == (3, "text")


def test_one_question_marks_one_field():
    span().suits({"text": "text"}, [span(field="other")])
    with pytest.raises(Invalid, match="already") as refused:
        span().suits({"text": "text"}, [span()])
    assert "field" in refused.value.errors
    with pytest.raises(Invalid, match="no field 'text'"):
        span().suits({"prompt": "text"})

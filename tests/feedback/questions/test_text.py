"""Texts are kept to the character; their limits bind final answers."""

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from feedback.item import Item
from feedback.questions.snippets import read_named, write_named
from feedback.questions.text import Text

NOTHING = Item(fields={})
plain = Text({"type": "text"})
limited = Text({"type": "text", "min_length": 3, "max_length": 5})


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_every_text_is_kept_to_the_character(text):
    assert plain.clean(text, NOTHING) == text


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), min_size=1).filter(str.strip))
def test_what_a_browser_sends_is_read_as_it_was_written(text):
    form = QueryDict(mutable=True)
    form["answer"] = text.replace("\n", "\r\n")
    assert plain.read(form, "answer", NOTHING) == text


def test_white_space_alone_is_no_answer_in_a_form():
    assert plain.read(QueryDict("answer=+%0D%0A+"), "answer", NOTHING) is None


def test_an_empty_text_is_an_answer_through_the_api():
    assert plain.clean("", NOTHING) == ""


def test_length_is_counted_in_characters():
    assert limited.clean("🕳️ab", NOTHING) == "🕳️ab"
    with pytest.raises(Invalid, match="at least 3 characters; these are 2"):
        limited.clean("ab", NOTHING)
    with pytest.raises(Invalid, match="at most 5 characters; these are 6"):
        limited.clean("abcdef", NOTHING)


def test_a_draft_may_be_too_short_or_too_long():
    assert limited.clean("", NOTHING, final=False) == ""
    assert limited.clean("abcdef", NOTHING, final=False) == "abcdef"


@pytest.mark.parametrize("text", ["a\0", "\ud83d", "\udc00 b"])
@pytest.mark.parametrize("final", [True, False])
def test_what_cannot_be_stored_is_refused_with_its_reason(text, final):
    with pytest.raises(Invalid, match="Remove it"):
        plain.clean(text, NOTHING, final=final)


@pytest.mark.parametrize(
    "settings",
    [
        {"use_markdown": None},
        {"use_markdown": "perhaps"},
        {"min_length": 0},
        {"max_length": -1},
        {"min_length": 5, "max_length": 4},
        {"max_length": 10**30},
    ],
)
def test_settings_that_cannot_be_are_refused(settings):
    with pytest.raises(Invalid):
        Text({"type": "text", **settings})


def test_the_wire_has_the_keys_of_the_contract_and_limits_only_if_there_are_any():
    assert plain.wire_settings() == {"type": "text", "use_markdown": False}
    assert limited.wire_settings() == {
        "type": "text",
        "use_markdown": False,
        "min_length": 3,
        "max_length": 5,
    }


def test_a_patch_may_change_markdown_and_limits():
    changed = limited.changed({"type": "text", "use_markdown": "yes", "max_length": None})
    kept = {"min_length": 3, "field": None, "snippets": []}
    assert changed == {"type": "text", "use_markdown": True, "max_length": None, **kept}
    with pytest.raises(Invalid):
        plain.changed({"type": "text", "use_markdown": None})


def test_a_required_text_is_the_work_and_an_optional_one_a_remark():
    assert plain.is_main(required=True)
    assert not plain.is_main(required=False)


REFUSAL = {"name": "Refusal", "text": "I cannot help with that.\n\nBut I can …"}


def test_snippets_are_told_on_the_wire_if_there_are_any():
    kept = Text({"type": "text", "snippets": [REFUSAL]})
    assert kept.wire_settings()["snippets"] == [REFUSAL]
    assert Text.from_wire(kept.wire_settings()).settings == kept.settings


@pytest.mark.parametrize(
    ("snippets", "why"),
    [
        ([REFUSAL, REFUSAL], "Two snippets are called 'Refusal'"),
        ([{"name": "A", "text": "a\n=== B ===\nb"}], "would begin another snippet"),
        ([{"name": "A", "text": "\n\n"}], "Write the text"),
        ([{"name": "A\nB", "text": "a"}], "pattern"),
        ([{"name": "A", "text": "a\0"}], "Remove it"),
    ],
)
def test_snippets_that_cannot_be_are_refused(snippets, why):
    with pytest.raises(Invalid) as refused:
        Text({"type": "text", "snippets": snippets})
    assert why in " ".join(refused.value.errors.values())


@given(
    st.lists(
        st.text(st.characters(codec="ascii"), min_size=1).filter(
            lambda text: text.strip("\n") and "===" not in text and "\r" not in text
        ),
        max_size=4,
    )
)
def test_what_a_form_shows_of_snippets_is_read_back(texts):
    written = [{"name": f"Text {number}", "text": text.strip("\n")} for number, text in enumerate(texts)]
    assert read_named(write_named(written).replace("\n", "\r\n")) == written


def test_a_snippet_without_a_name_is_refused_in_words():
    with pytest.raises(ValueError, match="names the text"):
        read_named("I cannot help with that.")


def go_on(*roles):
    return Text({"type": "text", "field": "talk"}).show(
        Item({"talk": [{"role": one, "content": "…"} for one in roles]})
    )


@pytest.mark.parametrize(
    ("roles", "turn"),
    [
        (["user"], "assistant"),
        (["system", "human"], "assistant"),
        (["user", "tool"], "assistant"),
        (["user", "assistant"], "user"),
        (["user", "GPT"], "user"),
        (["system"], "user"),
    ],
)
def test_a_text_that_goes_on_with_a_chat_is_the_turn_of_who_did_not_speak_last(roles, turn):
    assert go_on(*roles) == {"turn": turn}


def test_a_text_is_nobodys_turn_without_a_chat():
    assert Text({"type": "text", "field": "talk"}).show(Item({})) == {}
    assert plain.show(Item({"talk": [{"role": "user", "content": "Hi."}]})) == {}


def test_a_text_that_goes_on_with_a_chat_is_the_work_and_says_so_on_the_wire():
    text = Text({"type": "text", "field": "talk"})
    assert text.is_main(required=False)
    assert text.wire_settings() == {"type": "text", "use_markdown": False, "field": "talk"}


def test_a_text_goes_on_with_chats_alone():
    text = Text({"type": "text", "field": "talk"})
    text.suits({"talk": "chat"})
    for fields in ({"talk": "text"}, {"prompt": "chat"}):
        with pytest.raises(Invalid, match="There is no chat 'talk' to go on with") as refused:
            text.suits(fields)
        assert refused.value.errors.keys() == {"field"}

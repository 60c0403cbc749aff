"""Conversations: kept whole, shown to labelers without anything that tells who is behind the assistant."""

import pytest

from core.errors import Invalid
from feedback.fields.chat import LONGEST_CONTENT, Chat

chat = Chat({"type": "chat"})


def message(content="Hello", role="user", **more):
    return {"role": role, "content": content, **more}


def test_it_may_be_empty_or_have_five_hundred_messages():
    assert chat.clean([]) == []
    assert len(chat.clean([message()] * 500)) == 500
    with pytest.raises(Invalid, match="at most 500 messages; this one has 501"):
        chat.clean([message()] * 501)


def test_a_story_is_not_too_long():
    assert chat.clean([message("x" * LONGEST_CONTENT)])
    with pytest.raises(Invalid, match="message 2 must have 1 to 1,000,000 characters"):
        chat.clean([message(), message("x" * (LONGEST_CONTENT + 1))])


def test_further_keys_of_a_message_stay():
    said = [message("7", role="tool", tool_call_id="c1", cost={"usd": 0.25})]
    assert chat.clean(said) == said


def test_labelers_and_exports_get_roles_and_contents_alone():
    said = [message("Hi.", role="assistant", model="secret")]
    assert chat.for_labeler(said, []) == [message("Hi.", role="assistant")]
    assert chat.messages(said) == [message("Hi.", role="assistant")]


def test_its_text_is_what_was_said():
    assert chat.plain([message("A"), message("B")]) == "A\n\nB"


@pytest.mark.parametrize(
    "value", [[], ["Hello"], [{"content": "a"}], "Hello", [message(), "Hello"], [message(3)]]
)
def test_what_is_no_conversation_is_not_taken_for_one(value):
    assert not chat.recognizes(value)


def test_the_wrong_message_is_named():
    with pytest.raises(Invalid, match="Message 2 needs a role and a content"):
        chat.clean([message(), {"role": "user"}])

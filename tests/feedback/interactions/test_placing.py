"""What was asked and answered finds its places in a dataset, whatever it is made of."""

from typing import Any

import pytest

from core.errors import Invalid
from feedback.interactions import Places
from tests.feedback.exports.making import shape
from tests.feedback.interactions.asking import REQUEST, choice, response

BOTH = {"talk": "chat", "answers": "candidates"}
PICTURE = "data:image/png;base64,iVBORw0KGgo="
CALL = {
    "id": "call_1",
    "type": "function",
    "function": {"name": "weather", "arguments": '{"city": "Cairo"}'},
}


def placed(fields: dict[str, str], answer: dict[str, Any], request: dict[str, Any] = REQUEST) -> Any:
    return Places.of(shape(fields)).place(request, answer)


def test_choices_become_answers_that_can_be_compared() -> None:
    found = placed(BOTH, response("A hole.", "A spring."))
    assert found.external_id == "chatcmpl-1"
    assert found.fields["talk"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "What is a well?"},
    ]
    model = {"model": "gpt-4o-2024-08-06", "finish_reason": "stop"}
    assert found.fields["answers"] == [
        {"id": "1", "text": "A hole.", **model},
        {"id": "2", "text": "A spring.", **model},
    ]
    assert found.metadata == {
        "model": "gpt-4o-2024-08-06",
        "created": 1_790_000_000,
        "finish_reason": "stop",
        "prompt_tokens": 18,
        "completion_tokens": 5,
        "total_tokens": 23,
        "request": {"temperature": 0.2},
    }


def test_one_choice_goes_to_a_text_that_is_called_so_or_ends_the_conversation() -> None:
    found = placed({"talk": "chat", "response": "text"}, response("A hole."))
    assert found.fields["response"] == "A hole."
    found = placed({"talk": "chat", "notes": "text"}, response("A hole."))
    assert found.fields["talk"][-1] == {"role": "assistant", "content": "A hole."}
    assert "notes" not in found.fields


def test_two_choices_have_no_place_where_no_answers_are_compared() -> None:
    with pytest.raises(
        Invalid, match=r"has 2 choices, and the dataset has no field for model answers"
    ) as error:
        placed({"talk": "chat"}, response("A", "B"))
    assert list(error.value.errors) == ["response.choices"]


def test_calls_of_tools_can_be_read_and_stay_with_their_message() -> None:
    asked = {
        "messages": [
            {"role": "user", "content": "Weather?"},
            {"role": "assistant", "content": None, "tool_calls": [CALL]},
            {"role": "tool", "tool_call_id": "call_1", "content": "41 degrees"},
        ],
        "tools": [{"type": "function", "function": {"name": "weather"}}],
    }
    answer = response() | {"choices": [choice(None, tool_calls=[CALL])]}
    found = placed(BOTH, answer, asked)
    _, called, told = found.fields["talk"]
    said = '```\nweather({"city": "Cairo"})\n```'
    assert called == {"role": "assistant", "content": said, "tool_calls": [CALL]}
    assert told == {"role": "tool", "content": "41 degrees", "tool_call_id": "call_1"}
    [one] = found.fields["answers"]
    assert one["messages"] == [called]
    assert found.metadata["request"]["tools"] == asked["tools"]


def test_pictures_go_to_fields_of_their_own_and_else_into_the_text() -> None:
    content = [
        {"type": "text", "text": "Which well?"},
        {"type": "image_url", "image_url": {"url": PICTURE}},
        {"type": "image_url", "image_url": {"url": "https://example.org/b.png"}},
    ]
    asked = {"messages": [{"role": "user", "content": content}]}
    found = placed({"talk": "chat", "photo": "image"}, response("The left one."), asked)
    assert found.fields["photo"] == PICTURE
    assert found.fields["talk"][0]["content"] == (
        "Which well?\n\n[image 1]\n\n![image](<https://example.org/b.png>)"
    )
    found = placed({"talk": "chat"}, response("The left one."), asked)
    assert f"![image](<{PICTURE}>)" in found.fields["talk"][0]["content"]


def test_a_picture_that_no_conversation_can_hold_is_refused_with_the_way_out() -> None:
    asked = {"messages": [{"role": "user", "content": [{"image_url": {"url": PICTURE + "x" * 900_000}}]}]}
    with pytest.raises(Invalid, match="Give the dataset an image field"):
        placed({"talk": "chat"}, response("So."), asked)
    assert placed({"talk": "chat", "photo": "image"}, response("So."), asked).fields["photo"]


def test_an_empty_answer_is_an_answer() -> None:
    assert placed({"talk": "chat"}, response("")).fields["talk"][-1]["content"] == "(no text)"


def test_refusals_are_read_as_what_was_said() -> None:
    answer = response() | {"choices": [choice(None, refusal="I cannot.")]}
    [one] = placed(BOTH, answer).fields["answers"]
    assert one["messages"][0]["content"] == "I cannot."


def test_the_responses_api_is_spoken_too() -> None:
    asked = {"model": "gpt-5", "instructions": "Be brief.", "input": "What is a well?"}
    answer = {
        "id": "resp_1",
        "object": "response",
        "created_at": 1_790_000_000.0,
        "model": "gpt-5",
        "status": "completed",
        "output": [
            {"type": "reasoning", "summary": []},
            {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "A hole."}]},
        ],
        "usage": {"input_tokens": 9, "output_tokens": 3, "total_tokens": 12},
    }
    found = placed(BOTH, answer, asked)
    assert [one["role"] for one in found.fields["talk"]] == ["system", "user"]
    assert found.fields["answers"][0]["text"] == "A hole."
    assert (found.external_id, found.metadata["total_tokens"]) == ("resp_1", 12)


@pytest.mark.parametrize(
    ("request_", "answer", "sentence"),
    [
        ({}, response("a"), "The request has no messages"),
        ({"messages": []}, response("a"), "The request has no messages"),
        ({"messages": "Hi"}, response("a"), "This must be a list of objects"),
        (
            {"messages": [{"role": "user", "content": 3}]},
            response("a"),
            "A content is a text or a list of parts",
        ),
        (REQUEST, response(), "The response has no choices"),
        (REQUEST, response("a") | {"id": None}, "The response has no id"),
        (REQUEST, response("a") | {"id": "x" * 501}, "at most 500 characters"),
        (REQUEST, response("a") | {"choices": [{"text": "a"}]}, "The choice has no message"),
        (REQUEST, response("a") | {"object": "chat.completion.chunk"}, "one piece of a streamed response"),
        (REQUEST, {"text": "a"}, "This response is of no API that is known here"),
        ({"input": "Hi"}, {"id": "1", "object": "response", "output": []}, "The response has no output"),
    ],
)
def test_what_is_no_interaction_is_refused_in_a_sentence(
    request_: dict[str, Any], answer: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence) as error:
        placed(BOTH, answer, request_)
    assert error.value.errors


def test_a_dataset_without_a_conversation_does_not_suit() -> None:
    with pytest.raises(Invalid, match="begins with Interactions"):
        Places.of(shape({"prompt": "text"}))

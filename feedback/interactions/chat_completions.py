"""The chat completions API of OpenAI, which most servers of models speak."""

from collections.abc import Mapping
from typing import Any

from feedback.imports import contents
from feedback.imports.contents import Contents
from feedback.interactions import base
from feedback.interactions.base import Interaction, Object, known, wrong

BESIDE = ("name", "tool_calls", "tool_call_id", "function_call", "refusal", "reasoning_content")
CONVERSATION = frozenset({"messages", "model", "stream", "stream_options", "extra_headers", "timeout"})


class ChatCompletions(base.Kind):
    """`messages` in the request, `choices` in the response."""

    name = "chat_completions"
    label = "chat completions (messages and choices)"
    order = 10

    def recognizes(self, request: Object, response: Object) -> bool:
        return "choices" in response

    def read(self, request: Object, response: Object, contents: Contents) -> Interaction:
        if "messages" not in request:
            raise wrong("request.messages", "The request has no messages. Send it as the model was asked.")
        said = base.listed(request["messages"], "request.messages")
        choices = base.listed(response["choices"], "response.choices")
        if not said:
            raise wrong("request.messages", "The request has no messages. Send it as the model was asked.")
        if not choices:
            raise wrong("response.choices", "The response has no choices: nothing was answered.")
        return Interaction(
            id=base.own_id(response),
            messages=[_message(one, contents, f"request.messages.{place}") for place, one in enumerate(said)],
            answers=[[_answer(one, contents, place)] for place, one in enumerate(choices)],
            extras=[known(finish_reason=one.get("finish_reason")) for one in choices],
            about=_about(request, response, choices),
        )


def _answer(choice: Object, contents: Contents, place: int) -> dict[str, Any]:
    where = f"response.choices.{place}.message"
    if not isinstance(choice.get("message"), Mapping):
        raise wrong(where, "The choice has no message. Send the whole response.")
    return _message(choice["message"], contents, where, role="assistant")


def _message(given: Object, reader: Contents, place: str, role: str | None = None) -> dict[str, Any]:
    text = reader.text(given.get("content"), f"{place}.content")
    refusal = given.get("refusal") if not text else None
    whole = "\n\n".join(filter(None, (text, refusal, contents.calls(given))))
    beside = {key: given[key] for key in BESIDE if given.get(key) is not None}
    return contents.message(given.get("role") or role, whole, **beside)


def _about(request: Object, response: Object, choices: list[Any]) -> dict[str, Any]:
    usage = base.part(response, "usage")
    reasons = [one["finish_reason"] for one in choices if one.get("finish_reason")]
    asked = {key: value for key, value in request.items() if key not in CONVERSATION and value is not None}
    return known(
        model=response.get("model") or request.get("model"),
        created=response.get("created"),
        finish_reason=list(dict.fromkeys(reasons)) if len(set(reasons)) > 1 else next(iter(reasons), None),
        prompt_tokens=usage.get("prompt_tokens"),
        completion_tokens=usage.get("completion_tokens"),
        total_tokens=usage.get("total_tokens"),
        request=asked,
    )

"""The responses API of OpenAI: `input` in the request, `output` in the response."""

from typing import Any

from feedback.imports.contents import Contents, called, message
from feedback.interactions import base
from feedback.interactions.base import Interaction, Object, known, wrong

CONVERSATION = frozenset({"input", "instructions", "model", "stream", "extra_headers", "timeout"})


class Responses(base.Kind):
    """One answer, made of items: messages, and calls of functions."""

    name = "responses"
    label = "responses (input and output)"
    order = 20

    def recognizes(self, request: Object, response: Object) -> bool:
        return response.get("object") == "response" or ("output" in response and "input" in request)

    def read(self, request: Object, response: Object, contents: Contents) -> Interaction:
        given = request.get("input")
        if given is None or given == []:
            raise wrong("request.input", "The request has no input. Send it as the model was asked.")
        items = [{"role": "user", "content": given}] if isinstance(given, str) else given
        said = _messages(items, contents, "request.input")
        answer = _messages(response.get("output"), contents, "response.output")
        if not answer:
            raise wrong("response.output", "The response has no output: nothing was answered.")
        if instructions := request.get("instructions"):
            said = [message("system", contents.text(instructions, "request.instructions")), *said]
        return Interaction(
            id=base.own_id(response),
            messages=said,
            answers=[answer],
            extras=[known(finish_reason=response.get("status"))],
            about=_about(request, response),
        )


def _messages(items: Any, contents: Contents, place: str) -> list[dict[str, Any]]:
    found = [
        _item(item, contents, f"{place}.{number}") for number, item in enumerate(base.listed(items, place))
    ]
    return [one for one in found if one is not None]


def _item(item: Object, contents: Contents, place: str) -> dict[str, Any] | None:
    """The message that an item is; None for what nobody reads, such as thoughts."""
    type_ = item.get("type", "message")
    if type_ == "function_call":
        text = f"```\n{called(item.get('name'), item.get('arguments'))}\n```"
        return message("assistant", text, call_id=item.get("call_id"))
    if type_ == "function_call_output":
        return message("tool", contents.text(item.get("output"), place), call_id=item.get("call_id"))
    if type_ != "message":
        return None
    return message(item.get("role", "assistant"), contents.text(item.get("content"), f"{place}.content"))


def _about(request: Object, response: Object) -> dict[str, Any]:
    usage = base.part(response, "usage")
    asked = {key: value for key, value in request.items() if key not in CONVERSATION and value is not None}
    created = response.get("created_at")
    return known(
        model=response.get("model") or request.get("model"),
        created=int(created) if isinstance(created, float) else created,
        finish_reason=response.get("status"),
        prompt_tokens=usage.get("input_tokens"),
        completion_tokens=usage.get("output_tokens"),
        total_tokens=usage.get("total_tokens"),
        request=asked,
    )

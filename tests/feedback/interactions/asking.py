"""Requests and responses as applications have them, so that a test says only what matters."""

from typing import Any

REQUEST = {
    "model": "gpt-4o",
    "messages": [
        {"role": "developer", "content": "Be brief."},
        {"role": "user", "content": "What is a well?"},
    ],
    "temperature": 0.2,
}


def choice(text: str | None, index: int = 0, **more: Any) -> dict[str, Any]:
    """One choice, with the nulls that the client library writes."""
    message = {"role": "assistant", "content": text, "refusal": None, "audio": None, "function_call": None}
    finish = "tool_calls" if "tool_calls" in more else "stop"
    return {"finish_reason": finish, "index": index, "logprobs": None, "message": {**message, **more}}


def response(*texts: str, id: str = "chatcmpl-1", **more: Any) -> dict[str, Any]:
    """A chat completion with these choices."""
    return {
        "id": id,
        "object": "chat.completion",
        "created": 1_790_000_000,
        "model": "gpt-4o-2024-08-06",
        "choices": [choice(text, number) for number, text in enumerate(texts)],
        "usage": {"prompt_tokens": 18, "completion_tokens": 5, "total_tokens": 23},
        **more,
    }


def pair(*texts: str, id: str = "chatcmpl-1", **more: Any) -> dict[str, Any]:
    """What is posted."""
    return {"request": REQUEST, "response": response(*(texts or ("A hole with water.",)), id=id), **more}

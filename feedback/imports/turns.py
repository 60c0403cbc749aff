"""Conversations and answers as files have them, in our form: messages with the roles that trainers know."""

from collections.abc import Mapping, Sequence
from typing import Any

from feedback.imports import contents
from feedback.imports.contents import Contents
from feedback.item import speaker

Messages = list[dict[str, Any]]
BESIDE = ("name", "tool_calls", "tool_call_id", "function_call", "weight")
SHAREGPT = {"observation": "tool", "function_call": "assistant", "function_response": "tool"}


def is_messages(value: Any) -> bool:
    """Whether it is a conversation: {"role", "content"} or {"from", "value"}, one after the other."""
    return isinstance(value, list) and bool(value) and all(is_message(one) for one in value)


def is_message(value: Any) -> bool:
    """Whether it is one of them."""
    if not isinstance(value, Mapping):
        return False
    return (isinstance(value.get("role"), str) and ("content" in value or "tool_calls" in value)) or (
        isinstance(value.get("from"), str) and "value" in value
    )


def messages(value: Sequence[Mapping[str, Any]]) -> Messages:
    """The conversation; a content of parts becomes a text. What is no conversation raises."""
    return [_message(one) for one in value]


def _message(one: Mapping[str, Any]) -> dict[str, Any]:
    role = str(one["role"] if "role" in one else one["from"])
    role = SHAREGPT.get(role, speaker(role) or contents.ROLES.get(role, role))
    text = Contents().text(one.get("content", one.get("value")), "messages")
    whole = "\n\n".join(filter(None, (text, contents.calls(one))))
    return contents.message(role, whole, **{key: one[key] for key in BESIDE if one.get(key) is not None})


def answer(id: str, said: Any, **more: Any) -> dict[str, Any]:
    """A model answer out of a text, a message or several: one plain message is a text."""
    if isinstance(said, str):
        return {"id": id, "text": said, **more}
    turns = messages([said] if isinstance(said, Mapping) else said)
    if not turns:
        raise ValueError("There is no answer in it.")
    if len(turns) == 1 and turns[0].keys() == {"role", "content"}:
        return {"id": id, "text": turns[0]["content"], **more}
    return {"id": id, "messages": turns, **more}


def apart(one: Messages, other: Messages) -> tuple[Messages, Messages, Messages]:
    """What two conversations begin with in common, and how each goes on, by one message at least."""
    most = min(len(one), len(other)) - 1
    same = next((number for number in range(most) if one[number] != other[number]), most)
    return one[:same], one[same:], other[same:]


def ranking(*tiers: Sequence[str]) -> dict[str, Any]:
    """A ranking as it is stored, best first."""
    return {"version": 1, "tiers": [list(tier) for tier in tiers]}


def by_score(scores: Mapping[str, float]) -> dict[str, Any]:
    """The ranking that these scores make: the highest is the best, equal ones tie."""
    order = sorted(set(scores.values()), reverse=True)
    return ranking(*([key for key, score in scores.items() if score == one] for one in order))


def beside(data: Mapping[str, Any], used: set[str], own: dict[str, Any]) -> dict[str, Any]:
    """`own`, with what of the row is not `used`; a name that both have gets a mark."""
    rest = {
        (f"{key}_in_file" if key in own else key): value for key, value in data.items() if key not in used
    }
    return own | rest

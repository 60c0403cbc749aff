"""What readers of training data trip over, or swallow without a word: rules for one row.

Each gives the sentence that says which rule is broken, or None.
"""

from collections.abc import Collection, Mapping, Sequence
from math import isfinite
from typing import Any

from django.utils.translation import gettext

PICTURES = frozenset({"image", "images"})  # columns by which trainers take a row for one with pictures
ROLES = frozenset({"system", "user", "assistant", "tool"})
ANSWERING = frozenset({"assistant", "tool"})
FORMATS = frozenset(
    {"text", "messages", "conversations", "prompt", "completion", "completions", "chosen", "rejected"}
)


def first(*broken: str | None) -> str | None:
    """The first rule that is broken."""
    for one in broken:
        if one:
            return one
    return None


def plain(data: Mapping[str, Any]) -> str | None:
    """Any row: no column that means pictures. Texts and numbers that no file can hold are found by who writes the line
    (files/lines.py)."""
    if PICTURES.isdisjoint(data):
        return None
    return gettext("A column named image or images makes trainers ask for pictures. Rename the field.")


def only(data: Mapping[str, Any], *own: str) -> str | None:
    """No column of a second format, by which a reader might take the row for another."""
    if strangers := FORMATS.intersection(data).difference(own):
        return gettext("The column %(name)s belongs to another format.") % {"name": min(strangers)}
    return None


def filled(*texts: str) -> str | None:
    """None of the texts is empty."""
    for text in texts:
        if not text or text.isspace():
            return gettext("A text is empty.")
    return None


def turns(said: Sequence[Mapping[str, Any]]) -> str | None:
    """A conversation: something in every turn, roles that trainers know, a system message at most as the first."""
    if not said:
        return gettext("A conversation is empty.")
    for place, one in enumerate(said):
        role = one["role"]
        if role not in ROLES:
            return gettext("%(role)s is no role that trainers know.") % {"role": repr(role)}
        if role == "system" and place:
            return gettext("A system message stands behind the first turn.")
        content = one["content"]
        if (not content or content.isspace()) and not one.get("tool_calls"):
            return gettext("A turn is empty.")
    return None


def prompt(asked: Any) -> str | None:
    """A text that is not empty, or a conversation in which it is the assistant's turn."""
    if isinstance(asked, str):
        return filled(asked)
    if sentence := turns(asked):
        return sentence
    if asked[-1]["role"] not in {"user", "tool"}:
        return gettext("The prompt does not end with the user.")
    return None


def answer(given: Any) -> str | None:
    """A text that is not empty, or turns of the assistant and its tools."""
    if isinstance(given, str):
        return filled(given)
    if sentence := turns(given):
        return sentence
    for one in given:
        if one["role"] not in ANSWERING:
            return gettext("An answer holds turns of somebody else than the assistant.")
    return ends_with_assistant(given)


def ends_with_assistant(said: Sequence[Mapping[str, Any]]) -> str | None:
    """The last word is the assistant's."""
    if said[-1]["role"] != "assistant":
        return gettext("The conversation does not end with the assistant.")
    return None


def whole(said: Any) -> str | None:
    """A text that is not empty, or a conversation that ends with the assistant."""
    return filled(said) if isinstance(said, str) else first(turns(said)) or ends_with_assistant(said)


def differ(chosen: Any, rejected: Any) -> str | None:
    """What was chosen is not what was rejected."""
    return gettext("The chosen answer and the rejected one are the same.") if chosen == rejected else None


def margin(value: Any) -> str | None:
    """A float, finite and not below 0: trainers take NaN and less than 0 without a word."""
    if type(value) is not float or not isfinite(value) or value < 0:
        return gettext("A margin must be a number of at least 0.")
    return None


def flag(value: Any) -> str | None:
    """True or false; readers of KTO drop 0, 1 and words."""
    return None if isinstance(value, bool) else gettext("A label must be true or false.")


def in_turn(roles: Sequence[str], odd: Collection[str], even: Collection[str]) -> str | None:
    """Speakers take turns: those of `odd` come first, third, …"""
    if all(role in (even if place % 2 else odd) for place, role in enumerate(roles)):
        return None
    return gettext("The speakers do not take turns.")

"""What readers of training data trip over, or swallow without a word: rules for one row.

Each gives the sentence that says which rule is broken, or None.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from math import isfinite
from typing import Any

from django.utils.translation import gettext

from core.text import problem

PICTURES = frozenset({"image", "images"})  # columns by which trainers take a row for one with pictures
FORMATS = frozenset(
    {"text", "messages", "conversations", "prompt", "completion", "completions", "chosen", "rejected"}
)


def first(*broken: str | None) -> str | None:
    """The first rule that is broken."""
    return next(filter(None, broken), None)


def plain(data: Mapping[str, Any]) -> str | None:
    """Any row: texts that UTF-8 can hold, numbers that are some, no column that means pictures."""
    if not PICTURES.isdisjoint(data):
        return gettext("A column named image or images makes trainers ask for pictures. Rename the field.")
    return _broken(data)


def only(data: Mapping[str, Any], *own: str) -> str | None:
    """No column of a second format, by which a reader might take the row for another."""
    for name in data:
        if name in FORMATS and name not in own:
            return gettext("The column %(name)s belongs to another format.") % {"name": name}
    return None


def filled(*texts: str) -> str | None:
    """None of the texts is empty."""
    return gettext("A text is empty.") if any(not text or text.isspace() for text in texts) else None


def turns(said: Sequence[Mapping[str, Any]]) -> str | None:
    """A conversation: something in every turn, roles that trainers know, a system message at most as the first."""
    if not said:
        return gettext("A conversation is empty.")
    for place, one in enumerate(said):
        if one["role"] not in {"system", "user", "assistant", "tool"}:
            return gettext("%(role)s is no role that trainers know.") % {"role": repr(one["role"])}
        if one["role"] == "system" and place:
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
    if not {one["role"] for one in given} <= {"assistant", "tool"}:
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


def _broken(value: Any) -> str | None:
    """What no file can hold, however deep it lies. Runs over every text of every row, so it is quick about most."""
    kind = value.__class__
    if kind is str:
        return problem(value) if "\0" in value or not value.isascii() else None
    if kind is dict:
        for name in value:
            if (not name.isascii() or "\0" in name) and (sentence := problem(name)):
                return sentence
        return _broken_part(value.values())
    if kind is list:
        return _broken_part(value)
    return gettext("A number is NaN or infinite.") if kind is float and not isfinite(value) else None


def _broken_part(values: Iterable[Any]) -> str | None:
    for one in values:
        if one.__class__ is str and one.isascii() and "\0" not in one:
            continue
        if sentence := _broken(one):
            return sentence
    return None

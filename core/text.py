"""Text and JSON that can be kept.

PostgreSQL stores no NUL character, UTF-8 has no half of a surrogate pair, and JSON has no NaN.
"""

from collections.abc import Mapping
from math import isfinite
from typing import Annotated, Any
from unicodedata import combining, normalize

from django.utils.translation import gettext
from pydantic import AfterValidator

from core.errors import Invalid

TATWEEL = "\N{ARABIC TATWEEL}"
DEEPEST = 100  # levels of lists and objects inside each other


def problem(text: str) -> str | None:
    """Why this text cannot be stored, as a sentence; None if it can."""
    if "\0" in text:
        return gettext("The text holds a NUL character (U+0000), which cannot be stored. Remove it.")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        code = ord(text[error.start])
        return gettext(
            "The text holds half of a surrogate pair (U+%(code)s), which is no character. Remove it."
        ) % {"code": f"{code:04X}"}
    return None


def bare(word: str) -> str:
    """A word as people mean it, to be compared: no capitals, no marks above or below letters, no line drawn long."""
    letters = normalize("NFKD", word.strip().casefold())
    return "".join(one for one in letters if not combining(one) and one != TATWEEL)


def check_text(text: str) -> None:
    """Raise `Invalid` if this text cannot be stored."""
    if (not text.isascii() or "\0" in text) and (sentence := problem(text)):
        raise Invalid(sentence)


def check_json(value: Any, depth: int = 0) -> None:
    """Raise `Invalid` if anything in this JSON value cannot be stored and written out again unchanged."""
    if depth > DEEPEST:
        raise Invalid(f"Lists and objects may lie inside each other {DEEPEST} levels deep at most.")
    if isinstance(value, str):
        check_text(value)
    elif isinstance(
        value, dict | Mapping
    ):  # `dict` first: imports come by here for every value, and that is fast
        for key, part in value.items():
            if not isinstance(key, str):
                raise Invalid(f"The keys of an object must be text, not {type(key).__name__}.")
            check_text(key)
            if type(part) is str:
                check_text(part)
            else:
                check_json(part, depth + 1)
    elif isinstance(value, list):
        for part in value:
            check_json(part, depth + 1)
    else:
        _check_scalar(value)


def brief(value: Any) -> str:
    """A value that somebody sent, as a sentence may quote it: at most 100 characters."""
    try:
        return f"{value!r:.100}"
    except ValueError:  # Python does not write out numbers of thousands of digits
        return "This number"


def _check_scalar(value: Any) -> None:
    if isinstance(value, float) and not isfinite(value):
        raise Invalid("NaN and Infinity are no JSON numbers. Leave the value out or use null.")
    if value is not None and not isinstance(value, (bool, int, float)):
        raise Invalid(f"A value of type {type(value).__name__} is no JSON.")


def _storable(text: str) -> str:
    if sentence := problem(text):
        raise ValueError(sentence)
    return text


def _storable_json(value: Any) -> Any:
    try:
        check_json(value)
    except Invalid as error:
        raise ValueError(str(error)) from None
    return value


Storable = AfterValidator(_storable)  # the last part of an annotated text: after its lengths
Text = Annotated[str, Storable]  # a text inside a `Shape`
Json = Annotated[Any, AfterValidator(_storable_json)]  # any JSON inside a `Shape`

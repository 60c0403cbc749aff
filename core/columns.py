"""Values of typed tables (Parquet, CSV), where texts and numbers pass for each other."""

import json
from collections.abc import Sequence
from typing import Any


def as_text(value: Any) -> Any:
    """A number, or true or false, as text; anything else stays as it is."""
    return str(value) if isinstance(value, bool | int | float) else value


def as_whole(value: Any) -> Any:
    """A whole number out of 3.0 or " 3 "; anything else stays as it is."""
    number = as_number(value)
    return int(number) if isinstance(number, float) and number.is_integer() else number


def as_number(value: Any) -> Any:
    """A number out of "0.5"; anything else stays as it is."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    try:
        return int(text) if text.lstrip("+-").isdecimal() else float(text)
    except ValueError:
        return value


def as_parts(value: Any) -> Any:
    """A list or an object out of its JSON, as tables have them in one cell; anything else stays as it is."""
    if not isinstance(value, str) or value.strip()[:1] not in {"[", "{"}:
        return value
    try:
        return json.loads(value, object_pairs_hook=_once, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return value


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("A key stands twice.")
    return found


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is not JSON.")

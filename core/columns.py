"""Values of typed tables (Parquet, CSV), where texts and numbers pass for each other."""

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

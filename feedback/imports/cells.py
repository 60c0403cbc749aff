"""Cells of typed tables as JSON: class labels by their names, pictures as data URLs."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isinf, isnan
from typing import Any
from uuid import UUID

from core.errors import Invalid
from feedback.imports.features import LISTS

# How files of pictures begin -> what they are.
PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
)
PICTURE = frozenset({"bytes", "path"})  # the keys of a cell that holds one


def as_json(value: Any, feature: Any = None) -> Any:
    """The value as it comes in. `Invalid` for what has no form in JSON."""
    if value is None:
        return None
    kind = feature.get("_type") if isinstance(feature, Mapping) else None
    if kind == "ClassLabel" and type(value) is int:
        return _label(value, feature["names"])
    if kind == "Image" or (isinstance(value, Mapping) and value.keys() == PICTURE):
        return _picture(value)
    if isinstance(value, list):
        return [as_json(one, _inner(feature, kind)) for one in value]
    if isinstance(value, Mapping):
        features = _columns(feature, kind)
        return {key: as_json(one, features.get(key)) for key, one in value.items()}
    return _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, str | int):
        return value
    for kind, form in FORMS.items():
        if isinstance(value, kind):
            return form(value)
    raise Invalid(f"A value of type {value.__class__.__name__} has no form in JSON. Leave the column out.")


def _float(value: float) -> float | None:
    if isinf(value):
        raise Invalid("Infinity is no number of JSON. Leave the cell empty, or write it as text.")
    return None if isnan(value) else value  # what pandas writes where a number is missing


def _number(value: Decimal) -> Any:
    """Whole numbers exactly; others as a number where that says the same, else as a text that does."""
    if not value.is_finite():
        return None
    if value == value.to_integral_value():
        return int(value)
    return float(value) if Decimal(repr(float(value))) == value else str(value)


def _bytes(value: bytes) -> str:
    """A picture as a data URL, anything else in Base64."""
    try:
        return f"data:{_type_of(value)};base64,{b64encode(value).decode()}"
    except Invalid:
        return b64encode(value).decode()


def _inner(feature: Any, kind: str | None) -> Any:
    if kind in LISTS:
        return feature.get("feature")
    return feature[0] if isinstance(feature, list) and feature else None


def _columns(feature: Any, kind: str | None) -> Mapping[str, Any]:
    if kind == "Sequence" and isinstance(feature.get("feature"), Mapping):  # a table in a cell
        return {name: [one] for name, one in feature["feature"].items()}
    return feature if isinstance(feature, Mapping) and kind is None else {}


def _label(number: int, names: list[str]) -> str | None:
    if number == -1:
        return None
    if not 0 <= number < len(names):
        raise Invalid(f"The class {number} has no name; there are {len(names)}.")
    return str(names[number])


def _picture(value: Any) -> str:
    """A data URL; an address stays as it is."""
    if isinstance(value, str):
        return value
    content, path = (value.get("bytes"), value.get("path")) if isinstance(value, Mapping) else (value, None)
    if isinstance(content, bytes):
        return f"data:{_type_of(content)};base64,{b64encode(content).decode()}"
    if isinstance(path, str) and path.startswith(("https://", "http://")):
        return path
    raise Invalid("The picture itself is not in the table. Publish the data set with its pictures in it.")


def _type_of(content: bytes) -> str:
    for begin, name in PICTURES:
        if content.startswith(begin):
            return name
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if b"<svg" in content[:1000]:
        return "image/svg+xml"
    raise Invalid("This is no picture that can be shown. Use PNG, JPEG, GIF, WebP, BMP or SVG.")


FORMS: dict[Any, Callable[[Any], Any]] = {
    float: _float,
    datetime | date | time: lambda value: value.isoformat(),
    timedelta: timedelta.total_seconds,
    Decimal: _number,
    UUID: str,
    bytes: _bytes,
}

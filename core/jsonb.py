"""JSON for PostgreSQL: one array carries thousands of rows into a set-based statement."""

import json
from typing import Any

import orjson


class Packed:
    """A value that is written as JSON already, to be put into larger JSON as it is."""

    __slots__ = ("json",)  # and no dataclass, which orjson would take for an object

    def __init__(self, json: bytes) -> None:
        self.json = json

    @property
    def value(self) -> Any:
        """What was packed."""
        return json.loads(self.json)


def dumps(value: Any) -> str:
    """`value` as JSON text. Fast for all but numbers beyond 64 bits, which Python can write and orjson cannot."""
    return to_bytes(value).decode()


def to_bytes(value: Any) -> bytes:
    """The same in UTF-8."""
    try:
        return orjson.dumps(value, default=_fragment)
    except orjson.JSONEncodeError:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, default=_other).encode()


def unpacked(value: Any) -> Any:
    """The value itself, whether it is packed or not."""
    return value.value if isinstance(value, Packed) else value


def _fragment(value: Any) -> orjson.Fragment:
    if isinstance(value, Packed):
        return orjson.Fragment(value.json)
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def _other(value: Any) -> Any:
    return value.value if isinstance(value, Packed) else str(value)

"""JSON for PostgreSQL: one array carries thousands of rows into a set-based statement."""

import json
from typing import Any

import orjson


def dumps(value: Any) -> str:
    """`value` as JSON text. Fast for all but numbers beyond 64 bits, which Python can write and orjson cannot."""
    return to_bytes(value).decode()


def to_bytes(value: Any) -> bytes:
    """The same in UTF-8."""
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, default=str).encode()

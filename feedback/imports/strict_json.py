"""One JSON object from one line, strictly: what cannot be stored as it stands is refused."""

import re
from collections.abc import Callable, Iterable, Iterator
from json import JSONDecodeError, JSONDecoder
from math import isinf
from typing import Any

import orjson

from core.text import DEEPEST, problem
from feedback.imports.line_error import LineError, say, showable

APART = re.compile(rb'"[ \t\r\n]+:')
TOO_DEEP = f"Lists and objects are nested more than {DEEPEST} deep. Flatten them."


def read_object(line: bytes) -> dict[str, Any]:
    """The object in the line, or `LineError`. Integers are exact; other numbers are the nearest double."""
    return _read_plain(line) or _read_strictly(line)


def _read_plain(line: bytes) -> dict[str, Any] | None:
    """The same in a third of the time, for a line that holds nothing by which the fast parser would lose something."""
    has_escapes = b"\\" in line
    if has_escapes and b"\\u0000" in line:
        return None
    try:
        value = orjson.loads(line)
        if type(value) is dict and _stands_once(_keys(value, DEEPEST), line, has_escapes):
            return value
    except ValueError:  # of the parser, and ours
        pass
    return None


def _stands_once(keys: int, line: bytes, has_escapes: bool) -> bool:
    """Whether no key stands twice, if so many are left when the last of each name wins. Never true by mistake.

    Every key has a colon. Where texts have some, too: a key ends with `":`, and so does a quotation mark inside a text,
    which has a backslash before it.
    """
    if line.count(b":") == keys:
        return True
    if APART.search(line):
        return False
    if not has_escapes:
        return line.count(b'":') == keys
    return b'\\\\":' not in line and line.count(b'":') - line.count(b'\\":') == keys


def _keys(value: Any, levels: int) -> int:
    """How many keys all objects in it have; `ValueError` for what the strict parser must look at."""
    if not levels:
        raise ValueError
    number, parts = (len(value), value.values()) if type(value) is dict else (0, value)
    for part in parts:
        kind = type(part)
        if kind is dict or kind is list:
            number += _keys(part, levels - 1)
        elif (
            kind is float and not 1e-300 < abs(part) < 1e15
        ):  # perhaps a whole number, or one that was too small
            raise ValueError
    return number


def _read_strictly(line: bytes) -> dict[str, Any]:
    text = _decode(line)
    try:
        value = STRICT.decode(text)
    except JSONDecodeError as error:
        raise LineError(say(error), f"character {error.pos + 1}") from None
    except RecursionError:
        raise LineError(TOO_DEEP) from None
    except LineError as error:
        raise _located(text, error) from None
    if not isinstance(value, dict):
        raise LineError(f"This is {_name(value)}, not an object. A row is an object, in {{ }}.")
    if text.count("[") + text.count("{") > DEEPEST and _depth(value) > DEEPEST:
        raise LineError(TOO_DEEP)
    if "\\u0000" in text or "\\ud" in text or "\\uD" in text:
        _refuse_unstorable(value)
    return value


def _decode(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        reason = "This is not UTF-8. Save the file as UTF-8 and import it again."
        raise LineError(reason, f"byte {error.start + 1}") from None


def _name(value: Any) -> str:
    names = {list: "a list", str: "a text", bool: "true or false", int: "a number", float: "a number"}
    return names.get(type(value), "null")


def _located(text: str, error: LineError) -> LineError:
    """The same error with the path of its column: reads on past it to see where it stands."""
    try:
        value = LOCATING.decode(text)
    except (ValueError, RecursionError):
        return error
    for path, part in _walk(value):
        if isinstance(part, LineError):
            return LineError(part.reason, ".".join(filter(None, (path, part.column))))
    return error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = showable(next(name for name in found if names.count(name) > 1))
        raise LineError(f"The key {twice!r} stands twice in one object. Keep one of them.", twice)
    return found


def _float(digits: str) -> float:
    number = float(digits)
    if isinf(number) or (number == 0 and digits.lower().partition("e")[0].strip("-0.")):
        size = "large" if number else "small"
        raise LineError(f"The number {digits[:40]} is too {size} to be kept. Write it as text.")
    return number


def _int(digits: str) -> int:
    try:
        return int(digits)
    except ValueError:
        raise LineError(
            "A whole number of more than 4,300 digits cannot be kept. Write it as text."
        ) from None


def _constant(name: str) -> Any:
    raise LineError(f"{name} is not JSON. Write null, or leave the key out.")


def _kept(hook: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The hook, except that a error becomes a value."""

    def keep(part: Any) -> Any:
        try:
            return hook(part)
        except LineError as error:
            return error

    return keep


def _depth(value: Any) -> int:
    level, deep = [value], 0
    while level:
        deep += 1
        level = [part for whole in level for _, part in _parts(whole) if isinstance(part, dict | list)]
    return deep


def _parts(value: Any) -> Iterable[tuple[str, Any]]:
    if isinstance(value, dict):
        return value.items()
    return ((str(place), part) for place, part in enumerate(value)) if isinstance(value, list) else ()


def _walk(value: Any) -> Iterator[tuple[str, Any]]:
    """Every value with its dotted path, the whole first."""
    todo = [("", value)]
    while todo:
        path, whole = todo.pop()
        yield path, whole
        parts = [(f"{path}.{name}" if path else showable(name), part) for name, part in _parts(whole)]
        todo.extend(reversed(parts))


def _refuse_unstorable(value: Any) -> None:
    for path, whole in _walk(value):
        texts = [whole] if isinstance(whole, str) else list(whole) if isinstance(whole, dict) else []
        for text in texts:
            if sentence := problem(text):
                raise LineError(sentence, path)


STRICT = JSONDecoder(object_pairs_hook=_object, parse_float=_float, parse_int=_int, parse_constant=_constant)
LOCATING = JSONDecoder(
    object_pairs_hook=_kept(_object),
    parse_float=_kept(_float),
    parse_int=_kept(_int),
    parse_constant=_kept(_constant),
)

"""What stands between the braces: paths, literals, calls with values."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from core.handlebars.mistakes import Mistake

DEEPEST = 20  # expressions in parentheses inside each other

_WORD = re.compile(
    r"""\s*(?:
      (?P<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    | (?P<paren>[()])
    | \|(?P<names>[^|]*)\|
    | (?P<bare>(?:\[[^\]]*\]|[^\s"'()|=\[\]])+)
    )""",
    re.VERBOSE,
)
_STEP = re.compile(r"\[([^\]]*)\]|([^./\[\]]+)")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_CONSTANTS = {"true": True, "false": False, "null": None, "undefined": None}


@dataclass(frozen=True)
class Literal:
    """A text, number, true, false or null."""

    value: Any


@dataclass(frozen=True)
class Path:
    """`../a.b`: `up` one level, then `steps` ("a", "b"). `data`: it begins with @."""

    up: int
    steps: tuple[str, ...]
    data: bool = False
    is_own: bool = False  # begins with this or ./, so no variable of a block is meant


@dataclass(frozen=True)
class Call:
    """A word, and the values behind it: `lookup a b`."""

    name: str
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Words:
    """One expression: what comes first, what follows it, and the names of `as |item key|`."""

    first: Any
    rest: tuple[Any, ...] = ()
    names: tuple[str, ...] = ()


def read(text: str, line: int) -> Words:
    """The expression between braces, or `Mistake`."""
    tokens = _tokens(text, line)
    values, names = _sequence(tokens, line, depth=0)
    if not values:
        raise Mistake("There is nothing between the braces.", line)
    return Words(values[0], tuple(values[1:]), names)


def path(text: str) -> Path:
    """A path as it is written."""
    up = 0
    rest = text
    while rest.startswith("../") or rest == "..":
        up, rest = up + 1, rest[3:]
    data = rest.startswith("@")
    rest = rest.removeprefix("@")
    is_own = rest.startswith(("./", "this.", "this/")) or rest in {".", "this"} or up > 0
    steps = [bracketed or bare for bracketed, bare in _STEP.findall(rest)]
    if steps and steps[0] == "this" and not data:
        steps = steps[1:]
    return Path(up, tuple(steps), data, is_own)


def _tokens(text: str, line: int) -> Iterator[tuple[str, str]]:
    at = 0
    text = text.strip()
    while at < len(text):
        found = _WORD.match(text, at)
        if found is None:
            raise Mistake(f"“{text[at : at + 30].strip()}” cannot be read.", line)
        kind = str(found.lastgroup)
        yield kind, found[kind]
        at = found.end()


def _sequence(tokens: Iterator[tuple[str, str]], line: int, depth: int) -> tuple[list[Any], tuple[str, ...]]:
    values: list[Any] = []
    names: tuple[str, ...] = ()
    if depth > DEEPEST:
        raise Mistake("The parentheses lie too deep inside each other.", line)
    for kind, text in tokens:
        if kind == "paren" and text == ")":
            if not depth or not values:
                raise Mistake("A parenthesis is closed that is not open.", line)
            return [_call(values, line)], ()
        if kind == "paren":
            values += _sequence(tokens, line, depth + 1)[0]
        elif kind == "names":
            if not values or values[-1] != path("as"):
                raise Mistake("Names between bars come after “as”: {{#each list as |item|}}.", line)
            values.pop()
            names = tuple(text.split())
        else:
            values.append(Literal(_unquoted(text)) if kind == "quoted" else _bare(text))
    if depth:
        raise Mistake("A parenthesis is not closed.", line)
    return values, names


def _call(values: list[Any], line: int) -> Any:
    first = values[0]
    if not isinstance(first, Path) or len(first.steps) != 1:
        raise Mistake("In parentheses comes a helper first, such as (lookup a b).", line)
    return Call(first.steps[0], tuple(values[1:]))


def _bare(text: str) -> Any:
    if text in _CONSTANTS:
        return Literal(_CONSTANTS[text])
    if _NUMBER.fullmatch(text):
        return Literal(float(text) if "." in text else int(text[:18]))
    return path(text)


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1])

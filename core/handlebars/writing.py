"""Filling values into a parsed template."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

from core.handlebars.mistakes import Mistake
from core.handlebars.parsing import Block, Node, Value
from core.handlebars.words import Call, Literal, Path, Words

MOST_STEPS = 200_000  # pieces that are written: a template over a big list must end
LONGEST = 10_000_000  # characters that come out


@dataclass(frozen=True)
class Scope:
    """What a path is looked up in: `this`, @-variables, names given by blocks, and the scope around."""

    this: Any
    data: Mapping[str, Any] = field(default_factory=dict)
    names: Mapping[str, Any] = field(default_factory=dict)
    around: "Scope | None" = None

    def inside(self, this: Any, names: Mapping[str, Any] | None = None, **data: Any) -> "Scope":
        """The scope of a block's body."""
        return Scope(this, {**self.data, **data}, {**self.names, **(names or {})}, self)


class Writer:
    """Writes one template, once."""

    def __init__(self, values: Any, helpers: Mapping[str, Callable[[Any], str]]) -> None:
        self.root = Scope(values, {"root": values})
        self.helpers = helpers
        self.steps = self.length = 0

    def write(self, nodes: list[Node]) -> str:
        """The whole."""
        return "".join(self._nodes(nodes, self.root))

    def _nodes(self, nodes: Iterable[Node], scope: Scope) -> Iterator[str]:
        for node in nodes:
            if isinstance(node, Block):
                self._count("", node.line)
                yield from self._block(node, scope)
            else:
                text = node if isinstance(node, str) else self._value(node, scope)
                self._count(text, 0 if isinstance(node, str) else node.line)
                yield text

    def _count(self, text: str, line: int) -> None:
        self.steps += 1
        self.length += len(text)
        if self.steps > MOST_STEPS or self.length > LONGEST:
            raise Mistake("It writes too much for one record.", max(line, 1))

    def _value(self, node: Value, scope: Scope) -> str:
        name = _word(node.words)
        if name in self.helpers and node.words.rest:
            return self.helpers[name](_escaped(self._find(node.words.rest[0], scope, node.line)))
        text = _text(self._expression(node.words, scope, node.line))
        return text if node.is_raw else _safe(text)

    def _expression(self, words: Words, scope: Scope, line: int) -> Any:
        if not words.rest:
            return self._find(words.first, scope, line)
        return self._find(Call(_word(words), words.rest), scope, line)

    def _find(self, what: Any, scope: Scope, line: int) -> Any:
        if isinstance(what, Literal):
            return what.value
        if isinstance(what, Path):
            return _lookup(what, scope)
        if what.name == "lookup" and len(what.values) == 2:
            holder, key = (self._find(value, scope, line) for value in what.values)
            return _step(holder, _text(key))
        raise Mistake(f"There is no helper “{what.name}”.", line)

    def _block(self, block: Block, scope: Scope) -> Iterator[str]:
        # What stands first may be the name of a block, or of a value: {{#each list}}, {{#list}}.
        write = {"each": self._each, "if": self._if, "unless": self._if, "with": self._with}.get(block.name)
        if write is not None and len(block.words.rest) >= 1:
            yield from write(block, self._find(block.words.rest[0], scope, block.line), scope)
        elif block.words.rest or write is not None:
            raise Mistake(f"There is no block “{block.name}” with these values.", block.line)
        else:
            yield from self._section(block, self._find(block.words.first, scope, block.line), scope)

    def _if(self, block: Block, value: Any, scope: Scope) -> Iterator[str]:
        holds = (_holds(value) == (block.name == "if")) != block.inverted
        yield from self._nodes(block.body if holds else block.otherwise, scope)

    def _with(self, block: Block, value: Any, scope: Scope) -> Iterator[str]:
        if not _holds(value):
            return self._nodes(block.otherwise, scope)
        return self._nodes(
            block.body, scope.inside(value, dict(zip(block.words.names, [value], strict=False)))
        )

    def _each(self, block: Block, value: Any, scope: Scope) -> Iterator[str]:
        pairs = list(
            value.items() if isinstance(value, Mapping) else enumerate(value) if _is_list(value) else ()
        )
        if not pairs:
            yield from self._nodes(block.otherwise, scope)
        for index, (key, item) in enumerate(pairs):
            names = dict(zip(block.words.names, (item, key), strict=False))
            last = index == len(pairs) - 1
            around = {"key": key, "index": index, "first": index == 0, "last": last}
            yield from self._nodes(block.body, scope.inside(item, names, **around))

    def _section(self, block: Block, value: Any, scope: Scope) -> Iterator[str]:
        if block.inverted:
            yield from self._nodes(block.otherwise if _holds(value) else block.body, scope)
        elif _is_list(value):
            yield from self._each(block, value, scope)
        elif value is True:
            yield from self._nodes(block.body, scope)
        else:
            yield from self._with(block, value, scope)


def _lookup(path: Path, scope: Scope) -> Any:
    for _ in range(path.up):
        scope = scope.around or scope
    first, rest = path.steps[:1], path.steps[1:]
    if path.data:
        value = scope.data.get(first[0]) if first else None
    elif first and not path.is_own and first[0] in scope.names:
        value = scope.names[first[0]]
    else:
        value, rest = scope.this, path.steps
    for step in rest:
        value = _step(value, step)
    return value


def _step(value: Any, step: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(step)
    if not isinstance(value, list | str):
        return None
    if step == "length":
        return len(value)
    return value[int(step)] if step.isdecimal() and len(step) < 10 and int(step) < len(value) else None


def _word(words: Words) -> str:
    first = words.first
    return first.steps[0] if isinstance(first, Path) and len(first.steps) == 1 else ""


def _holds(value: Any) -> bool:
    """As Handlebars has it: an empty list is nothing, an empty object something."""
    return isinstance(value, Mapping) or bool(value)


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _text(value: Any) -> str:
    """A value as a script would write it; objects and lists as JSON, which says more."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return json.dumps(value, ensure_ascii=False)


def _safe(text: str) -> str:
    return escape(text).replace("`", "&#x60;").replace("=", "&#x3D;")


def _escaped(value: Any) -> Any:
    """JSON with every text in it escaped, for helpers that write HTML."""
    if isinstance(value, str):
        return escape(value, quote=False)
    if isinstance(value, Mapping):
        return {escape(str(key), quote=False): _escaped(part) for key, part in value.items()}
    return [_escaped(part) for part in value] if isinstance(value, list) else value

"""What was found out about a value, kept for the next rows that hold the very same one: pairs share their texts."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

MOST = 32  # values that are held, which may be large: a prompt with a few answers

T = TypeVar("T")


class Recent(Generic[T]):
    """Asks `find` once for each value, as long as few others come between. Nobody may change a value meanwhile."""

    def __init__(self, find: Callable[[Any], T]) -> None:
        self._find = find
        self._known: dict[int, tuple[Any, T]] = {}  # holds the value, so that no other gets its id

    def __call__(self, value: Any) -> T:
        try:
            return self._known[id(value)][1]
        except KeyError:
            return self._new(value)

    def _new(self, value: Any) -> T:
        if len(self._known) == MOST:
            self._known.clear()
        found = self._find(value)
        self._known[id(value)] = value, found
        return found

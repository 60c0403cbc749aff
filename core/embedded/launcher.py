"""Starting the embedded services, and ending them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from core.embedded import postgres, valkey
from core.embedded.family import Family
from core.embedded.folder import held


@contextmanager
def running(
    data: Path,
    *,
    database: bool = True,
    broker: bool = True,
    durable: bool = True,
    say: Callable[[str], None] = lambda sentence: None,
) -> Iterator[Family]:
    """PostgreSQL and the broker on this data folder, for as long as the block lasts.

    Their addresses are `embedded.database_url(data)` and `embedded.redis_url(data)`. Further children of the
    family end before the services do. `durable=False` is for tests: faster, and lost if the machine stops.
    Raises `Unavailable`.
    """
    with held(data) as lock, Family(say, lock) as family:
        if database:
            postgres.start(family, data, durable=durable)
        if broker:
            valkey.start(family, data, durable=durable)
        yield family

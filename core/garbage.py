"""Python's search for cycles, held back where millions of objects come and go that have none."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = (200_000, 50, 100)  # new objects, and rounds, before it looks again; usually 700, 10, 10


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Look for cycles seldom within the block: else a third of the time goes into looking at plain data.

    What has cycles still goes, later: so only for work whose memory is bounded without it.
    """
    before = gc.get_threshold()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)

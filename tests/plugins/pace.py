"""A pytest plugin: no processor waits at the end, none looks through what stays anyway, and no test is passed over."""

import gc
from collections import Counter

import pytest

LONG = {"browser", "live"}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first: a worker is given whole files, and small ones fill the end evenly."""
    long = {item.path for item in items if any(mark.name in LONG for mark in item.iter_markers())}
    items.sort(key=lambda item: item.path not in long)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Of tests that are called the same, xdist runs one.

    What is loaded by now stays. To look through it again and again took a tenth of the time (config/wsgi.py).
    """
    twice = [name for name, number in Counter(item.nodeid for item in session.items).items() if number > 1]
    if twice:
        raise pytest.UsageError(
            f"These tests are called the same, and only one of each would run: {twice[:5]}"
        )
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)

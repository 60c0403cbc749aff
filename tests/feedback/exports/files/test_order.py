"""Rows are mixed in an order that the seed decides, in constant memory."""

import tracemalloc

import pytest

from feedback.exports.files import order
from feedback.exports.files.order import Mixer


def mixed(number: int, seed: int = 1) -> list[tuple[bytes, bytes]]:
    mixer = Mixer(seed)
    for n in range(number):
        mixer.add(f"r{n // 2}", f"line {n}".encode() * (n % 7), f"about {n}".encode())
    found = [(one.line, one.about) for one in mixer]
    mixer.close()
    return found


def test_all_rows_come_once_in_another_order() -> None:
    found = mixed(500)
    numbers = [int(about.split()[1]) for _, about in found]
    assert sorted(numbers) == list(range(500)) != numbers
    assert all(line == f"line {n}".encode() * (n % 7) for n, (line, _) in zip(numbers, found, strict=True))


def test_the_same_seed_gives_the_same_order_and_another_one_another() -> None:
    assert mixed(100) == mixed(100) != mixed(100, seed=2)


@pytest.mark.parametrize("most", [100, 3000, 20_000])
def test_the_order_does_not_depend_on_how_much_fits_into_memory(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = mixed(400)
    monkeypatch.setattr(order, "MOST", most)
    monkeypatch.setattr(order, "READ_AHEAD", 1)
    assert mixed(400) == whole


def test_what_comes_in_one_kind_after_the_other_goes_out_mixed() -> None:
    mixer = Mixer(0)
    for n in range(1000):
        mixer.add(f"r{n}", b"true" if n < 500 else b"false", b"")
    kinds = [one.line for one in mixer]
    mixer.close()
    longest = max(
        len(run) for run in b"".join(b"t" if kind == b"true" else b"f" for kind in kinds).split(b"t")
    )
    assert longest < 20
    assert 200 < kinds[:500].count(b"true") < 300


def test_memory_does_not_grow_with_the_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order, "MOST", 200_000)
    monkeypatch.setattr(order, "READ_AHEAD", 100_000)

    def peak(number: int) -> int:
        tracemalloc.start()
        mixer = Mixer(0)
        for n in range(number):
            mixer.add(f"r{n}", b"x" * 1000, b"")
        assert sum(1 for _ in mixer) == number
        mixer.close()
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    peak(10)
    assert peak(4000) < 2 * peak(400)

"""A set of hashes that grows little: 16 bytes for each at most, where a Python set needs about 90."""

from array import array

EMPTY = 0


class Seen:
    """Which 64-bit numbers were met."""

    def __init__(self) -> None:
        self._slots = array("Q", [EMPTY]) * 1024
        self._count = 0

    def add(self, number: int) -> bool:
        """Take up this one; whether it is new."""
        number = number or 1  # 0 marks an empty slot
        place = self._place(number)
        if self._slots[place] == number:
            return False
        self._slots[place] = number
        self._count += 1
        if 2 * self._count > len(self._slots):
            self._grow()
        return True

    def _place(self, number: int) -> int:
        """Where it stands, or could stand. The size is a power of 2."""
        mask = len(self._slots) - 1
        place = number & mask
        while self._slots[place] not in (EMPTY, number):
            place = (place + 1) & mask
        return place

    def _grow(self) -> None:
        before = self._slots
        self._slots = array("Q", [EMPTY]) * (2 * len(before))
        for number in before:
            if number:
                self._slots[self._place(number)] = number

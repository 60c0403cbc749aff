"""What a dataset holds, in numbers, for comparing there with here."""

from collections import Counter

NAMES = ("records", "completed", "submitted", "draft", "discarded", "suggestions", "vectors")
Tally = Counter[str]


class Seen:
    """Which records were seen before: one bit for each position in the dataset here."""

    def __init__(self) -> None:
        self._bits = bytearray()

    def first_time(self, position: int) -> bool:
        """Whether this position was not seen before; from now on it was."""
        byte, bit = position >> 3, 1 << (position & 7)
        if byte >= len(self._bits):
            self._bits.extend(bytes(byte + 1 - len(self._bits)))
        new = not self._bits[byte] & bit
        self._bits[byte] |= bit
        return new

"""Training, validation and test data: by prompt, and by a hash, so that it is the same in every export."""

from hashlib import blake2b
from typing import Self

from pydantic import Field, model_validator

from core.schema import Shape

NAMES = ("train", "validation", "test")


class Splits(Shape):
    """Which share of the prompts comes into which split, 0..1, together 1. Another `seed` deals them out anew."""

    train: float = Field(1.0, ge=0, le=1)
    validation: float = Field(0.0, ge=0, le=1)
    test: float = Field(0.0, ge=0, le=1)
    seed: int = Field(0, ge=0, lt=2**31)

    @model_validator(mode="after")
    def _is_a_whole(self) -> Self:
        total = self.train + self.validation + self.test
        if abs(total - 1) > 1e-6:
            raise ValueError(f"The shares of the splits make {total:g} together. They must make 1.")
        return self

    def of(self, group: str) -> str:
        """The split of all rows of this prompt."""
        digest = blake2b(f"{self.seed}:{group}".encode(), digest_size=8).digest()
        place = int.from_bytes(digest, "big") / 2**64
        if place < self.train:
            return "train"
        return "validation" if place < self.train + self.validation or not self.test else "test"

"""From opinions to good or bad. Pure: numbers and weights."""

from collections.abc import Sequence
from dataclasses import dataclass

from feedback.exports.pairs import TOLERANCE

Opinion = bool | None  # good, bad, or neither


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Ratings of at least `high` are good and up to `low` bad, or the other way about if lower is better."""

    high: float
    low: float
    is_upwards: bool = True

    def of(self, score: float) -> Opinion:
        if score >= self.high - TOLERANCE:
            return self.is_upwards
        return not self.is_upwards if score <= self.low + TOLERANCE else None


def mean(scores: Sequence[tuple[float, float]]) -> float:
    """Of (score, weight), at least one."""
    return sum(score * weight for score, weight in scores) / sum(weight for _, weight in scores)


def joined(opinions: Sequence[tuple[Opinion, float]], *, unanimous: bool = False) -> Opinion:
    """What most of (opinion, weight) say, or all of them; a split vote says nothing."""
    weight_of = {True: 0.0, False: 0.0, None: 0.0}
    for opinion, weight in opinions:
        weight_of[opinion] += weight
    good, bad, neither = weight_of[True], weight_of[False], weight_of[None]
    if abs(good - bad) <= TOLERANCE or (unanimous and min(good, bad) + neither > TOLERANCE):
        return None
    return good > bad

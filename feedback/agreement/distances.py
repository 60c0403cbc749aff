"""How far two answers are apart: 0 for equal ones, the same in both directions.

These are the difference functions that Krippendorff's alpha takes. Pure, and independent of kinds.
"""

from collections.abc import Collection, Sequence
from itertools import combinations
from typing import Any


def nominal(a: Any, b: Any) -> float:
    """0 if equal, otherwise 1. Source: Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011)."""
    return 0.0 if a == b else 1.0


def interval(a: float, b: float) -> float:
    """The squared difference, in squared steps of the scale. Source: Krippendorff (2011), interval metric."""
    return float(a - b) ** 2


def jaccard(a: Collection[str], b: Collection[str]) -> float:
    """The share of all chosen labels that only one of the two chose, 0..1.

    Source: Jaccard, "The distribution of the flora in the alpine zone", New Phytologist 11 (1912).
    """
    ours, theirs = set(a), set(b)
    together = ours | theirs
    return len(ours ^ theirs) / len(together) if together else 0.0


def kendall(a: Sequence[Collection[str]], b: Sequence[Collection[str]]) -> float:
    """The share of pairs that two rankings order differently, 0..1; a tie against an order counts half.

    Tiers, best first; empty ones do no harm. Only what both have ranked is compared; fewer than two are 0.
    Source: Fagin, Kumar, Mahdian, Sivakumar, Vee, "Comparing and Aggregating Rankings with Ties" (PODS 2004),
    the metric K with penalty 1/2, divided by the number of pairs. Without ties it is (1 - Kendall's tau) / 2.
    """
    ours, theirs = _places(a), _places(b)
    common = ours.keys() & theirs.keys()
    apart = pairs = 0
    for one, other in combinations(common, 2):
        pairs += 1
        apart += abs(_sign(ours[one] - ours[other]) - _sign(theirs[one] - theirs[other]))
    return apart / (2 * pairs) if pairs else 0.0


def _places(tiers: Sequence[Collection[str]]) -> dict[str, int]:
    return {key: place for place, tier in enumerate(tiers) for key in tier}


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)

"""How far two answers are apart: 0 for equal ones, the same in both directions.

These are the difference functions that Krippendorff's alpha takes. Pure, and independent of kinds.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import combinations
from typing import Any


def nominal(a: Any, b: Any) -> float:
    """0 if equal, otherwise 1. Source: Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011)."""
    return 0.0 if a == b else 1.0


def interval(a: float, b: float) -> float:
    """The squared difference, in squared steps of the scale. Source: Krippendorff (2011), interval metric."""
    return float(a - b) ** 2


def mean_difference(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    """The mean absolute difference of what both have rated, in steps of the scale; nothing in common is 0."""
    common = a.keys() & b.keys()
    return sum(abs(a[key] - b[key]) for key in common) / len(common) if common else 0.0


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


def span_overlap(a: Sequence[Mapping[str, Any]], b: Sequence[Mapping[str, Any]]) -> float:
    """The share of all marked characters that only one of the two marked so, 0..1.

    A character counts once for each label that it has; {"label", "start", "end"}, ends excluded. Where each mark
    begins and ends counts by how far off it is, not whether. Jaccard's measure (1912), of characters.
    """
    ours, theirs = _marked(a), _marked(b)
    both = sum(_common(ours[label], theirs[label]) for label in ours.keys() & theirs.keys())
    one = sum(end - start for runs in ours.values() for start, end in runs)
    other = sum(end - start for runs in theirs.values() for start, end in runs)
    together = one + other - both
    return (together - both) / together if together else 0.0


def _marked(spans: Sequence[Mapping[str, Any]]) -> dict[str, list[tuple[int, int]]]:
    """Label -> runs of characters that have it, in order, none touching another."""
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for span in sorted(spans, key=lambda one: int(one["start"])):
        runs, start, end = found[span["label"]], span["start"], span["end"]
        if runs and start <= runs[-1][1]:
            start, end = runs[-1][0], max(end, runs.pop()[1])
        runs.append((start, end))
    return found


def _common(ours: Sequence[tuple[int, int]], theirs: Sequence[tuple[int, int]]) -> int:
    """How many characters lie in runs of both."""
    length = i = j = 0
    while i < len(ours) and j < len(theirs):
        length += max(0, min(ours[i][1], theirs[j][1]) - max(ours[i][0], theirs[j][0]))
        if ours[i][1] <= theirs[j][1]:
            i += 1
        else:
            j += 1
    return length


def _places(tiers: Sequence[Collection[str]]) -> dict[str, int]:
    return {key: place for place, tier in enumerate(tiers) for key in tier}


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)

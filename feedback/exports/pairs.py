"""From rankings to pairs: who is preferred to whom. Pure: a ranking is its tiers of ids, best first."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

Tiers = Sequence[Sequence[str]]
Cap = Literal["all", "best_worst", "adjacent"]
Ranks = Mapping[str, float]  # id -> place from 1, the best; those of one tier share the mean of their places

TOLERANCE = 1e-9  # for shares of votes and means of ranks, which are fractions in floating point


@dataclass(frozen=True, slots=True)
class Pair:
    """One answer preferred to another. `margin`: how clearly, from 0 to 1."""

    chosen: str
    rejected: str
    margin: float


@dataclass(frozen=True, slots=True)
class Votes:
    """How many rankings prefer the first of two, how many the second, and how many tie them."""

    first: int
    second: int
    tied: int


def all_pairs(tiers: Tiers) -> int:
    """How many pairs there are, tied ones too: C(k, 2) for k answers."""
    k = sum(map(len, tiers))
    return k * (k - 1) // 2


def tied_pairs(tiers: Tiers) -> int:
    """How many pairs share a tier."""
    return sum(len(tier) * (len(tier) - 1) // 2 for tier in tiers)


def average_ranks(tiers: Tiers) -> dict[str, float]:
    """Id -> place from 1; three that tie for the first places have 2.0 each, whatever the empty tiers."""
    found: dict[str, float] = {}
    for tier in tiers:
        place = len(found) + (len(tier) + 1) / 2
        found |= dict.fromkeys(tier, place)
    return found


def ordered(tiers: Tiers, cap: Cap = "all") -> Iterator[tuple[str, str]]:
    """Each pair (better, worse): C(k, 2) less the tied ones.

    `best_worst`: only of the first tier with the last; `adjacent`: only of each tier with the next.
    """
    filled = [tier for tier in tiers if tier]
    last = len(filled) - 1
    for upper, lower in combinations(range(len(filled)), 2):
        within = {"all": True, "best_worst": (upper, lower) == (0, last), "adjacent": lower == upper + 1}
        if within[cap]:
            yield from ((better, worse) for better in filled[upper] for worse in filled[lower])


def by_one(tiers: Tiers, cap: Cap = "all") -> list[Pair]:
    """The pairs of one ranking; the margin is the distance in places, as a share of the greatest possible."""
    ranks = average_ranks(tiers)
    most = max(len(ranks) - 1, 1)
    return [
        Pair(better, worse, (ranks[worse] - ranks[better]) / most) for better, worse in ordered(tiers, cap)
    ]


def votes(rankings: Sequence[Tiers]) -> dict[tuple[str, str], Votes]:
    """For each two ids, in the order of `sorted`, what the rankings that hold both say."""
    counted: dict[tuple[str, str], Counter[int]] = {}
    for tiers in rankings:
        ranks = {one: rank for rank, tier in enumerate(tiers) for one in tier}
        for first, second in combinations(sorted(ranks), 2):
            sign = (ranks[first] > ranks[second]) - (ranks[first] < ranks[second])
            counted.setdefault((first, second), Counter())[sign] += 1
    return {two: Votes(count[-1], count[1], count[0]) for two, count in sorted(counted.items())}


def by_majority(counted: Mapping[tuple[str, str], Votes], threshold: float = 0.0) -> list[Pair]:
    """The pairs that more rankings order one way than the other; the margin is the lead as a share.

    `threshold`: the least share of the votes, ties included, that the preferred one needs. Majorities may run
    in a circle (A over B, B over C, C over A); all three are given then.
    """
    won: list[Pair] = []
    for (first, second), count in counted.items():
        most, least = max(count.first, count.second), min(count.first, count.second)
        total = most + least + count.tied
        if most > least and most / total >= threshold - TOLERANCE:
            chosen, rejected = (first, second) if count.first > count.second else (second, first)
            won.append(Pair(chosen, rejected, (most - least) / total))
    return won


def capped(won: Sequence[Pair], cap: Cap) -> list[Pair]:
    """Of the pairs of a majority those within the cap, where tiers are of duels won less duels lost."""
    score: Counter[str] = Counter()
    for pair in won:
        score[pair.chosen] += 1
        score[pair.rejected] -= 1
    points = sorted(set(score.values()), reverse=True)
    tiers = [sorted(one for one in score if score[one] == point) for point in points]
    kept = set(ordered(tiers, cap))
    return [pair for pair in won if cap == "all" or (pair.chosen, pair.rejected) in kept]

"""From judgments to pairs: which answer is preferred to which, how clearly, by whose word. Pure: ids and numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from types import MappingProxyType
from typing import Literal, NamedTuple

Tiers = Sequence[Sequence[str]]
Policy = Literal["per_labeler", "majority", "unanimous", "mean"]
Selection = Literal["all", "adjacent", "best_rest", "best_worst"]
Places = Literal["mean", "sports"]
Heights = tuple[tuple[str, float], ...]
Said = tuple[Heights, float, Heights, tuple[tuple[str, str], ...], float]

TOLERANCE = 1e-9  # for shares of votes and means of places, which are fractions in floating point


class Judgment(NamedTuple):
    """What one person said of the answers to one prompt, in one response.

    `heights`: id -> how good, more is better, with `reach` the greatest distance that there can be; `strengths`: id
    -> how far above the worst by what the person said of each step, 0 to 1 a step, or nothing; `edits`: id of a
    text that the person wrote instead -> id of the answer that it began as; `weight`: how much the person counts.
    """

    response: str
    person: str
    heights: Mapping[str, float]
    reach: float
    strengths: Mapping[str, float] = MappingProxyType({})
    edits: Mapping[str, str] = MappingProxyType({})
    weight: float = 1.0

    @property
    def edit(self) -> str:
        """The id of the text that the person wrote instead, whether there is one or not; no answer has such an id."""
        return f"\0{self.response}"

    @property
    def said(self) -> Said:
        """All of it but whose it is."""
        strengths, edits = tuple(self.strengths.items()), tuple(self.edits.items())
        return tuple(self.heights.items()), self.reach, strengths, edits, self.weight

    @classmethod
    def of(cls, said: Said) -> Judgment:
        """Nobody's judgment that says this."""
        heights, reach, strengths, edits, weight = said
        return cls("", "", dict(heights), reach, dict(strengths), dict(edits), weight)

    def lead(self, one: str, other: str) -> float | None:
        """How far the one is above the other, below 0 if under it; None: the person did not compare them."""
        if one not in self.heights or other not in self.heights:
            return None
        if self.edits and (self._is_silent(one, other) or self._is_silent(other, one)):
            return None
        return self.heights[one] - self.heights[other]

    def _is_silent(self, edit: str, other: str) -> bool:
        """An edit beats what it began as, and what that beats; of the others nothing was said."""
        origin = self.edits.get(edit)
        return origin not in (None, other) and self.heights[other] >= self.heights[str(origin)]


class Duel(NamedTuple):
    """What the judgments that compare two answers say of them.

    `wins`, `losses`, `ties`: the weight of those that prefer the first, the second, neither. The others are for the
    first: the mean `lead`, that as a `share` of the greatest possible, the mean `strength`, -1 to 1. `by`: which of the
    judgments those are, from 0.
    """

    first: str
    second: str
    wins: float
    losses: float
    ties: float
    lead: float
    share: float
    strength: float
    by: tuple[int, ...]

    @property
    def votes(self) -> float:
        """The lead in votes, as a share of them."""
        return (self.wins - self.losses) / (self.wins + self.losses + self.ties)


class Pair(NamedTuple):
    """One answer preferred to another, or tied with it; `sign`: 1, or -1 if the chosen is the duel's second."""

    chosen: str
    rejected: str
    is_tied: bool
    duel: Duel
    sign: int


def places(tiers: Tiers, ties: Places = "mean") -> dict[str, float]:
    """Id -> place from 1, whatever the empty tiers. Two that tie for the first have 1.5 each; as in sports, 1."""
    found: dict[str, float] = {}
    for tier in tiers:
        place = len(found) + ((len(tier) + 1) / 2 if ties == "mean" else 1)
        for key in tier:
            found[key] = place
    return found


def duels(judgments: Sequence[Judgment], ids: Sequence[str], gap: float = 0.0) -> Iterator[Duel]:
    """What is said of each two of these ids, in their order; nothing of two that nobody compared.

    `gap`: a lead below it is a tie, in the eyes of the person.
    """
    least = max(gap - TOLERANCE, TOLERANCE)
    for first, second in combinations(ids, 2):
        wins = losses = ties = ahead = reach = strength = 0.0
        by: list[int] = []
        for number, one in enumerate(
            judgments
        ):  # a single pass, for there may be thousands of pairs in a record
            lead = one.lead(first, second)
            if lead is None:
                continue
            weight = one.weight
            if lead >= least:
                wins += weight
            elif lead <= -least:
                losses += weight
            else:
                ties += weight
            ahead += weight * lead
            reach += weight * one.reach
            if one.strengths:
                strength += weight * _strength(one, first, second)
            by.append(number)
        if by:
            total = wins + losses + ties
            yield Duel(
                first,
                second,
                wins,
                losses,
                ties,
                ahead / total,
                ahead / reach,
                strength / total,
                tuple(by),
            )


def decided(duel: Duel, policy: Policy, *, threshold: float = 0.0, gap: float = 0.0) -> Pair | None:
    """Who won: by the votes (of which the winner needs at least the share `threshold`, ties among them), by all of
    them, or by the mean lead (of at least `gap`). Even votes tie. None: too few agree.
    """
    if policy == "mean":
        ahead = duel.lead if abs(duel.lead) >= max(gap - TOLERANCE, TOLERANCE) else 0.0
    else:
        ahead = duel.wins - duel.losses if abs(duel.wins - duel.losses) > TOLERANCE else 0.0
    if ahead == 0:
        return Pair(duel.first, duel.second, is_tied=True, duel=duel, sign=1)
    share = max(duel.wins, duel.losses) / (duel.wins + duel.losses + duel.ties)
    needed = {"majority": threshold, "unanimous": 1.0}.get(policy, 0.0)
    if share < needed - TOLERANCE:
        return None
    if ahead > 0:
        return Pair(duel.first, duel.second, is_tied=False, duel=duel, sign=1)
    return Pair(duel.second, duel.first, is_tied=False, duel=duel, sign=-1)


def tiered(pairs: Sequence[Pair]) -> dict[str, int]:
    """Id -> tier from 0, the best, by duels won less duels lost.

    For pairs of one ranking these are its tiers. Majorities may run in a circle (A over B, B over C, C over A):
    then all of them share one.
    """
    score: Counter[str] = Counter()
    for pair in pairs:
        score[pair.chosen] += not pair.is_tied
        score[pair.rejected] -= not pair.is_tied
    tier_of = {points: tier for tier, points in enumerate(sorted(set(score.values()), reverse=True))}
    return {one: tier_of[points] for one, points in score.items()}


def selected(pairs: Sequence[Pair], selection: Selection) -> list[Pair]:
    """Those of the selection, best first.

    `adjacent`: of neighboring tiers; `best_rest`: of the best tier and any other; `best_worst`: of the best tier and
    the last. Tied pairs belong to their tier: to all of them, to each, to the best, to none unless there is but one.
    """
    tier = tiered(pairs)
    last = max(tier.values(), default=0)
    kept: list[tuple[int, int, Pair]] = []
    for pair in pairs:
        upper, lower = tier[pair.chosen], tier[pair.rejected]
        if pair.is_tied:
            upper, lower = min(upper, lower), max(upper, lower)
        elif selection != "all" and upper >= lower:
            continue  # won against the order of the whole, as in a circle
        if (
            selection == "all"
            or (selection == "adjacent" and lower - upper <= 1)
            or (selection == "best_rest" and upper == 0)
            or (selection == "best_worst" and (upper, lower) == (0, last))
        ):
            kept.append((upper, lower, pair))
    return [pair for _, _, pair in sorted(kept, key=lambda one: one[:2])]


def _strength(judgment: Judgment, first: str, second: str) -> float:
    """How much better the first is by the person's own word: steps add up, to 1 at most."""
    return max(-1.0, min(1.0, judgment.strengths[first] - judgment.strengths[second]))

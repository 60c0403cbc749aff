"""Dealing records to people by weights, so that at every moment each has what is theirs, give or take one.

It is known from scheduling (fair scheduling of periodic tasks on several processors, "PD²"): a person who is to
get the share `u` of all records may be dealt their k-th from record ⌊(k-1)/u⌋ on, and should have it by record ⌈k/u⌉.
Among those whose next one may come, whoever should have it first is first. All in whole numbers: nothing drifts.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction
from heapq import heappop, heappush
from typing import Generic, NamedTuple, TypeVar

P = TypeVar("P")
FINEST = 1000  # weights are told apart to a thousandth


class Place(NamedTuple):
    """When somebody's next record should come: earlier ones first, then those with less choice later."""

    by: int
    is_free_after: bool
    slack: int
    number: int  # of the person: who was named first


class Dealer(Generic[P]):
    """Deals records to people. `weights`: above 0. Steps for each record:

    1. Whoever's next one may come now goes over to those that are due.
    2. Out of those are taken, in order, as many as the record wants, past those who may not have it.
    3. Where too few are due, those whose next one comes soonest help out.
    """

    def __init__(
        self, weights: Mapping[P, float], *, overlap: int = 1, given: Mapping[P, int] | None = None
    ) -> None:
        """`overlap`: people for each record. `given`: what each has already; it goes on from there."""
        self.people = list(weights)
        self.overlap = min(overlap, len(self.people))
        self.given = {person: (given or {}).get(person, 0) for person in self.people}
        self.records = sum(self.given.values()) // self.overlap if self.overlap else 0
        self.shares = shares(weights, self.overlap)
        self._due: list[Place] = []
        self._coming: list[tuple[int, Place]] = []  # by the record from which on
        for number in range(len(self.people)):
            self._queue_up(number)

    def deal(self, forbidden: Collection[P] = ()) -> list[P]:
        """The people for the next record: `overlap` different ones, or fewer if the others are forbidden."""
        while self._coming and self._coming[0][0] <= self.records:
            heappush(self._due, heappop(self._coming)[1])
        chosen: list[int] = []
        passed: list[Place] = []
        while len(chosen) < self.overlap and (self._due or self._coming):
            place = heappop(self._due) if self._due else heappop(self._coming)[1]
            if self.people[place.number] in forbidden:
                passed.append(place)
            else:
                chosen.append(place.number)
        for place in passed:
            heappush(self._due, place)  # what somebody could not have, they should have soon
        self.records += bool(chosen)
        for number in chosen:
            self.given[self.people[number]] += 1
            self._queue_up(number)
        return [self.people[number] for number in chosen]

    def _queue_up(self, number: int) -> None:
        person = self.people[number]
        share, had = self.shares[person], self.given[person]
        over, under = share.numerator, share.denominator
        by = _up((had + 1) * under, over)
        left = under - over
        slack = _up(_up(by * left, under) * under, left) if left and 2 * over >= under else 0
        place = Place(by, (had + 1) * under % over == 0, -slack, number)
        heappush(self._coming, (had * under // over, place))


def shares(weights: Mapping[P, float], overlap: int) -> dict[P, Fraction]:
    """How much of each record is each person's; together `overlap`. Nobody gets a record twice: 1 is the most."""
    exact = {one: Fraction(weight).limit_denominator(FINEST) for one, weight in weights.items()}
    found: dict[P, Fraction] = {}
    left, total = Fraction(overlap), sum(exact.values())
    for person in sorted(exact, key=exact.__getitem__, reverse=True):
        found[person] = min(Fraction(1), left * exact[person] / total) if total else Fraction(1)
        if found[person] == 1:
            left, total = left - 1, total - exact[person]
    return found


def _up(number: int, by: int) -> int:
    return -(-number // by)

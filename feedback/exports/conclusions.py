"""What comes of the judgments of a record together: its pairs, and what was left out of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from feedback.exports.pairs import Judgment, Pair, Policy, Said, Selection, decided, duels, selected

FEW = 6  # answers of which people give few different orders


class Conclusion(NamedTuple):
    """The pairs to be used, best first; and of how many others too few agree, how many are tied and unwanted, how many
    the selection leaves out.
    """

    pairs: tuple[Pair, ...]
    disputed: int
    tied: int
    unselected: int


def concluded(
    judgments: Sequence[Judgment],
    ids: Sequence[str],
    *,
    policy: Policy,
    threshold: float = 0.0,
    gap: float = 0.0,
    selection: Selection = "all",
    with_ties: bool = True,
) -> Conclusion:
    """What comes of these judgments together. Orders of few answers recur, so they are remembered."""
    make = _concluded if len(ids) <= FEW else _concluded.__wrapped__
    said = tuple(one.said for one in judgments)
    return make(said, tuple(ids), policy, threshold, gap, selection, with_ties)


@lru_cache(maxsize=512)
def _concluded(
    said: tuple[Said, ...],
    ids: tuple[str, ...],
    policy: Policy,
    threshold: float,
    gap: float,
    selection: Selection,
    with_ties: bool,
) -> Conclusion:
    judgments = [Judgment.of(one) for one in said]
    decisions = [decided(one, policy, threshold=threshold, gap=gap) for one in duels(judgments, ids, gap)]
    found = [pair for pair in decisions if pair is not None]
    pairs = selected(found, selection)
    tied = 0 if with_ties else sum(pair.is_tied for pair in found)
    kept = tuple(pair for pair in pairs if with_ties or not pair.is_tied)
    return Conclusion(kept, len(decisions) - len(found), tied, len(found) - tied - len(kept))

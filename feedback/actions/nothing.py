"""Why there is nothing to do now, after the queue had nothing. The words: feedback/standing.py."""

from __future__ import annotations

from dataclasses import replace

from accounts.models import Membership
from feedback.models import Dataset
from feedback.standing import Nothing, standings

__all__ = ["Nothing", "explain"]


def explain(dataset: Dataset, by: Membership, *, refused: str | None = None) -> Nothing:
    """Why the queue has nothing for this person. `refused`: the rule that stood against it (`handing_refused`)."""
    standing = standings([dataset.pk], by)[dataset.pk]
    return replace(standing, refused=refused).why_nothing()

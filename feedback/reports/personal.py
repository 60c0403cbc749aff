"""How much there is of one person."""

from __future__ import annotations

from django.db.models import Sum

from accounts.models import Membership
from feedback.models import LabelerTally, Record


def holdings(member: Membership) -> dict[str, int]:
    """`submitted`, `discarded`, `drafts`: answers by what became of them; `records`: that they wrote."""
    tallies = LabelerTally.objects.filter(membership=member)
    sums = tallies.aggregate(*(Sum(name) for name in ("submitted", "discarded", "drafts")))
    counts = {name.removesuffix("__sum"): number or 0 for name, number in sums.items()}
    return {**counts, "records": Record.objects.filter(author=member).count()}

"""API keys as lists show them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import ApiKey


@dataclass(frozen=True)
class Listed:
    """A key, and the names of the workspaces that it is for; None: of all. One that is gone has no name."""

    key: ApiKey
    workspaces: list[str] | None

    @property
    def has_expired(self) -> bool:
        """Whether its end is over."""
        return not self.key.is_valid(timezone.now())


def listed(keys: QuerySet[ApiKey]) -> list[Listed]:
    """Those that nobody has ended, oldest first."""
    found = list(keys.filter(revoked_at=None).select_related("membership__organization"))
    wanted = {pk for key in found for pk in key.workspace_ids or ()}
    names = {}
    if wanted:
        there = found[0].membership.organization.workspaces.filter(pk__in=wanted)
        names = dict(there.values_list("pk", "name"))
    return [
        Listed(
            key,
            None
            if key.workspace_ids is None
            else sorted(names[pk] for pk in key.workspace_ids if pk in names),
        )
        for key in found
    ]

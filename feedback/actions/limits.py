"""How many imports and exports one organization may begin: workers are everybody's."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings

from core.limits import spend

HOUR = 3600


def count_import(organization_id: UUID) -> None:
    """One more import. `TooOften` if there were too many in this hour."""
    spend("imports", organization_id, most=settings.IMPORTS_PER_HOUR, seconds=HOUR)


def count_export(organization_id: UUID) -> None:
    """One more export."""
    spend("exports", organization_id, most=settings.EXPORTS_PER_HOUR, seconds=HOUR)

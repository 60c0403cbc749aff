"""Times as the contract writes them: UTC, without a zone, with microseconds (section 1.1)."""

from datetime import UTC, datetime


def wire_time(at: datetime) -> str:
    """2026-11-22T23:05:42.537616"""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat()

"""How large the parts are in which files come."""

from django.conf import settings

MB = 2**20


def part_size() -> int:
    """Bytes that a browser sends at once."""
    size: int = settings.UPLOAD_PART_MB * MB
    return size


def most_at_once() -> int:
    """Bytes that anybody may send at once."""
    return 8 * part_size()

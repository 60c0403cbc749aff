"""Pages of long lists: nothing here counts a million rows."""

from functools import cached_property
from typing import Any

from django.core.paginator import Paginator

MOST = 10_000  # rows that a list leads to; what lies beyond is found by searching


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts to `MOST` and stops."""

    @cached_property
    def count(self) -> int:
        """How many rows there are, or `MOST`."""
        rows: Any = self.object_list
        return int(rows[:MOST].count())

"""Pages of long lists: nothing here counts a million rows."""

from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Model, OuterRef, Subquery
from django.db.models.functions import Coalesce

MOST = 10_000  # rows that a list leads to; what lies beyond is found by searching


def counting(model: type[Model], relation: str) -> Coalesce:
    """How many related rows each row has: asked only of those on the page, as joined rows would not be."""
    field: Any = model._meta.get_field(relation)
    back = field.field.name
    theirs = field.related_model._base_manager.filter(**{back: OuterRef("pk")}).order_by().values(back)
    return Coalesce(Subquery(theirs.annotate(number=Count("*")).values("number")), 0)


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts to `MOST` and stops."""

    @cached_property
    def count(self) -> int:
        """How many rows there are, or `MOST`."""
        rows: Any = self.object_list
        return int(rows[:MOST].count())

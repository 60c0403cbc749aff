"""How many there are of what belongs to a row, for lists: never by joining, which multiplies rows."""

from typing import Any

from django.db.models import Count, Model, OuterRef, Subquery
from django.db.models.functions import Coalesce


def counting(model: type[Model], relation: str) -> Coalesce:
    """How many related rows each row has: asked only of those on the page, as joined rows would not be."""
    field: Any = model._meta.get_field(relation)
    back = field.field.name
    theirs = field.related_model._base_manager.filter(**{back: OuterRef("pk")}).order_by().values(back)
    return Coalesce(Subquery(theirs.annotate(number=Count("*")).values("number")), 0)

"""A filter of dates as a condition."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q

from core.errors import Invalid
from feedback.search.query import Range, Terms, moment


def dates(name: str, one: Terms | Range) -> Q:
    """Rows with such a date under this name. `Invalid` if a value is no date."""
    if isinstance(one, Terms):
        return Q(**{f"{name}__in": [_moment(value) for value in one.values]})
    where = Q()
    if one.ge is not None:
        where &= Q(**{f"{name}__gte": _moment(one.ge)})
    if one.le is not None:
        where &= Q(**{f"{name}__lte": _moment(one.le)})
    return where


def _moment(value: Any) -> datetime:
    try:
        return moment(value)
    except ValueError as error:
        raise Invalid(str(error)) from None

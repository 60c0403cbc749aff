"""Our functions of PostgreSQL (feedback/migrations/0006_search.py) as expressions of Django."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, F, FloatField, Func, TextField, Value
from django.db.models.fields.json import KeyTransform


def part(column: str, name: str) -> KeyTransform:
    """What a JSON object has under this name."""
    return KeyTransform(name, column)


def has_term(value: Any, terms: Sequence[str]) -> Func:
    """Whether a JSON value, or one in a list, is one of these."""
    given = Value(list(terms), output_field=ArrayField(TextField()))
    return Func(value, given, function="json_has_term", output_field=BooleanField())


def has_number(value: Any, low: float | None, high: float | None) -> Func:
    """Whether a JSON number, or one in a list, lies between these."""
    bounds = [
        Func(Value(bound, output_field=FloatField()), template="%(expressions)s::float8")
        for bound in (low, high)
    ]
    return Func(value, *bounds, function="json_has_number", output_field=BooleanField())


def least(value: Any) -> Func:
    """The number, or the least of a list."""
    return Func(value, function="json_least", output_field=FloatField())


def most(value: Any) -> Func:
    """The number, or the greatest of a list."""
    return Func(value, function="json_most", output_field=FloatField())


def one_term(value: Any) -> Func:
    """A single value as text."""
    return Func(value, function="json_term", output_field=TextField())


def matches(query: str) -> Func:
    """Whether a row of `RecordWords` has these words."""
    sought = Func(Value(query), template="%(expressions)s::tsquery")
    return Func(
        F("vector"), sought, template="(%(expressions)s)", arg_joiner=" @@ ", output_field=BooleanField()
    )

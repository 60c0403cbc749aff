"""Numbers to filter by: a length, a score."""

from collections.abc import Sequence
from math import isfinite
from typing import Annotated, Any, Literal, TypeVar

from django.utils.translation import gettext_noop
from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from core.columns import as_number, as_whole
from core.errors import Invalid
from core.text import brief
from feedback.metadata import base


def _no_bool(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("A bound is a number, not true or false.")
    return value


class Bounds(base.Settings):
    """What integer and float settings share: `min` below `max`; null: no bound."""

    @field_validator("max", check_fields=False)
    @classmethod
    def _above_min(cls, highest: float | None, info: ValidationInfo) -> float | None:
        lowest = info.data.get("min")
        if highest is not None and lowest is not None and lowest >= highest:
            raise ValueError(f"The maximum must be above the minimum ({lowest}).")
        return highest


Whole = Annotated[int, BeforeValidator(_no_bool), Field(ge=-(2**63), lt=2**63)]
Fraction = Annotated[float, BeforeValidator(_no_bool), Field(allow_inf_nan=False)]


class IntegerSettings(Bounds):
    """Bounds, both included, as whole numbers of 64 bits."""

    type: Literal["integer"]
    min: Whole | None = None
    max: Whole | None = None


class FloatSettings(Bounds):
    """Bounds, both included."""

    type: Literal["float"]
    min: Fraction | None = None
    max: Fraction | None = None


S = TypeVar("S", IntegerSettings, FloatSettings)


class Number(base.Kind[S]):
    """What both kinds of number share."""

    is_number = True

    @classmethod
    def settings_for(cls, values: Sequence[Any]) -> dict[str, Any] | None:
        kind = cls({"type": cls.name})
        try:
            for value in values:
                kind.clean(kind.from_column(value))
        except Invalid:
            return None
        return {"type": cls.name}

    def within(self, value: Any) -> Any:
        """The number, or `Invalid` if it is out of bounds."""
        lowest, highest = self.settings.min, self.settings.max
        if lowest is not None and value < lowest:
            raise Invalid(f"{value} is below the minimum of {lowest}.")
        if highest is not None and value > highest:
            raise Invalid(f"{value} is above the maximum of {highest}.")
        return value


class Integer(Number[IntegerSettings]):
    """A whole number of 64 bits."""

    name = "integer"
    label = gettext_noop("Whole number")
    order = 20
    schema = IntegerSettings
    example = base.Example(
        settings={"type": "integer", "min": 0, "max": 100},
        values=[0, 7, 100],
        mistakes=[-1, 101, 5.0, 5.5, "5", True, [5], {"value": 5}, 10**30],
    )

    def from_column(self, value: Any) -> Any:
        return as_whole(value)

    def clean(self, value: Any) -> int:
        if type(value) is not int or not -(2**63) <= value < 2**63:  # `True` is an int, and no number here
            raise Invalid(f"{brief(value)} is not a whole number of at most 64 bits.")
        return int(self.within(value))

    def measured(self, number: float) -> int:
        return int(number)


class Float(Number[FloatSettings]):
    """Any number. Whole ones are taken as they are: JSON does not tell 1 from 1.0."""

    name = "float"
    label = gettext_noop("Number")
    order = 30
    schema = FloatSettings
    example = base.Example(
        settings={"type": "float", "min": 0.0, "max": 1.0},
        values=[0.5, 0.0, 1, 1.0],
        mistakes=[-0.1, 1.5, "0.5", True, [0.5], float("nan"), float("inf"), 10**400],
    )

    def from_column(self, value: Any) -> Any:
        return as_number(value)

    def clean(self, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not _fits(value):
            raise Invalid(f"{brief(value)} is not a number that can be stored.")
        return self.within(value)  # type: ignore[no-any-return]

    def measured(self, number: float) -> float:
        return round(number, 5)


def _fits(value: float) -> bool:
    try:
        return isfinite(value)
    except OverflowError:  # a whole number beyond all floats
        return False

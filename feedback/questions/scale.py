"""What the questions that rate on a scale share."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypeVar

from django.utils.translation import gettext
from pydantic import Field, StrictInt, StringConstraints, ValidationInfo, field_validator

from core.columns import as_whole
from core.errors import Invalid
from core.schema import Shape
from core.text import Text
from feedback.questions import base


class Option(Shape):
    """One point of the scale."""

    value: StrictInt = Field(ge=0, le=10)


Word = Annotated[Text, StringConstraints(min_length=1, max_length=100)]


class Settings(base.Settings):
    """`words`: what a point means, by its number: {"1": "unclear", "5": "clear"}."""

    options: list[Option] = Field(min_length=2, max_length=11)
    words: dict[str, Word] | None = None

    @field_validator("options")
    @classmethod
    def _values_differ(cls, options: list[Option]) -> list[Option]:
        if len({option.value for option in options}) < len(options):
            raise ValueError("Every rating must be a number of its own; one is there twice.")
        return options

    @field_validator("words")
    @classmethod
    def _words_have_points(cls, words: dict[str, str] | None, info: ValidationInfo) -> dict[str, str] | None:
        scale = {str(option.value) for option in info.data.get("options", ())}
        if unknown := sorted((words or {}).keys() - scale):
            raise ValueError(f"There is no rating {', '.join(unknown)} for these words.")
        return words


S = TypeVar("S", bound=Settings)


def points_for(ratings: Sequence[Any]) -> list[dict[str, int]] | None:
    """The scale that these are on: 0 and 1, 1 to 5, or to 10; None if they are no ratings."""
    found = [as_whole(one) for one in ratings] or [1, 5]
    if not all(type(one) is int and 0 <= one <= 10 for one in found):
        return None
    last = 1 if max(found) <= 1 else 5 if max(found) <= 5 else 10
    first = 0 if last == 1 or min(found) == 0 else 1
    return [{"value": point} for point in range(first, last + 1)]


def points_for_each(answers: Sequence[Any]) -> list[dict[str, int]] | None:
    """The same for answers that rate each of several things."""
    if not all(isinstance(one, Mapping) and isinstance(one.get("ratings"), Mapping) for one in answers):
        return None
    return points_for([point for one in answers for point in one["ratings"].values()])


class Scale(base.Kind[S]):
    """A question that rates: its points stay, for answers refer to them; the words may change."""

    changeable = frozenset({"words"})

    @property
    def points(self) -> list[int]:
        """The ratings that may be given, in their order on screen."""
        return [option.value for option in self.settings.options]

    @property
    def scale(self) -> tuple[float, float]:
        return float(min(self.points)), float(max(self.points))

    def check(self, value: Any) -> int:
        """The rating, or `Invalid` if it is no point of the scale."""
        if type(value) is not int or value not in self.points:  # `True` is an int, and no rating
            raise Invalid(
                gettext("Choose one of the ratings %(ratings)s.")
                % {"ratings": ", ".join(map(str, self.points))}
            )
        return value

    def wire_settings(self) -> dict[str, Any]:
        settings = super().wire_settings()
        return {key: value for key, value in settings.items() if key != "words" or value}

"""How good is it, on a short scale of whole numbers?"""

from typing import Annotated, Any, Literal

from django.http import QueryDict
from pydantic import Field, StrictInt, StringConstraints, ValidationInfo, field_validator

from core.columns import as_whole
from core.errors import Invalid
from core.schema import Shape
from core.text import Text
from feedback.agreement import distances
from feedback.item import Item
from feedback.questions import base


class Option(Shape):
    """One point of the scale."""

    value: StrictInt = Field(ge=0, le=10)


Word = Annotated[Text, StringConstraints(min_length=1, max_length=100)]


class Settings(base.Settings):
    """`words`: what a point means, by its number: {"1": "unclear", "5": "clear"}."""

    type: Literal["rating"]
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


class Rating(base.Kind[Settings]):
    """How good is it? One number of the scale."""

    name = "rating"
    label = "Rating"
    order = 30
    schema = Settings
    distance = staticmethod(distances.interval)
    is_sought = True
    changeable = frozenset({"words"})
    example = base.Example(
        settings={
            "type": "rating",
            "options": [{"value": 1}, {"value": 2}, {"value": 3}],
            "words": {"1": "unclear", "3": "clear"},
        },
        answers=[2, 1, 3],
        mistakes=[4, 0, "2", 2.0, 2.5, None, True, [2], {"value": 2}, 10**30],
        posted={"quality": "2"},
        wire=2,
    )

    @property
    def scale(self) -> list[int]:
        """The ratings that may be given, in their order on screen."""
        return [option.value for option in self.settings.options]

    def clean(self, value: Any, item: Item, *, final: bool = True) -> int:
        if type(value) is not int or value not in self.scale:  # `True` is an int, and no rating
            raise Invalid(f"Choose one of the ratings {', '.join(map(str, self.scale))}.")
        return value

    def from_column(self, value: Any) -> Any:
        return as_whole(value)

    def read(self, form: QueryDict, name: str, item: Item) -> int | str | None:
        value = form.get(name)
        return base.whole(value) if value else None

    def wire_settings(self) -> dict[str, Any]:
        settings = self.settings.model_dump()
        return settings if self.settings.words else {key: settings[key] for key in ("type", "options")}

    def score(self, answer: Any) -> float | None:
        return float(answer)

"""How good is it, on a short scale of whole numbers?"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from django.http import QueryDict
from django.utils.translation import gettext_noop

from core.columns import as_whole
from feedback.agreement import distances
from feedback.item import Item
from feedback.questions import base, scale


class Settings(scale.Settings):
    """As every question that rates."""

    type: Literal["rating"]


class Rating(scale.Scale[Settings]):
    """How good is it? One number of the scale."""

    name = "rating"
    label = gettext_noop("Rating")
    order = 30
    schema = Settings
    distance = staticmethod(distances.interval)
    distance_unit = gettext_noop("steps of the scale, squared: two steps apart are 4")
    is_sought = True
    fits_any = True
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

    @classmethod
    def settings_for(cls, answers: Sequence[Any]) -> dict[str, Any] | None:
        points = scale.points_for(answers)
        return {"type": cls.name, "options": points} if points else None

    def clean(self, value: Any, item: Item, *, final: bool = True) -> int:
        return self.check(value)

    @property
    def offered(self) -> Mapping[str, str]:
        return {str(point): str(point) for point in self.points}

    def from_column(self, value: Any) -> Any:
        return as_whole(value)

    def read(self, form: QueryDict, name: str, item: Item) -> int | str | None:
        value = form.get(name)
        return base.whole(value) if value else None

    def said(self, answer: Any) -> Sequence[Any]:
        return [answer]

    def score(self, answer: Any) -> float | None:
        return float(answer)

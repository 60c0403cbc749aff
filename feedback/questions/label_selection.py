"""Which one label fits?"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from django.utils.translation import gettext_noop

from core.columns import as_text
from feedback.agreement import distances
from feedback.item import Item
from feedback.questions import base, labels


class Settings(labels.Settings):
    """As every question that gives labels."""

    type: Literal["label_selection"]


class LabelSelection(labels.Labels[Settings]):
    """Which label fits? One of the options."""

    name = "label_selection"
    label = gettext_noop("Label")
    order = 40
    schema = Settings
    fits_any = True
    distance = staticmethod(distances.nominal)
    distance_unit = gettext_noop("0 if they are the same, otherwise 1")
    example = base.Example(
        settings={
            "type": "label_selection",
            "options": [
                {"value": "yes", "text": "Yes"},
                {"value": "no", "text": "No"},
                {"value": "unsure", "text": "Cannot say", "description": "It needs an expert."},
            ],
            "visible_options": 3,
        },
        answers=["yes", "unsure", "no"],
        mistakes=["maybe", "Yes", "", 1, True, None, ["yes"], {"value": "yes"}],
        posted={"quality": "yes"},
        wire="yes",
    )

    @classmethod
    def settings_for(cls, answers: Sequence[Any]) -> dict[str, Any] | None:
        options = labels.options_for(answers) if not any(isinstance(one, list) for one in answers) else None
        return {"type": cls.name, "options": options} if options else None

    def clean(self, value: Any, item: Item, *, final: bool = True) -> str:
        return self.check(value)

    def from_column(self, value: Any) -> Any:
        return as_text(value)

    @property
    def offered(self) -> Mapping[str, str]:
        return self.texts

    def said(self, answer: Any) -> Sequence[Any]:
        return [answer]

    def chosen(self, answer: Any) -> Sequence[str] | None:
        return [answer]

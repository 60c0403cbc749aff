"""Which labels fit?"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from django.http import QueryDict
from django.utils.translation import gettext, gettext_noop

from core.columns import as_parts, as_text
from core.errors import Invalid
from feedback.agreement import distances
from feedback.item import Item
from feedback.questions import base, labels


class Settings(labels.Settings):
    """`options_order`: as written, or those that were suggested first."""

    type: Literal["multi_label_selection"]
    options_order: Literal["natural", "suggestion"] = "natural"


class MultiLabelSelection(labels.Labels[Settings]):
    """Which labels fit? One or more of the options, in the order in which they were given."""

    name = "multi_label_selection"
    label = gettext_noop("Labels")
    order = 50
    schema = Settings
    fits_any = True
    distance = staticmethod(distances.jaccard)
    distance_unit = gettext_noop("the share of labels that only one of the two chose, 0 to 1")
    is_many = True
    changeable = labels.Labels.changeable | {"options_order"}
    example = base.Example(
        settings={
            "type": "multi_label_selection",
            "options": [
                {"value": "wrong", "text": "Has mistakes"},
                {"value": "long", "text": "Too long"},
                {"value": "rude", "text": "Rude"},
            ],
            "options_order": "suggestion",
        },
        answers=[["wrong", "rude"], ["long"], ["rude", "long", "wrong"]],
        mistakes=[[], ["kind"], ["long", "long"], "long", None, [1], [["long"]], [None], {"long": True}],
        posted={"quality": ["wrong", "rude"]},
        wire=["wrong", "rude"],
    )

    @classmethod
    def settings_for(cls, answers: Sequence[Any]) -> dict[str, Any] | None:
        lists = [one if isinstance(one, list) else [one] for one in answers]
        options = labels.options_for(label for one in lists for label in one)
        return {"type": cls.name, "options": options} if options else None

    def clean(self, value: Any, item: Item, *, final: bool = True) -> list[str]:
        if not isinstance(value, list) or not value:
            raise Invalid(gettext("Choose at least one label."))
        chosen = [self.check(label) for label in value]
        if twice := [label for place, label in enumerate(chosen) if label in chosen[:place]]:
            raise Invalid(
                gettext("The label %(label)s is chosen twice. Choose it once.") % {"label": repr(twice[0])}
            )
        return chosen

    def from_column(self, value: Any) -> Any:
        found = as_parts(value)
        return [as_text(label) for label in found] if isinstance(found, list) else [as_text(found)]

    def read(self, form: QueryDict, name: str, item: Item) -> list[str] | None:
        return form.getlist(name) or None

    @property
    def offered(self) -> Mapping[str, str]:
        return self.texts

    def said(self, answer: Any) -> Sequence[Any]:
        return answer if isinstance(answer, list) else []

    def chosen(self, answer: Any) -> Sequence[str] | None:
        return list(answer)

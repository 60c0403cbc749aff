"""What the questions that give labels share."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.utils.translation import gettext
from pydantic import Field, ValidationInfo, field_validator

from core.columns import as_text
from core.errors import Invalid
from core.text import brief
from feedback.questions import base
from feedback.questions.options import ManyOptions, listed


class Settings(base.Settings):
    """`visible_options`: how many are shown before "more"; null: all of them."""

    options: ManyOptions
    visible_options: int | None = Field(None, ge=3)

    @field_validator("visible_options")
    @classmethod
    def _not_more_than_there_are(cls, visible: int | None, info: ValidationInfo) -> int | None:
        options = info.data.get("options")
        if visible is not None and options is not None and visible > len(options):
            raise ValueError(f"There are only {len(options)} options to show.")
        return visible


S = TypeVar("S", bound=Settings)
MOST_FOUND = 100  # labels that are taken for labels; more are words


def options_for(found: Iterable[Any]) -> list[dict[str, str]] | None:
    """Options for these labels, in the order in which they first appear; None if they are no labels."""
    labels = [as_text(label) for label in found]
    if not all(isinstance(label, str) and 1 <= len(label) <= 200 for label in labels):
        return None
    labels = list(dict.fromkeys(labels))
    if not 2 <= len(labels) <= MOST_FOUND:
        return None
    return [{"value": label, "text": label} for label in labels]


class Labels(base.Kind[S]):
    """A question that gives labels: its options keep their values, for answers refer to them."""

    changeable = frozenset({"options", "visible_options"})
    is_sought = True

    @property
    def values(self) -> list[str]:
        """The labels that may be given, in their order."""
        return [option.value for option in self.settings.options]

    @property
    def texts(self) -> dict[str, str]:
        """The same, each with what people read."""
        return {option.value: option.text for option in self.settings.options}

    def changed(self, patch: Mapping[str, Any]) -> dict[str, Any]:
        new = super().changed(patch)
        if sorted(option["value"] for option in new["options"]) != sorted(self.values):
            sentence = (
                "Options may change their texts and their order, not their values; "
                f"they must stay {listed(self.values)}."
            )
            raise Invalid(sentence, {"options": sentence})
        return new

    def check(self, value: Any) -> str:
        """The label, or `Invalid` if it is none of the options."""
        if not isinstance(value, str) or value not in self.values:
            raise Invalid(
                gettext("%(label)s is not one of the labels. Choose from %(labels)s.")
                % {"label": brief(value), "labels": listed(self.values)}
            )
        return value

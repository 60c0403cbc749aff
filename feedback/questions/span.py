"""Which pieces of a text are what?"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from json import JSONDecodeError, loads
from typing import Annotated, Any, Literal

from django.http import QueryDict
from django.utils.translation import gettext, gettext_noop, ngettext
from pydantic import Field, StringConstraints

from core.errors import Invalid
from core.text import Text, brief
from feedback import fields as field_kinds
from feedback.agreement import distances
from feedback.item import Item
from feedback.questions import base, labels
from feedback.questions.options import Options

MOST = 10_000  # spans in one answer
QUOTED = 120  # characters of a span that are quoted in lists


class Settings(labels.Settings):
    """`field`: the text to mark; `allow_overlapping`: whether a piece may be part of two spans."""

    type: Literal["span"]
    field: Annotated[Text, StringConstraints(min_length=1, max_length=200)] = Field(
        title=gettext_noop("Mark in the text of"),
        description=gettext_noop("One question of this kind for each field."),
    )
    options: Annotated[Options, Field(min_length=1, max_length=500)]
    allow_overlapping: bool = Field(
        False,
        title=gettext_noop("Marks may overlap"),
        description=gettext_noop("Once allowed in a published dataset, it stays allowed."),
    )


class WireSettings(Settings):
    """The same with a word of the contract for what is always so: marks begin and end at any character."""

    allow_character_annotation: bool = True


class Span(labels.Labels[Settings]):
    """Which pieces of the text are what? Spans with a label; offsets count Unicode code points, ends excluded."""

    name = "span"
    is_sought = False
    label = gettext_noop("Spans")
    order = 60
    schema = Settings
    distance = staticmethod(distances.span_overlap)
    distance_unit = gettext_noop("the share of marked characters that only one of the two marked, 0 to 1")
    changeable = labels.Labels.changeable | {"allow_overlapping"}
    example = base.Example(
        settings={
            "type": "span",
            "field": "text",
            "options": [{"value": "thing", "text": "A thing"}, {"value": "place", "text": "A place"}],
            "allow_overlapping": False,
        },
        answers=[
            [{"label": "place", "start": 8, "end": 11}, {"label": "thing", "start": 2, "end": 4}],
            [{"label": "thing", "start": 0, "end": 3}],
            [],
        ],
        mistakes=[
            *(None, True, 3, "thing", {}, ["thing"], [None], [[2, 3, "thing"]]),
            *([{"label": "thing"}], [{"label": "thing", "start": 0}], [{"start": 0, "end": 1}]),
            [{"label": "thing", "start": -1, "end": 1}],
            [{"label": "thing", "start": 2, "end": 2}],
            [{"label": "thing", "start": 3, "end": 2}],
            [{"label": "thing", "start": 0, "end": 13}],
            [{"label": "thing", "start": 12, "end": 13}],
            [{"label": "thing", "start": False, "end": 1}],
            [{"label": "thing", "start": 0, "end": True}],
            [{"label": "thing", "start": 0.0, "end": 1}],
            [{"label": "thing", "start": "0", "end": "1"}],
            [{"label": "colour", "start": 0, "end": 1}],
            [{"label": None, "start": 0, "end": 1}],
            [{"label": "thing", "start": 0, "end": 2}, {"label": "place", "start": 1, "end": 3}],
            [{"label": "thing", "start": 0, "end": 2}, {"label": "thing", "start": 0, "end": 2}],
            [{"label": "thing", "start": 0, "end": 1}] * (MOST + 1),
        ],
        posted={
            "quality": '[{"label":"place","start":8,"end":11},{"label":"thing","start":2,"end":4}]',
        },
        item=Item(fields={"text": "A 🕳️ is بئر."}),
        wire=[{"label": "place", "start": 8, "end": 11}, {"label": "thing", "start": 2, "end": 4}],
    )

    @classmethod
    def settings_for(cls, answers: Sequence[Any]) -> dict[str, Any] | None:
        """Without the field that is marked, which its answers do not tell."""
        found = [mark for one in answers if isinstance(one, list) for mark in one]
        if not found or not all(
            isinstance(mark, Mapping) and isinstance(mark.get("label"), str) for mark in found
        ):
            return None
        names = dict.fromkeys(mark["label"] for mark in found)
        return {"type": cls.name, "options": [{"value": name, "text": name} for name in names]}

    # What is an answer?

    def clean(self, value: Any, item: Item, *, final: bool = True) -> list[dict[str, Any]]:
        if not isinstance(value, list):
            raise Invalid('Marks are a list of {"label", "start", "end"}.')
        if len(value) > MOST:
            raise Invalid(
                ngettext(
                    "A text has at most %(most)s mark; these are %(given)s.",
                    "A text has at most %(most)s marks; these are %(given)s.",
                    MOST,
                )
                % {"most": f"{MOST:,}", "given": f"{len(value):,}"}
            )
        text = item.fields.get(self.settings.field)
        if text is None:
            raise Invalid(
                gettext("The record has no %(field)s that could be marked.")
                % {"field": repr(self.settings.field)}
            )
        length = len(text) if isinstance(text, str) else None
        spans = [self._span(one, number, length) for number, one in enumerate(value, 1)]
        if not self.settings.allow_overlapping:
            _refuse_overlap(spans)
        return spans

    def _span(self, one: Any, number: int, length: int | None) -> dict[str, Any]:
        if not isinstance(one, Mapping):
            raise Invalid(f'Mark {number} must be an object {{"label", "start", "end"}}.')
        start, end = one.get("start"), one.get("end")
        if type(start) is not int or type(end) is not int:  # `True` is an int, and no place in a text
            raise Invalid(f"Mark {number} needs start and end, whole numbers that count characters.")
        if not 0 <= start < end:
            raise Invalid(
                f"Mark {number} goes from {brief(start)} to {brief(end)}; it must end after it begins."
            )
        if length is not None and end > length:
            raise Invalid(f"Mark {number} ends at {brief(end)}, but the text has {length:,} characters.")
        return {"label": self.check(one.get("label")), "start": start, "end": end}

    def read(self, form: QueryDict, name: str, item: Item) -> Any | None:
        """The form holds them as JSON; "[]" says that there is nothing to mark, and empty text says nothing."""
        text = form.get(name)
        if not text:
            return None
        try:
            return loads(text)
        except (JSONDecodeError, RecursionError, ValueError):
            return text  # for `clean` to refuse

    def fill(self, answer: Any, item: Item) -> list[dict[str, Any]]:
        """Each with its `quote`, the beginning of what it marks, and `text`, what its label is called."""
        text = item.fields.get(self.settings.field)
        called = {option.value: option.text for option in self.settings.options}
        quotable = text if isinstance(text, str) else ""
        return [{**one, "text": called[one["label"]], "quote": _quote(quotable, one)} for one in answer]

    # How does it look?

    def is_main(self, *, required: bool) -> bool:
        return True

    @property
    def takes_over(self) -> frozenset[str]:
        return frozenset({self.settings.field})

    def shows(self, item: Item) -> frozenset[str]:
        return self.takes_over if isinstance(item.fields.get(self.settings.field), str) else frozenset()

    def show(self, item: Item) -> dict[str, Any]:
        """The `text` to mark, as it is written; None if the record has none."""
        text = item.fields.get(self.settings.field)
        return {"text": text if isinstance(text, str) else None}

    # How may it be changed?

    @classmethod
    def wire_shape(cls) -> type[WireSettings]:
        return WireSettings

    def wire_settings(self) -> dict[str, Any]:
        return {**self.settings.model_dump(), "allow_character_annotation": True}

    def changed(self, patch: Mapping[str, Any]) -> dict[str, Any]:
        new = super().changed(patch)
        says_so = "allow_overlapping" in patch and new["allow_overlapping"]
        if self.settings.allow_overlapping and not says_so:
            sentence = "Marks may overlap here, and that stays. Say allow_overlapping: true."
            raise Invalid(sentence, {"allow_overlapping": sentence})
        return new

    @classmethod
    def may_be_about(cls, kind: type[field_kinds.Kind[Any]]) -> bool:
        return kind.holds_text

    def suits(self, fields: Mapping[str, str], others: Sequence[base.Kind[Any]] = ()) -> None:
        name = self.settings.field
        if name not in fields:
            sentence = f"There is no field {name!r} to mark. Add one, or name another."
            raise Invalid(sentence, {"field": sentence})
        if any(isinstance(other, Span) and other.settings.field == name for other in others):
            sentence = f"Another question marks the field {name!r} already. Add its labels there."
            raise Invalid(sentence, {"field": sentence})

    # What does an answer mean?

    @property
    def marks(self) -> str | None:
        return self.settings.field

    def spans(self, answer: Any) -> Sequence[Mapping[str, Any]] | None:
        return list(answer)


def _refuse_overlap(spans: Sequence[Mapping[str, Any]]) -> None:
    for one, next_one in pairwise(sorted(spans, key=lambda span: (span["start"], span["end"]))):
        if next_one["start"] < one["end"]:
            raise Invalid(
                gettext(
                    "The marks from %(start)s to %(end)s and from %(next_start)s to %(next_end)s overlap. "
                    "This question does not allow that."
                )
                % {**one, "next_start": next_one["start"], "next_end": next_one["end"]}
            )


def _quote(text: str, span: Mapping[str, Any]) -> str:
    start, end = span["start"], span["end"]
    return text[start:end] if end - start <= QUOTED else f"{text[start : start + QUOTED]}…"

"""What a dataset asks for, without the database: kinds by name, and the rules for a record as a whole.

Imports, the API and pages build one `DatasetShape` per dataset and check every record against it (contract
section 5).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext

from core.errors import Invalid
from feedback import fields as field_kinds
from feedback import metadata as metadata_kinds
from feedback import questions as question_kinds
from feedback.item import Candidate, Item
from feedback.questions.shown_when import ShownWhen


@dataclass(frozen=True)
class FieldShape:
    """One field of a dataset."""

    name: str
    title: str
    required: bool
    kind: field_kinds.Kind[Any]


@dataclass(frozen=True)
class QuestionShape:
    """One question of a dataset. `id` is what suggestions refer to."""

    id: str
    name: str
    title: str
    required: bool
    kind: question_kinds.Kind[Any]
    description: str | None = None

    def scores(self, value: Any, answer: Any, score: Any) -> Any:
        """The score of a suggestion as it is stored: a number for a single value, a list of equal length for a list
        (contract section 5.5). `value`: as it was sent; `answer`: as it is stored.
        """
        if score is None:
            return None
        if not isinstance(value, list):
            if isinstance(score, list):
                raise Invalid("A single value has a single score, not a list.")
            return score
        if not isinstance(score, list) or len(score) != len(value):
            raise Invalid(f"A list of {len(value)} values needs a list of as many scores, or none.")
        return self.kind.align(value, answer, score)

    @property
    def shown_when(self) -> ShownWhen | None:
        """The condition on which it is asked; None: it always is."""
        when: ShownWhen | None = self.kind.settings.shown_when
        return when


@dataclass(frozen=True)
class PropertyShape:
    """One metadata property of a dataset."""

    name: str
    title: str
    kind: metadata_kinds.Kind[Any]


@dataclass(frozen=True)
class DatasetShape:
    """The fields, questions and metadata properties of a dataset, each by its name, in their order.

    `vectors`: name -> number of dimensions. `people`: whose answers may come in, by username, e-mail, pseudonym or id
    -> id of the member; only where that is asked (actions/known_people.py). `suggested`: the questions to which
    anything was suggested, likewise (actions/export_plans.py); None: nobody asked.
    """

    fields: Mapping[str, FieldShape]
    questions: Mapping[str, QuestionShape] = field(default_factory=dict)
    metadata: Mapping[str, PropertyShape] = field(default_factory=dict)
    allow_extra_metadata: bool = True
    vectors: Mapping[str, int] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    suggested: frozenset[str] | None = None

    def clean_fields(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """All fields of one record as they are stored. `Invalid.errors` names each field that is wrong."""
        if not values:
            raise Invalid(
                "A record needs at least one field.", {"fields": "A record needs at least one field."}
            )
        errors: dict[str, str] = {}
        cleaned: dict[str, Any] = {}
        for name in values.keys() - self.fields.keys():
            errors[name] = f"The dataset has no field named {name!r}."
        for name, shape in self.fields.items():
            value = values.get(name)
            if value is None:
                if shape.required:
                    errors[name] = gettext("The field %(name)s is required.") % {"name": repr(name)}
                continue
            try:
                cleaned[name] = shape.kind.clean(value)
            except Invalid as error:
                errors[name] = str(error)
        if errors:
            raise Invalid(next(iter(errors.values())), errors)
        return cleaned

    def clean_metadata(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """All metadata of one record, as stored. `Invalid.errors` names each property that is wrong."""
        errors: dict[str, str] = {}
        for name, value in values.items():
            shape = self.metadata.get(name)
            if shape is None:
                if not self.allow_extra_metadata:
                    errors[name] = (
                        f"The dataset has no metadata property named {name!r} and allows no others."
                    )
            elif value is not None:
                try:
                    shape.kind.clean(value)
                except Invalid as error:
                    errors[name] = str(error)
        if errors:
            raise Invalid(next(iter(errors.values())), errors)
        return dict(values)

    def clean_answers(self, values: Mapping[str, Any], item: Item, *, final: bool) -> dict[str, Any]:
        """One person's answers as they are stored. `Invalid.errors` says for each question what is not right yet.

        A question that is not asked needs no answer; one that a program gives all the same is kept.
        """
        asked = self.asked(values)
        errors: dict[str, str] = {}
        cleaned: dict[str, Any] = {}
        for name in values.keys() - self.questions.keys():
            errors[name] = f"The dataset has no question named {name!r}."
        for name, question in self.questions.items():
            if name not in values:
                if final and question.required and name in asked:
                    errors[name] = gettext("This question needs an answer.")
                continue
            try:
                cleaned[name] = question.kind.clean(values[name], item, final=final)
            except Invalid as error:
                errors[name] = str(error)
        if final and not values and not errors:
            errors["values"] = gettext("A submitted response needs at least one answer.")
        if errors:
            name, sentence = next(iter(errors.items()))
            title = self.questions[name].title if name in self.questions else name
            raise Invalid(f"{title}: {sentence}", errors)
        return cleaned

    def asked(self, answers: Mapping[str, Any]) -> list[str]:
        """The questions that these answers ask for, in order; an answer to one that is not asked asks for none."""
        asked: list[str] = []
        for name, question in self.questions.items():
            when = question.shown_when
            if when is None or (
                when.question in asked
                and when.question in answers
                and when.holds(self.questions[when.question].kind.said(answers[when.question]))
            ):
                asked.append(name)
        return asked

    def without_unasked(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """These answers but to questions that they do not ask for."""
        gone = self.questions.keys() - self.asked(answers)
        return {name: answer for name, answer in answers.items() if name not in gone}

    def when_in_words(self, name: str) -> str:
        """On what condition this question is asked: “Is it right?” is No. Empty if it always is."""
        when = self.questions[name].shown_when
        if when is None:
            return ""
        other = self.questions[when.question]
        return when.in_words(other.kind.offered, other.title)

    def candidates(self, values: Mapping[str, Any]) -> dict[str, Sequence[Candidate]]:
        """Name of each field that holds model answers -> those answers."""
        found = {
            name: shape.kind.candidates(values[name]) for name, shape in self.fields.items() if name in values
        }
        return {name: answers for name, answers in found.items() if answers is not None}

    def texts(self, values: Mapping[str, Any]) -> list[str]:
        """The text of each field that can have some, in their order: what is searched."""
        return [
            shape.kind.plain(values[name]) if name in values else ""
            for name, shape in self.fields.items()
            if shape.kind.has_text()
        ]

    def item(self, values: Mapping[str, Any], *, seed: int = 0) -> Item:
        """One record's fields as its questions need them."""
        markdown = frozenset(name for name, shape in self.fields.items() if shape.kind.is_markdown)
        pictures = frozenset(name for name, shape in self.fields.items() if shape.kind.is_picture)
        return Item(values, self.candidates(values), seed=seed, markdown=markdown, pictures=pictures)

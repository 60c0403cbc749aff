"""What the work on a dataset is, in a few words, from the labels of its kinds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, gettext_noop

from feedback import fields, metadata, questions
from feedback.models import Dataset, Question
from feedback.setting_controls import in_words

UNASKED = gettext_noop("No questions yet")


@dataclass(frozen=True)
class Section:
    """The parts of one family. `parts`: (part, its settings in words); `kinds`: (name, label) of what can be added."""

    name: str
    title: str
    lead: str
    parts: list[tuple[Any, str]]
    kinds: list[tuple[str, str]]
    is_fixed: bool


def task_words(datasets: Sequence[Dataset]) -> Mapping[Any, str]:
    """Dataset id -> "Ranking, rating": what is required, else what is asked. One query for all of them."""
    asked: dict[Any, dict[bool, list[str]]] = {}
    rows = Question.objects.filter(dataset__in=[one.pk for one in datasets]).order_by("inserted_at", "id")
    for dataset, kind, required in rows.values_list("dataset", "type", "required"):
        labels = asked.setdefault(dataset, {True: [], False: []})[required]
        if kind in questions.kinds and questions.kinds[kind].label not in labels:
            labels.append(questions.kinds[kind].label)
    return {one.pk: _words(asked.get(one.pk, {})) for one in datasets}


def sections(dataset: Dataset) -> list[Section]:
    """Fields, questions and metadata of a dataset, in words. Three queries."""
    published = dataset.is_published
    return [
        Section(
            "fields",
            gettext("Fields"),
            gettext("what a record consists of"),
            _parts(dataset.fields),
            fields.choices(),
            published,
        ),
        Section(
            "questions",
            gettext("Questions"),
            gettext("what people answer"),
            _questions(dataset),
            questions.choices(),
            published,
        ),
        Section(
            "metadata",
            gettext("Metadata"),
            gettext("what is known about records, to filter and sort by"),
            _parts(dataset.metadata_properties),
            metadata.choices(),
            is_fixed=False,
        ),
    ]


def _parts(related: Any) -> list[tuple[Any, str]]:
    return [(part, in_words(part.settings)) for part in related.all()]


def _questions(dataset: Dataset) -> list[tuple[Any, str]]:
    asked = {name: dataset.shape.when_in_words(name) for name in dataset.shape.questions}
    conditions = {
        name: gettext("asked when %(words)s") % {"words": words} if words else ""
        for name, words in asked.items()
    }
    return [
        (part, "; ".join(filter(None, [words, conditions[part.name]])))
        for part, words in _parts(dataset.questions)
    ]


def _words(labels: Mapping[bool, list[str]]) -> str:
    chosen = labels.get(True) or labels.get(False) or []
    return gettext(", ").join(map(gettext, chosen)).capitalize() if chosen else gettext(UNASKED)

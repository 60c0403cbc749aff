"""What the labeling page needs to let questions come and go while others are answered (elements/shown-when.js)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from feedback.item import Item
from feedback.shape import DatasetShape, QuestionShape


def conditions(questions: Iterable[QuestionShape]) -> list[tuple[str, dict[str, Any]]]:
    """(name, condition) of each of these questions that is not always asked."""
    return [(one.name, one.shown_when.model_dump()) for one in questions if one.shown_when]


def waiting(shape: DatasetShape, answers: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """For each question what it waits for, in words (`when`), and whether these answers do not ask for it (`away`)."""
    due = shape.asked(answers)
    return {name: {"when": shape.when_in_words(name), "away": name not in due} for name in shape.questions}


def is_main(question: QuestionShape) -> bool:
    """Whether it stands beside the texts or in the rail. What comes and goes is no work by itself, but a remark where
    it can be: above what it hangs on nobody would see it come."""
    return question.kind.is_main(required=question.required and not question.shown_when)


def taken(shape: DatasetShape, item: Item) -> frozenset[str]:
    """The fields that a question shows itself, whatever is answered."""
    always = [question for question in shape.questions.values() if not question.shown_when]
    return frozenset[str]().union(*(question.kind.shows(item) for question in always))


def covers(shape: DatasetShape, item: Item) -> list[tuple[str, list[str]]]:
    """(field, questions) where questions show it themselves as long as they are asked."""
    shown = {
        name: question.kind.shows(item) for name, question in shape.questions.items() if question.shown_when
    }
    left = item.fields.keys() - taken(shape, item)
    found = [
        (field, [name for name, fields in shown.items() if field in fields])
        for field in shape.fields
        if field in left
    ]
    return [(field, names) for field, names in found if names]

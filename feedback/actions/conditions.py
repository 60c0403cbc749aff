"""Conditions on which questions are asked: they name an earlier question, and hold for as long as that stays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from core.errors import Invalid
from feedback import questions
from feedback.models import Question
from feedback.questions.shown_when import PATH


def settled(kind: questions.Kind[Any], earlier: Iterable[Question]) -> dict[str, Any]:
    """The settings to store, with labels of the condition by their values. `Invalid` unless one of the `earlier`
    questions has such answers. As conditions only look back, there are no circles."""
    settings = dict(kind.settings.model_dump())
    when = kind.settings.shown_when
    if when is None:
        return settings
    known = {other.name: other for other in earlier}
    if when.question not in known:
        names = ", ".join(map(repr, known)) or "none yet"
        sentence = f"There is no question {when.question!r} before this one. Those before it: {names}."
        raise Invalid(sentence, {PATH: sentence})
    other = known[when.question]
    return settings | {PATH: when.fitted(other.kind.offered, other.title).model_dump()}


def earlier(question: Question) -> Iterator[Question]:
    """The questions of its dataset that come before it. Read when they are needed: most questions have no condition."""
    for other in question.dataset.questions.all():
        if other.pk == question.pk:
            return
        yield other


def refuse_if_needed(question: Question) -> None:
    """`Invalid` if another question is asked only after an answer to this one."""
    if others := _depending(question):
        names = " and ".join(repr(other.name) for other in others)
        raise Invalid(
            f"Whether {names} is asked depends on this question. Change that first, or remove what depends on it."
        )


def refuse_unfit(question: Question, kind: questions.Kind[Any]) -> None:
    """`Invalid` if this question, becoming `kind`, loses an answer that another one is asked after."""
    for other in _depending(question):
        when = other.kind.settings.shown_when
        try:
            when.fitted(kind.offered, question.title)
        except Invalid as error:
            sentence = f"Whether {other.name!r} is asked depends on an answer that would be gone. {error}"
            raise Invalid(sentence, {"options": sentence}) from None


def _depending(question: Question) -> list[Question]:
    found = []
    for other in question.dataset.questions.exclude(pk=question.pk):
        when = other.kind.settings.shown_when
        if when is not None and when.question == question.name:
            found.append(other)
    return found

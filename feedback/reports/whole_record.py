"""Everything about one record: fields, answers, suggestions; to those who label, their own and no models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.models import Membership
from core.errors import Invalid
from feedback.item import Item
from feedback.models import Record, Response
from feedback.models.responses import NOTICED
from feedback.reports.job_progress import said
from feedback.reports.rewritten import count_words, rewritten
from feedback.search.scope import Scope
from feedback.shape import DatasetShape, QuestionShape


def whole_record(record: Record, by: Membership) -> dict[str, Any]:
    """The context of its page.

    Managers and reviewers see everything, with letters of an order that nobody's own is. Others see it as they answer
    it: in their own order, with their own response and the metadata that is meant for them.
    """
    scope = Scope(record.dataset, by)
    shape, is_blind = record.dataset.shape, scope.is_blind
    item = record.item_for(by if is_blind else None)
    responses = record.responses.select_related("membership").order_by("-updated_at")
    if is_blind:
        responses = responses.filter(membership=by)
    suggestions = list(record.suggestions.select_related("question"))
    visible = scope.properties
    return {
        "fields": [shown_field(name, shape, item) for name in shape.fields if name in record.fields],
        "answers": [
            {"letter": letter, "id": one.id, "model": one.model}
            for answers in item.candidates.values()
            for letter, one in _lettered(item, answers).items()
            if not is_blind
        ],
        "metadata": [
            (name, said(value))
            for name, value in (record.metadata or {}).items()
            if name in visible or not is_blind
        ],
        "responses": [_response(one, shape, item) for one in responses],
        "suggestions": [
            {"about": one, **answered(shape.questions[one.question.name], one.value, item)}
            for one in suggestions
            if one.question.name in shape.questions
        ],
    }


def _lettered(item: Item, answers: Any) -> dict[str, Any]:
    by_id = {one.id: one for one in answers}
    return {letter: by_id[key] for letter, key in item.lettered(list(by_id)).items()}


def shown_field(name: str, shape: DatasetShape, item: Item) -> dict[str, Any]:
    """A field of the record as the partial #show of its kind takes it, without what identifies a model."""
    field = shape.fields[name]
    shown = item.shown([one.id for one in item.candidates.get(name, ())])
    return {
        "name": name,
        "title": field.title,
        "template": field.kind.template,
        "value": field.kind.for_labeler(item.fields[name], shown),
        "settings": field.kind.settings,
        "kind": field.kind,
    }


def _response(one: Response, shape: DatasetShape, item: Item) -> dict[str, Any]:
    asked = [question for name, question in shape.questions.items() if name in one.values]
    return {
        "given": one,
        "noticed": [str(NOTICED[word]) for word in one.presentation.get("noticed", ()) if word in NOTICED],
        "questions": [
            {**answered(question, one.values[question.name], item), "began": _began(question, one)}
            for question in asked
        ],
    }


def _began(question: QuestionShape, one: Response) -> dict[str, Any] | None:
    """What was suggested to them, and what they made of it: {"agent", "same", "pieces" of texts, "gone", "new"}."""
    suggested = one.presentation.get("suggested", {}).get(question.name)
    if suggested is None:
        return None
    value, answer = suggested["value"], one.values[question.name]
    began = {"agent": suggested["agent"], "same": value == answer}
    before, after = question.kind.text(value), question.kind.text(answer)
    if began["same"] or before is None or after is None:
        return began
    pieces = rewritten(before, after)
    return began | {
        "pieces": pieces,
        "gone": count_words(pieces, "gone"),
        "new": count_words(pieces, "new"),
    }


def answered(question: QuestionShape, answer: Any, item: Item) -> Mapping[str, Any]:
    """As the partial #show of its kind takes it."""
    return {
        "name": question.name,
        "title": question.title,
        "template": question.kind.template,
        "settings": question.kind.settings,
        "answer": filled(question, answer, item),
        "show": question.kind.show(item),
    }


def filled(question: QuestionShape, answer: Any, item: Item) -> Any:
    """An answer as its widget takes it; what cannot be read, for the record has changed or it was sent so, as it is."""
    if answer is None:
        return None
    try:
        return question.kind.fill(question.kind.clean(answer, item, final=False), item)
    except Invalid:
        return answer

"""Everything about one record, for those who manage it: fields, answers, suggestions. Models are named here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.errors import Invalid
from feedback.item import Item
from feedback.models import Record, Response
from feedback.models.responses import NOTICED
from feedback.reports.job_progress import said
from feedback.reports.rewritten import count_words, rewritten
from feedback.shape import DatasetShape, QuestionShape


def whole_record(record: Record) -> dict[str, Any]:
    """The context of its page. Letters are those of an order that nobody's own is."""
    shape = record.dataset.shape
    item = shape.item(record.fields)
    responses = record.responses.select_related("membership").order_by("-updated_at")
    suggestions = list(record.suggestions.select_related("question"))
    return {
        "fields": [_field(name, shape, item) for name in shape.fields if name in record.fields],
        "answers": [
            {"letter": letter, "id": one.id, "model": one.model}
            for answers in item.candidates.values()
            for letter, one in _lettered(item, answers).items()
        ],
        "metadata": [(name, said(value)) for name, value in (record.metadata or {}).items()],
        "responses": [_response(one, shape, item) for one in responses],
        "suggestions": [
            {"about": one, **_shown(shape.questions[one.question.name], one.value, item)}
            for one in suggestions
            if one.question.name in shape.questions
        ],
    }


def _lettered(item: Item, answers: Any) -> dict[str, Any]:
    by_id = {one.id: one for one in answers}
    return {letter: by_id[key] for letter, key in item.lettered(list(by_id)).items()}


def _field(name: str, shape: DatasetShape, item: Item) -> dict[str, Any]:
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
        "noticed": [NOTICED[word] for word in one.presentation.get("noticed", ()) if word in NOTICED],
        "questions": [
            {**_shown(question, one.values[question.name], item), "began": _began(question, one)}
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


def _shown(question: QuestionShape, answer: Any, item: Item) -> Mapping[str, Any]:
    """As the partial #show of its kind takes it."""
    try:
        filled = question.kind.fill(question.kind.clean(answer, item, final=False), item)
    except Invalid:
        filled = answer  # the record has changed since
    return {
        "name": question.name,
        "title": question.title,
        "template": question.kind.template,
        "settings": question.kind.settings,
        "answer": filled,
        "show": question.kind.show(item),
    }

"""Answers and fields as the admin writes them out, for those who may know the models."""

from __future__ import annotations

import json
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from feedback.models import Dataset, Record
from feedback.shape import QuestionShape

LONGEST = 20_000  # characters of a text on a page
SHORT = 200  # characters of what is no text, such as the address of a picture


def answer(question: QuestionShape | None, value: Any) -> str:
    """One answer in one line or a text, by what it means."""
    if question is None:
        return _json(value)
    kind, meanings = question.kind, question.kind.means()
    if "tiers" in meanings and (tiers := kind.tiers(value)) is not None:
        return " › ".join(" = ".join(tier) for tier in tiers)
    if "chosen" in meanings and (chosen := kind.chosen(value)) is not None:
        return ", ".join(chosen)
    if "text" in meanings and (text := kind.text(value)) is not None:
        return text
    return _json(kind.wire(value))


def answers(dataset: Dataset, values: Any) -> list[tuple[str, str]]:
    """(title of the question, answer) of each."""
    questions = dataset.shape.questions
    return [
        (questions[name].title if name in questions else name, answer(questions.get(name), value))
        for name, value in (values or {}).items()
    ]


def record_fields(record: Record) -> list[tuple[str, list[tuple[str, str]]]]:
    """Each field's title with its texts; an answer of a model has its id and model before it."""
    found = []
    for name, value in record.fields.items():
        shape = record.dataset.shape.fields.get(name)
        found.append((shape.title if shape else name, _texts(shape.kind if shape else None, value)))
    return found


def _texts(kind: Any, value: Any) -> list[tuple[str, str]]:
    if kind is None:
        return [("", _json(value))]
    candidates = kind.candidates(value)
    if candidates is not None:
        return [(_named(one), _brief(_said(one))) for one in candidates]
    messages = kind.messages(value)
    if isinstance(value, list) and messages is not None:
        return [(str(one["role"]), _brief(str(one["content"]))) for one in messages]
    if len(value) > SHORT and (word := kind.brief(value)):
        return [("", word)]
    return [("", _brief(value if isinstance(value, str) else _json(value)))]


def _named(candidate: Any) -> str:
    return candidate.id if not candidate.model else f"{candidate.id} ({candidate.model})"


def _said(candidate: Any) -> str:
    if candidate.text is not None:
        return str(candidate.text)
    return "\n\n".join(f"{one.get('role')}: {one.get('content')}" for one in candidate.messages or ())


def _brief(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def rendered(template: str, **context: Any) -> SafeString:
    """A piece of a page, from a template of the admin, which escapes."""
    return mark_safe(render_to_string(f"admin/{template}.html", context))  # noqa: S308 - escaped by the template

"""What people answered, as it stands in a file: found, matched with members, and checked."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from core.errors import Invalid
from core.text import brief, check_json
from feedback.item import Item
from feedback.shape import DatasetShape, QuestionShape

WHO = ("annotator", "person", "user_id", "user", "username", "labeler")  # what an answer calls its author
STATUSES = {"submitted": "submitted", "draft": "draft", "discarded": "discarded", "pending": "draft"}
LONGEST_REASON = 30  # characters
LONGEST_NOTE = 2000
MOST_MS = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Answered:
    """One person's answers to a record, as they will be stored. `person`: the id of the member."""

    person: str
    status: str
    values: Mapping[str, Any]
    presentation: Mapping[str, Any] = field(default_factory=dict)
    active_ms: int | None = None
    guidelines_version: int | None = None
    reason: str | None = None
    note: str = ""
    is_extra: bool = False
    is_counted: bool = False
    inserted_at: datetime | None = None
    updated_at: datetime | None = None


def one_answer(
    person: Any, status: Any, values: Mapping[str, Any], item: Item, shape: DatasetShape
) -> Answered:
    """That of the one person whom a row is about."""
    said = {"status": status or "submitted", "annotator": person, "values": values}
    return _answered(said, item, shape)


def all_answers(value: Any, item: Item, shape: DatasetShape) -> list[Answered]:
    """Those of a list as the export writes it, or as the API has it; `Invalid` says which is wrong."""
    given = json_of(value)
    if not isinstance(given, Sequence) or isinstance(given, str):
        raise Invalid('Answers are a list of {"annotator": …, "status": …, "values": {…}}.')
    found: dict[str, Answered] = {}
    for number, one in enumerate(given, 1):
        try:
            if not isinstance(one, Mapping):
                raise Invalid("It must be an object.")
            answered = _answered(one, item, shape)
        except Invalid as error:
            raise Invalid(f"Answer {number}: {error}", error.errors) from None
        if answered.person in found:
            raise Invalid(f"Answer {number}: The same person answers twice. Keep one of the two.")
        found[answered.person] = answered
    return list(found.values())


def _answered(given: Mapping[str, Any], item: Item, shape: DatasetShape) -> Answered:
    status = STATUSES.get(str(given.get("status") or "submitted").casefold())
    if status is None:
        raise Invalid(f"{brief(given['status'])} is no status. Choose submitted, draft or discarded.")
    values = {} if given.get("values") is None else given["values"]
    if not isinstance(values, Mapping):
        raise Invalid("The values of an answer are an object: question to answer.")
    said = {name: _bare(value) for name, value in values.items()}
    check_json(given)
    return Answered(
        person=member(next((given[name] for name in WHO if given.get(name) not in (None, "")), None), shape),
        status=status,
        values=shape.clean_answers(
            {
                name: fitting(value, shape.questions[name]) if name in shape.questions else value
                for name, value in said.items()
                if value is not None
            },
            item,
            final=status == "submitted",
        ),
        presentation=_presentation(given.get("presentation")),
        active_ms=_whole(given.get("active_ms"), "active_ms"),
        guidelines_version=_whole(given.get("guideline_version"), "guideline_version"),
        reason=_reason(given.get("reason")),
        note=_remark(given.get("note")),
        is_extra=given.get("is_extra") is True,
        is_counted=given.get("is_counted") is True and status == "discarded",
        inserted_at=moment(given.get("inserted_at")),
        updated_at=moment(given.get("updated_at")),
    )


def member(name: Any, shape: DatasetShape) -> str:
    """The id of the member who is called so; `Invalid` if nobody is."""
    if isinstance(name, str | int) and not isinstance(name, bool):
        text = str(name).strip()
        if found := shape.people.get(text) or shape.people.get(text.casefold()):
            return found
        raise Invalid(
            f"Nobody in this organization is called {text[:100]!r}. Add them as a member, or leave the answers out. "
            "People are known by username, e-mail address, or the name that exports give them."
        )
    raise Invalid("It does not say who answered. Name the person.")


def authors(value: Any) -> set[str]:
    """Who is named by a list of answers, as text."""
    given = json_of(value)
    rows = [one for one in given if isinstance(one, Mapping)] if isinstance(given, list) else []
    return {str(one[name]) for one in rows for name in WHO if isinstance(one.get(name), str | int)}


def moment(value: Any) -> datetime | None:
    """A time out of its text; one without a zone is UTC."""
    if value in (None, ""):
        return None
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise Invalid(f"{brief(value)} is no time. Write it as 2026-11-22T23:05:42Z.") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def fitting(value: Any, question: QuestionShape) -> Any:
    """One label where labels are asked for is a list of one, and the other way around; numbers may be labels."""
    kind = question.kind
    if not kind.is_sought:
        return value
    if kind.is_many and not isinstance(value, list):
        value = [value]
    if not kind.is_many and isinstance(value, list) and len(value) == 1:
        value = value[0]
    return kind.from_column(value)


def json_of(value: Any) -> Any:
    """A list or an object, also one that stands as JSON in a text."""
    if isinstance(value, str) and value.strip()[:1] in {"[", "{"}:
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def _bare(value: Any) -> Any:
    return value["value"] if isinstance(value, Mapping) and value.keys() == {"value"} else value


def _presentation(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping | None):
        raise Invalid("How it was shown (presentation) is an object.")
    return value or {}


def _whole(value: Any, name: str) -> int | None:
    if value is not None and (type(value) is not int or not 0 <= value <= MOST_MS):
        raise Invalid(f"{name} is a whole number from 0.")
    return value


def _reason(value: Any) -> str | None:
    if not isinstance(value, str | None) or len(value or "") > LONGEST_REASON:
        raise Invalid(f"A reason is a text of at most {LONGEST_REASON} characters.")
    return value or None


def _remark(value: Any) -> str:
    if not isinstance(value, str | None) or len(value or "") > LONGEST_NOTE:
        raise Invalid(f"A note is a text of at most {LONGEST_NOTE:,} characters.")
    return value or ""

"""What a record has beside fields and metadata, out of a file: its ids, its vectors, what is suggested."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from core.columns import as_number
from core.errors import Invalid
from core.text import brief, check_text
from feedback.imports.answered import fitting, json_of
from feedback.item import Item
from feedback.shape import DatasetShape, QuestionShape

LARGEST = 3.4028234e38  # in single precision, as vectors are compared
LONGEST_AGENT = 200  # characters
LONGEST_ID = 2000  # bytes; PostgreSQL finds no longer ones
TYPES = frozenset({"model", "human"})


def external_id(value: Any) -> str | None:
    """The id of a record in somebody's own system; numbers become text."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if value is not None and not isinstance(value, str):
        raise Invalid("An external id is a text or a number.")
    if value is not None and len(value) * 4 > LONGEST_ID and len(value.encode(errors="replace")) > LONGEST_ID:
        raise Invalid(f"An external id has at most {LONGEST_ID:,} bytes.")
    return value


def own_id(value: Any) -> UUID | None:
    """The id of a record here."""
    try:
        return UUID(value) if value else None
    except (TypeError, ValueError, AttributeError):
        raise Invalid("The id of a record here is a UUID.") from None


def vector(value: Any, name: str, shape: DatasetShape) -> list[float]:
    """Numbers, as many as the vector of this name has."""
    numbers = json_of(value)
    if name not in shape.vectors:
        raise Invalid(f"The dataset has no vector named {name!r}.")
    if not isinstance(numbers, list) or not all(_is_number(one) for one in numbers):
        raise Invalid("A vector is a list of numbers.")
    if len(numbers) != shape.vectors[name]:
        raise Invalid(f"The vector {name!r} needs {shape.vectors[name]} numbers, not {len(numbers)}.")
    return numbers


def suggestion(given: Mapping[str, Any], question: QuestionShape, item: Item) -> dict[str, Any]:
    """Value, score, agent and type as they are stored; `Invalid.errors` names which of them is wrong."""
    value = question.kind.clean(fitting(given["value"], question), item, final=False)
    return {
        "value": value,
        "score": _score(given, question, value),
        "agent": _agent(given.get("agent")),
        "type": _type(given.get("type")),
    }


def _score(given: Mapping[str, Any], question: QuestionShape, value: Any) -> Any:
    score = json_of(given.get("score"))
    score = as_number(score) if isinstance(score, str) else score
    for one in score if isinstance(score, list) else [score]:
        if one is not None and not (_is_number(one) and 0 <= one <= 1):
            raise _wrong("score", f"{brief(one)} is no score. A score is a number from 0 to 1.")
    # A ranking has one score here, also where it stands as a list, as on the Hub.
    is_whole = not isinstance(score, list) and not isinstance(value, list)
    try:
        return question.scores(value if is_whole else given["value"], value, score)
    except Invalid as error:
        raise _wrong("score", str(error)) from None


def _agent(value: Any) -> str | None:
    if not isinstance(value, str | None) or len(value or "") > LONGEST_AGENT:
        raise _wrong(
            "agent", f"Whoever suggested it is named by a text of at most {LONGEST_AGENT} characters."
        )
    check_text(value or "")
    return value or None


def _type(value: Any) -> str | None:
    if value is not None and value not in TYPES:
        raise _wrong("type", "What suggested it is a model or a human.")
    return None if value is None else str(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and -LARGEST <= value <= LARGEST


def _wrong(beside: str, sentence: str) -> Invalid:
    return Invalid(sentence, {beside: sentence})

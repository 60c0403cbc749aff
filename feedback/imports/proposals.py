"""A dataset for a file that nobody has described: what each of its columns could be, to be corrected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext

from core.errors import Invalid
from feedback import fields, metadata, questions
from feedback.imports.guess import ANSWER, ASKED, IDS, plain
from feedback.imports.shapes import Kind as Shape
from feedback.imports.shapes import Look
from feedback.imports.targets import EXTERNAL_ID, RESPONSES, SKIP

Rows = Sequence[Mapping[str, Any]]
Values = Mapping[str, Sequence[Any]]  # column -> what stands in it, without nulls
VECTOR = "vector:"
KEPT = "metadata:"  # kept with the record, and no property
CLASSES = frozenset(
    {"label", "labels", "class", "classes", "category", "sentiment", "intent", "verdict", "gold_label"}
    | {"emotion", "toxicity", "tone", "tags"}
)
RATINGS = frozenset({"rating", "ratings", "stars", "quality", "score", "helpfulness", "grade"})
JUDGED = frozenset({"ranking", "ratings", "marks"})
READ = frozenset({"system", "context", "passage", "document", "reference", "article", "story"})
LEFT_OUT = frozenset({"own_id", "inserted_at", "updated_at"})  # of rows of our own; the mapping knows better
MOST_LABELS = 20  # of a question that is proposed; with more of them it is chosen by hand
LONG = 60  # characters, on average: what is longer is read, not filtered by
LOOKED_AT = 1000  # values of a column
FEW = 30  # different words that a term may have to be worth a filter; values that are looked at for a field


@dataclass(frozen=True)
class Planned:
    """What a column becomes. `role`: external_id, responses, skip, or <family>:<kind>; `labels`: one a line, for
    questions that have some. Without a `column` it is a question that nothing in the file answers.
    """

    column: str
    role: str
    title: str
    labels: str = ""


FAMILIES: dict[str, Any] = {"field": fields.kinds, "question": questions.kinds, "metadata": metadata.kinds}


def kind_of(role: str) -> Any:
    """The class of the kind that a role names; None if it names none."""
    family, _, name = role.partition(":")
    return next((kind for kind in FAMILIES.get(family, ()) if kind.name == name), None)


def propose(rows: Rows, shape: Shape | None) -> list[Planned]:
    """What each column could be, in the order of the file, and the questions that such records invite.

    `rows`: as they stand in the file; `shape`: what they look like.
    """
    found = values_of(rows, shape)
    look = shape.look(rows) if shape and rows else Look()
    plan: list[Planned] = []
    for column, values in found.items():
        role = _role(column, values, found, look)
        if role == EXTERNAL_ID and any(one.role == role for one in plan):
            role = _metadata(values)
        plan.append(
            Planned(column, role, title_of(column), labels_of(role, values, look.labels.get(column, ())))
        )
    plan = _with_something_to_read(plan, found)
    return [*plan, *_invited(plan)]


def _with_something_to_read(plan: list[Planned], found: Values) -> list[Planned]:
    """If no column is a field, the one with the longest texts is."""
    if any(one.role.startswith("field:") for one in plan):
        return plan
    texts = {
        one.column: sum(map(len, values)) / len(values)
        for one in plan
        if (values := found[one.column]) and all(isinstance(value, str) for value in values)
    }
    longest = max(texts, key=lambda column: texts[column], default=None)
    return [replace(one, role="field:text") if one.column == longest else one for one in plan]


def values_of(rows: Rows, shape: Shape | None) -> dict[str, list[Any]]:
    """Column -> what stands in it, without nulls. What people answered stands with the questions that it answers."""
    found: dict[str, list[Any]] = {}
    for row in rows[:LOOKED_AT]:
        turned = shape.row(row) if shape else row
        for column, value in turned.items():
            found.setdefault(column, [])
            if value not in (None, ""):
                found[column].append(value)
        for one in turned.get(RESPONSES, ()) if shape and RESPONSES in shape.says else ():
            for name, value in one.get("values", {}).items():
                if value is not None:
                    bare = value["value"] if isinstance(value, dict) and value.keys() == {"value"} else value
                    found.setdefault(f"suggestions.{name}", []).append(bare)
    return found


def roles_for(column: str, values: Sequence[Any]) -> list[str]:
    """What a column with these values can be."""
    return [
        EXTERNAL_ID,
        *(f"field:{kind.name}" for kind in fields.kinds if _holds(kind, values)),
        *(f"question:{kind.name}" for kind in questions.kinds if values and kind.settings_for(values)),
        *(f"metadata:{kind.name}" for kind in metadata.kinds if values and kind.settings_for(values)),
        *([VECTOR] if _are_vectors(values) else []),
        *([RESPONSES] if column == RESPONSES else []),
        KEPT,
        SKIP,
    ]


def title_of(column: str) -> str:
    """What people read for a column that is called so."""
    words = plain(column.rpartition(".")[2]).replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def labels_of(role: str, values: Sequence[Any], known: Sequence[str] = ()) -> str:
    """The labels that a question of this role has, one a line: those that are `known`, else those found."""
    kind = kind_of(role)
    if kind is None or not role.startswith("question:") or not kind.means() & {"chosen", "spans"}:
        return ""
    settings = kind.settings_for([*known] or values) or {}
    return "\n".join(option["value"] for option in settings.get("options", ()))


def _role(column: str, values: Sequence[Any], found: Values, look: Look) -> str:
    name = plain(column.rpartition(".")[2])
    part = column.partition(".")[0]
    if column == RESPONSES and any(other.startswith("suggestions.") for other in found):
        return RESPONSES
    if not values or (part == "suggestions" and column.count(".") > 1) or column in LEFT_OUT:
        return SKIP
    if (column == EXTERNAL_ID or name in IDS) and part != "fields" and _identifies(values):
        return EXTERNAL_ID
    if part == "vectors" and _are_vectors(values):
        return VECTOR
    is_asked = part == "suggestions" or column in look.roles or name in CLASSES | RATINGS | JUDGED
    asked = _question(values, is_rated=name in RATINGS) if is_asked else ""
    read = "" if part in {"metadata", "suggestions"} else _field(column, name, values, found)
    return asked or read or (_metadata(values) if part != "suggestions" else _text(values))


def _text(values: Sequence[Any]) -> str:
    return "question:text" if all(isinstance(one, str) for one in values) else SKIP


def _field(column: str, name: str, values: Sequence[Any], found: Values) -> str:
    """What is read. An answer to a prompt is what people are asked to write; it is suggested to them."""
    for kind in fields.kinds:
        if not kind.holds_text and _holds(kind, values):
            return f"field:{kind.name}"
    if not all(isinstance(one, str) for one in values):
        return ""
    asked = any(plain(other) in ASKED or other == "messages" for other in found if other != column)
    if name in ANSWER and asked and not column.startswith("fields."):
        return "question:text"
    is_long = sum(map(len, values)) > LONG * len(values)
    is_read = is_long or name in ASKED | ANSWER | READ or column.startswith("fields.")
    return "field:text" if is_read else ""


def _question(values: Sequence[Any], *, is_rated: bool) -> str:
    """The question that these answer, if they answer one that is no text."""
    for kind in questions.kinds:
        means = kind.means()
        is_other = "text" in means or (is_rated and "chosen" in means) or (not is_rated and "score" in means)
        settings = None if is_other else kind.settings_for(values)
        if settings and ("chosen" not in means or len(settings["options"]) <= MOST_LABELS):
            return f"question:{kind.name}"
    whole = next(
        (kind for kind in questions.kinds if "score" in kind.means() and kind.settings_for(values)), None
    )
    return f"question:{whole.name}" if whole and not is_rated else ""


def _metadata(values: Sequence[Any]) -> str:
    """A property to filter by, if they suit one; else they are kept, and nobody filters by them."""
    for kind in sorted(metadata.kinds, key=lambda kind: not kind.is_number):
        if kind.settings_for(values) and (kind.is_number or _are_few(values)):
            return f"metadata:{kind.name}"
    return KEPT


def _invited(plan: Sequence[Planned]) -> list[Planned]:
    """Questions that nothing in the file answers: an order for answers to compare; something to say in any case."""
    kinds = [kind for one in plan if (kind := kind_of(one.role))]
    asked = [kind for kind in kinds if kind in list(questions.kinds)]
    if any(getattr(kind, "holds_candidates", False) for kind in kinds):
        if not any("tiers" in kind.means() for kind in asked):
            return [Planned("", "question:ranking", gettext("Which answer is better?"))]
        return []
    if asked:
        return []
    if any(plain(one.column.rpartition(".")[2]) in ANSWER for one in plan):
        return [Planned("", "question:rating", gettext("How good is the answer?"))]
    return [Planned("", "question:text", gettext("Your answer"))]


def _holds(kind: Any, values: Sequence[Any]) -> bool:
    """Whether fields of this kind need no settings, and hold all of these."""
    try:
        one = kind({"type": kind.name})
    except Invalid:
        return False
    return bool(values) and all(one.recognizes(value) for value in values[:FEW])


def _identifies(values: Sequence[Any]) -> bool:
    single = all(isinstance(value, str | int) and not isinstance(value, bool) for value in values)
    return single and len(set(map(str, values))) == len(values)


def _are_few(values: Sequence[Any]) -> bool:
    words = [str(word) for value in values for word in (value if isinstance(value, list) else [value])]
    return len(set(words)) <= FEW and all(len(word) <= LONG for word in words)


def _are_vectors(values: Sequence[Any]) -> bool:
    return (
        bool(values)
        and all(
            isinstance(one, list)
            and len(one) == len(values[0]) > 1
            and all(isinstance(number, int | float) and not isinstance(number, bool) for number in one)
            for one in values
            if isinstance(values[0], list)
        )
        and isinstance(values[0], list)
    )

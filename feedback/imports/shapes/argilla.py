"""Argilla's records: as its client writes them to JSON, nested, and as they stand on the Hub, flat."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_noop

from core.columns import as_parts
from feedback.imports.shapes import base
from feedback.imports.shapes.base import Row

NESTED = frozenset({"id", "fields", "metadata", "suggestions", "responses"})
ANSWERS, SUGGESTION = ".responses", ".suggestion"
METADATA, VECTOR = "metadata.", "vector."
DATES = ("inserted_at", "updated_at")


class Argilla(base.Kind):
    """Fields, metadata, vectors, suggestions and responses by question."""

    name = "argilla"
    label = gettext_noop("an Argilla export")
    order = 12
    says = frozenset({"own_id", "external_id", "responses", "inserted_at", "updated_at"})

    def recognizes(self, sample: Sequence[Row]) -> float:
        return base.share(sample, lambda row: _is_nested(row) or _is_flat(row))

    def unfolded(self, data: Row) -> Row:
        """On the Hub every column has a type, so that texts are texts; but answers that have none in common, some
        lists and some texts, stand there as JSON. Fields and suggestions are for their kinds to read.
        """
        folded = {
            column: as_parts(value)
            for column, value in data.items()
            if column.endswith((ANSWERS, f"{ANSWERS}.users", f"{ANSWERS}.status"))
        }
        return {**data, **folded} if _is_flat(data) else super().unfolded(data)

    def turned(self, data: Row) -> dict[str, Any]:
        return _about(data) | (_nested(data) if _is_nested(data) else _flat(data))


def _is_nested(row: Row) -> bool:
    return (
        row.keys() >= NESTED
        and isinstance(row["fields"], Mapping)
        and isinstance(row["responses"], Mapping | None)
        and isinstance(row["suggestions"], Mapping | None)
    )


def _is_flat(row: Row) -> bool:
    told = any(key.endswith((ANSWERS, SUGGESTION)) for key in row)
    return "id" in row and (told or row.keys() >= {"_server_id", "status"})


def _about(data: Row) -> dict[str, Any]:
    """Which record it is here, if it is one that we pushed, and its dates."""
    own = {"own_id": data["_server_id"]} if _is_id(data.get("_server_id")) else {}
    return own | {name: data[name] for name in DATES if data.get(name) is not None}


def _is_id(value: Any) -> bool:
    try:
        return bool(UUID(value))
    except (TypeError, ValueError, AttributeError):
        return False


def _nested(data: Row) -> dict[str, Any]:
    row: dict[str, Any] = {"external_id": data["id"]}
    row |= {f"fields.{name}": value for name, value in data["fields"].items()}
    row |= {f"metadata.{name}": value for name, value in (data["metadata"] or {}).items()}
    row |= {f"vectors.{name}": value for name, value in (data.get("vectors") or {}).items()}
    for name, one in (data["suggestions"] or {}).items():
        row |= _suggested(name, one["value"], one.get("agent"), one.get("score"))
    people: dict[str, dict[str, Any]] = {}
    for question, given in (data["responses"] or {}).items():
        for one in given:
            _note(people, one["user_id"], one.get("status"), question, one["value"])
    return row | {"responses": list(people.values())}


def _flat(data: Row) -> dict[str, Any]:
    questions = dict.fromkeys(
        key.removesuffix(end) for end in (ANSWERS, SUGGESTION) for key in data if key.endswith(end)
    )
    row: dict[str, Any] = {"external_id": data["id"]}
    people: dict[str, dict[str, Any]] = {}
    for name in questions:
        users, statuses = data.get(f"{name}{ANSWERS}.users"), data.get(f"{name}{ANSWERS}.status")
        for number, value in enumerate(data.get(name + ANSWERS) or ()):
            _note(people, (users or [])[number], (statuses or [None] * (number + 1))[number], name, value)
        given = name + SUGGESTION
        row |= _suggested(name, data.get(given), data.get(f"{given}.agent"), data.get(f"{given}.score"))
    ends = tuple(f"{name}{end}" for name in questions for end in (ANSWERS, SUGGESTION))
    for key, value in data.items():
        if (
            key not in {"id", "status", "_server_id", *DATES}
            and not key.startswith(ends)
            and value is not None
        ):
            row |= _named(key, value)
    return row | {"responses": list(people.values())}


def _named(key: str, value: Any) -> dict[str, Any]:
    """A field, a metadata property (terms are lists always) or a vector."""
    if key.startswith(VECTOR):
        return {f"vectors.{key.removeprefix(VECTOR)}": value}
    if key.startswith(METADATA) and isinstance(value, list) and len(value) == 1:
        return {key: value[0]}
    return {key: value}


def _note(people: dict[str, Any], user: Any, status: Any, question: str, value: Any) -> None:
    one = people.setdefault(
        str(user), {"annotator": str(user), "status": status or "submitted", "values": {}}
    )
    one["values"][question] = _ranked(value)


def _suggested(name: str, value: Any, agent: Any, score: Any) -> dict[str, Any]:
    if value is None:
        return {}
    beside = {"agent": agent, "score": score}
    return {f"suggestions.{name}": value} | {
        f"suggestions.{name}.{key}": one for key, one in beside.items() if one is not None
    }


def _ranked(value: Any) -> Any:
    """A ranking that is written as a bare list of {"value"} has its order as ranks."""
    if (
        isinstance(value, list)
        and value
        and all(isinstance(one, Mapping) and one.keys() == {"value"} for one in value)
    ):
        return [{**one, "rank": number} for number, one in enumerate(value, 1)]
    return value

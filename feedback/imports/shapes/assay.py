"""The records export of this very application, which comes back without any loss."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_noop

from feedback.imports.answered import json_of
from feedback.imports.shapes import base
from feedback.imports.shapes.base import Row

PARTS = ("fields", "metadata", "suggestions", "responses")
KEYS = frozenset({"id", "external_id", "status", "inserted_at", "updated_at", *PARTS})


class Assay(base.Kind):
    """One row a record, with everything that was said about it; nested, or as JSON in texts."""

    name = "assay"
    label = gettext_noop("a records export of Assay")
    order = 10
    says = frozenset({"own_id", "external_id", "responses", "inserted_at", "updated_at"})

    def recognizes(self, sample: Sequence[Row]) -> float:
        return base.share(sample, lambda row: row.keys() >= KEYS)

    def turned(self, data: Row) -> dict[str, Any]:
        parts = {name: json_of(data[name]) or {} for name in PARTS}
        kept = {name: value for name, value in parts["fields"].items() if value is not None}
        row = {"own_id": data["id"], "external_id": data["external_id"] or None}
        row |= {f"fields.{name}": value for name, value in kept.items()}
        row |= {f"metadata.{name}": value for name, value in parts["metadata"].items()}
        for name, given in parts["suggestions"].items():
            row |= suggestion(name, given)
        return row | {
            "responses": parts["responses"] or [],
            "inserted_at": data["inserted_at"],
            "updated_at": data["updated_at"],
        }


def suggestion(name: str, given: Mapping[str, Any] | None) -> dict[str, Any]:
    """What is suggested to this question, in columns of ours."""
    if given is None:
        return {}
    beside = {key: given[key] for key in ("score", "agent", "type") if given.get(key) is not None}
    return {f"suggestions.{name}": given["value"]} | {
        f"suggestions.{name}.{key}": value for key, value in beside.items()
    }

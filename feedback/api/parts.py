"""What the parts of a dataset (fields, questions, metadata properties, vector settings) share in JSON."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any
from uuid import UUID

from pydantic import StringConstraints, ValidationError
from typing_extensions import TypedDict

from core.api import ShapeError, problems
from core.errors import Invalid
from core.operations import Time
from feedback.models.schema import Part

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Title = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Description = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
Settings = dict[str, Any]


class PartJson(TypedDict):
    """What every part has."""

    id: UUID
    name: str
    title: str
    dataset_id: UUID
    inserted_at: Time
    updated_at: Time


def part_json(part: Part) -> PartJson:
    """What the contract shows of every part."""
    return {
        "id": part.pk,
        "name": part.name,
        "title": part.title,
        "dataset_id": part.dataset_id,  # type: ignore[attr-defined]
        "inserted_at": part.inserted_at,
        "updated_at": part.updated_at,
    }


def check_settings(from_wire: Callable[[Mapping[str, Any]], Any], settings: Mapping[str, Any]) -> None:
    """Raise `ShapeError`, form A, unless the settings describe a kind: they are part of the body's shape."""
    try:
        from_wire(settings)
    except Invalid as error:
        wrong = error.__cause__
        if isinstance(wrong, ValidationError):
            raise ShapeError(problems(wrong, "body", "settings", settings["type"])) from None
        tag = "union_tag_invalid" if "type" in settings else "union_tag_not_found"
        raise ShapeError([{"type": tag, "loc": ["body", "settings"], "msg": str(error)}]) from None

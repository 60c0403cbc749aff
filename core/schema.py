"""Shapes of JSON: pydantic in, `Invalid` out."""

from collections.abc import Mapping
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from core.errors import Invalid


class Shape(BaseModel):
    """JSON that is stored or received. Immutable; keys it does not know are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


M = TypeVar("M", bound=BaseModel)


def parse(
    shape: type[M],
    data: Any,
    *,
    sentence: str = "These settings do not work.",
    extra: Literal["ignore", "forbid"] | None = None,
) -> M:
    """Read `data` as `shape`, or raise `Invalid` with a message for each part that is wrong.

    `extra="ignore"` drops keys that the shape does not know, at every depth: Argilla clients send some.
    """
    try:
        return shape.model_validate(data, extra=extra)
    except ValidationError as error:
        raise Invalid(sentence, problems(error)) from error


def problems(error: ValidationError) -> Mapping[str, str]:
    """Each wrong part by its dotted path ("options.2.value"), with what is wrong about it."""
    return {
        ".".join(map(str, part["loc"])) or "body": part["msg"].removeprefix("Value error, ")
        for part in error.errors()
    }

"""What programs send about work that is given to people by name."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import (
    BaseModel,
    BeforeValidator,
    Field,
    FiniteFloat,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from core.changes import Changes
from feedback.actions.assignees import LEAST, MOST, MOST_PEOPLE
from feedback.actions.assignments import LONGEST_NOTE
from feedback.search.query import RecordQuery, moment
from feedback.search.selection import Selection

MOST_NAMED = 1000  # records that are named one by one


def _moment(value: object) -> datetime:
    if not isinstance(value, str):
        raise PydanticCustomError("value_error", "A date is a text: write 2026-11-22T23:05:42.")
    return moment(value)


Due = Annotated[datetime, BeforeValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})]

Note = Annotated[str, StringConstraints(max_length=LONGEST_NOTE)]


class Assignee(BaseModel):
    """Somebody to give records to, and how much of them: twice as many for a weight of 2."""

    id: UUID
    weight: FiniteFloat = Field(1, ge=LEAST, le=MOST)


class Assignees(BaseModel):
    """To whom records go: users, and those who are in groups of the workspace now, with a weight of 1 each."""

    users: list[Assignee] = Field([], max_length=MOST_PEOPLE)
    groups: list[UUID] = Field([], max_length=MOST_PEOPLE)

    @model_validator(mode="after")
    def _names_somebody_and_nobody_twice(self) -> Self:
        if not self.users and not self.groups:
            raise PydanticCustomError("value_error", "Name at least one user or group.")
        if len(self.weights) < len(self.users):
            raise PydanticCustomError("value_error", "A user is there twice.")
        return self

    @property
    def weights(self) -> dict[UUID, float]:
        return {one.id: one.weight for one in self.users}


class AssignmentCreate(Assignees):
    """The body of POST /datasets/{id}/assignments. Without `records` and `query`: all records.

    `number` or `percent` of them, in the `order` of the queue or at random; without either all of them.
    """

    overlap: int = Field(1, ge=1, le=MOST_PEOPLE)
    records: list[UUID] | None = Field(None, min_length=1, max_length=MOST_NAMED)
    query: RecordQuery | None = None
    number: int | None = Field(None, ge=1, lt=2**31)
    percent: FiniteFloat | None = Field(None, gt=0, le=100)
    order: Literal["queue", "random"] = "queue"
    note: Note = ""
    due_at: Due | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if self.records is not None and self.query is not None:
            raise PydanticCustomError("value_error", "Give records or a query, not both.")
        if self.number is not None and self.percent is not None:
            raise PydanticCustomError("value_error", "Give a number or a percent, not both.")
        return self

    @property
    def selection(self) -> Selection:
        if self.query is None:
            return Selection(self.records)
        return Selection(None, asked=self.query.model_dump(mode="json", by_alias=True, exclude_none=True))


class AssignmentUpdate(Changes):
    """The body of PATCH /assignments/{id}. Without a `due_at` it is due at no time."""

    never_null = frozenset({"note"})

    note: Note | None = None
    due_at: Due | None = None


class HandOver(Assignees):
    """The body of POST /assignments/{id}/hand-over. `user_id`: whose part goes to the others."""

    user_id: UUID

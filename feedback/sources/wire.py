"""What an Argilla server answers (contract section 4), as far as it can be copied. Unknown keys are passed over."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, FiniteFloat, StringConstraints


def _in_utc(moment: datetime) -> datetime:
    """The contract writes UTC without saying so."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


Moment = Annotated[datetime, AfterValidator(_in_utc)]


class Row(BaseModel):
    """What everything there has. `updated_at` tells whether there or here is newer."""

    id: UUID
    inserted_at: Moment
    updated_at: Moment


class User(Row):
    """A person. Argilla shows everybody's key to owners."""

    username: str
    first_name: str | None = None
    last_name: str | None = None
    role: str
    api_key: str | None = None


class Workspace(Row):
    """A place for datasets."""

    name: str


class Distribution(BaseModel):
    """How many answers each record wants."""

    min_submitted: int = 1


class Dataset(Row):
    """A dataset without its parts."""

    name: str
    guidelines: str | None = None
    allow_extra_metadata: bool = True
    status: str
    distribution: Distribution | None = None
    metadata: dict[str, Any] | None = None
    workspace_id: UUID
    last_activity_at: Moment | None = None


class Part(Row):
    """A field, question, metadata property or vector setting: each uses some of the keys."""

    name: str
    title: str
    settings: dict[str, Any] = {}
    required: bool = False
    description: str | None = None
    visible_for_annotators: bool = True
    dimensions: int = 0


class Parts(BaseModel):
    """What a dataset is made of, each in the order in which it was made."""

    fields: list[Part]
    questions: list[Part]
    metadata_properties: list[Part]
    vectors_settings: list[Part]


class Record(Row):
    """A record. Its relations are read one by one, so that one which is wrong takes no other with it."""

    external_id: str | None = None
    fields: dict[str, Any]
    metadata: dict[str, Any] | None = None
    status: str = "pending"
    responses: list[Any] | None = None
    suggestions: list[Any] | None = None
    vectors: dict[str, Any] | None = None


class Answer(BaseModel):
    """An answer in its wrapping."""

    value: Any


class Response(Row):
    """Somebody's answers. `values` may be null there when nothing was answered."""

    user_id: UUID
    status: Literal["draft", "submitted", "discarded"]
    values: dict[str, Answer] | None = None


Score = Annotated[FiniteFloat, Field(ge=0, le=1)]


class Suggestion(Row):
    """A proposed answer to the question of this id, which is an id of theirs."""

    question_id: UUID
    value: Any
    score: Score | list[Score] | None = None
    agent: Annotated[str, StringConstraints(max_length=200)] | None = None
    type: Literal["model", "human"] | None = None


class Numbers(BaseModel):
    """A vector."""

    value: list[FiniteFloat]

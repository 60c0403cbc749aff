"""What programs send about records, suggestions and responses (contract section 5), read in one call per request."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    FiniteFloat,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

from core.changes import Changes
from feedback.actions import answers, suggestions
from feedback.actions.entries import ABSENT, Entry

MOST_RECORDS = 500
MOST_RESPONSES = 100


def _as_text(value: Any) -> Any:
    """External ids that are numbers become text; `True` is no number."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _refuse_twice(values: Iterable[Hashable], what: str) -> None:
    seen: set[Hashable] = set()
    for value in values:
        if value in seen:
            raise PydanticCustomError("value_error", f"Found duplicate {what}: {value}")
        seen.add(value)


def _has_a_letter(agent: str) -> str:
    if not any(sign.isalnum() for sign in agent):
        raise PydanticCustomError("value_error", "The agent needs at least one letter or digit.")
    return agent


ExternalId = Annotated[str, BeforeValidator(_as_text)]
Agent = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, pattern=r"^[a-zA-Z0-9\-_:./\s]+$"),
    AfterValidator(_has_a_letter),
]
Score = Annotated[float, Field(ge=0, le=1)]
QuestionName = Annotated[str, StringConstraints(min_length=1, max_length=200)]
StatusName = Literal["draft", "submitted", "discarded"]
SuggestionType = Literal["model", "human"]


class Answer(BaseModel):
    """An answer in its wrapping."""

    value: Any


Values = dict[QuestionName, Answer]


class SuggestionBody(BaseModel):
    """A suggestion for the question of this id."""

    question_id: UUID
    value: Any
    score: Score | Annotated[list[Score], Field(min_length=1)] | None = None
    agent: Agent | None = None
    type: SuggestionType | None = None

    def given(self) -> suggestions.Given:
        return suggestions.Given(self.question_id, self.value, self.score, self.agent, self.type)


class ResponseBody(BaseModel):
    """A response: whoever submits must say what."""

    status: StatusName
    values: Values | None = None

    @property
    def answers(self) -> dict[str, Any]:
        """Question name -> answer as it was sent."""
        return {name: answer.value for name, answer in (self.values or {}).items()}


class ResponseUpdate(ResponseBody):
    """The body of PUT /responses/{id}."""

    @model_validator(mode="after")
    def _submits_something(self) -> ResponseUpdate:
        if self.values is None and self.status == "submitted":
            raise PydanticCustomError("missing", "A submitted response needs values.")
        return self


class ResponseUpsert(ResponseUpdate):
    """One of POST /me/responses/bulk."""

    record_id: UUID


class ResponsesUpsert(BaseModel):
    """The body of POST /me/responses/bulk."""

    items: list[ResponseUpsert] = Field(min_length=1, max_length=MOST_RESPONSES)


class UserResponse(ResponseBody):
    """A response of anybody, beside the record that it answers."""

    user_id: UUID

    @model_validator(mode="after")
    def _says_something(self) -> UserResponse:
        if self.values is None and self.status != "discarded":
            raise PydanticCustomError("missing", "A response needs values unless it is discarded.")
        return self

    def given(self) -> answers.Given:
        return answers.Given(self.user_id, self.status, self.answers)


class RecordBody(BaseModel):
    """What both ways to write records share."""

    external_id: ExternalId | None = None
    metadata: dict[str, Any] | None = None
    vectors: dict[str, list[FiniteFloat]] | None = None
    suggestions: list[SuggestionBody] | None = None
    responses: list[UserResponse] | None = None

    @model_validator(mode="after")
    def _each_answers_once(self) -> RecordBody:
        _refuse_twice((one.user_id for one in self.responses or ()), "user_id")
        return self

    def _entry(self, **own: Any) -> Entry:
        return Entry(
            external_id=self.external_id,
            suggestions=[one.given() for one in self.suggestions or ()],
            responses=[one.given() for one in self.responses or ()],
            vectors=self.vectors or {},
            **own,
        )


class RecordCreate(RecordBody):
    """One of POST /datasets/{id}/records/bulk."""

    fields: dict[str, Any]

    def entry(self) -> Entry:
        return self._entry(fields=self.fields, metadata=self.metadata)


class RecordUpsert(RecordBody):
    """One of PUT /datasets/{id}/records/bulk. What is left out stays as it is stored."""

    id: UUID | None = None
    fields: dict[str, Any] | None = None

    def entry(self) -> Entry:
        sent = self.model_fields_set
        return self._entry(
            id=self.id,
            fields=ABSENT if self.fields is None else self.fields,
            metadata=self.metadata if "metadata" in sent else ABSENT,
        )


class Many(BaseModel):
    """What both bulk bodies share."""

    items: list[Any]

    @model_validator(mode="after")
    def _external_ids_differ(self) -> Many:
        names = (one.external_id for one in self.items if one.external_id is not None)
        _refuse_twice(names, "external_id")
        return self


class RecordsCreate(Many):
    """The body of POST /datasets/{id}/records/bulk."""

    items: list[RecordCreate] = Field(min_length=1, max_length=MOST_RECORDS)


class RecordsUpsert(Many):
    """The body of PUT /datasets/{id}/records/bulk."""

    items: list[RecordUpsert] = Field(min_length=1, max_length=MOST_RECORDS)


class RecordUpdate(Changes):
    """The body of PATCH /records/{id}. Suggestions replace those that there are; vectors join them."""

    fields: dict[str, Any] | None = None
    metadata: dict[str, Any] | None = None
    vectors: dict[str, list[FiniteFloat]] | None = None
    suggestions: list[SuggestionBody] | None = None

    def entry(self) -> Entry:
        sent = self.model_fields_set
        return Entry(
            fields=ABSENT if self.fields is None else self.fields,
            metadata=self.metadata if "metadata" in sent else ABSENT,
            vectors=self.vectors or {},
            suggestions=ABSENT if self.suggestions is None else [one.given() for one in self.suggestions],
        )

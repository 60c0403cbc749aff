"""Records, suggestions and responses as the contract shows them, and as labelers may have them.

Plain dictionaries: a page of a thousand records is built in milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, Literal, NotRequired, cast
from uuid import UUID

from typing_extensions import TypedDict

from accounts.access import Verb, may
from accounts.models import Membership
from core.operations import Time
from feedback.api.include import EVERYTHING, Include
from feedback.api.record_bodies import StatusName, SuggestionType
from feedback.item import Item
from feedback.models import Dataset, Record, Response, Suggestion
from feedback.reports.records import with_relations
from feedback.shape import QuestionShape


class WireAnswerJson(TypedDict):
    """An answer as its question writes it."""

    value: Any


class ResponseJson(TypedDict):
    """What one person answered. `values`: name of a question -> answer."""

    id: UUID
    values: dict[str, WireAnswerJson]
    status: StatusName
    record_id: UUID
    user_id: UUID
    inserted_at: Time
    updated_at: Time


class SuggestionJson(TypedDict):
    """What somebody or something proposes as an answer."""

    id: UUID
    question_id: UUID
    value: Any
    type: SuggestionType | None
    agent: str | None
    score: float | list[float] | None
    inserted_at: Time
    updated_at: Time


class RecordJson(TypedDict):
    """What people answer questions about. `fields`: name -> value. The last three are there if they are included."""

    id: UUID
    status: Literal["pending", "completed"]
    fields: dict[str, Any]
    metadata: dict[str, Any] | None
    external_id: str | None
    dataset_id: UUID
    inserted_at: Time
    updated_at: Time
    responses: NotRequired[list[ResponseJson]]
    suggestions: NotRequired[list[SuggestionJson]]
    vectors: NotRequired[dict[str, list[float]]]


class View:
    """One dataset's records as one person sees them.

    Labelers get fields and answers without what identifies a model, their own responses alone, and the metadata
    that is visible to them. `mine`: managers and reviewers, too, get only their own responses.
    """

    def __init__(
        self, dataset: Dataset, by: Membership, include: Include = EVERYTHING, *, mine: bool = False
    ) -> None:
        self.dataset = dataset
        self.by = by
        self.include = include
        self.is_blind = not may(Verb.REVIEW, by, dataset.workspace_id)
        self.only_mine = mine or self.is_blind

    def records(self, rows: Iterable[Record]) -> list[RecordJson]:
        """These rows of the dataset, fetched with what is to be shown of them."""
        found = with_relations(
            rows,
            self.dataset,
            responses=self.include.responses,
            by=self.by if self.only_mine else None,
            suggestions=self.include.suggestions,
            vectors=self.include.vectors,
        )
        return [self.record(record) for record in found]

    def record(self, record: Record) -> RecordJson:
        """One record whose relations were fetched."""
        item = record.item_for(self.by) if self.is_blind else None
        shown: RecordJson = {
            "id": record.pk,
            "status": "completed" if record.is_completed else "pending",
            "fields": self._fields(record.fields, item),
            "metadata": record.metadata if item is None else self._metadata(record.metadata),
            "external_id": record.external_id,
            "dataset_id": record.dataset_id,
            "inserted_at": record.inserted_at,
            "updated_at": record.changed_at,
        }
        if self.include.responses:
            shown["responses"] = [self.response(one, item) for one in record.responses_read]
        if self.include.suggestions:
            shown["suggestions"] = [self.suggestion(one, item) for one in record.suggestions_read]
        if self.include.vectors is not None:
            shown["vectors"] = {one.settings.name: one.value for one in record.vectors_read}
        return shown

    def response(self, response: Response, item: Item | None) -> ResponseJson:
        """A response. `item`: the record as a labeler sees it; None for those who may know the models."""
        return {
            "id": response.pk,
            "values": self._values(response.values, item),
            "status": cast(StatusName, response.status),
            "record_id": response.record_id,
            "user_id": response.membership_id,
            "inserted_at": response.inserted_at,
            "updated_at": response.updated_at,
        }

    def suggestion(self, suggestion: Suggestion, item: Item | None) -> SuggestionJson:
        """A suggestion; `item` as above."""
        return {
            "id": suggestion.pk,
            "question_id": suggestion.question_id,
            "value": _wire(self._by_id[suggestion.question_id], suggestion.value, item),
            "type": cast(SuggestionType | None, suggestion.type),
            "agent": suggestion.agent,
            "score": suggestion.score,
            "inserted_at": suggestion.inserted_at,
            "updated_at": suggestion.updated_at,
        }

    def _values(self, values: Mapping[str, Any], item: Item | None) -> dict[str, WireAnswerJson]:
        questions = self.dataset.shape.questions
        return {
            name: {"value": _wire(question, values[name], item)}
            for name, question in questions.items()
            if name in values
        }

    def _fields(self, values: Mapping[str, Any], item: Item | None) -> dict[str, Any]:
        kinds = {name: field.kind for name, field in self.dataset.shape.fields.items() if name in values}
        if item is None:
            return {name: kind.wire(values[name]) for name, kind in kinds.items()}
        shown = {name: item.shown([one.id for one in found]) for name, found in item.candidates.items()}
        return {
            name: kind.wire_for_labeler(values[name], shown.get(name, ())) for name, kind in kinds.items()
        }

    def _metadata(self, metadata: Mapping[str, Any] | None) -> dict[str, Any] | None:
        if metadata is None:
            return None
        return {name: value for name, value in metadata.items() if name in self._visible}

    @cached_property
    def _visible(self) -> frozenset[str]:
        properties = self.dataset.metadata_properties.filter(visible_for_annotators=True)
        return frozenset(properties.values_list("name", flat=True))

    @cached_property
    def _by_id(self) -> dict[UUID, QuestionShape]:
        return {UUID(question.id): question for question in self.dataset.shape.questions.values()}


def _wire(question: QuestionShape, answer: Any, item: Item | None) -> Any:
    return question.kind.wire(answer) if item is None else question.kind.wire_for_labeler(answer, item)


def item_of(record: Record, by: Membership) -> Item | None:
    """The record as a labeler sees it; None for those who may know the models."""
    return None if may(Verb.REVIEW, by, record.dataset.workspace_id) else record.item_for(by)


def answers_from(record: Record, answers: Mapping[str, Any], by: Membership) -> dict[str, Any]:
    """Answers as they were sent -> as actions take them: a labeler names candidates by letters."""
    item, questions = item_of(record, by), record.dataset.shape.questions
    if item is None:
        return dict(answers)
    return {
        name: questions[name].kind.from_labeler(value, item) if name in questions else value
        for name, value in answers.items()
    }

"""One record of another server, checked as one that a program sends: what fits comes in, what does not is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from accounts.models import Membership
from core.errors import DomainError, Invalid
from core.schema import parse
from core.text import check_json
from feedback.actions import answers, suggestions, vectors
from feedback.actions.copying_diary import reason_of
from feedback.models import VectorSettings
from feedback.models.responses import Status
from feedback.shape import DatasetShape, QuestionShape
from feedback.sources import wire
from feedback.sources.tally import Tally

SENTENCE = "It is not what an Argilla server sends."


@dataclass
class Reading:
    """What can be written of a record."""

    given: wire.Record
    fields: dict[str, Any]
    metadata: dict[str, Any] | None
    responses: list[answers.Given] = field(default_factory=list)
    suggestions: list[suggestions.Given] = field(default_factory=list)
    vectors: dict[str, Sequence[float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Reader:
    """Reads the records of one dataset. `people` and `questions`: by their ids there. Asks no database."""

    shape: DatasetShape
    people: Mapping[UUID, Membership]
    questions: Mapping[UUID, QuestionShape]
    vectors_settings: Mapping[str, VectorSettings]
    problem: Callable[[str, str], None]

    def read(self, item: Any) -> Reading | None:
        """The record, or None if nothing of it can be kept; problems are named in both cases."""
        name = label(item)
        try:
            given = parse(wire.Record, item, sentence=SENTENCE)
            check_json(given.external_id)
            fields = self.shape.clean_fields(given.fields)
        except DomainError as error:
            self.problem(name, reason_of(error))
            return None
        reading = Reading(given, fields, self._metadata(name, given.metadata))
        self._relations(name, reading)
        return reading

    def _metadata(self, record: str, metadata: Mapping[str, Any] | None) -> dict[str, Any] | None:
        if metadata is None:
            return None
        kept: dict[str, Any] = {}
        for key, value in metadata.items():
            with self._naming(f"{record}, metadata {key}"):
                check_json({key: value})
                kept |= self.shape.clean_metadata({key: value})
        return kept

    def _relations(self, record: str, reading: Reading) -> None:
        given = reading.given
        for one in given.responses or ():
            with self._naming(f"{record}, response of {self._author(one)}"):
                reading.responses.append(self._response(reading, one))
        for one in given.suggestions or ():
            with self._naming(f"{record}, suggestion for {self._question(one)}"):
                reading.suggestions.append(self._suggestion(reading, one))
        for name, value in (given.vectors or {}).items():
            with self._naming(f"{record}, vector {name}"):
                numbers = parse(wire.Numbers, {"value": value}, sentence=SENTENCE).value
                vectors.check(self.vectors_settings.get(name), name, numbers)
                reading.vectors[name] = numbers

    def _response(self, reading: Reading, item: Any) -> answers.Given:
        one = parse(wire.Response, item, sentence=SENTENCE)
        if one.user_id not in self.people:
            raise Invalid("Its author is not among the users that could be copied.")
        values = {name: answer.value for name, answer in (one.values or {}).items()}
        about = self.shape.item(reading.fields)
        return answers.Given(
            self.people[one.user_id].pk,
            one.status,
            answers.clean(self.shape, values, about, final=one.status == str(Status.SUBMITTED)),
            one.inserted_at,
            one.updated_at,
        )

    def _suggestion(self, reading: Reading, item: Any) -> suggestions.Given:
        one = parse(wire.Suggestion, item, sentence=SENTENCE)
        question = self.questions.get(one.question_id)
        if question is None:
            raise Invalid("The dataset has no such question.")
        check_json(one.agent)
        about = suggestions.Given(
            UUID(question.id), one.value, one.score, one.agent, one.type, one.inserted_at, one.updated_at
        )
        return suggestions.check(self.shape, reading.fields, question, about)

    def _author(self, response: Any) -> str:
        there = str(_part(response, "user_id"))
        return next((one.username for key, one in self.people.items() if str(key) == there), there)

    def _question(self, suggestion: Any) -> str:
        there = str(_part(suggestion, "question_id"))
        return next((one.name for key, one in self.questions.items() if str(key) == there), there)

    @contextmanager
    def _naming(self, what: str) -> Iterator[None]:
        """What is refused in the block is left out and named."""
        try:
            yield
        except DomainError as error:
            self.problem(what, reason_of(error))


def label(item: Any) -> str:
    """What a record is called in a list of problems."""
    return f"record {_part(item, 'external_id') or _part(item, 'id')}"


def tally(item: Any) -> Tally:
    """What a record counts for, as it was sent."""
    found = Tally(records=1, completed=_part(item, "status") == "completed")
    found.update(str(_part(one, "status")) for one in _part(item, "responses") or ())
    return found + Tally(
        suggestions=len(_part(item, "suggestions") or ()), vectors=len(_part(item, "vectors") or ())
    )


def _part(item: Any, key: str) -> Any:
    return item.get(key) if isinstance(item, Mapping) else None

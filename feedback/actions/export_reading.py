"""Reading records for an export: chunk by chunk, with what was said about them. Memory is constant."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from hashlib import blake2b
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from feedback.actions import export_documents
from feedback.actions.export_documents import moment, parsed
from feedback.actions.export_plans import query_of, scope_of
from feedback.exports import Answer, ExportRecord, Suggestion, Tally
from feedback.exports.files.account import apart
from feedback.exports.plan import Agreement, Filters
from feedback.models import Dataset, Response
from feedback.models.records import RecordQuerySet
from feedback.search.matching import matching

PERSON, CAME, CHANGED = map(Answer._fields.index, ("person", "inserted_at", "updated_at"))
CHUNK = 1000  # records read at a time: fewer cost more planning; a long transaction would slow the queue down

Watch = Callable[[int], None]  # told how many records of a chunk were read, in its transaction


def pseudonym(person_id: UUID) -> str:
    """The same word for the same person in every export of this installation, and nobody's name."""
    key = settings.SECRET_KEY.encode()[:64]
    return "labeler-" + blake2b(person_id.bytes, key=key, digest_size=5).hexdigest()


class Reader:
    """Reads the records of a dataset that the filters let pass, oldest first.

    `weights`: id of a person -> how much they count; 0: their answers are not read. `called`: how people are named.
    """

    def __init__(
        self,
        dataset: Dataset,
        filters: Filters | None = None,
        weights: Mapping[str, float] | None = None,
        called: Callable[[UUID], str] = pseudonym,
    ) -> None:
        self.dataset, self.filters = dataset, filters or Filters()
        self.weights = dict(weights or {})
        self.called = called
        self.names: dict[str, str] = {}

    @transaction.atomic
    def positions(self) -> array[int] | None:
        """Where the records are that the filters let pass, 8 bytes each; None: everywhere."""
        if not self.narrows:
            return None
        places = self.rows().order_by("position").values_list("position", flat=True)
        return array("q", places.iterator(5000))

    @property
    def narrows(self) -> bool:
        """Whether some filter may leave a record out before it is read."""
        query = query_of(self.filters)
        return bool(query.conditions or query.text or self.filters.chooses_answers)

    def rows(self) -> RecordQuerySet:
        """The records that the filters let pass, as far as the database can say."""
        rows = matching(query_of(self.filters), scope_of(self.dataset)).rows
        if self.filters.chooses_answers:
            rows = rows.filter(Exists(self.answers().filter(record=OuterRef("pk"))))
        return rows

    def answers(self) -> QuerySet[Response]:
        """The answers that are meant, of all records."""
        found, filters = Response.objects.filter(dataset=self.dataset), self.filters
        if filters.people:
            found = found.filter(membership__in=[UUID(one) for one in filters.people])
        if filters.guidelines_versions:
            found = found.filter(guidelines_version__in=filters.guidelines_versions)
        if filters.answered and filters.answered.ge:
            found = found.filter(submitted_at__gte=filters.answered.ge)
        if filters.answered and filters.answered.le:
            found = found.filter(submitted_at__lte=filters.answered.le)
        if nobody := [UUID(person) for person, weight in self.weights.items() if not weight]:
            found = found.exclude(membership__in=nobody)
        return found

    def records(
        self, positions: array[int] | None, tally: Tally, watch: Watch = lambda _: None
    ) -> Iterator[ExportRecord]:
        """The records, each chunk in a transaction of its own. What agreement leaves out is counted."""
        for documents in self._chunks(positions, watch):
            for _, document in documents:
                record = self._record(*parsed(document))
                if self.filters.agreement is None or self._agree(record, self.filters.agreement, tally):
                    yield record

    def _chunks(self, positions: array[int] | None, watch: Watch) -> Iterator[list[tuple[int, bytes]]]:
        after, start, read, answers = -1, 0, 1, self.answers()
        while read:
            with transaction.atomic():
                if positions is None:
                    found = export_documents.after(self.dataset, after, CHUNK, answers)
                    read = len(found)
                else:
                    places = positions[start : start + CHUNK]
                    found = export_documents.at(self.dataset, places.tolist(), answers)
                    read = bisect_right(places, found[-1][0]) if found else len(places)
                after, start = found[-1][0] if found else after, start + read
                if read:
                    watch(read)
            yield found

    def _agree(self, record: ExportRecord, wanted: Agreement, tally: Tally) -> bool:
        distance = apart(self.dataset.shape.questions[wanted.question], record.submitted())
        if distance is None:
            tally.left_out["records_with_fewer_than_two_answers_to_compare"] += 1
        elif distance > wanted.distance:
            tally.left_out["records_with_too_little_agreement"] += 1
        return distance is not None and distance <= wanted.distance

    def _record(
        self, pk: str, external_id: str | None, completed: bool | None, fields: Any, metadata: Any,
        inserted_at: str, updated_at: str, answers: Any, suggestions: Any,
    ) -> ExportRecord:  # fmt: skip
        return ExportRecord(
            pk,
            external_id,
            "completed" if completed else "pending",
            fields,
            metadata,
            {name: Suggestion(*given) for name, *given in suggestions or ()},
            [self._answer(one) for one in answers or ()],
            moment(inserted_at),
            moment(updated_at),
        )

    def _answer(self, given: list[Any]) -> Answer:
        """`given`: what an answer has, in that order but for the weight, as it is stored."""
        person = given[PERSON]
        given[PERSON] = self.names.get(person) or self._name(person)
        given[CAME] = moment(given[CAME])
        given[CHANGED] = moment(given[CHANGED])
        given.append(self.weights.get(person, 1.0))
        return Answer._make(given)

    def _name(self, person: str) -> str:
        name = self.names[person] = self.called(UUID(person))
        return name

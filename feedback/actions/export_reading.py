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
from feedback.actions.export_documents import moment
from feedback.actions.export_plans import query_of, scope_of
from feedback.exports import Answer, ExportRecord, Suggestion, Tally
from feedback.exports.files.account import apart
from feedback.exports.plan import Filters
from feedback.models import Dataset, Response
from feedback.models.records import RecordQuerySet
from feedback.search.matching import matching

CHUNK = 500  # records read at a time; a long transaction would slow the queue down

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
        for records in self._chunks(positions, watch):
            yield from filter(lambda one: self._agree(one, tally), records)

    def _chunks(self, positions: array[int] | None, watch: Watch) -> Iterator[list[ExportRecord]]:
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
            yield [self._record(document) for _, document in found]

    def _agree(self, record: ExportRecord, tally: Tally) -> bool:
        if (wanted := self.filters.agreement) is None:
            return True
        distance = apart(self.dataset.shape.questions[wanted.question], record.submitted())
        if distance is None:
            tally.left_out["records_with_fewer_than_two_answers_to_compare"] += 1
        elif distance > wanted.distance:
            tally.left_out["records_with_too_little_agreement"] += 1
        return distance is not None and distance <= wanted.distance

    def _record(self, document: list[Any]) -> ExportRecord:
        pk, external_id, completed, fields, metadata, inserted_at, updated_at, answers, suggestions = document
        return ExportRecord(
            pk,
            external_id,
            "completed" if completed else "pending",
            fields,
            metadata,
            {name: Suggestion(*given) for name, *given in suggestions or ()},
            [self._answer(*one) for one in answers or ()],
            moment(inserted_at),
            moment(updated_at),
        )

    def _answer(
        self, pk: str, person: str, status: Any, values: Any, presentation: Any, active_ms: int | None,
        version: int | None, is_extra: bool, reason: str | None, inserted_at: str, updated_at: str,
    ) -> Answer:  # fmt: skip
        name = self.names.get(person) or self._name(person)
        return Answer(
            pk, name, status, values, presentation, active_ms, version, is_extra, reason,
            moment(inserted_at), moment(updated_at), self.weights.get(person, 1.0) if self.weights else 1.0,
        )  # fmt: skip

    def _name(self, person: str) -> str:
        name = self.names[person] = self.called(UUID(person))
        return name

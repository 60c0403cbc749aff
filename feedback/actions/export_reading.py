"""Reading records for an export: chunk by chunk, with what was said about them. Memory is constant."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from feedback.actions.export_plans import query_of, scope_of
from feedback.exports import Answer, ExportRecord, Tally
from feedback.exports import Suggestion as ExportSuggestion
from feedback.exports.files.account import apart
from feedback.exports.plan import Filters
from feedback.models import Dataset, Record, Response, Suggestion
from feedback.models.records import RecordQuerySet
from feedback.search.matching import matching

CHUNK = 500  # records read at a time; a long transaction would slow the queue down
RECORD = ("pk", "position", "external_id", "fields", "metadata", "inserted_at", "changed_at")
ANSWER = (
    *(
        "record_id",
        "pk",
        "membership_id",
        "status",
        "values",
        "presentation",
        "active_ms",
        "guidelines_version",
    ),
    *("is_extra", "reason", "inserted_at", "updated_at"),
)

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
        self.weights = {UUID(person): weight for person, weight in (weights or {}).items()}
        self.called = called
        self.names: dict[UUID, str] = {}

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
        if nobody := [person for person, weight in self.weights.items() if not weight]:
            found = found.exclude(membership__in=nobody)
        return found

    def records(
        self, positions: array[int] | None, tally: Tally, watch: Watch = lambda _: None
    ) -> Iterator[ExportRecord]:
        """The records, each chunk in a transaction of its own. What agreement leaves out is counted."""
        for records in self._chunks(positions, watch):
            yield from filter(lambda one: self._agree(one, tally), records)

    def _chunks(self, positions: array[int] | None, watch: Watch) -> Iterator[list[ExportRecord]]:
        rows = Record.objects.dated().filter(dataset=self.dataset).order_by("position")
        after, start = -1, 0
        while True:
            with transaction.atomic():
                if positions is None:
                    found = self._read(rows.filter(position__gt=after)[:CHUNK])
                    after = found[-1]["position"] if found else after
                    read = len(found)
                else:
                    chunk = positions[start : start + CHUNK]
                    found = self._read(rows.filter(position__in=chunk.tolist()))
                    start, read = start + len(chunk), len(chunk)
                records = self._with_answers(found)
                if read:
                    watch(read)
            if not read:
                return
            yield records

    def _read(self, rows: RecordQuerySet) -> list[dict[str, Any]]:
        """Plain values: model instances with what belongs to them are cycles, which stay in memory for a while."""
        return list(rows.values(*RECORD, completed=F("queue__completed")))

    def _agree(self, record: ExportRecord, tally: Tally) -> bool:
        if (wanted := self.filters.agreement) is None:
            return True
        distance = apart(self.dataset.shape.questions[wanted.question], record.submitted())
        if distance is None:
            tally.left_out["records_with_fewer_than_two_answers_to_compare"] += 1
        elif distance > wanted.distance:
            tally.left_out["records_with_too_little_agreement"] += 1
        return distance is not None and distance <= wanted.distance

    def _with_answers(self, rows: Sequence[Mapping[str, Any]]) -> list[ExportRecord]:
        ids = [row["pk"] for row in rows]
        answers, suggestions = self._answers(ids), _suggestions(ids)
        return [
            ExportRecord(
                id=str(row["pk"]),
                external_id=row["external_id"],
                status="completed" if row["completed"] else "pending",
                fields=row["fields"],
                metadata=row["metadata"] or {},
                suggestions=suggestions.get(row["pk"], {}),
                answers=answers.get(row["pk"], []),
                inserted_at=row["inserted_at"],
                updated_at=row["changed_at"],
            )
            for row in rows
        ]

    def _answers(self, records: Sequence[UUID]) -> dict[UUID, list[Answer]]:
        found: dict[UUID, list[Answer]] = {}
        if not records:
            return found
        rows = self.answers().filter(record__in=records).order_by("inserted_at", "pk")
        for row in rows.values_list(*ANSWER):
            record, pk, person = row[:3]
            answer = Answer(str(pk), self._name(person), *row[3:], self.weights.get(person, 1.0))  # type: ignore[call-arg]
            found.setdefault(record, []).append(answer)
        return found

    def _name(self, person: UUID) -> str:
        name = self.names.get(person)
        if name is None:
            name = self.names[person] = self.called(person)
        return name


def _suggestions(records: Iterable[UUID]) -> dict[UUID, dict[str, ExportSuggestion]]:
    found: dict[UUID, dict[str, ExportSuggestion]] = {}
    rows = Suggestion.objects.filter(record__in=records).order_by("inserted_at", "pk")
    names = ("record_id", "question__name", "value", "agent", "score", "type")
    for record, name, *rest in rows.values_list(*names):
        found.setdefault(record, {})[name] = ExportSuggestion(*rest)
    return found

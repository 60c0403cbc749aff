"""What went into an export: how many records and answers, of whom, how far they agree, up to when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import combinations
from statistics import fmean
from typing import Any

from feedback.exports.base import Answer, ExportRecord
from feedback.shape import DatasetShape, QuestionShape

LOOKED_AT = 1000  # records, at most about, of which agreement is computed


@dataclass
class Account:
    """Counts what passes. `total`: about how many records that will be; agreement is of a sample, if they are many."""

    shape: DatasetShape
    total: int
    records: int = 0
    answers: Counter[str] = field(default_factory=Counter)  # by status
    people: Counter[str] = field(default_factory=Counter)  # pseudonym -> final answers
    guidelines: Counter[int] = field(default_factory=Counter)  # version -> final answers
    latest: str = ""  # change of what was read
    distances: dict[str, list[float]] = field(
        default_factory=dict
    )  # question -> mean distance, a record each

    def of(self, records: Iterable[ExportRecord]) -> Iterator[ExportRecord]:
        """The same records, counted."""
        asked = [one for one in self.shape.questions.values() if one.kind.distance is not None]
        share = LOOKED_AT / self.total if self.total > LOOKED_AT else 1.0
        for record in records:
            self.records += 1
            self._count(record)
            if asked and len(record.answers) > 1 and _is_drawn(record.id, share):
                for question in asked:
                    self._compare(question, record.submitted())
            yield record

    def _count(self, record: ExportRecord) -> None:
        self.latest = max(self.latest, record.updated_at, *[one.updated_at for one in record.answers])
        for one in record.answers:
            self.answers[one.status] += 1
            if one.status == "submitted":
                self.people[one.person] += 1
                if one.guideline_version is not None:
                    self.guidelines[one.guideline_version] += 1

    def _compare(self, question: QuestionShape, answers: Sequence[Answer]) -> None:
        if (found := apart(question, answers)) is not None:
            self.distances.setdefault(question.name, []).append(found)

    @property
    def agreement(self) -> dict[str, dict[str, Any]]:
        """Question -> the mean distance of two answers to one record, and of how many records it is the mean."""
        return {
            name: {
                "mean_distance": round(fmean(found), 6),
                "unit": self.shape.questions[name].kind.distance_unit,
                "records": len(found),
            }
            for name, found in self.distances.items()
        }


def apart(question: QuestionShape, answers: Sequence[Answer]) -> float | None:
    """How far these answers to one record are apart, on average over each two; None if there are no two."""
    distance = question.kind.distance
    given = [one.values[question.name] for one in answers if one.values.get(question.name) is not None]
    if distance is None or len(given) < 2:
        return None
    return fmean(distance(one, other) for one, other in combinations(given, 2))


def _is_drawn(record_id: str, share: float) -> bool:
    """Whether it is in a sample of this share: by its id, so that it is the same one always."""
    if share >= 1:
        return True
    return int.from_bytes(blake2b(record_id.encode(), digest_size=8).digest(), "big") < share * 2**64

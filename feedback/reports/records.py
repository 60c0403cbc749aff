"""Records with what belongs to them: one query for each relation, however many records.

Related rows land in plain lists (`responses_read`, …): prefetching into managers makes a query set for each record
and relation, which took longer than all queries together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from accounts.access import Verb
from accounts.models import Membership
from core.prepared import IsAny, Prepared
from feedback.models import Dataset, QueueItem, Record, Response, Suggestion, Vector

R = TypeVar("R", Response, Suggestion, Vector)
SOMEBODY = UUID(int=1)  # these two stand for those that are asked for
IDS = [UUID(int=2)]


def in_hand(ids: Sequence[UUID], *, new: Collection[UUID]) -> list[Record]:
    """These records, in this order; of those that are `new` to somebody their own responses need not be read."""
    found = {record.pk: record for record in _records(list(ids))}
    for pk in new:
        if pk in found:
            found[pk].responses_read = []
    return [found[pk] for pk in ids if pk in found]


def with_relations(
    rows: Iterable[Record],
    dataset: Dataset,
    *,
    responses: bool = False,
    by: Membership | None = None,
    suggestions: bool = False,
    vectors: Collection[str] | None = None,
) -> list[Record]:
    """The rows of this dataset. `by`: only this person's responses. `vectors`: names, or () for all of them.

    What rows have already, because they were made a moment ago, is not read again.
    """
    found = list(rows)
    dataset_of = Record._meta.get_field("dataset")
    for record in found:
        dataset_of.set_cached_value(record, dataset)  # one shape for all of them
    _read_states(_lacking(found, "is_completed"))
    if responses:
        lacking = _lacking(found, "responses_read")
        ids = [record.pk for record in lacking]
        _give(lacking, "responses_read", () if not ids else _own(ids, by.pk) if by else _responses(ids))
    if suggestions:
        lacking = _lacking(found, "suggestions_read")
        _give(lacking, "suggestions_read", _suggestions([one.pk for one in lacking]) if lacking else ())
    if vectors is not None:
        chosen = Vector.objects.select_related("settings").order_by("settings__inserted_at", "settings")
        chosen = chosen.filter(settings__name__in=vectors) if vectors else chosen
        lacking = _lacking(found, "vectors_read")
        ids = [record.pk for record in lacking]
        _give(lacking, "vectors_read", chosen.filter(IsAny("record_id", ids)) if ids else ())
    return found


def _lacking(found: list[Record], name: str) -> list[Record]:
    return [record for record in found if name not in record.__dict__]


def _read_states(found: list[Record]) -> None:
    if not found:
        return
    items = _items([record.pk for record in found])
    states = {item.pk: (item.completed, item.turned_at) for item in items}
    for record in found:
        record.is_completed, turned_at = states.get(record.pk, (False, None))
        record.changed_at = max(record.updated_at, turned_at or record.updated_at)


# What comes with each next record.
_records = Prepared(lambda ids: Record.objects.filter(IsAny("pk", ids)), IDS)
_items = Prepared(
    lambda ids: QueueItem.objects.filter(IsAny("record_id", ids)).only("completed", "turned_at"), IDS
)
_responses = Prepared(lambda ids: Response.objects.filter(IsAny("record_id", ids)), IDS)
_own = Prepared(
    lambda ids, person: Response.objects.filter(IsAny("record_id", ids), membership=person), IDS, SOMEBODY
)
_suggestions = Prepared(lambda ids: Suggestion.objects.filter(IsAny("record_id", ids)), IDS)


def _give(found: Iterable[Record], name: str, rows: Iterable[R]) -> None:
    by_record: dict[UUID, list[R]] = {}
    for row in rows:
        by_record.setdefault(row.record_id, []).append(row)
    for record in found:
        setattr(record, name, by_record.get(record.pk, []))


def by_id(
    dataset: Dataset,
    ids: Iterable[UUID],
    *,
    fresh: Mapping[UUID, Record] | None = None,
    responses: bool = True,
    suggestions: bool = True,
    vectors: Collection[str] | None = (),
) -> dict[UUID, Record]:
    """These records of the dataset with everything, by id. `fresh`: those that were made a moment ago."""
    fresh = fresh or {}
    older = set(ids) - fresh.keys()
    rows = (
        [*fresh.values(), *Record.objects.filter(IsAny("pk", older), dataset=dataset)]
        if older
        else fresh.values()
    )
    found = with_relations(rows, dataset, responses=responses, suggestions=suggestions, vectors=vectors)
    return {record.pk: record for record in found}


def to_answer(ids: Collection[UUID], *, by: Membership) -> Mapping[UUID, Record]:
    """Those of these records that this person may answer, by id; records of one dataset share its shape."""
    found = {
        record.pk: record for record in Record.objects.allowing(Verb.ANNOTATE, by).filter(IsAny("pk", ids))
    }
    datasets = Dataset.objects.in_bulk({record.dataset_id for record in found.values()})
    for record in found.values():
        record.dataset = datasets[record.dataset_id]
    return found

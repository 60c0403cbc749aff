"""Records with what belongs to them: one query for each relation, however many records."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from accounts.access import Verb
from accounts.models import Membership
from feedback.models import Dataset, Record, Response, Suggestion, Vector


def with_relations(
    rows: QuerySet[Record],
    dataset: Dataset,
    *,
    responses: bool = False,
    by: Membership | None = None,
    suggestions: bool = False,
    vectors: Collection[str] | None = None,
) -> list[Record]:
    """The rows of this dataset. `by`: only this person's responses. `vectors`: names, or () for all of them."""
    rows = rows.select_related("queue")
    if responses:
        own = Response.objects.all() if by is None else Response.objects.filter(membership=by)
        rows = rows.prefetch_related(Prefetch("responses", own))
    if suggestions:
        rows = rows.prefetch_related(Prefetch("suggestions", Suggestion.objects.all()))
    if vectors is not None:
        chosen = Vector.objects.select_related("settings").order_by("settings__inserted_at", "settings")
        if vectors:
            chosen = chosen.filter(settings__name__in=vectors)
        rows = rows.prefetch_related(Prefetch("vectors", chosen))
    found = list(rows)
    for record in found:
        record.dataset = dataset  # one shape for all of them
    return found


def by_id(
    dataset: Dataset,
    ids: Iterable[UUID],
    *,
    responses: bool = True,
    suggestions: bool = True,
    vectors: Collection[str] | None = (),
) -> dict[UUID, Record]:
    """These records of the dataset with everything, by id."""
    rows = Record.objects.filter(dataset=dataset, pk__in=set(ids))
    found = with_relations(rows, dataset, responses=responses, suggestions=suggestions, vectors=vectors)
    return {record.pk: record for record in found}


def to_answer(ids: Collection[UUID], *, by: Membership) -> Mapping[UUID, Record]:
    """Those of these records that this person may answer, by id; records of one dataset share its shape."""
    rows = Record.objects.allowing(Verb.ANNOTATE, by).filter(pk__in=ids)
    datasets = Dataset.objects.in_bulk(list(rows.values_list("dataset", flat=True)))
    found = {record.pk: record for record in rows}
    for record in found.values():
        record.dataset = datasets[record.dataset_id]
    return found

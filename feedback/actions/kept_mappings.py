"""Where columns went last time: kept with a dataset, for the next file that has the same columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from json import dumps
from typing import Any

from django.db import transaction
from django.utils.timezone import now

from core.errors import Invalid
from core.schema import parse
from feedback.actions.known_people import shape_for_import
from feedback.imports.guess import guess
from feedback.imports.mapping import Mapping as ColumnMapping
from feedback.imports.mapping import check
from feedback.models import Dataset, KeptMapping

Rows = Sequence[Mapping[str, Any]]


@transaction.atomic
def keep_mapping(dataset: Dataset, rows: Rows, mapping: ColumnMapping) -> None:
    """Remember it for files with the columns of these rows."""
    KeptMapping.objects.update_or_create(
        dataset=dataset,
        columns=digest(rows),
        defaults={
            "organization_id": dataset.organization_id,
            "mapping": mapping.model_dump(),
            "updated_at": now(),
        },
    )


def kept_mapping(dataset: Dataset, rows: Rows) -> ColumnMapping | None:
    """The one of the last file with these columns, if it still fits the dataset."""
    found = KeptMapping.objects.filter(dataset=dataset, columns=digest(rows)).first()
    if found is None:
        return None
    try:
        mapping = parse(ColumnMapping, found.mapping)
        columns = {name for row in rows for name, _ in mapping.spread(row)}
        check(mapping, dataset.shape, columns, complete=False)
    except Invalid:
        return None
    return mapping


def first_mapping(dataset: Dataset, rows: Rows, *, is_table: bool) -> ColumnMapping:
    """What a file begins with: the mapping of last time, else a guess."""
    return kept_mapping(dataset, rows) or guess(rows, shape_for_import(dataset), is_table=is_table)


def digest(rows: Iterable[Mapping[str, Any]]) -> str:
    """The same for all files with the same columns, whatever their order."""
    return sha256(dumps(sorted({column for row in rows for column in row})).encode()).hexdigest()

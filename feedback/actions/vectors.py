"""Vectors of records."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from core.errors import Invalid
from core.jsonb import dumps
from feedback.actions.refusal import about
from feedback.models import Dataset, VectorSettings


def write(dataset: Dataset, given: Sequence[tuple[UUID, str, Sequence[float]]]) -> None:
    """Write many at once: (record, name of the vector, numbers). Others of the record stay."""
    if not given:
        return
    settings = {one.name: one for one in dataset.vectors_settings.all()}
    rows = {}
    for pk, name, value in given:
        with about(pk):
            check(settings.get(name), name, value)
        rows[pk, name] = {"record_id": str(pk), "settings_id": str(settings[name].pk), "value": list(value)}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            insert into feedback_vector as v (organization_id, record_id, settings_id, value)
            select %s, record_id, settings_id, value
                from jsonb_to_recordset(%s::jsonb) as x(record_id uuid, settings_id uuid, value double precision[])
            on conflict (record_id, settings_id) do update set value = excluded.value
                where v.value is distinct from excluded.value
            """,
            [dataset.organization_id, dumps(list(rows.values()))],
        )


def check(settings: VectorSettings | None, name: str, value: Sequence[float]) -> None:
    """Raise `Invalid` unless the vector has the settings' number of dimensions, all of them finite."""
    if settings is None:
        raise Invalid(f"The dataset has no vector settings named {name!r}.")
    settings.check_vector(value)
